// P3: creating; P4: changing, by two replicas.
import { interleave, load, pgbench, prioritise, rate, ratio, settle } from './measure.mjs'
import { records } from './prepare.mjs'
import { costs, referenceCosts, statuses } from './reads.mjs'

const HOT = 16
const SET = 100_000 // leads that ours changes, and as many others for the reference; fewer in a smaller company

const accepted = (result) => ({ ...result, rate: (result.status[201] ?? 0) / result.seconds })

async function cleanUp(bench) {
  await settle(bench)
  await bench.suite.sql('TRUNCATE bench.outbox, bench.event')
}

export async function rowsOfCreates(bench) {
  if (!bench.wants('P3')) return
  const { ids: records, bodies, scripts } = bench
  const bare = (file, base) => ({ seconds, round }) => pgbench(bench, file, { seconds, vars: { k: base + round * 100_000 } })
  const results = await interleave(bench, {
    ours: ({ seconds }) => load(bench, 'create', { seconds, bodies }),
    refused: ({ seconds }) => load(bench, 'create', { seconds, bodies, records, refused: 5 }),
    pipelined: bare(scripts.pipelined, 0),
    plain: bare(scripts.plain, 1_000_000),
  }, () => cleanUp(bench))
  const ours = results.ours.map(accepted)
  const row = (what, reference, goal) => bench.report.goal({ row: 'P3', what, ours: rate(ours), reference: rate(reference),
    value: ratio(ours, reference), atLeast: goal })
  row('create, 64 clients : pipelined transaction, a second', results.pipelined, 1.25)
  row('create, 64 clients : plain transaction, a second', results.plain, 2)
  bench.report.goal({ row: 'P3', what: '5 % refused : none refused, answers a second', ours: rate(results.refused), reference: rate(results.ours),
    value: ratio(results.refused, results.ours), atLeast: 0.9 })
  bench.report.note(`P3: ${costs(results.ours).text}; ${referenceCosts(results.pipelined)}; p50 ${ours.at(-1).p50}, p99 ${ours.at(-1).p99} µs; ${statuses(results.ours)}`)
  bench.report.note(`P3 refused: ${costs(results.refused).text}; ${statuses(results.refused)}`)
}

async function deadlocks(bench) {
  return Number((await bench.suite.sql(`SELECT deadlocks FROM pg_stat_database WHERE datname = 'cauce'`))[0][0])
}

const changed = (result) => ({ ...result, rate: (result.status[200] ?? 0) / result.seconds })

export async function rowsOfChanges(bench) {
  if (!bench.wants('P4')) return
  bench.suite.environment.CAUCE_REPLICAS = 'leads=2'
  await bench.suite.run()
  prioritise(bench.suite)
  const set = Math.min(SET, bench.leads >> 2)
  const before = await deadlocks(bench)
  const ours = (hot) => async ({ seconds }) =>
    load(bench, 'patch', { seconds, hot, records: await records(bench, 'changes', `number <= ${hot ? 1000 : set}`) })
  const bare = (first, last) => ({ seconds }) => pgbench(bench, bench.scripts.change, { seconds, vars: { first, last } })
  const results = await interleave(bench, {
    ours: ours(),
    bare: bare(set + 1, 2 * set),
    hot: ours(HOT),
    bareHot: bare(set + 1, set + HOT),
  }, () => cleanUp(bench))
  const even = results.ours.map(changed), hot = results.hot.map(changed)
  bench.report.goal({ row: 'P4', what: 'change with If-Match, 64 clients, 2 replicas, a second', ours: rate(even), reference: rate(results.bare),
    value: ratio(even, results.bare), atLeast: 1 })
  bench.report.goal({ row: 'P4', what: `the same, all of them on ${HOT} leads`, ours: rate(hot), reference: rate(results.bareHot),
    value: ratio(hot, results.bareHot), atLeast: 1 })
  const found = await deadlocks(bench) - before
  bench.report.goal({ row: 'P4', what: 'deadlocks', ours: found, value: found, atMost: 0 })
  bench.report.note(`P4: ${costs(results.ours).text}; ${referenceCosts(results.bare)}; p50 ${even.at(-1).p50}, p99 ${even.at(-1).p99} µs; ${statuses(results.ours)}`)
  bench.report.note(`P4 hot: ${costs(results.hot).text}; p50 ${hot.at(-1).p50}, p99 ${hot.at(-1).p99} µs; ${statuses(results.hot)}, ` +
    `answers a second ${rate(results.hot).toFixed(0)}`)
}
