// How it is measured: the load of tests/bench/load.c and pgbench in turns, with the CPU time that every process takes.
import { execFile } from 'node:child_process'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { ROOT } from '../lib/suite.mjs'

const exec = promisify(execFile)
const LOAD = join(ROOT, 'build', 'release', 'tests', 'bench', 'load')
const PGBENCH = '/usr/lib/postgresql/15/bin/pgbench'

export const QUICK = process.env.BENCH === 'quick'
export const ROUNDS = QUICK ? 2 : 5
export const SECONDS = QUICK ? 2 : 3

export const median = (list) => {
  const sorted = [...list].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

// ---- processes ----

const children = (pid) => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

// Pids by group: each daemon's service, nats, redis, and pg with all its backends.
export function processes(suite) {
  const groups = {}
  for (const part of suite.parts()) {
    const pid = suite.pid(part)
    if (pid) (groups[part.replace(/-\d+$/, '')] ??= []).push(pid, ...(part === 'pg' ? children(pid) : []))
  }
  return groups
}

// With BENCH_NICE=-15 (as root) everything of the bench goes before whatever else runs on the machine. Each process of a
// suite leads a session, so it is the sessions' priority that counts.
export function prioritise(suite) {
  if (!process.env.BENCH_NICE) return
  for (const pid of [process.pid, ...Object.values(processes(suite)).flat()]) {
    try {
      writeFileSync(`/proc/${pid}/autogroup`, process.env.BENCH_NICE)
    } catch { /* it has ended */ }
  }
}

// CPU time of every thread in ns, so that one that ends is not counted backwards.
function threads(groups) {
  const times = new Map()
  for (const [group, pids] of Object.entries(groups)) {
    for (const pid of pids) {
      let tasks = []
      try {
        tasks = readdirSync(`/proc/${pid}/task`)
      } catch { /* it has ended */ }
      for (const task of tasks) {
        try {
          times.set(`${group} ${task}`, Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]))
        } catch { /* it has ended */ }
      }
    }
  }
  return times
}

// µs of CPU a second by group, over the middle of what is being run.
async function cpuDuring(suite, first, seconds, clients) {
  const groups = () => ({ ...processes(suite), client: clients() })
  await sleep(first + 200)
  const before = threads(groups()), from = performance.now()
  await sleep(seconds * 1000 - 400)
  const after = threads(groups()), took = (performance.now() - from) / 1000
  const cpu = {}
  for (const [thread, ns] of after) {
    const group = thread.split(' ')[0]
    cpu[group] = (cpu[group] ?? 0) + (ns - (before.get(thread) ?? 0)) / 1000 / took
  }
  return cpu
}

// Proportional set size in kB.
export function pss(pids) {
  let sum = 0
  for (const pid of pids) {
    try {
      sum += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1])
    } catch { /* it has ended */ }
  }
  return sum
}

// ---- runs ----

// `first`: milliseconds before it counts.
async function measured(suite, first, seconds, command, args, options) {
  const run = exec(command, args, { maxBuffer: 1 << 26, ...options })
  run.catch(() => {})
  const cpu = await cpuDuring(suite, first, seconds, () => [run.child.pid])
  const { stdout, stderr } = await run.catch((error) => {
    throw new Error(error.message.split('\n').slice(0, 3).join('\n'))
  })
  return { cpu, stdout, stderr }
}

// Per request, of the groups that serve.
const perRequest = (cpu, rate) => Object.fromEntries(Object.entries(cpu).map(([group, us]) => [group, us / rate]))

// Our side: { rate, cpu, status, p50, p99… }.
export async function load(bench, mode, options = {}) {
  const { clients = 64, seconds = SECONDS, rate, records, bodies, refused, hot, path } = options
  const port = new URL(bench.suite.url).port
  const args = ['-p', port, '-t', bench.token, '-m', mode, '-c', clients, '-d', seconds]
  for (const [flag, value] of [['-r', rate], ['-i', records], ['-b', bodies], ['-x', refused], ['-k', hot], ['-u', path]]) {
    if (value !== undefined) args.push(flag, value)
  }
  const { cpu, stdout } = await measured(bench.suite, 0, seconds, LOAD, args.map(String))
  const answer = JSON.parse(stdout)
  const perSecond = answer.count / answer.seconds
  return { ...answer, rate: perSecond, cpu: perRequest(cpu, perSecond) }
}

// The bare engine running a script. Its backends are fresh, ours are not: its first second is not counted.
export async function pgbench(bench, file, options = {}) {
  const { clients = 64, seconds = SECONDS, vars = {}, settings = '' } = options
  const args = ['-n', '-M', 'prepared', '-c', clients, '-j', 1, '-T', seconds + 1, '-P', 1, '-f', file, '-h', `${bench.suite.folder}/pgsock`,
    '-U', 'postgres', ...Object.entries(vars).flatMap(([name, value]) => ['-D', `${name}=${value}`]), 'cauce']
  const env = { ...process.env, PGOPTIONS: `-c search_path=leads,public ${settings}` }
  const { cpu, stderr } = await measured(bench.suite, 1000, seconds, PGBENCH, args.map(String), { env })
  const each = [...stderr.matchAll(/^progress: [\d.]+ s, ([\d.]+) tps/gm)].map((match) => Number(match[1])).slice(1, seconds + 1)
  const rate = each.reduce((sum, tps) => sum + tps, 0) / each.length
  return { rate, cpu: perRequest(cpu, rate) }
}

// Events that activities has still to apply.
async function unapplied(bench) {
  const answer = await (await fetch(`${bench.suite.natsMonitorUrl}/jsz?streams=1&consumers=1`)).json()
  const stream = answer.account_details[0].stream_detail.find(({ name }) => name === 'LEADS')
  const consumer = stream.consumer_detail.find(({ name }) => name === 'activities')
  return consumer.num_pending + consumer.num_ack_pending
}

// Waits until everything has been published and applied; the seconds it took.
export async function settle(bench, seconds = 60) {
  const from = performance.now()
  for (;;) {
    const [[outbox]] = await bench.suite.sql('SELECT count(*) FROM leads.outbox')
    const left = Number(outbox) || await unapplied(bench)
    if (left === 0) return (performance.now() - from) / 1000
    if (performance.now() - from > seconds * 1000) throw new Error(`not settled after ${seconds} s: ${left} events behind`)
    await sleep(50)
  }
}

// Runs each of the functions in turn, round after round; a first, short one warms up. Lists of results by name.
export async function interleave(bench, runs, after = async () => {}) {
  const results = Object.fromEntries(Object.keys(runs).map((name) => [name, []]))
  for (let round = -1; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(runs)) {
      const result = await run({ seconds: round < 0 ? 1 : SECONDS, round: round + 1 })
      await after(name)
      if (round >= 0) results[name].push(result)
    }
  }
  return results
}

export const ratio = (ours, theirs) => median(ours.map((result, i) => result.rate / theirs[i].rate))
export const rate = (results) => median(results.map((result) => result.rate))
export const cpu = (results, group) => median(results.map((result) => result.cpu[group] ?? 0))
