// API-02: from the commit of a change to its message at each of many open streams (BENCH_STREAMS; 10,000, or 1,000 when it is
// quick), of an API key each eight; and what a stream costs the gateway. So many need `ulimit -n` of some more, here and there.
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { live } from '../lib/live.mjs'
import { administrator, apiKey, grant, person, soon } from '../lib/people.mjs'
import { QUICK, median, processes, pss } from './measure.mjs'

const STREAMS = Number(process.env.BENCH_STREAMS ?? (QUICK ? 1000 : 10_000)), PER_KEY = 8, ROUNDS = QUICK ? 20 : 50, AT_ONCE = 10

const quantile = (list, q) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))]

// The keys of one person, each known to the gateway.
async function makeKeys(suite, n) {
  const scopes = grant('leads.lead')
  const one = await person(suite, { grants: [...scopes, ...grant('identity.api_key')] })
  const keys = []
  await soon(() => one.get('/leads?limit=1'))
  const make = async () => {
    while (keys.length < n) {
      const at = keys.push(undefined) - 1
      keys[at] = await apiKey(one, { scopes })
      await soon(() => keys[at].get('/leads?limit=1'))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, make))
  return { one, keys }
}

export async function rowsOfLive(bench) {
  if (!bench.wants('API-02')) return
  const { suite } = bench
  const memory = () => pss(processes(suite).gateway)
  await administrator(suite)
  const { one, keys } = await makeKeys(suite, Math.ceil(STREAMS / PER_KEY))
  const agent = new Agent({ keepAlive: false })
  const streams = [], before = memory()
  for (const key of keys) {
    const open = () => live(suite.url, { token: key.token, modules: ['leads.lead'], agent })
    streams.push(...await Promise.all(Array.from({ length: Math.min(PER_KEY, STREAMS - streams.length) }, open)))
  }
  const each = (memory() - before) / STREAMS
  const all = [], last = []
  for (let i = 0; i < ROUNDS; i++) {
    const lead = await one.create('leads', { name: `Prospecto ${i}` })
    const told = await Promise.all(streams.map((stream) => stream.until('told', ({ id }) => id === lead.id, { timeout: 60_000, from: i })))
    const [[commit]] = await suite.sql(`SELECT 1000 * extract(epoch FROM pg_xact_commit_timestamp(xmin)) FROM leads.event
      WHERE record = '${lead.id}' AND version = 1`)
    const after = told.map(({ at }) => performance.timeOrigin + at - Number(commit))
    all.push(...after)
    last.push(Math.max(...after))
    await sleep(300 + 200 * Math.random())
  }
  for (const stream of streams) stream.close()
  bench.report.goal({ row: 'API-02', what: `commit of a change to its message at each of ${STREAMS} live streams of ${keys.length} keys, p99 ms`,
    ours: quantile(all, 0.99), value: quantile(all, 0.99), atMost: STREAMS > 1000 ? 3000 : 1000 })
  bench.report.note(`API-02: ${ROUNDS} changes; p50 ${quantile(all, 0.5).toFixed(1)} ms, p99 ${quantile(all, 0.99).toFixed(1)} ms; the last stream of all ` +
    `p50 ${median(last).toFixed(1)} ms (one node process reads them all); ${each.toFixed(1)} kB of the gateway a stream`)
}
