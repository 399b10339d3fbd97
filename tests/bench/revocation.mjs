// USER-01: from the word that takes a right away to the first refusal, and to the last answer that was still given.
import { setTimeout as sleep } from 'node:timers/promises'
import { administrator, grant, person, soon } from '../lib/people.mjs'
import { Rest } from '../lib/rest.mjs'
import { QUICK } from './measure.mjs'

const ROUNDS = QUICK ? 20 : 100
const GATEWAYS = ['gateway', 'gateway-2'], REPLICAS = ['leads', 'leads-2']

const quantile = (list, q) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))]

// Asks in a closed loop until it is told to end; notes when each answer that was still given had begun.
function reader(url, token, path) {
  const rest = new Rest(url, token)
  const state = { first: undefined, last: 0, over: false }
  state.ended = (async () => {
    while (!state.over) {
      const began = performance.now()
      const { status } = await rest.call('GET', path)
      if (status === 200) state.last = began
      else if (status === 403) state.first ??= performance.now()
    }
  })()
  return state
}

async function epochOf(suite, daemon) {
  const text = await (await fetch(`${suite.adminUrls[daemon]}/metrics`)).text()
  return Number(/^cauce_authz_epoch (\d+)$/m.exec(text)[1])
}

// When the replica's generation has everything up to the epoch, whoever asks it.
async function reached(suite, daemon, epoch) {
  while (await epochOf(suite, daemon) < epoch) await sleep(1)
  return performance.now()
}

export async function rowsOfRevocation(bench) {
  if (!bench.wants('USER-01')) return
  const { suite } = bench
  suite.environment.CAUCE_REPLICAS = 'leads=2,gateway=2'
  await suite.run()
  await suite.ready()
  const admin = await administrator(suite)
  const one = await person(suite, { grants: grant('leads.lead', 'see', 'create') })
  const lead = await soon(() => one.create('leads', { name: 'Propio' }))
  const path = `/leads/${lead.id}`
  const first = [], last = [], inForce = []
  let profile = await admin.get(`/profiles/${one.user.profile}`)
  for (let i = 0; i < ROUNDS; i++) {
    for (const url of suite.urls.slice(0, 2)) await soon(() => new Rest(url, one.token).get(path))
    const readers = suite.urls.slice(0, 2).map((url) => reader(url, one.token, path))
    await sleep(20 + 30 * Math.random())
    const said = performance.now()
    profile = await admin.change('profiles', profile, { grants: [] })
    const [[epoch]] = await suite.sql(`SELECT max(seq) FROM identity.event WHERE module = 'profile'`)
    inForce.push(...(await Promise.all(REPLICAS.map((daemon) => reached(suite, daemon, Number(epoch))))).map((at) => at - said))
    while (readers.some((state) => state.first === undefined)) await sleep(1)
    await sleep(50)
    for (const state of readers) state.over = true
    await Promise.all(readers.map((state) => state.ended))
    for (const state of readers) {
      first.push(state.first - said)
      last.push(state.last - said)
    }
    profile = await admin.change('profiles', profile, { grants: grant('leads.lead', 'see', 'create') })
  }
  const goal = (what, list) => bench.report.goal({ row: 'USER-01', what: `${what}, p99 ms`, ours: quantile(list, 0.99),
    value: quantile(list, 0.99), atMost: 1000 })
  goal(`a right is taken away: first refusal at each of ${GATEWAYS.length} gateways`, first)
  goal(`the last request that was still answered, over ${REPLICAS.length} replicas of leads`, last)
  bench.report.note(`USER-01: ${ROUNDS} times; first refusal p50 ${quantile(first, 0.5).toFixed(1)} ms, the last answer p50 ` +
    `${quantile(last, 0.5).toFixed(1)} ms, max ${Math.max(...last).toFixed(1)} ms; in force at every replica, whatever it is asked with, ` +
    `p50 ${quantile(inForce, 0.5).toFixed(1)} ms, p99 ${quantile(inForce, 0.99).toFixed(1)} ms (read with psql and /metrics)`)
}
