// API-02: from the commit of a change to its message at each of a thousand open streams, each of them of one of 250 keys.
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { live } from '../lib/live.mjs'
import { administrator, apiKey, grant, person, soon } from '../lib/people.mjs'
import { QUICK, median } from './measure.mjs'

const STREAMS = 1000, PER_KEY = 4, ROUNDS = QUICK ? 20 : 100

const quantile = (list, q) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))]

export async function rowsOfLive(bench) {
  if (!bench.wants('API-02')) return
  const { suite } = bench
  await administrator(suite)
  const scopes = grant('leads.lead')
  const one = await person(suite, { grants: [...scopes, ...grant('identity.api_key')] })
  await soon(() => one.get('/leads?limit=1'))
  const agent = new Agent({ keepAlive: false })
  const streams = []
  for (let i = 0; i < STREAMS / PER_KEY; i++) {
    const key = await apiKey(one, { scopes })
    await soon(() => key.get('/leads?limit=1'))
    const open = () => live(suite.url, { token: key.token, modules: ['leads.lead'], agent })
    streams.push(...await Promise.all(Array.from({ length: PER_KEY }, open)))
  }
  const all = [], last = []
  for (let i = 0; i < ROUNDS; i++) {
    const lead = await one.create('leads', { name: `Prospecto ${i}` })
    const told = await Promise.all(streams.map((stream) => stream.until('told', ({ id }) => id === lead.id)))
    const [[commit]] = await suite.sql(`SELECT 1000 * extract(epoch FROM pg_xact_commit_timestamp(xmin)) FROM leads.event
      WHERE record = '${lead.id}' AND version = 1`)
    const after = told.map(({ at }) => performance.timeOrigin + at - Number(commit))
    all.push(...after)
    last.push(Math.max(...after))
    await sleep(300 + 200 * Math.random())
  }
  for (const stream of streams) stream.close()
  bench.report.goal({ row: 'API-02', what: `commit of a change to its message at each of ${STREAMS} live streams of ${STREAMS / PER_KEY} keys, p99 ms`,
    ours: quantile(all, 0.99), value: quantile(all, 0.99), atMost: 1000 })
  bench.report.note(`API-02: ${ROUNDS} changes; p50 ${quantile(all, 0.5).toFixed(1)} ms, p99 ${quantile(all, 0.99).toFixed(1)} ms; the last stream of all ` +
    `p50 ${median(last).toFixed(1)} ms (one node process reads them all)`)
}
