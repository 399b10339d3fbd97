// /metrics of every daemon: Prometheus takes it, histograms are histograms, and what an operator watches is there and moves.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { soon } from '../lib/people.mjs'
import { signIn } from '../lib/rest.mjs'
import { ROOT, startSuite } from '../lib/suite.mjs'

let suite, rest
before(async () => {
  suite = await startSuite()
  rest = await signIn(suite)
  const lead = await rest.create('leads', { name: 'Medida' })
  await rest.get(`/leads/${lead.id}`)
  await rest.get('/leads?q=med')
  await rest.call('GET', `/leads/${crypto.randomUUID()}`)
  await rest.call('GET', '/leads?nope=1')
})
after(() => suite?.stop())

const text = async (daemon) => (await fetch(`${suite.adminUrls[daemon]}/metrics`)).text()
// { name: [{ labels, value }] }
function parse(all) {
  const out = {}
  for (const line of all.trim().split('\n').filter((one) => !one.startsWith('#'))) {
    const [, name, labels, value] = /^(\w+)(?:\{(.*)\})? (-?[\d.e+]+|\+Inf)$/.exec(line) ?? assert.fail(line)
    ;(out[name] ??= []).push({ labels: Object.fromEntries([...(labels ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, key, of]) => [key, of])), value: Number(value) })
  }
  return out
}
const value = (metrics, name, labels = {}) => metrics[name]?.find((one) => Object.entries(labels).every(([key, of]) => one.labels[key] === of))?.value

test('promtool finds nothing to say about any daemon', async () => {
  for (const daemon of Object.keys(suite.adminUrls)) {
    const { status, stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], { input: await text(daemon) })
    assert.ifError(error)
    assert.deepEqual([status, `${stdout}${stderr}`], [0, ''], daemon)
  }
})

test('durations are histograms by route, method and class of status, whose buckets grow to the count', async () => {
  const http = parse(await text('gateway')), rpc = parse(await text('leads'))
  for (const [metrics, metric] of [[http, 'cauce_http_seconds'], [rpc, 'cauce_rpc_seconds']]) {
    for (const { labels, value: count } of metrics[`${metric}_count`]) {
      const buckets = metrics[`${metric}_bucket`].filter((one) => Object.entries(labels).every(([key, of]) => one.labels[key] === of))
      const bounds = buckets.map((one) => one.labels.le === '+Inf' ? Infinity : Number(one.labels.le))
      assert.deepEqual(bounds, [...bounds].sort((a, b) => a - b))
      assert.equal(bounds.at(-1), Infinity)
      for (let i = 1; i < buckets.length; i++) assert.ok(buckets[i].value >= buckets[i - 1].value)
      assert.equal(buckets.at(-1).value, count)
      assert.ok(value(metrics, `${metric}_sum`, labels) > 0)
    }
  }
  const count = (method, route, kind) => value(http, 'cauce_http_seconds_count', { method, route, class: kind })
  assert.equal(count('GET', '/leads/{id}', '2xx'), 1)
  assert.equal(count('GET', '/leads/{id}', '4xx'), 1)
  assert.equal(count('GET', '/leads', '4xx'), 1)
  assert.equal(count('POST', '/leads', '2xx'), 1)
  assert.equal(value(rpc, 'cauce_rpc_seconds_count', { method: 'lead.create', class: '2xx' }), 1)
  // What a client makes up is no name.
  for (let i = 0; i < 20; i++) await rest.call('GET', `/made-up-${i}`)
  assert.doesNotMatch(await text('gateway'), /made-up/)
})

test('what an operator watches is there', async () => {
  const wanted = {
    gateway: ['cauce_up', 'cauce_http_connections', 'cauce_http_running', 'cauce_http_refused_total', 'cauce_http_limited_total', 'cauce_authz_epoch',
      'cauce_session_epoch', 'cauce_redis_up', 'cauce_bus_timeouts_total', 'cauce_bus_reconnects_total'],
    leads: ['cauce_up', 'cauce_rpc_queued', 'cauce_rpc_running', 'cauce_rpc_busy_total', 'cauce_pg_connections', 'cauce_pg_connections_up', 'cauce_pg_busy',
      'cauce_pg_waiting', 'cauce_pg_prepared', 'cauce_slow_statements_total', 'cauce_outbox_rows', 'cauce_relay_lag_seconds', 'cauce_relay_holder',
      'cauce_consumer_lag_seconds', 'cauce_events_published_total', 'cauce_events_applied_total', 'cauce_events_parked_total', 'cauce_authz_epoch'],
  }
  wanted.activities = wanted.identity = wanted.leads
  for (const [daemon, names] of Object.entries(wanted)) {
    const metrics = parse(await text(daemon))
    for (const name of names) assert.ok(metrics[name], `${name} of ${daemon}`)
    assert.equal(value(metrics, 'cauce_up'), 1)
  }
  const leads = parse(await text('leads'))
  assert.equal(value(leads, 'cauce_pg_connections_up'), value(leads, 'cauce_pg_connections'))
  assert.ok(value(leads, 'cauce_pg_prepared') > 0)
  assert.ok(value(parse(await text('gateway')), 'cauce_live_streams') >= 0)
})

test('they move: what is written is published, applied elsewhere, and waits no longer', async () => {
  const published = value(parse(await text('leads')), 'cauce_events_published_total')
  const lead = await rest.create('leads', { name: 'Primero' })
  await soon(async () => assert.ok(value(parse(await text('leads')), 'cauce_events_published_total') > published))
  await soon(async () => assert.equal(value(parse(await text('leads')), 'cauce_outbox_rows'), 0))
  assert.equal(value(parse(await text('leads')), 'cauce_relay_holder'), 1)
  await rest.change('leads', lead, { name: 'Segundo' })
  await soon(async () => assert.ok(value(parse(await text('activities')), 'cauce_events_applied_total') > 0))
  await soon(async () => assert.equal(value(parse(await text('leads')), 'cauce_relay_lag_seconds'), 0))
})

test('the alerts are rules that Prometheus takes, about metrics that there are', async () => {
  const file = join(ROOT, 'deploy', 'alerts.yml')
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', file])
  assert.equal(status, 0, `${stdout}${stderr}`)
  const all = (await Promise.all(Object.keys(suite.adminUrls).map(text))).join('\n')
  const rules = readFileSync(file, 'utf8')
  for (const [name] of rules.matchAll(/\bcauce_\w+/g)) assert.match(all, new RegExp(`^${name}[{ ]`, 'm'), name)
})
