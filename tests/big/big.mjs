// A big company in a suite: made once for each size and version of the rows, kept in $CAUCE_BIG (build/big), copied into
// every suite that asks for it. `node tests/big/big.mjs 1000000` makes one beforehand.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ROOT, startSuite } from '../lib/suite.mjs'

const exec = promisify(execFile)
const HERE = join(ROOT, 'tests', 'big')

// While it is filled nothing of it is precious.
const LOADING = `wal_level = minimal
max_wal_senders = 0
fsync = off
autovacuum = off
shared_buffers = 1GB
max_wal_size = 20GB
checkpoint_timeout = 1h
`

// What the rows depend on.
function version() {
  const hash = createHash('sha256')
  const folders = ['tests/big', 'libs/entity/migrations', ...readdirSync(join(ROOT, 'services')).map((name) => `services/${name}/migrations`)]
  const files = folders.filter((folder) => existsSync(join(ROOT, folder)))
    .flatMap((folder) => readdirSync(join(ROOT, folder)).filter((name) => !name.endsWith('.md')).sort().map((name) => join(folder, name)))
  for (const file of [...files, 'libs/base/fold.c', 'libs/entity/storage.c']) hash.update(file).update(readFileSync(join(ROOT, file)))
  return hash.digest('hex').slice(0, 10)
}

// The folder of a company of that many leads: pg/, and the administrator's password in etc/secret/.
export async function bigFolder(leads) {
  const home = process.env.CAUCE_BIG ?? join(ROOT, 'build', 'big')
  const folder = join(home, `${leads}-${version()}`)
  if (!existsSync(folder)) await make(leads, home, folder)
  return folder
}

async function make(leads, home, folder) {
  await exec('make', ['-s', '-C', ROOT, '-j2', 'CONFIG=release', 'build/release/tests/big/big'])
  const suite = await startSuite({
    config: 'release',
    before: (run) => {
      mkdirSync(join(run, 'etc', 'postgresql'), { recursive: true })
      writeFileSync(join(run, 'etc', 'postgresql', 'local.conf'), LOADING)
    },
  })
  try {
    for (const daemon of Object.keys(suite.adminUrls)) await suite.down(daemon)
    await exec(join(HERE, 'load'), [String(leads), suite.conninfo])
    await suite.stop({ keep: true })
    mkdirSync(home, { recursive: true, mode: 0o755 })
    const place = mkdtempSync(join(home, '.new-'))
    mkdirSync(join(place, 'etc', 'secret'), { recursive: true })
    await exec('mv', [join(suite.folder, 'pg'), place])
    await exec('cp', ['-p', join(suite.folder, 'etc', 'secret', 'admin'), join(place, 'etc', 'secret')])
    for (const old of readdirSync(home).filter((name) => name.startsWith(`${leads}-`))) rmSync(join(home, old), { recursive: true })
    renameSync(place, folder)
  } finally {
    await suite.stop()
  }
}

// As startSuite, with that company in it. Everybody in it signs in with the administrator's password:
// usuario000@andina.example (who is over all) … usuario298 (about 1 % of the leads), usuario299 (50 of them).
export async function startBigSuite(leads, options) {
  const folder = await bigFolder(leads)
  return await startSuite({
    ...options,
    before: async (run) => {
      await exec('cp', ['-a', '--reflink=auto', join(folder, 'pg'), join(folder, 'etc'), run])
      await options?.before?.(run)
    },
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const began = performance.now()
  const folder = await bigFolder(Number(process.argv[2] ?? 1_000_000))
  console.log(`${folder} (${((performance.now() - began) / 1000).toFixed(1)} s)`)
}
