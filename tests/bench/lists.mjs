// P5: the default list of leads, for three sizes of what is seen; and what groups, rules and a branch cost.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startBigSuite } from '../big/big.mjs'
import { interleave, load, pgbench, rate, ratio } from './measure.mjs'
import { filledIn, get, signIn, statements } from './prepare.mjs'
import { costs, referenceCosts, statuses } from './reads.mjs'

const SMALL = 10_000

// People of tests/big, by what they see. `where`: the same as SQL, for the last page.
const SIGHTS = [
  { share: '0.005 %', user: 299, own: true },
  { share: '1 %', user: 290, own: true },
  { share: '100 %', user: 0, where: 'true' },
  { share: 'a group and rules', user: 277, extra: true },
  { share: 'a coordinator', user: 12, extra: true },
  { share: 'a director', user: 3, extra: true },
]

async function sights(bench) {
  const list = []
  for (const sight of SIGHTS) {
    const email = `usuario${String(sight.user).padStart(3, '0')}@andina.example`
    const [[id]] = await bench.suite.sql(`SELECT id FROM identity.person WHERE email = '${email}'`)
    const where = sight.own ? `(l.owner = '${id}' OR l.assigned_to = '${id}')` : sight.where
    list.push({ ...sight, where, as: { ...bench, token: await signIn(bench, email) } })
  }
  return list
}

// What the service sends: the statement that reads the page.
async function listStatement(bench, path = '/leads') {
  const sent = await statements(bench, () => get(bench, path))
  const found = sent.filter(({ sql }) => /FROM lead l WHERE .* LIMIT/s.test(sql))
  if (found.length === 0) throw new Error(`no list among ${JSON.stringify(sent)}`)
  return found[0]
}

// As a script: parameters stay parameters.
function script(bench, name, { sql, args }) {
  const file = join(bench.out, `${name}.sql`)
  writeFileSync(file, `${sql.replace(/\$(\d+)/g, ':p$1')};\n`)
  return { file, vars: Object.fromEntries(args.map((value, i) => [`p${i + 1}`, value.replace(/^'|'$/g, '')])) }
}

async function buffers(suite, sql) {
  const rows = await suite.sql(`SET search_path = leads, public; SET plan_cache_mode = force_custom_plan;
    EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON, COSTS OFF, TIMING OFF) ${sql}`)
  const [{ Plan: plan }] = JSON.parse(rows.map(([line]) => line).join('\n'))
  return plan['Shared Hit Blocks'] + plan['Shared Read Blocks']
}

// The second page's statement, moved to the end: the cursor's two values become those of a row 50 before the last.
async function lastPage(bench, { as, where }) {
  const { next } = await get(as, '/leads')
  if (!next) return undefined
  const { sql, args } = await listStatement(as, `/leads?cursor=${next}`)
  const cursor = /\(l\.created_at, l\.id\) < \(\$(\d+), \$(\d+)\)/.exec(sql).slice(1).map((n) => n - 1)
  const [row] = await bench.suite.sql(`SET search_path = leads, public; SET timezone = 'UTC';
    SELECT created_at, id FROM lead l WHERE l.deleted_at IS NULL AND ${where} ORDER BY created_at, id OFFSET 50 LIMIT 1`)
  return filledIn({ sql, args: args.map((arg, i) => (cursor.includes(i) ? `'${row[cursor.indexOf(i)]}'` : arg)) })
}

// People have the same ids in a company of any size, so one statement serves both.
async function touched(bench, list) {
  const suite = await startBigSuite(SMALL, { services: ['maintain'] })
  try {
    for (const sight of list) {
      const first = filledIn(sight.statement), last = sight.where && await lastPage(bench, sight)
      const here = await buffers(bench.suite, first), there = await buffers(suite, first)
      const row = { row: 'P5', what: `${sight.share}: buffers touched, of a million : of ${SMALL}`, ours: here, reference: there, value: here / there }
      if (sight.extra) bench.report.row(row)
      else bench.report.goal({ ...row, atMost: 1.3 })
      if (!last) continue
      const end = await buffers(bench.suite, last)
      bench.report.goal({ row: 'P5', what: `${sight.share}: buffers of the last page : of the first`, ours: end, reference: here, value: end / here, atMost: 1.3 })
    }
  } finally {
    await suite.stop()
  }
}

export async function rowsOfLists(bench) {
  if (!bench.wants('P5')) return
  const list = await sights(bench)
  const runs = {}
  // The first answer comes before the statistics are read.
  for (const { as } of list) await get(as, '/leads')
  await sleep(2000)
  for (const [i, sight] of list.entries()) {
    sight.statement = await listStatement(sight.as)
    const { file, vars } = script(bench, `list-${i}`, sight.statement)
    runs[`ours${i}`] = ({ seconds }) => load(sight.as, 'path', { seconds, clients: 16, path: '/leads' })
    runs[`bare${i}`] = ({ seconds }) => pgbench(bench, file, { seconds, clients: 16, vars, settings: '-c plan_cache_mode=force_generic_plan' })
  }
  const results = await interleave(bench, runs)
  for (const [i, { share, extra }] of list.entries()) {
    const ours = results[`ours${i}`], bare = results[`bare${i}`]
    const row = { row: 'P5', what: `list of 50, by who sees ${share}, a second`, ours: rate(ours), reference: rate(bare), value: ratio(ours, bare) }
    if (extra) bench.report.row(row)
    else bench.report.goal({ ...row, atLeast: 0.5 })
    bench.report.note(`P5 ${share}: ${costs(ours).text}; ${referenceCosts(bare)}; p50 ${ours.at(-1).p50}, p99 ${ours.at(-1).p99} µs; ${statuses(ours)}`)
  }
  await touched(bench, list)
}
