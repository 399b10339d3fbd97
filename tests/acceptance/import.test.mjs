// Files in: the real leads file whole, bad rows told by line, other delimiters, and a crash in the middle.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { follow } from '../lib/follow.mjs'
import { problem, signIn } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

const REAL = join(process.env.CAUCE_DATA ?? '/nowhere', 'leads-x-education', 'LeadScoring.csv')
let suite, rest, outside
before(async () => {
  suite = await startSuite()
  rest = await signIn(suite)
  outside = await follow(suite)
})
after(async () => {
  await outside?.close()
  await suite?.stop()
})

const count = async (where) => Number((await suite.sql(`SELECT count(*) FROM leads.${where}`))[0][0])

// Every event of a job has reached the outside client, once.
async function arrived(job, n) {
  for (const end = Date.now() + 20_000; outside.ofJob(job).length < n && Date.now() < end;) await sleep(50)
  const ids = outside.ofJob(job).map(({ id }) => id)
  assert.equal(ids.length, n)
  assert.deepEqual([...ids].sort(), (await suite.sql(`SELECT event_id FROM leads.event WHERE job = '${job}' ORDER BY 1`)).map(([id]) => id))
}

test('the real file: every row is a lead, every other column a custom field, every event arrives', {
  skip: existsSync(REAL) ? false : 'CAUCE_DATA does not name a folder with leads-x-education/LeadScoring.csv',
}, async () => {
  const job = await rest.import('leads', readFileSync(REAL), { create_fields: 'true', filename: 'LeadScoring.csv' })
  assert.deepEqual([job.state, job.total, job.done, job.rejected], ['done', 9240, 9240, 0], JSON.stringify(job))
  assert.deepEqual([await count('lead'), await count(`event WHERE job = '${job.id}'`)], [9240, 9240])
  const { fields } = (await rest.get('/metadata')).modules.find(({ key }) => key === 'leads.lead')
  const custom = Object.fromEntries(fields.filter((field) => field.custom).map(({ name, kind, label }) => [name, [kind, label.es]]))
  assert.deepEqual(custom['custom.totalvisits'] ?? custom['custom.total_visits'], ['integer', 'TotalVisits'])
  assert.ok(Object.keys(custom).length > 20, Object.keys(custom).join())
  const [name] = Object.keys(custom).filter((key) => /visits$/.test(key))
  assert.deepEqual(await rest.get(`/leads/count?${name}[ge]=10&cap=0`), { count: 467, capped: false })
  await arrived(job.id, 9240)
})

test('a bad row stays out and is told with its number, its field and why', async () => {
  const csv = ['Nombre,Correo,Identificación,Tipo de identificación,Etapa de venta,Puntaje,Ciudad', 'Ana,ana@x.co,800197268,NIT,Oferta presentada,5,Cali',
    'Malo,sin arroba,,,,,', 'Eva,,800197268-5,NIT,,,', '"Con, coma y\nsalto",,,,,,Medellín', 'Luz,,,,Inventada,,', 'Max,,,,,cinco,', 'Fin,,,,,,Bogotá'].join('\r\n')
  const before = await count('lead')
  const job = await rest.import('leads', `\ufeff${csv}`)
  assert.deepEqual([job.state, job.total, job.done, job.rejected], ['done', 7, 3, 4])
  assert.deepEqual(job.rejects.map(({ row, field, code }) => [row, field?.replace('/', ''), code]),
    [[3, 'email', 'invalid_field'], [4, 'tax_id', 'tax_id_digit'], [7, 'stage', 'not_an_option'], [8, 'score', 'wrong_type']])
  for (const reject of job.rejects) assert.ok(reject.message, JSON.stringify(reject))
  assert.equal(await count('lead'), before + 3)
  const [lead] = (await rest.get('/leads?email=ana@x.co&fields=tax_id,stage,score,city')).items
  assert.deepEqual([lead.tax_id, lead.stage, lead.score, lead.city], ['800197268-4', 'offer', 5, '76001'])
  assert.equal((await rest.get('/leads/count?name[contains]=con, coma y')).count, 1)
  await arrived(job.id, 3)
})

test('semicolons, and columns that fit nothing', async () => {
  const job = await rest.import('leads', 'nombre;empresa;canal preferido\nPunto;Coma S.A.S.;correo\n"Con ; dentro";X;\n')
  assert.deepEqual([job.state, job.done, job.rejected], ['done', 2, 0])
  assert.deepEqual((await rest.get('/leads?name=Con ; dentro&fields=company')).items.map(({ company }) => company), ['X'])
})

test('files that are none', async () => {
  for (const csv of ['nada,que,ver\n1,2,3\n', 'name\n"sin cerrar']) {
    const before = await count('lead')
    const job = await rest.import('leads', csv)
    assert.ok(job.state === 'failed' ? job.reason : job.rejected === job.total, JSON.stringify(job))
    assert.equal(await count('lead'), before)
  }
  problem(await rest.call('POST', '/leads/import?create_fields=true&nope=1', { body: 'a', headers: { 'content-type': 'text/csv' } }), 400, 'unknown_parameter')
})

test('leads killed in the middle: it goes on by itself, each row once, each event once', async () => {
  const rows = 24_000
  const csv = `name,score,city\n${Array.from({ length: rows }, (_, i) => `Fila ${i},${i},${i % 2 ? 'Cali' : '05001'}`).join('\n')}\n`
  const { body } = await rest.want(202, 'POST', '/leads/import', { body: csv, headers: { 'content-type': 'text/csv' } })
  for (const kill of [0, 1]) {
    for (const from = await count(`lead WHERE name LIKE 'Fila %'`); await count(`lead WHERE name LIKE 'Fila %'`) === from;) await sleep(5)
    const pid = suite.pid('leads')
    suite.kill('leads')
    while (suite.pid('leads') === pid) await sleep(5)
    assert.ok(await count(`lead WHERE name LIKE 'Fila %'`) < rows, `kill ${kill} came too late`)
    await suite.ready(['leads'])
  }
  const job = await rest.job('leads', body.id)
  assert.deepEqual([job.state, job.total, job.done, job.rejected], ['done', rows, rows, 0])
  assert.deepEqual(await suite.sql("SELECT count(*), count(DISTINCT name), count(DISTINCT number), sum(version) FROM leads.lead WHERE name LIKE 'Fila %'"),
    [[String(rows), String(rows), String(rows), String(rows)]])
  assert.equal(await count(`event WHERE job = '${job.id}'`), rows)
  await arrived(job.id, rows)
})
