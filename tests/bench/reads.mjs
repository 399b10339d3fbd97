// P1, P2: one record by its id.
import { cpu, interleave, load, pgbench, rate, ratio } from './measure.mjs'

const SERVERS = ['gateway', 'leads', 'nats', 'pg']

// "gateway 10.1, leads 7.9, …" µs a request.
export function costs(results, groups = SERVERS) {
  const each = groups.map((group) => [group, cpu(results, group)])
  const rest = ['identity', 'activities', 'redis'].reduce((sum, group) => sum + cpu(results, group), 0)
  if (rest >= 0.1) each.push(['others', rest])
  const sum = each.reduce((total, [, us]) => total + us, 0)
  return { sum, text: `${each.map(([group, us]) => `${group} ${us.toFixed(1)}`).join(', ')} = ${sum.toFixed(1)} µs of CPU` }
}

export const referenceCosts = (results) => `pgbench's: pg ${cpu(results, 'pg').toFixed(1)}, client ${cpu(results, 'client').toFixed(1)} µs`

async function gets(bench, row, clients, goal) {
  const { ours, bare } = await interleave(bench, {
    ours: ({ seconds }) => load(bench, 'get', { seconds, clients, records: bench.ids }),
    bare: ({ seconds }) => pgbench(bench, bench.scripts.get, { seconds, clients, vars: { last: bench.last } }),
  })
  const { sum, text } = costs(ours)
  bench.report.goal({ row, what: `get by id, ${clients} clients, a second`, ours: rate(ours), reference: rate(bare),
    value: ratio(ours, bare), atLeast: goal })
  bench.report.note(`${row}: ${text}; ${referenceCosts(bare)}; p50 ${ours.at(-1).p50}, p99 ${ours.at(-1).p99} µs; ${statuses(ours)}`)
  return sum
}

// {"200": 123, …} over all rounds.
export function statuses(results) {
  const sum = {}
  for (const { status } of results) for (const [code, n] of Object.entries(status)) sum[code] = (sum[code] ?? 0) + n
  const broken = results.reduce((total, result) => total + result.broken, 0)
  return Object.entries(sum).map(([code, n]) => `${code}: ${n}`).join(', ') + (broken ? `, broken: ${broken}` : '')
}

export async function rowsOfReads(bench) {
  if (bench.wants('P1')) {
    const sum = await gets(bench, 'P1', 64, 1)
    bench.report.goal({ row: 'P1', what: 'the same, µs of CPU in all', ours: sum, value: sum, atMost: 45 })
  }
  if (bench.wants('P2')) await gets(bench, 'P2', 16, 0.6)
}
