// USER-03: signing in with a password, changing it, and what other people’s sites and eyes get of it.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, beforeEach, describe, test } from 'node:test'
import { cookieOf } from '../lib/client.mjs'
import { administrator, person } from '../lib/people.mjs'
import { problem, Rest } from '../lib/rest.mjs'
import { OWN_SESSIONS, SignIns, nobody, WRONG } from '../lib/sign-ins.mjs'
import { startSuite } from '../lib/suite.mjs'

let suite, its, admin, profile
before(async () => {
  suite = await startSuite({ services: ['identity', 'gateway'] })
  its = new SignIns(suite)
  admin = await administrator(suite)
  profile = await admin.create('profiles', { name: 'Sus sesiones', grants: OWN_SESSIONS })
})
after(() => its?.close())
after(() => suite?.stop())

describe('USER-03: signing in', () => {
  beforeEach(() => its.forget())

  test('USER-03: a right password gives a session, its cookie and a token that is new each time', async () => {
    const browser = its.client()
    const first = await browser.signIn(suite.email, suite.password), second = await browser.signIn(suite.email, suite.password)
    for (const answer of [first, second]) {
      assert.equal(answer.status, 200)
      assert.match(answer.body.token, /^[\w-]{43}$/)
      assert.equal(cookieOf(answer), answer.body.token)
      assert.deepEqual(answer.headers['set-cookie'][0].split('; ').slice(1).sort(), ['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure'])
      assert.equal(answer.body.user.email, suite.email)
      assert.equal(answer.body.user.administrator, true)
      assert.ok(Date.parse(answer.body.expires_at) > Date.now() + 60_000)
    }
    assert.notEqual(first.body.token, second.body.token)
    const seen = await browser.send('GET', '/session', { headers: { cookie: `__Host-cauce=${first.body.token}` } })
    assert.equal(seen.status, 200)
    assert.deepEqual(seen.body.user, first.body.user)
    assert.ok(!seen.text.includes(first.body.token) && !seen.headers['set-cookie'], 'the token is told once')
  })

  test('USER-03: every spelling of an address is the same account', async () => {
    for (const email of [suite.email, ` ${suite.email.toUpperCase()} `]) {
      assert.equal((await its.client().signIn(email, suite.password)).status, 200)
    }
  })

  test('USER-03: signing out ends the session and takes the cookie away', async () => {
    const rest = await its.again(suite)
    const answer = await its.client().send('DELETE', '/session', { headers: { cookie: `__Host-cauce=${rest.token}`, 'x-cauce': '1' } })
    assert.equal(answer.status, 204)
    assert.match(answer.headers['set-cookie'][0], /^__Host-cauce=; .*Max-Age=0/)
    await its.gone(rest)
    assert.equal(await its.events(suite.email, 'sign_out'), 1)
  })

  test('USER-03: a wrong password, an unknown account, an inactive one: one answer, the same work', async () => {
    const known = await Promise.all(Array.from({ length: 6 }, () => person(suite, { profile })))
    const inactive = await person(suite, { profile })
    await admin.change('users', await admin.get(`/users/${inactive.user.id}`), { inactive: true })
    const one = its.client({ address: '127.0.1.1', connections: 1 })
    const tried = async (email) => {
      const began = performance.now()
      const answer = await one.signIn(email, WRONG)
      const took = performance.now() - began
      const { trace, ...body } = answer.body
      const { date, 'x-trace-id': id, ...headers } = answer.headers
      assert.ok(trace && date && id)
      return { took, said: JSON.stringify([answer.status, body, Object.keys(headers).sort()]) }
    }
    const tries = { known: [], unknown: [] }
    for (const [n, { email }] of known.entries()) {
      tries.known.push(await tried(email))
      tries.unknown.push(await tried(nobody(`-igual-${n}`)))
    }
    const right = await one.signIn(inactive.email, inactive.password)
    problem({ ...right, headers: new Headers({ 'content-type': right.headers['content-type'] }) }, 401, 'bad_credentials')
    const said = new Set([...tries.known, ...tries.unknown, await tried(inactive.email)].map(({ said }) => said))
    assert.equal(said.size, 1, [...said].join('\n'))
    const middle = (list) => list.map(({ took }) => took).sort((a, b) => a - b)[list.length >> 1]
    const ratio = middle(tries.unknown) / middle(tries.known)
    assert.ok(ratio > 1 / 3 && ratio < 3, `an unknown account takes ${ratio} times as long`)
  })

  test('USER-03: who was made inactive is signed out at once', async () => {
    const ana = await person(suite, { profile })
    await ana.want(200, 'GET', '/session')
    await admin.change('users', await admin.get(`/users/${ana.user.id}`), { inactive: true })
    await its.gone(ana)
  })
})

describe('USER-03: other people’s sites and tokens', () => {
  beforeEach(() => its.forget())

  test('USER-03: a token that a client chose is never taken', async () => {
    const chosen = 'A'.repeat(43), browser = its.client(), headers = { cookie: `__Host-cauce=${chosen}` }
    assert.equal((await browser.send('GET', '/session', { headers })).status, 401)
    const answer = await browser.signIn(suite.email, suite.password, headers)
    assert.equal(answer.status, 200)
    assert.notEqual(cookieOf(answer), chosen)
    assert.equal((await browser.send('GET', '/session', { headers })).status, 401)
    const rest = await its.again(suite)
    const over = await browser.signIn(suite.email, suite.password, { cookie: `__Host-cauce=${rest.token}` })
    assert.notEqual(cookieOf(over), rest.token, 'nor is one that was somebody’s')
  })

  test('USER-03: a cookie writes nothing for another site', async () => {
    const { token } = await its.again(suite), browser = its.client()
    const cookie = `__Host-cauce=${token}`, host = new URL(suite.url).host
    const write = (headers, body = { name: 'X' }) => browser.send('POST', '/roles', { body, headers: { cookie, ...headers } })
    for (const headers of [{}, { origin: 'https://malo.example', 'x-cauce': '1' }, { origin: 'null', 'x-cauce': '1' },
      { origin: `http://${host}.malo.example`, 'x-cauce': '1' }, { origin: `http://${host}` }]) {
      const answer = await write(headers)
      assert.deepEqual([answer.status, answer.body.code], [403, 'cross_site'], JSON.stringify(headers))
    }
    for (const [method, path] of [['DELETE', '/session'], ['POST', '/sessions/end'], ['POST', '/password'],
      ['PATCH', `/users/${admin.user.id}`], ['DELETE', `/users/${admin.user.id}`]]) {
      const answer = await browser.send(method, path, { body: {}, headers: { cookie, 'if-match': '"1"' } })
      assert.deepEqual([answer.status, answer.body.code], [403, 'cross_site'], `${method} ${path}`)
    }
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain']) {
      const answer = await write({ 'content-type': type, 'x-cauce': '1' }, '{"name":"X"}')
      assert.deepEqual([answer.status, answer.body.code], [415, 'media_type'], type)
    }
    assert.equal((await browser.send('GET', '/roles', { headers: { cookie, origin: 'https://malo.example' } })).headers['access-control-allow-origin'], undefined)
    assert.equal((await write({ origin: `http://${host}`, 'x-cauce': '1' }, { name: 'De aquí' })).status, 201)
    assert.deepEqual((await admin.all('roles')).filter(({ name }) => name === 'X'), [])
  })

  test('USER-03: another site signs nobody in', async () => {
    for (const headers of [{ origin: 'https://malo.example' }, { origin: 'null' }]) {
      assert.equal((await its.client().signIn(suite.email, suite.password, headers)).status, 403)
    }
    for (const type of ['application/x-www-form-urlencoded', 'text/plain']) {
      const body = JSON.stringify({ email: suite.email, password: suite.password })
      assert.equal((await its.client().send('POST', '/session', { body, headers: { 'content-type': type } })).status, 415)
    }
  })

  test('USER-03: what is not a sign-in is refused by name', async () => {
    const post = (body) => new Rest(suite.url).call('POST', '/session', { body })
    problem(await post({ password: 'x' }), 422, 'required', { '/email': 'required' })
    problem(await post({ email: suite.email }), 422, 'required', { '/password': 'required' })
    problem(await post({ email: suite.email, password: suite.password, address: '10.0.0.1' }), 422, 'read_only', { '/address': 'read_only' })
    problem(await post({ email: suite.email, password: 'x'.repeat(1025) }), 422, 'too_long', { '/password': 'too_long' })
    problem(await post({ email: suite.email, password: ['x'] }), 422, 'wrong_type', { '/password': 'wrong_type' })
  })

  test('USER-03: tokens and passwords are in no log, no table, no event, no cache', async () => {
    const secret = 'girasoles-Verdes-7'
    const ana = await person(suite, { profile }), browser = its.client()
    await ana.want(200, 'POST', '/password', { body: { current: ana.password, password: secret } })
    ana.password = secret
    const other = await its.again(ana)
    await browser.signIn(ana.email, `${secret}!`)
    await browser.signIn(secret, secret)
    await other.call('GET', `/sessions/${other.token}`)
    await other.call('GET', '/sessions?x=1')
    await other.call('POST', '/sessions', { body: { device: 'x' } })
    await other.want(200, 'POST', '/sessions/end', { body: {} })
    await its.forgetSessions()
    await other.want(200, 'GET', '/sessions')
    const hidden = [other.token, ana.token, secret, Buffer.from(other.token).toString('hex'), Buffer.from(other.token, 'base64url').toString('hex')]
    const tables = await suite.sql("SELECT relname FROM pg_class WHERE relnamespace = 'identity'::regnamespace AND relkind = 'r'")
    for (const [table] of tables) {
      const [[n]] = await suite.sql(`SELECT count(*) FROM identity."${table}" t WHERE ${hidden.map((text) => `t::text ILIKE '%${text}%'`).join(' OR ')}`)
      assert.equal(n, '0', table)
    }
    const logs = suite.parts().map((part) => [part, suite.log(part, 1 << 24)])
    const redis = (...args) => execFileSync('redis-cli', ['-s', suite.redisSocket, ...args]).toString()
    const cached = redis('KEYS', '*').trim().split('\n').filter((key) => key !== '')
    logs.push(['redis keys', cached.join('\n')], ['redis values', cached.map((key) => redis('GET', key)).join('\n')])
    for (const [name, text] of logs) for (const each of hidden) assert.ok(!text.includes(each), name)
    const answers = [await other.call('GET', '/session'), await other.call('GET', '/sessions'), await other.call('GET', `/sessions/${await its.sessionOf(other)}/history`)]
    for (const answer of answers) {
      assert.equal(answer.status, 200)
      assert.ok(hidden.every((each) => !answer.text.includes(each)))
    }
  })
})

describe('USER-03: changing one’s password', () => {
  beforeEach(() => its.forget())

  test('USER-03: with the current one; the other sessions end', async () => {
    const ana = await person(suite, { grants: [] }), other = await its.again(ana)
    const changed = await its.events(ana.email, 'password_changed')
    const change = (current, password, rest = ana) => rest.call('POST', '/password', { body: { current, password } })
    problem(await change(WRONG, 'tres mangos verdes'), 422, 'wrong_password', { '/current': 'wrong_password' })
    problem(await new Rest(suite.url).call('POST', '/password', { body: {} }), 401, 'sign_in')
    assert.equal((await change(ana.password, 'tres mangos verdes')).status, 200)
    await its.gone(other)
    await ana.want(200, 'GET', '/session')
    assert.equal((await its.client().signIn(ana.email, ana.password)).status, 401)
    assert.equal((await its.client().signIn(ana.email, 'tres mangos verdes')).status, 200)
    assert.deepEqual([await its.events(ana.email, 'password_changed'), await its.events(ana.email, 'revoked')], [changed + 1, 1])
  })

  test('USER-03: what everybody tries first is refused, and why is said', async () => {
    const ana = await person(suite, { profile, name: 'Ana María Pérez Gómez', email: 'ana.perez@andina.example' })
    for (const [password, code] of [['corta', 'password_short'], ['ñandúñand', 'password_short'], ['x'.repeat(1025), 'too_long'],
      ['Colombia2024*', 'password_common'], ['Contraseña1234', 'password_common'], ['password123', 'password_common'],
      ['1234567890', 'password_common'], ['aaaaaaaaaaaa', 'password_common'], ['ana.perez@andina.example', 'password_personal'],
      ['AnaPerez2024!', 'password_personal'], ['Pérez-19901122', 'password_personal']]) {
      const answer = await ana.call('POST', '/password', { body: { current: ana.password, password } })
      problem(answer, 422, code, { '/password': code })
    }
    problem(await ana.call('POST', '/password', { body: {} }), 422, 'required', { '/current': 'required', '/password': 'required' })
    await ana.want(200, 'POST', '/password', { body: { current: ana.password, password: 'ñandú-ñandú-canta' } })
  })

  test('USER-03: guessing the current one locks the account too', async () => {
    const ana = await person(suite, { profile })
    const change = () => ana.call('POST', '/password', { body: { current: WRONG, password: 'tres mangos verdes' } })
    for (let n = 0; n < 5; n++) problem(await change(), 422, 'wrong_password')
    const refused = await change()
    problem(refused, 429, 'rate_limit')
    assert.ok(Number(refused.headers.get('retry-after')) >= 1)
    assert.equal((await its.client().signIn(ana.email, ana.password)).status, 429)
  })

  test('USER-03: a password that was stored with less work is stored anew when it is used', async () => {
    const ana = await person(suite, { profile })
    // "cebollas largas moradas", one pass over 8 MiB.
    await suite.sql(`UPDATE identity.credential SET password_hash =
      '$argon2id$v=19$m=8192,t=1,p=1$IKp4nVvRJFt2dH8OaWbjag$jNNevVzxvx3FP5Fa3YzRLiXnJCzKWyOszeO6oUl37M4' WHERE person = '${ana.user.id}'`)
    const stored = async () => (await suite.sql(`SELECT password_hash FROM identity.credential WHERE person = '${ana.user.id}'`))[0][0]
    assert.equal((await its.client().signIn(ana.email, WRONG)).status, 401)
    assert.match(await stored(), /m=8192/)
    assert.equal((await its.client().signIn(ana.email, 'cebollas largas moradas')).status, 200)
    assert.match(await stored(), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    assert.equal((await its.client().signIn(ana.email, 'cebollas largas moradas')).status, 200)
  })
})
