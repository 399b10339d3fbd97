// What a new developer does first, in a copy of the tree: a module made with one command, then one field more. Neither may
// need a change of any file that was there, but for README's table.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { signIn } from '../lib/rest.mjs'
import { ROOT } from '../lib/suite.mjs'

const exec = promisify(execFile)
const MODULES = ['node_modules', 'services/web/node_modules', 'tests/node_modules', 'tests/tools/node_modules']
let tree, suite, rest
const sh = (command) => exec('bash', ['-euo', 'pipefail', '-c', command], { cwd: tree, maxBuffer: 1 << 26 }).catch((error) => {
  throw new Error(`${command}\n${error.stdout}${error.stderr}`)
})

before(async () => {
  tree = mkdtempSync(join(process.env.CAUCE_TEST_DIR ?? tmpdir(), 'tree-'))
  await sh(`git -C '${ROOT}' ls-files -z --cached --others --exclude-standard | (cd '${ROOT}' && xargs -0 ls -d 2>/dev/null || true) | tar -C '${ROOT}' -cf - --verbatim-files-from -T - | tar -xf -`)
  await sh('git init -q && git add -A && git -c user.name=x -c user.email=x@x commit -qm tree')
  // With what is built already, so that only what the module changes is built.
  for (const part of ['build/release', 'build/gen', 'build/tool', 'services/web/dist']) {
    if (existsSync(join(ROOT, part))) cpSync(join(ROOT, part), join(tree, part), { recursive: true, preserveTimestamps: true })
  }
  for (const folder of MODULES) if (existsSync(join(ROOT, folder))) symlinkSync(join(ROOT, folder), join(tree, folder))
})
after(async () => {
  await suite?.stop()
  if (!process.env.CAUCE_KEEP) rmSync(tree, { recursive: true, force: true })
})

// Files that differ from what was there: { changed: [...], added: [...] }.
async function differences() {
  const { stdout } = await sh('git status --porcelain --untracked-files=all')
  const lines = stdout.split('\n').filter(Boolean).map((line) => [line.slice(0, 2), line.slice(3)])
  const of = (isNew) => lines.filter(([state]) => (state === '??') === isNew).map(([, path]) => path)
  return { changed: of(false), added: of(true).filter((path) => !path.endsWith('node_modules')) }
}

const only = ({ changed, added }) => {
  assert.deepEqual(changed.filter((path) => path !== 'README.md'), [])
  assert.deepEqual(added.filter((path) => path !== 'proto/tickets.proto' && !path.startsWith('services/tickets/')), [])
}

test('make new: a module and its service, built, run, used through REST', async () => {
  await sh('make new service=tickets module=ticket es=Tiquete es_plural=Tiquetes en=Ticket en_plural=Tickets')
  only(await differences())
  await sh('make -j2 build')
  only(await differences())
  assert.match(readFileSync(join(tree, 'README.md'), 'utf8'), /tickets/)

  suite = await (await import(join(tree, 'tests', 'lib', 'suite.mjs'))).startSuite()
  rest = await signIn(suite)
  const module = (await rest.get('/metadata')).modules.find(({ key }) => key === 'tickets.ticket')
  assert.deepEqual([module.path, module.label.es, module.plural.es, module.service], ['tickets', 'Tiquete', 'Tiquetes', 'tickets'])
  const ticket = await rest.create('tickets', { name: 'Impresora atascada' })
  assert.equal((await rest.get(`/tickets/${ticket.id}`)).label, 'Impresora atascada')
  const changed = await rest.change('tickets', ticket, { name: 'Impresora lista' })
  assert.deepEqual((await rest.get('/tickets?q=lista')).items.map(({ id, version }) => [id, version]), [[ticket.id, changed.version]])
  assert.deepEqual((await rest.get(`/tickets/${ticket.id}/history`)).items.map(({ type }) => type), ['updated', 'created'])
  assert.deepEqual(await suite.sql('SELECT module, type, count(*) FROM tickets.event GROUP BY 1, 2 ORDER BY 2'), [['ticket', '1', '1'], ['ticket', '2', '1']])
})

test('one field more: a line of proto and a migration, on a running suite with data', async () => {
  const proto = join(tree, 'proto', 'tickets.proto')
  const text = readFileSync(proto, 'utf8')
  const at = text.lastIndexOf('}')
  writeFileSync(proto, `${text.slice(0, at)}  optional int64 minutes = 21 [(cauce.field) = { es: "Minutos" en: "Minutes" section: "main" list: true }];\n${text.slice(at)}`)
  writeFileSync(join(tree, 'services', 'tickets', 'migrations', '0002_minutes.sql'), 'ALTER TABLE ticket ADD COLUMN minutes bigint;\n')
  await sh('make -j2 build')
  await suite.run()
  only(await differences())
  const [old] = (await rest.get('/tickets?minutes[empty]=')).items
  assert.equal(old.label, 'Impresora lista')
  assert.equal((await rest.change('tickets', old, { minutes: 25 })).minutes, 25)
  assert.deepEqual((await rest.get('/tickets?sort=-minutes&minutes[gt]=20')).items.map(({ minutes }) => minutes), [25])
})

test('a module that the generator refuses leaves nothing behind', async () => {
  await assert.rejects(sh('make new service=tickets module=ticket es=Otro es_plural=Otros en=Other en_plural=Others'), /already|exists/)
  await assert.rejects(sh('make new service=x module=order es=Orden es_plural=Órdenes en=Order en_plural=Orders'), /table/)
  only(await differences())
  assert.equal(existsSync(join(tree, 'proto', 'x.proto')), false)
})
