// A whole run: a suite with two gateways and two replicas of leads and activities, clients at work, the planned faults
// one after another, then quiet. Returns what the checks need.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { inject } from './inject.mjs'
import { Ledger } from './ledger.mjs'
import { faultName, planFaults, REPLICAS } from './plan.mjs'
import { Rng } from './rng.mjs'
import { Follower } from './stream.mjs'
import { Workload } from './workload.mjs'

export const READY_LIMIT_MS = 15_000
const PROBE_LIMIT_MS = 30_000
const QUIET_LIMIT_MS = 60_000

// Pids of all parts; `but` those that are being harmed.
function pids(suite, but = []) {
  return new Map(suite.parts().filter((part) => !but.includes(part)).map((part) => [part, suite.pid(part)]))
}

async function allReady(suite, since) {
  const left = new Set(Object.keys(suite.adminUrls))
  for (;;) {
    await Promise.all([...left].map(async (daemon) => {
      const good = await fetch(`${suite.adminUrls[daemon]}/readyz`, { signal: AbortSignal.timeout(500) })
        .then((response) => response.ok, () => false)
      if (good) left.delete(daemon)
    }))
    const took = performance.now() - since
    if (left.size === 0 || took > PROBE_LIMIT_MS) return { took, left: [...left] }
    await sleep(25)
  }
}

// One step of the plan: { name, ready, shown, left, ended } ; ended: parts that ended though nobody had harmed them.
async function doStep(suite, work, step) {
  const harmed = step.faults.map((fault) => fault.part)
  const before = pids(suite, harmed)
  const backs = await Promise.all(step.faults.map(async (fault, i) => {
    await sleep(i * step.apart)
    return inject(suite, fault)
  }))
  const since = Math.max(...backs)
  const [daemons, probe] = await Promise.all([allReady(suite, since), work.probe(since, PROBE_LIMIT_MS)])
  const after = pids(suite, harmed)
  const ended = [...before.keys()].filter((part) => before.get(part) !== after.get(part))
  return { name: step.faults.map(faultName).join(' + '), ready: Math.max(daemons.took, probe.ready), shown: probe.shown, left: daemons.left, ended }
}

async function outboxes(suite) {
  const schemas = await suite.sql("SELECT schemaname FROM pg_tables WHERE tablename = 'outbox' ORDER BY 1")
  const sql = schemas.map(([schema]) => `SELECT '${schema}', count(*) FROM ${schema}.outbox`).join(' UNION ALL ')
  return (await suite.sql(sql)).filter(([, n]) => n !== '0')
}

// Every durable of every stream has had all and has acknowledged all.
async function consumersBehind(suite) {
  const answer = await fetch(`${suite.natsMonitorUrl}/jsz?consumers=true`).then((response) => response.json())
  return answer.account_details.flatMap((account) => account.stream_detail ?? []).flatMap((stream) =>
    (stream.consumer_detail ?? []).filter((consumer) => consumer.num_pending + consumer.num_ack_pending > 0)
      .map((consumer) => `${stream.name}/${consumer.name}: ${consumer.num_pending} + ${consumer.num_ack_pending}`))
}

async function quiet(suite) {
  const began = performance.now()
  for (;;) {
    const left = [...await outboxes(suite), ...await consumersBehind(suite)]
    const took = performance.now() - began
    if (left.length === 0 || took > QUIET_LIMIT_MS) return { took, left }
    await sleep(200)
  }
}

// Lines in the daemons' logs that no fault from outside explains.
function cries(suite) {
  const bad = /AddressSanitizer|LeakSanitizer|runtime error:|Assertion|stack smashing|double free|corrupted/
  return suite.parts().flatMap((part) => {
    const folder = join(suite.folder, 'log', part)
    return readdirSync(folder).filter((name) => name === 'current' || name.startsWith('@'))
      .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
      .filter((line) => bad.test(line)).map((line) => `${part}: ${line}`)
  })
}

// say: is told each step as it happens.
export async function run(suite, { seed, faults, say }) {
  const rng = new Rng(seed)
  const ledger = new Ledger()
  const work = new Workload(suite, ledger, rng.fork())
  const followers = [new Follower('leads'), new Follower('activities')]
  await work.prepare(rng.between(16, 24))
  for (const follower of followers) await follower.start(suite)
  work.start()
  await sleep(1500)
  const steps = []
  for (const step of planFaults(seed, faults)) {
    const done = await doStep(suite, work, step)
    steps.push({ ...done, faults: step.faults })
    say(`${String(steps.length).padStart(3)}  ${done.name.padEnd(44)} ready ${ms(done.ready)}  label ${ms(done.shown)}` +
      `${done.left.length ? `  NOT READY ${done.left}` : ''}${done.ended.length ? `  ENDED ${done.ended}` : ''}`)
    await sleep(step.rest)
  }
  await work.stop()
  const settled = await quiet(suite)
  for (const follower of followers) await follower.stop()
  const signedIn = await Promise.all(work.clients.map((client) => client.certain('GET', '/session')))
  const followed = Object.fromEntries(followers.map((follower) => [follower.service, follower.events]))
  return { ledger, steps, followed, settled, cries: cries(suite), signedIn: signedIn.map((answer) => answer.status),
    clients: work.clients.length }
}

export { REPLICAS }

function ms(n) {
  return `${(n / 1000).toFixed(2)} s`.padStart(8)
}
