// What happened, for people.
import { repeats } from './checks.mjs'

function median(list) {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(2)} s`
}

function times(steps) {
  const ready = steps.map((step) => step.ready)
  const shown = steps.map((step) => step.shown)
  return [seconds(median(ready)), seconds(Math.max(...ready)), seconds(median(shown)), seconds(Math.max(...shown))]
}

function lines(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => String(row[i]).length)))
  return rows.map((row) => row.map((cell, i) => (i === 0 ? String(cell).padEnd(widths[i]) : String(cell).padStart(widths[i]))).join('  '))
}

// A double fault counts in the line of each of its parts.
export function table({ ledger, steps, settled, clients }, streams) {
  const names = [...new Set(steps.flatMap((step) => step.faults.map((fault) => `${fault.part.replace(/-\d+$/, '')} ${fault.kind}`)))].sort()
  const rows = names.map((name) => {
    const own = steps.filter((step) => step.faults.some((fault) => `${fault.part.replace(/-\d+$/, '')} ${fault.kind}` === name))
    return [name, own.length, ...times(own)]
  })
  const { count } = ledger
  const statuses = [...ledger.statuses].sort().map(([status, n]) => `${status}: ${n}`).join(', ')
  return [
    '',
    ...lines([['fault', 'times', 'ready p50', 'max', 'event p50', 'max'], ...rows, ['all', steps.reduce((n, step) => n + step.faults.length, 0), ...times(steps)]]),
    '',
    ...lines([
      ['clients', clients],
      ['requests', count.requests],
      ['acknowledged writes', count.acknowledged],
      ['imports', `${ledger.imports.filter((entry) => entry.job).length} of ${ledger.imports.length}`],
      ['repeated', count.retries],
      ['answers lost', count.lost],
      ['unavailable (503)', count.unavailable],
      ['outcome unknown (504)', count.unknown],
      ['unknown outcomes resolved', count.resolved],
      ['changes refused as stale', count.conflicts],
      ['references not yet known', count.references],
      ['events published twice', repeats(streams.leads) + repeats(streams.activities)],
      ['quiet after', seconds(settled.took)],
    ]),
    `answers: ${statuses}`,
  ].join('\n')
}
