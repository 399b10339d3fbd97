// Every address of the API and of the web client: the security headers on whatever it answers, and HEAD, OPTIONS and 405 as its
// document says what it takes.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Raw } from '../lib/raw.mjs'
import { signIn } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

const VERBS = ['get', 'post', 'put', 'patch', 'delete']
let suite, rest, addresses
before(async () => {
  suite = await startSuite()
  rest = await signIn(suite)
  const { paths } = await rest.get('/openapi.json')
  addresses = Object.entries(paths).map(([path, item]) => ({
    path: path.replace(/^\/api\/v1/, '').replace('{service}', 'leads').replace('{number}', '999999').replace(/\{\w+\}/g, crypto.randomUUID()), template: path, takes: VERBS.filter((verb) => item[verb]), get: item.get,
  }))
})
after(() => suite?.stop())

const API = "default-src 'none'; frame-ancestors 'none'"
function secured({ headers }, what, policy = API) {
  const one = (name) => (headers.get ? headers.get(name) : headers[name])
  assert.equal(one('x-content-type-options'), 'nosniff', what)
  assert.equal(one('referrer-policy'), 'same-origin', what)
  assert.match(one('permissions-policy') ?? '', /camera=\(\).*microphone=\(\)/, what)
  assert.equal(one('cross-origin-opener-policy'), 'same-origin', what)
  assert.equal(one('cross-origin-resource-policy'), 'same-origin', what)
  const csp = one('content-security-policy')
  if (policy instanceof RegExp) assert.match(csp ?? '', policy, what)
  else assert.equal(csp, policy, what)
  assert.match(csp, /frame-ancestors 'none'/, what)
  assert.ok(!one('server'), what)
}

// What streams without an end, or ends at another site.
const open = ({ template }) => /\/(live|events|stream|oidc)/.test(template)

describe('the security headers', () => {
  test('of every address, signed in and not, done and refused', async () => {
    assert.ok(addresses.length > 50, `${addresses.length} addresses`)
    for (const address of addresses) {
      // A page, a file of somebody's, and all the rest.
      const policy = address.template.endsWith('/docs') ? /^default-src 'none'.*style-src/ : /\/(export|files?)\b/.test(address.template) ? new RegExp(`^${API}(; sandbox)?$`) : API
      if (address.takes.includes('get') && !open(address)) secured(await rest.call('GET', address.path), `GET ${address.path}`, policy)
      for (const verb of VERBS) secured(await rest.call(verb.toUpperCase(), `${address.path}?nope=1`, { token: '' }), `${verb} ${address.path}`, address.template.endsWith('/docs') ? /default-src 'none'/ : API)
      secured(await rest.call('OPTIONS', address.path), `OPTIONS ${address.path}`)
      secured(await rest.call('PURGE', address.path), `PURGE ${address.path}`)
    }
  })

  test('of the web client: its page, its files, what it has not, what it does not take', async () => {
    const page = await fetch(suite.url)
    const text = await page.text()
    const PAGE = /^default-src 'self';.*object-src 'none'; base-uri 'self'/
    secured(page, '/', PAGE)
    assert.doesNotMatch(page.headers.get('content-security-policy'), /script-src|unsafe-eval|\*/)
    const files = [...text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path)
    assert.ok(files.length > 0)
    for (const path of [...files, '/leads/some/page']) secured(await fetch(suite.url + path), path, PAGE)
    for (const path of ['/none.js', '/assets/']) secured(await fetch(suite.url + path), path, /default-src '(none|self)'/)
    secured(await fetch(suite.url, { method: 'POST' }), 'POST /')
    secured(await fetch(`${suite.url}/api`, { redirect: 'manual' }), '/api')
  })

  test('of what is refused before it has an address', async () => {
    for (const text of ['nonsense\r\n\r\n', 'GET / HTTP/1.0\r\n\r\n', `GET /api/v1/leads HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 'GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n']) {
      const raw = await Raw.open(suite.url)
      raw.send(text)
      const [answer] = await raw.wait(1)
      assert.ok(answer.status >= 400)
      secured(answer, text.slice(0, 40))
      raw.close()
    }
  })
})

describe('methods', () => {
  const allowed = (answer) => answer.headers.get('allow').split(', ').sort()

  test('OPTIONS says what the document says; 405 says the same', async () => {
    for (const { path, template, takes } of addresses) {
      const options = await rest.call('OPTIONS', path)
      assert.equal(options.status, 204, template)
      const told = allowed(options)
      const verbs = takes.map((verb) => verb.toUpperCase())
      assert.deepEqual(verbs.filter((verb) => !told.includes(verb)), [], template)
      // What the system makes by itself is forbidden to write: 403, not 405.
      if (!/sessions|accesses/.test(template)) assert.deepEqual(told.filter((verb) => !['HEAD', 'OPTIONS', ...verbs].includes(verb)), [], template)
      assert.ok(told.includes('OPTIONS'), template)
      if (!takes.includes('get')) assert.ok(!told.includes('HEAD'), template)
      for (const verb of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PURGE'].filter((one) => !told.includes(one))) {
        const answer = await rest.call(verb, path)
        assert.deepEqual([answer.status, answer.body?.code], [405, 'method_not_allowed'], `${verb} ${template}`)
        assert.deepEqual(allowed(answer), told, `${verb} ${template}`)
      }
    }
  })

  test('HEAD answers as GET without the body, and is refused where it is not among the methods', async () => {
    for (const address of addresses.filter(({ takes }) => takes.includes('get'))) {
      const heads = allowed(await rest.call('OPTIONS', address.path)).includes('HEAD')
      if (!heads) {
        assert.equal((await rest.call('HEAD', address.path)).status, 405, address.template)
        continue
      }
      if (open(address)) continue
      const [get, head] = [await rest.call('GET', address.path), await rest.call('HEAD', address.path)]
      assert.equal(head.status, get.status, address.template)
      assert.equal(head.text, '')
      for (const name of ['content-type', 'etag', 'cache-control']) assert.equal(head.headers.get(name), get.headers.get(name), `${name} of ${address.template}`)
    }
  })
})
