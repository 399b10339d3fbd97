// How often somebody may ask, by address, by person and by API key; and whose address counts behind a proxy.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from '../lib/client.mjs'
import { apiKey, grant, person } from '../lib/people.mjs'
import { Rest } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

const ADDRESS = 12, USER = 8, KEY = 5
let suite, ana, beto, key
const clients = []
before(async () => {
  suite = await startSuite({
    replicas: { gateway: 3 },
    daemonEnv: {
      'gateway-2': { CAUCE_LIMIT_ADDRESS: `${ADDRESS}/3600`, CAUCE_TRUSTED_PROXIES: '127.0.0.9, 127.0.1.0/24' },
      'gateway-3': { CAUCE_LIMIT_USER: `${USER}/3`, CAUCE_LIMIT_KEY: `${KEY}/3600` },
    },
  })
  ana = await person(suite, { grants: [...grant('leads.lead'), ...grant('identity.api_key')] })
  beto = await person(suite, { grants: grant('leads.lead') })
  key = await apiKey(ana, { scopes: ['leads.lead:see'] })
})
after(async () => {
  for (const client of clients) client.close()
  await suite?.stop()
})

const from = (address, url = suite.urls[1]) => {
  const client = new Client(url, { address })
  clients.push(client)
  return client
}
// RateLimit and RateLimit-Policy, read: { name, quota, window, left, reset }.
function told(headers) {
  const field = (name) => (headers.get ? headers.get(name) : headers[name]) ?? ''
  const [, name, quota, window] = /^"(\w+)";q=(\d+);w=(\d+)$/.exec(field('ratelimit-policy')) ?? []
  const [, same, left, reset] = /^"(\w+)";r=(\d+);t=(\d+)$/.exec(field('ratelimit')) ?? []
  assert.equal(name, same)
  return { name, quota: Number(quota), window: Number(window), left: Number(left), reset: Number(reset) }
}
const exhaust = async (client, headers) => {
  for (let i = 0; i < ADDRESS; i++) assert.equal((await client.send('GET', '/session', { headers })).status, 401)
}
const over = async (client, headers) => assert.equal((await client.send('GET', '/session', { headers })).status, 429)
const free = async (client, headers) => assert.equal((await client.send('GET', '/session', { headers })).status, 401)

test('an address may ask so often, then it is told how long to wait; others may go on', async () => {
  const client = from('127.0.0.2')
  await exhaust(client)
  const answer = await client.send('GET', '/session', { headers: { 'accept-language': 'en' } })
  assert.equal(answer.status, 429)
  assert.deepEqual([answer.body.code, answer.body.status, answer.headers['content-type']], ['rate_limit', 429, 'application/problem+json'])
  const { name, quota, window, left, reset } = told(answer.headers)
  assert.deepEqual([name, quota, window, left], ['address', ADDRESS, 3600, 0])
  assert.equal(Number(answer.headers['retry-after']), reset)
  assert.ok(reset >= 1 && reset <= 3600)
  assert.match(answer.body.detail, new RegExp(`\\b${reset}\\b`))
  await free(from('127.0.0.3'))
  // Nothing is done for it, even if it is signed in or writes.
  assert.equal((await client.send('GET', '/leads', { headers: { authorization: `Bearer ${ana.token}` } })).status, 429)
  assert.equal((await client.signIn(ana.email, ana.password)).status, 429)
})

test('what a client says of its address counts from trusted proxies alone', async () => {
  const liar = from('127.0.0.4'), proxy = from('127.0.0.9'), nets = from('127.0.1.7')
  const as = (text) => ({ 'x-forwarded-for': text })
  await exhaust(liar, as('198.51.100.1'))
  await over(liar, as('198.51.100.2'))
  await exhaust(proxy, as('203.0.113.5'))
  await over(proxy, as('203.0.113.5'))
  await free(proxy, as('203.0.113.6'))
  await free(proxy)
  await over(nets, as('203.0.113.5')) // the other proxy, the same client
  await over(proxy, as('203.0.113.5, 127.0.1.200')) // through both
  await over(proxy, as('198.51.100.77, 203.0.113.5')) // what the client itself had put in front
  await free(proxy, as('203.0.113.5, 198.51.100.77'))
  await exhaust(proxy, as('2001:db8::5'))
  await over(proxy, as('2001:0db8:0:0::5'))
  await free(proxy, as('2001:db8::6'))
})

test('an address that is none makes no client of its own', async () => {
  const proxy = from('127.0.1.66')
  for (let i = 0; i < ADDRESS; i++) {
    const text = ['not an address', '203.0.113.999', '', '203.0.113.5 extra', ','][i % 5]
    assert.equal((await proxy.send('GET', '/session', { headers: { 'x-forwarded-for': text } })).status, 401)
  }
  await over(proxy, { 'x-forwarded-for': 'still not' })
})

test('a person has a count of his own, told with every answer, and goes on in the next window', async () => {
  const url = suite.urls[2]
  const mine = new Rest(url, ana.token), his = new Rest(url, beto.token)
  for (;;) { // at the beginning of a window
    const { reset } = told((await mine.call('GET', '/leads')).headers)
    await sleep(reset * 1000)
    if (told((await mine.call('GET', '/leads')).headers).left === USER - 1) break
  }
  const first = told((await mine.call('GET', '/leads?limit=1')).headers)
  assert.deepEqual([first.name, first.quota, first.window, first.left], ['user', USER, 3, USER - 2])
  for (let i = USER - 3; i >= 0; i--) assert.equal(told((await mine.call('GET', '/leads?limit=1')).headers).left, i)
  const answer = await mine.call('POST', '/leads', { body: { name: 'De más' } })
  assert.deepEqual([answer.status, answer.body.code], [429, 'rate_limit'])
  assert.equal((await his.call('GET', '/leads')).status, 200)
  await sleep(Number(answer.headers.get('retry-after')) * 1000)
  assert.equal((await mine.call('GET', '/leads')).status, 200)
  assert.deepEqual((await new Rest(suite.url, ana.token).get('/leads?q=más')).items, [])
})

test('an API key has one that is not its person\'s', async () => {
  const asked = new Rest(suite.urls[2], key.token)
  for (let i = KEY - 1; i >= 0; i--) {
    const answer = await asked.call('GET', '/leads')
    assert.equal(answer.status, 200, answer.text)
    const { name, quota, window, left } = told(answer.headers)
    assert.deepEqual([name, quota, window, left], ['key', KEY, 3600, i])
  }
  assert.equal((await asked.call('GET', '/leads')).status, 429)
  assert.equal((await new Rest(suite.urls[2], beto.token).call('GET', '/leads')).status, 200)
})

test('the metrics tell who was refused', async () => {
  for (const [part, limit] of [['gateway-2', 'address'], ['gateway-3', 'user'], ['gateway-3', 'key']]) {
    const text = await (await fetch(`${suite.adminUrls[part]}/metrics`)).text()
    assert.match(text, new RegExp(`^cauce_http_limited_total\\{limit="${limit}"\\} [1-9]`, 'm'))
  }
})
