// USER-01: from the word that takes something away to the first refusal, and to the last request that was still
// answered.
import { setTimeout as sleep } from 'node:timers/promises'
import { administrator, grant, person, soon } from '../lib/people.mjs'
import { Rest } from '../lib/rest.mjs'
import { QUICK } from './measure.mjs'

const ROUNDS = QUICK ? 20 : 100
const REPLICAS = ['leads', 'leads-2']
const RIGHTS = grant('leads.lead', 'see', 'create')

const quantile = (list, q) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))]

// Asks in a closed loop until it is told to end; notes when the last request that was answered had begun.
function reader(url, token, path) {
  const rest = new Rest(url, token)
  const state = { first: undefined, last: 0, over: false }
  state.ended = (async () => {
    while (!state.over) {
      const began = performance.now()
      const { status } = await rest.call('GET', path)
      if (status === 200) state.last = began
      else if (status === 401 || status === 403) state.first ??= performance.now()
    }
  })()
  return state
}

// `take` once, while people ask through every gateway: milliseconds from its beginning.
async function once(urls, token, path, take) {
  for (const url of urls) await soon(() => new Rest(url, token).get(path))
  const readers = urls.map((url) => reader(url, token, path))
  await sleep(20 + 30 * Math.random())
  const said = performance.now()
  const more = await take(said)
  while (readers.some((state) => state.first === undefined)) await sleep(1)
  await sleep(50)
  for (const state of readers) state.over = true
  await Promise.all(readers.map((state) => state.ended))
  return { first: readers.map((state) => state.first - said), last: readers.map((state) => state.last - said), more }
}

// When the replica's generation has everything up to the epoch, whatever it is asked with.
async function reached(suite, daemon, epoch) {
  for (;;) {
    const text = await (await fetch(`${suite.adminUrls[daemon]}/metrics`)).text()
    if (Number(/^cauce_authz_epoch (\d+)$/m.exec(text)[1]) >= epoch) return performance.now()
    await sleep(1)
  }
}

function report(bench, what, rounds) {
  const first = rounds.flatMap((round) => round.first), last = rounds.flatMap((round) => round.last)
  bench.report.goal({ row: 'USER-01', what: `${what} is taken away: first refusal at each gateway, p99 ms`,
    ours: quantile(first, 0.99), value: quantile(first, 0.99), atMost: 1000 })
  bench.report.goal({ row: 'USER-01', what: `${what}: the last request that was still answered, any replica, p99 ms`,
    ours: quantile(last, 0.99), value: quantile(last, 0.99), atMost: 1000 })
  bench.report.note(`USER-01: ${what}, ${rounds.length} times: first refusal p50 ${quantile(first, 0.5).toFixed(1)} ms, ` +
    `last answer p50 ${quantile(last, 0.5).toFixed(1)}, max ${Math.max(...last).toFixed(1)}`)
}

export async function rowsOfRevocation(bench) {
  if (!bench.wants('USER-01')) return
  const { suite } = bench
  suite.environment.CAUCE_REPLICAS = 'leads=2,gateway=2'
  await suite.run()
  await suite.ready()
  const urls = suite.urls.slice(0, 2)
  const admin = await administrator(suite)
  const one = await person(suite, { grants: RIGHTS })
  const { id } = await soon(() => one.create('leads', { name: 'Propio' }))
  let profile = await admin.get(`/profiles/${one.user.profile}`)
  const rights = [], sessions = []
  for (let i = 0; i < ROUNDS; i++) {
    rights.push(await once(urls, one.token, `/leads/${id}`, async (said) => {
      profile = await admin.change('profiles', profile, { grants: [] })
      const [[epoch]] = await suite.sql(`SELECT max(seq) FROM identity.event WHERE module = 'profile'`)
      return Promise.all(REPLICAS.map(async (daemon) => await reached(suite, daemon, Number(epoch)) - said))
    }))
    profile = await admin.change('profiles', profile, { grants: RIGHTS })
  }
  for (let i = 0; i < ROUNDS / 2; i++) {
    const { body: { token } } = await new Rest(suite.url).want(200, 'POST', '/session', { body: { email: one.email, password: one.password } })
    sessions.push(await once(urls, token, `/leads/${id}`, () => new Rest(suite.url, token).want(204, 'DELETE', '/session')))
  }
  report(bench, 'a right', rights)
  report(bench, 'a session', sessions)
  const inForce = rights.flatMap(({ more }) => more)
  bench.report.note(`USER-01: the change is in force at each replica of leads, whatever it is asked with, after p50 ` +
    `${quantile(inForce, 0.5).toFixed(1)} ms, p99 ${quantile(inForce, 0.99).toFixed(1)} (as psql and /metrics see it)`)
}
