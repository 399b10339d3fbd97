// Whatever comes in, the answer is the right 4xx with its code and field, in the reader's language; nothing changes, nothing
// of the inside shows.
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { Rest, signIn } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

let suite, rest, lead, rows, pids
before(async () => {
  suite = await startSuite()
  rest = await signIn(suite)
  lead = await rest.create('leads', { name: 'Intacta', tax_id: '800197268', id_type: 'nit' })
  rows = await contents()
  pids = suite.parts().map((part) => suite.pid(part))
})
after(async () => {
  try {
    assert.deepEqual(await contents(), rows, 'something changed')
    assert.deepEqual(suite.parts().map((part) => suite.pid(part)), pids, 'something ended')
  } finally {
    await suite?.stop()
  }
})

// How many rows each table of the modules has, and how far versions went. That somebody tried to sign in is logged.
const contents = () => suite.sql(['leads.lead', 'activities.task', 'identity.person'].map((table) =>
  `SELECT '${table}', count(*), sum(version) FROM ${table}`).concat(['leads', 'activities', 'identity'].flatMap((schema) =>
  ['event', 'idem', 'custom_field', 'job'].map((table) => `SELECT '${schema}.${table}', count(*), 0 FROM ${schema}.${table}${
    table === 'event' ? " WHERE module NOT IN ('access', 'user_session')" : ''}`))).join(' UNION ALL '))

const INSIDE = /\b(SELECT|INSERT|UPDATE|FROM|WHERE)\b|\bpg_|libpq|\.[ch]:\d|0x[0-9a-f]{6}|\/(tmp|work|home|usr)\/|relation |constraint|nats:|sql|\{\d\}/

// One bad request, asked in both languages.
async function refused(status, code, field, method, path, options = {}) {
  const texts = {}
  for (const [lang, accept] of [['es', 'es-CO,es;q=0.9,en;q=0.5'], ['en', 'en-GB,en;q=0.8']]) {
    const answer = await (options.rest ?? rest).call(method, path, { ...options, headers: { ...options.headers, 'accept-language': accept } })
    const what = `${method} ${path.slice(0, 80)}: ${answer.status} ${answer.text}`
    assert.equal(answer.status, status, what)
    assert.equal(answer.headers.get('content-type'), 'application/problem+json', what)
    assert.deepEqual([answer.body.status, answer.body.code], [status, code], what)
    if (field !== undefined) assert.deepEqual(answer.body.errors.map(({ pointer }) => pointer), field === null ? [] : [field].flat(), what)
    assert.doesNotMatch(answer.text, INSIDE)
    texts[lang] = answer.body.detail
  }
  // Of a request whose head is too large nobody has read the language.
  if (![414, 431].includes(status)) assert.notEqual(texts.es, texts.en)
}

const bytes = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)))
const post = (body, headers) => ['POST', '/leads', { body, headers }]
const patch = (version, body = { name: 'x' }) => ['PATCH', `/leads/${lead.id}`, { body, headers: { 'if-match': version } }]
const nest = (depth, inner, wrap) => (depth === 0 ? inner : wrap(nest(depth - 1, inner, wrap)))

describe('bodies that are not JSON', () => {
  for (const [name, body, field = null] of [
    ['cut off', '{"name":"a"'], ['empty', ''], ['bytes after it', '{"name":"a"} x'], ['a comma too many', '{"name":"a",}'], ['single quotes', "{'name':1}"],
    ['invalid UTF-8', bytes('{"name":"', [0xc3, 0x28], '"}')], ['an overlong form', bytes('{"name":"', [0xc0, 0xaf], '"}')],
    ['a NUL byte', bytes('{"name":"a', [0], 'b"}')], ['an escaped NUL', '{"name":"a\\u0000b"}'], ['a lone surrogate', '{"name":"\\ud800"}'],
    ['a key twice', '{"name":"a","name":"b"}', '/name'], ['a custom key twice', '{"custom":{"a":1,"a":2}}', '/custom/a'],
    ['a hundred thousand brackets', '['.repeat(100_000)], ['deep objects', nest(500, '1', (inner) => `{"custom":${inner}}`)],
    ['NaN', '{"score":NaN}'], ['a number with a leading zero', '{"score":01}'],
  ]) test(name, () => refused(400, 'bad_json', field, ...post(body)))
})

describe('values of another kind', () => {
  for (const [body, field] of [
    [{ name: 5 }, '/name'], [{ score: '5' }, '/score'], ['{"score":1.5}', '/score'], ['{"score":1e400}', '/score'], [{ needs_visit: 'true' }, '/needs_visit'],
    [{ custom: 5 }, '/custom'], [{ custom: [] }, '/custom'], [{ owner: 5 }, '/owner'], [{ consent_at: 5 }, '/consent_at'], [{ latitude: true }, '/latitude'],
    [{ custom: { a: { b: 1 } } }, '/custom/a'], [[1], null], ['null', null], ['"x"', null],
  ]) test(JSON.stringify(body), () => refused(422, 'wrong_type', field, ...post(typeof body === 'string' ? body : JSON.stringify(body))))
})

describe('values that do not fit', () => {
  for (const [code, body, field] of [
    ['unknown_field', { nombre: 'a' }, '/nombre'], ['unknown_field', { custom: { nope: 1 } }, '/custom/nope'], ['unknown_field', { '': 1 }, '/'],
    ['too_long', { name: 'ñ'.repeat(201) }, '/name'], ['too_long', { interest_detail: 'x'.repeat(4001) }, '/interest_detail'],
    ['out_of_range', '{"score":9223372036854775808}', '/score'], ['out_of_range', `{"score":${'9'.repeat(50_000)}}`, '/score'],
    ['invalid_field', { latitude: '1e999' }, '/latitude'], ['invalid_field', { consent_at: '2026-02-30T00:00:00Z' }, '/consent_at'],
    ['invalid_field', { name: 'a\u0007b' }, '/name'], ['not_an_option', { stage: '<script>' }, '/stage'], ['tax_id_digit', { id_type: 'nit', tax_id: '800197268-1' }, '/tax_id'],
    ['invalid_field', { owner: "' OR 1=1 --" }, '/owner'], ['reference', { owner: '00000000-0000-7000-8000-000000000000' }, '/owner'],
  ]) test(`${code}: ${JSON.stringify(body).slice(0, 50)}`, () => refused(422, code, field, ...post(typeof body === 'string' ? body : body)))
  test('several at once', () => refused(422, 'wrong_type', ['/name', '/score', '/foo'], ...post({ name: 1, score: 'x', foo: 2 })))
})

describe('limits', () => {
  test('a body over 1 MB', () => refused(413, 'too_large', null, ...post(JSON.stringify({ name: 'x'.repeat(1 << 20) }))))
  test('an address over 8 KB', () => refused(414, 'uri_too_long', null, 'GET', `/leads?q=${'x'.repeat(9000)}`))
  test('headers over 16 KB', () => refused(431, 'headers_too_large', null, 'GET', '/leads', { headers: { 'x-a': 'y'.repeat(20_000) } }))
  test('a filter that is too deep', () => refused(400, 'bad_filter', 'filter', 'POST', '/leads/search',
    { body: { filter: nest(12, { field: 'name', op: 'filled' }, (not) => ({ not })) } }))
  test('a filter with too many parts', () => refused(422, 'too_long', '/filter/any', 'POST', '/leads/search',
    { body: { filter: { any: Array(101).fill({ field: 'name', op: 'filled' }) } } }))
  for (const n of [301, 1000]) {
    test(`a filter of ${n} values`, () => refused(400, 'bad_filter', 'filter', 'POST', '/leads/search',
      { body: { filter: { field: 'score', op: 'in', values: Array.from({ length: n }, (_, i) => String(i)) } } }))
  }
  test('many conditions of many values are not too many', () => rest.want(200, 'POST', '/leads/search',
    { body: { filter: { any: Array.from({ length: 9 }, () => ({ field: 'score', op: 'in', values: Array.from({ length: 40 }, (_, i) => String(i)) })) } } }))
})

describe('headers', () => {
  test('another content type', () => refused(415, 'media_type', 'Content-Type', ...post('{}', { 'content-type': 'text/plain' })))
  test('a file that is not CSV', () => refused(415, 'media_type', 'Content-Type', 'POST', '/leads/import', { body: '{}' }))
  test('no If-Match', () => refused(428, 'precondition_required', undefined, 'PATCH', `/leads/${lead.id}`, { body: {} }))
  for (const etag of ['1', 'W/"1"', '*', '"1", "2"', '"x"', '""', '"99999999999999999999"']) {
    test(`If-Match: ${etag}`, () => refused(400, 'bad_request', 'If-Match', ...patch(etag)))
  }
  for (const etag of ['"0"', '"99"', '"-1"']) test(`If-Match: ${etag}`, () => refused(412, 'stale', undefined, ...patch(etag)))
  test('a stale version, to delete', () => refused(412, 'stale', undefined, 'DELETE', `/leads/${lead.id}`, { headers: { 'if-match': '"7"' } }))
  test('an idempotency key that is too long', () => refused(422, 'too_long', 'Idempotency-Key', ...post({}, { 'idempotency-key': 'x'.repeat(201) })))
  test('an idempotency key with a tab', () => refused(400, 'bad_request', 'Idempotency-Key', ...post({}, { 'idempotency-key': 'a\tb' })))
})

describe('addresses', () => {
  const unknown = '01a1ffc7-c72a-7319-aa03-942d25fa0e11'
  for (const [method, path] of [['GET', '/leads/zz'], ['GET', `/leads/${unknown}`], ['GET', '/nope'], ['GET', '/leads/a/b/c/d/e/f/g'], ['GET', '/leads/jobs/zz'],
    ['GET', `/leads/jobs/${unknown}`], ['POST', `/leads/${unknown}/restore`], ['GET', `/leads/${unknown}/history`], ['GET', `/tasks/${unknown}`]]) {
    test(`${method} ${path}`, () => refused(404, 'not_found', null, method, path))
  }
  test('a lead as a task', () => refused(404, 'not_found', null, 'GET', `/tasks/${lead.id}`))
  for (const query of ['%ZZ', 'a%00b', '%ff', '%']) test(`?name=${query}`, () => refused(400, 'bad_request', undefined, 'GET', `/leads?name=${query}`))
  test('a NUL in the path', () => refused(400, 'bad_request', undefined, 'GET', '/leads%00'))
  for (const [method, path, allow] of [['PUT', '/leads', 'GET, POST, HEAD, OPTIONS'], ['FOO', '/leads', 'GET, POST, HEAD, OPTIONS'], ['POST', '/metadata', 'GET, HEAD, OPTIONS'],
    ['PUT', '/session', 'GET, POST, DELETE, HEAD, OPTIONS'], ['DELETE', '/leads/count', 'GET, HEAD, OPTIONS'], ['GET', '/leads/search', 'POST, OPTIONS']]) {
    test(`${method} ${path}`, async () => {
      await refused(405, 'method_not_allowed', null, method, path)
      assert.equal((await rest.call(method, path)).headers.get('allow'), allow)
    })
  }
})

describe('who is not signed in', () => {
  const nobody = (options) => ({ ...options, rest: new Rest(suite.url) })
  for (const [method, path] of [['GET', '/leads'], ['POST', '/leads'], ['GET', '/metadata'], ['GET', '/cities'], ['PUT', '/leads'], ['GET', '/nope'], ['GET', '/session'],
    ['DELETE', '/session'], ['POST', '/leads/import'], ['GET', `/users`]]) {
    test(`${method} ${path}`, () => refused(401, 'sign_in', null, method, path, nobody(method === 'POST' ? { body: {} } : {})))
  }
  for (const token of ['x', 'ñ', 'A'.repeat(43), 'A'.repeat(500), "' OR 1=1"]) {
    test(`with the token ${token.slice(0, 10)}`, () => refused(401, 'sign_in', null, 'GET', '/leads', { headers: { authorization: `Bearer ${encodeURI(token)}` }, ...nobody() }))
  }
  test('with a wrong password', () => refused(401, 'bad_credentials', null, 'POST', '/session', nobody({ body: { email: suite.email, password: 'x' } })))
  test('as nobody known', () => refused(401, 'bad_credentials', null, 'POST', '/session', nobody({ body: { email: 'x@x.co', password: 'x' } })))
  test('with what is no password', () => refused(422, 'wrong_type', '/password', 'POST', '/session', nobody({ body: { email: suite.email, password: {} } })))
})

describe('another site, with the cookie', () => {
  const by = (headers) => ['POST', '/leads', { body: { name: 'x' }, rest: new Rest(suite.url), headers: { cookie: `__Host-cauce=${rest.token}`, ...headers } }]
  test('without X-Cauce', () => refused(403, 'cross_site', 'X-Cauce', ...by({})))
  for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1', 'http://127.0.0.1.evil.example']) {
    test(`from ${origin}`, () => refused(403, 'cross_site', 'Origin', ...by({ 'x-cauce': '1', origin })))
  }
  test('reading needs neither', async () => {
    const answer = await new Rest(suite.url).want(200, 'GET', `/leads/${lead.id}`, { headers: { cookie: `__Host-cauce=${rest.token}` } })
    assert.equal(answer.body.name, 'Intacta')
  })
})

describe('what is no HTTP', () => {
  const say = (text) => new Promise((resolve) => {
    const { hostname, port } = new URL(suite.url)
    const socket = connect(Number(port), hostname, () => socket.write(text))
    let answer = ''
    socket.setEncoding('utf8').setTimeout(3000, () => socket.destroy())
    socket.on('data', (data) => { answer += data })
    socket.on('error', () => {}).on('close', () => resolve(answer))
  })
  const head = () => `Host: x\r\nAuthorization: Bearer ${rest.token}\r\nContent-Type: application/json\r\n`
  for (const [name, status, text] of [
    ['two lengths', 400, () => `POST /api/v1/leads HTTP/1.1\r\n${head()}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
    ['length and chunks', 400, () => `POST /api/v1/leads HTTP/1.1\r\n${head()}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['a bad chunk', 400, () => `POST /api/v1/leads HTTP/1.1\r\n${head()}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`],
    ['no host', 400, () => 'GET /api/v1/leads HTTP/1.1\r\n\r\n'],
    ['noise', 400, () => '\x16\x03\x01\x02\x00\x01\x00\r\n\r\n'],
    ['HTTP/2', 505, () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ]) test(name, async () => {
    const answer = await say(text())
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `))
    assert.doesNotMatch(answer.split('\r\n\r\n')[1], INSIDE)
    assert.equal(answer.match(/^HTTP\/1.1/gm).length, 1, 'no second answer')
  })
})

describe('a long name of what is not there is cut between characters', () => {
  const name = `a${'ñ'.repeat(60)}`, url = encodeURIComponent(name)
  for (const [method, path, body] of [['POST', '/leads', { custom: { [name]: 1 } }], ['GET', `/leads?${url}=1`], ['GET', `/leads?sort=${url}`],
    ['GET', `/leads?view=${url}`], ['GET', `/leads?fields=${url}`], ['GET', `/leads?${url}[eq]=1`], ['GET', `/leads/count?group_by=${url}`]]) {
    test(`${method} ${path.slice(0, 20)}`, async () => {
      const answer = await fetch(rest.base + path, { method, body: body && JSON.stringify(body),
        headers: { authorization: `Bearer ${rest.token}`, 'content-type': 'application/json' } })
      const text = new TextDecoder('utf-8', { fatal: true }).decode(await answer.arrayBuffer())
      assert.ok(answer.status >= 400 && answer.status < 500, text)
    })
  }
})
