// P12: events; P14: memory; P15: start.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { ROOT } from '../lib/suite.mjs'
import { QUICK, cpu, interleave, load, median, processes, pss, rate, ratio, settle } from './measure.mjs'

const exec = promisify(execFile)

// ---- P12 ----

// Milliseconds between the commit of an event and the commit of its effect, for all events after a seq.
async function delays(bench, seq) {
  const rows = await bench.suite.sql(`SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY ms), percentile_cont(0.99) WITHIN GROUP (ORDER BY ms), max(ms)
    FROM (SELECT 1000 * extract(epoch FROM pg_xact_commit_timestamp(r.xmin) - pg_xact_commit_timestamp(e.xmin)) AS ms
      FROM leads.event e JOIN activities.ref_label r ON r.id = e.record AND r.module = 'leads.lead' AND r.version = e.version
      WHERE e.seq > ${seq}) d`)
  return rows[0].map(Number)
}

// Takes the relay's lease for as long as \`work\` runs: nothing is published meanwhile.
async function withoutRelay(bench, work) {
  const hold = spawn('/usr/lib/postgresql/15/bin/psql', ['-X', '-q', '-A', '-t', bench.suite.conninfo], { stdio: ['pipe', 'pipe', 'inherit'] })
  hold.stdin.write(`UPDATE leads.lease SET holder = gen_random_uuid(), expires_at = 'infinity' WHERE name = 'relay';
    SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND (l.classid::bigint << 32 | l.objid::bigint) = ${RELAY_KEY};
    SELECT pg_advisory_lock(${RELAY_KEY}), 'held';\n`)
  for (let text = ''; !text.includes('held');) text += (await once(hold.stdout, 'data'))[0]
  try {
    return await work()
  } finally {
    hold.stdin.end(`UPDATE leads.lease SET expires_at = now() - interval '1s' WHERE name = 'relay';\n`)
    await once(hold, 'close')
  }
}

// As lease_init makes it of "leads/relay".
const RELAY_KEY = BigInt.asIntN(64, [...'leads/relay'].reduce(
  (hash, c) => BigInt.asUintN(64, (hash ^ BigInt(c.charCodeAt(0))) * 0x100000001b3n), 0xcbf29ce484222325n))

export async function rowsOfEvents(bench) {
  if (!bench.wants('P12')) return
  const { suite, bodies } = bench
  const left = []
  await settle(bench)
  const [[seq]] = await suite.sql('SELECT max(seq) FROM leads.event')
  await load(bench, 'create', { seconds: QUICK ? 5 : 15, rate: 1000, bodies })
  await settle(bench)
  const [n, p50, p99, max] = await delays(bench, seq)
  bench.report.goal({ row: 'P12', what: 'commit to effect in activities at 1000 a second, p99 ms', ours: p99, value: p99, atMost: 25 })
  bench.report.note(`P12: ${n} events, p50 ${p50.toFixed(1)} ms, max ${max.toFixed(1)} ms`)
  const { running, off } = await interleave(bench, {
    running: ({ seconds }) => load(bench, 'create', { seconds, bodies }),
    off: ({ seconds }) => withoutRelay(bench, () => load(bench, 'create', { seconds, bodies })),
  }, async (name) => {
    const took = await settle(bench)
    if (name === 'running') left.push(took)
  })
  bench.report.goal({ row: 'P12', what: 'creates a second with the relay : without', ours: rate(running), reference: rate(off),
    value: ratio(running, off), atLeast: 0.8 })
  bench.report.goal({ row: 'P12', what: 'backlog after P3 is gone, seconds', ours: median(left), value: median(left), atMost: 1 })
  bench.report.note(`P12: without the relay leads takes ${cpu(off, 'leads').toFixed(1)} µs of CPU a create, pg ${cpu(off, 'pg').toFixed(1)}; ` +
    `with it ${cpu(running, 'leads').toFixed(1)} and ${cpu(running, 'pg').toFixed(1)}, nats ${cpu(running, 'nats').toFixed(1)}, activities ${cpu(running, 'activities').toFixed(1)}`)
}

// ---- P14 ----

export function memoryOf(bench) {
  const idle = {}, peak = {}
  const sample = (into) => {
    for (const [group, pids] of Object.entries(processes(bench.suite))) {
      // Of a daemon with replicas the biggest counts; of PostgreSQL all backends.
      const kb = group === 'pg' ? pss(pids) : Math.max(...pids.map((pid) => pss([pid])))
      into[group] = Math.max(into[group] ?? 0, kb)
    }
    into.suite = Math.max(into.suite ?? 0, Object.entries(processes(bench.suite)).filter(([group]) => group !== 'pg')
      .reduce((sum, [, pids]) => sum + pss(pids), 0))
  }
  return {
    idle: async () => {
      await sleep(2000)
      sample(idle)
    },
    sample: () => sample(peak),
    report: () => {
      if (!bench.wants('P14')) return
      const daemons = Object.keys(idle).filter((group) => !['pg', 'nats', 'redis', 'suite'].includes(group))
      const most = (of) => Math.max(...daemons.map((group) => of[group])) / 1024
      bench.report.goal({ row: 'P14', what: 'the biggest daemon, idle, MB', ours: most(idle), value: most(idle), atMost: 12 })
      bench.report.goal({ row: 'P14', what: 'the biggest daemon, after P1–P5, MB', ours: most(peak), value: most(peak), atMost: 64 })
      bench.report.goal({ row: 'P14', what: 'daemons, NATS and Redis together, MB', ours: peak.suite / 1024, value: peak.suite / 1024, atMost: 300 })
      const list = (of) => Object.entries(of).map(([group, kb]) => `${group} ${(kb / 1024).toFixed(1)}`).join(', ')
      bench.report.note(`P14 idle: ${list(idle)} MB`)
      bench.report.note(`P14 peak: ${list(peak)} MB`)
    },
  }
}

// ---- P15 ----

export async function rowsOfStart(bench) {
  if (!bench.wants('P15')) return
  const { suite } = bench
  const runs = [], starts = []
  suite.environment.CAUCE_REPLICAS = ''
  for (let i = 0; i < (QUICK ? 1 : 3); i++) {
    await suite.stop({ keep: true })
    const from = performance.now()
    await exec('make', ['-C', ROOT, 'run'], { env: suite.environment })
    runs.push((performance.now() - from) / 1000)
  }
  for (let i = 0; i < (QUICK ? 3 : 5); i++) {
    await sleep(1500) // its supervisor holds a process back that lived less than a second
    await suite.down('leads')
    starts.push(await startOf(bench, 'leads'))
  }
  bench.report.goal({ row: 'P15', what: 'make run of a stopped suite to ready, seconds', ours: median(runs), value: median(runs), atMost: 5 })
  bench.report.goal({ row: 'P15', what: 'a daemon (leads) from its start to ready, ms', ours: median(starts), value: median(starts), atMost: 200 })
}

// From the word to its supervisor to its first good answer.
async function startOf(bench, daemon) {
  const { folder, adminUrls } = bench.suite
  const from = performance.now()
  writeFileSync(join(folder, 'service', daemon, 'supervise', 'control'), 'u')
  for (;;) {
    if (await fetch(`${adminUrls[daemon]}/readyz`).then((answer) => answer.ok, () => false)) return performance.now() - from
    await sleep(2)
  }
}
