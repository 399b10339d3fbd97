// P5: the default list of leads, for three sizes of what is looked at.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startBigSuite } from '../big/big.mjs'
import { interleave, load, pgbench, rate, ratio } from './measure.mjs'
import { filledIn, get, statements } from './prepare.mjs'
import { costs, referenceCosts, statuses } from './reads.mjs'

const SMALL = 10_000
const USERS = { few: 299, middle: 290 } // of tests/big

// Until there are permissions, what a person sees is a filter on whom it is assigned to.
async function sights(bench) {
  const person = async (n) => (await bench.suite.sql(`SELECT id FROM identity.person WHERE email = 'usuario${n}@andina.example'`))[0][0]
  return [
    { share: '0.005 %', path: `/leads?assigned_to[eq]=${await person(USERS.few)}` },
    { share: '1 %', path: `/leads?assigned_to[eq]=${await person(USERS.middle)}` },
    { share: '100 %', path: '/leads' },
  ]
}

// What the service sends for a path: the statement that reads the page.
async function listStatement(bench, path) {
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

// The second page's statement, moved to the end: the cursor's two values are those of a row 50 before the last.
async function lastPage(bench, path) {
  const { next } = await get(bench, path)
  if (!next) return undefined
  const list = await listStatement(bench, `${path}${path.includes('?') ? '&' : '?'}cursor=${next}`)
  const where = filledIn(list).match(/WHERE (.*?)(?: AND l\.created_at IS NOT NULL)? AND \(l\.created_at, l\.id\) < /s)[1]
  const [[at, id]] = await bench.suite.sql(`SET search_path = leads, public; SET timezone = 'UTC';
    SELECT created_at, id FROM lead l WHERE ${where} ORDER BY created_at, id OFFSET 50 LIMIT 1`)
  return filledIn({ sql: list.sql, args: [...list.args.slice(0, -2), `'${at}'`, `'${id}'`] })
}

// People have the same ids in a company of any size, so one statement serves both.
async function touched(bench, list) {
  const suite = await startBigSuite(SMALL, { services: ['maintain'] })
  try {
    for (const { share, path } of list) {
      const first = filledIn(await listStatement(bench, path)), last = await lastPage(bench, path)
      const here = await buffers(bench.suite, first), there = await buffers(suite, first)
      bench.report.goal({ row: 'P5', what: `${share}: buffers touched, of a million : of ${SMALL}`, ours: here, reference: there,
        value: here / there, atMost: 1.3 })
      if (!last) continue
      const end = await buffers(bench.suite, last)
      bench.report.goal({ row: 'P5', what: `${share}: buffers of the last page : of the first`, ours: end, reference: here, value: end / here, atMost: 1.3 })
    }
  } finally {
    await suite.stop()
  }
}

export async function rowsOfLists(bench) {
  if (!bench.wants('P5')) return
  const list = await sights(bench)
  const runs = {}
  for (const [i, { path }] of list.entries()) {
    const { file, vars } = script(bench, `list-${i}`, await listStatement(bench, path))
    runs[`ours${i}`] = ({ seconds }) => load(bench, 'path', { seconds, clients: 16, path })
    runs[`bare${i}`] = ({ seconds }) => pgbench(bench, file, { seconds, clients: 16, vars, settings: '-c plan_cache_mode=force_custom_plan' })
  }
  const results = await interleave(bench, runs)
  for (const [i, { share }] of list.entries()) {
    const ours = results[`ours${i}`], bare = results[`bare${i}`]
    bench.report.goal({ row: 'P5', what: `list of 50, filter that leaves ${share}, a second`, ours: rate(ours), reference: rate(bare),
      value: ratio(ours, bare), atLeast: 0.5 })
    bench.report.note(`P5 ${share}: ${costs(ours).text}; ${referenceCosts(bare)}; p50 ${ours.at(-1).p50}, p99 ${ours.at(-1).p99} µs; ${statuses(ours)}`)
  }
  await touched(bench, list)
}
