// Other sites: those that the operator names may call the API with a token, nobody with a cookie.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client, cookieOf } from '../lib/client.mjs'
import { signIn } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

const SITE = 'https://sitio.example', OTHER = 'https://otro.example:8443'
const STRANGERS = ['https://malo.example', 'http://sitio.example', 'https://sitio.example:444', 'https://sitio.example.malo.example', 'https://sub.sitio.example',
  'https://sitio.exampl', 'HTTPS://SITIO.EXAMPLE', `${SITE} ${OTHER}`, `${SITE}/`, 'null', '*', 'file://']
let suite, rest, client
before(async () => {
  suite = await startSuite({ replicas: { gateway: 2 }, daemonEnv: { gateway: { CAUCE_CORS_ORIGINS: `${SITE} ${OTHER}` } } })
  rest = await signIn(suite)
  client = new Client(suite.url)
})
after(async () => {
  client?.close()
  await suite?.stop()
})

const list = (text) => (text ?? '').split(',').map((item) => item.trim()).filter(Boolean)
const open = (headers) => Object.keys(headers).filter((name) => name.startsWith('access-control-'))
const preflight = (origin, path = '/leads', method = 'POST') => client.send('OPTIONS', path, { headers: {
  origin, 'access-control-request-method': method, 'access-control-request-headers': 'authorization,content-type,if-match' } })

test('a preflight of a named site is told what it may send', async () => {
  for (const origin of [SITE, OTHER]) {
    const { status, headers, text } = await preflight(origin)
    assert.deepEqual([status, text], [204, ''])
    assert.equal(headers['access-control-allow-origin'], origin)
    assert.deepEqual(list(headers['access-control-allow-methods']).sort(), ['GET', 'HEAD', 'OPTIONS', 'POST'])
    for (const name of ['Authorization', 'Content-Type', 'If-Match', 'Idempotency-Key', 'traceparent']) assert.ok(list(headers['access-control-allow-headers']).includes(name), name)
    assert.ok(Number(headers['access-control-max-age']) > 0)
    assert.ok(list(headers.vary).includes('Origin'))
    assert.equal(headers['access-control-allow-credentials'], undefined)
  }
  assert.deepEqual(list((await preflight(SITE, `/leads/${crypto.randomUUID()}`, 'PATCH')).headers['access-control-allow-methods']).sort(), ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH'])
})

test('its requests by token are answered so that it can read them, whatever the answer', async () => {
  const auth = { origin: SITE, authorization: `Bearer ${rest.token}` }
  for (const [status, method, path, headers, body] of [
    [200, 'GET', '/leads', auth], [201, 'POST', '/leads', auth, { name: 'De otro sitio' }], [404, 'GET', `/leads/${crypto.randomUUID()}`, auth],
    [401, 'GET', '/leads', { origin: SITE }], [422, 'POST', '/leads', auth, { nope: 1 }], [405, 'PUT', '/leads', auth, {}],
  ]) {
    const answer = await client.send(method, path, { headers, body })
    assert.equal(answer.status, status, answer.text)
    assert.equal(answer.headers['access-control-allow-origin'], SITE)
    assert.ok(list(answer.headers['access-control-expose-headers']).includes('ETag'))
    assert.ok(list(answer.headers.vary).includes('Origin'))
    assert.equal(answer.headers['access-control-allow-credentials'], undefined)
  }
})

test('sites that are not named get nothing', async () => {
  for (const origin of STRANGERS) {
    for (const answer of [await preflight(origin), await client.send('GET', '/leads', { headers: { origin, authorization: `Bearer ${rest.token}` } })]) {
      assert.deepEqual(open(answer.headers), [], origin)
      assert.ok(list(answer.headers.vary).includes('Origin'))
    }
  }
})

test('where no site is named none gets anything', async () => {
  const closed = new Client(suite.urls[1])
  assert.deepEqual(open((await closed.send('OPTIONS', '/leads', { headers: { origin: SITE, 'access-control-request-method': 'GET' } })).headers), [])
  assert.deepEqual(open((await closed.send('GET', '/session', { headers: { origin: SITE } })).headers), [])
  closed.close()
})

test('a cookie is of no use from another site, a named one too', async () => {
  const cookie = `__Host-cauce=${cookieOf(await client.signIn(suite.email, suite.password))}`
  for (const origin of [SITE, STRANGERS[0]]) {
    const write = await client.send('POST', '/leads', { body: { name: 'Ajeno' }, headers: { cookie, origin, 'x-cauce': '1' } })
    assert.deepEqual([write.status, write.body.code], [403, 'cross_site'])
    const read = await client.send('GET', '/session', { headers: { cookie, origin } })
    assert.equal(read.headers['access-control-allow-credentials'], undefined) // no browser gives it to the site
  }
  assert.ok(!list((await preflight(SITE)).headers['access-control-allow-headers']).includes('X-Cauce'))
  assert.deepEqual((await rest.get('/leads?q=Ajeno')).items, [])
})
