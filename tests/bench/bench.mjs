// bench [ROW…]: the table of speeds against the bare engines, at a million leads. See README.md.
import { mkdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { startBigSuite } from '../big/big.mjs'
import { ROOT } from '../lib/suite.mjs'
import { QUICK, ROUNDS, SECONDS, prioritise } from './measure.mjs'
import { prepare } from './prepare.mjs'
import { Report } from './report.mjs'
import { rowsOfClient } from './client.mjs'
import { rowsOfLists } from './lists.mjs'
import { rowsOfLive } from './live.mjs'
import { rowsOfReads } from './reads.mjs'
import { rowsOfRevocation } from './revocation.mjs'
import { rowsOfChanges, rowsOfCreates } from './writes.mjs'
import { memoryOf, rowsOfEvents, rowsOfStart } from './whole.mjs'

const LEADS = Number(process.env.BENCH_LEADS ?? 1_000_000)
const wanted = process.argv.slice(2)
const wants = (row) => wanted.length === 0 || wanted.includes(row)
const out = join(ROOT, 'build', 'bench')
mkdirSync(out, { recursive: true })

// When what was committed, for P12; a log that can be read, for P5.
const SETTINGS = `track_commit_timestamp = on
logging_collector = on
log_destination = 'jsonlog'
log_directory = 'log'
log_filename = 'bench.log'
`

const report = new Report()
const bench = { leads: LEADS, out, report, wants }
report.note(`${LEADS} leads, ${ROUNDS} rounds of ${SECONDS} s in turns${QUICK ? ' (quick)' : ''}, load of the machine before ${loadavg()[0].toFixed(1)}`)
bench.suite = await startBigSuite(LEADS, {
  before: (folder) => {
    mkdirSync(join(folder, 'etc', 'postgresql'), { recursive: true })
    writeFileSync(join(folder, 'etc', 'postgresql', 'local.conf'), SETTINGS, { mode: 0o644 })
  },
})
try {
  await prepare(bench)
  prioritise(bench.suite)
  const memory = memoryOf(bench)
  await memory.idle()
  for (const rows of [rowsOfReads, rowsOfLists, rowsOfCreates, rowsOfEvents, rowsOfChanges, rowsOfRevocation, rowsOfLive, rowsOfClient]) {
    await rows(bench)
    memory.sample()
  }
  memory.report()
  await rowsOfStart(bench)
  report.note(`load of the machine after ${loadavg()[0].toFixed(1)}`)
} finally {
  const text = report.text()
  writeFileSync(join(out, 'report.txt'), text)
  console.log(`\n${text}`)
  await bench.suite.stop()
}
