// The second factor: one-time codes of an authenticator, and recovery codes for when it is lost.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { administrator, apiKey, person, soon } from '../lib/people.mjs'
import { Rest, problem } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'
import { calm, codeOf, decode32 } from '../lib/totp.mjs'

let suite, rest, anybody
before(async () => {
  suite = await startSuite({ services: ['identity', 'gateway'], replicas: { identity: 2 }, env: { CAUCE_COMPANY: 'Andina & Cía' } })
  rest = await administrator(suite)
  anybody = new Rest(suite.url)
})
after(() => suite?.stop())

// The codes of this person that were used are forgotten, and so are wrong tries.
async function forgive(who) {
  if (who) await suite.sql(`UPDATE identity.totp SET last_step = 0 WHERE person = '${who.user.id}'`)
  await suite.sql('DELETE FROM identity.guess')
}

// A person with a confirmed factor: secret, codes.
async function withFactor() {
  const who = await person(suite, { grants: ['identity.user_session:see', 'identity.api_key:see', 'identity.api_key:create', 'identity.api_key:change'] })
  who.secret = (await who.want(200, 'POST', '/second-factor', { body: {} })).body.secret
  await calm()
  who.codes = (await who.want(200, 'POST', '/second-factor/confirmation', { body: { code: codeOf(who.secret) } })).body.recovery_codes
  return who
}

const signIn = (who, code) => anybody.call('POST', '/session', { body: { email: who.email, password: who.password, code } })

test('USER-03: a factor is set up by showing that the authenticator has it', async () => {
  const who = await person(suite)
  const begun = (await who.want(200, 'POST', '/second-factor', { body: {} })).body
  assert.match(begun.secret, /^[A-Z2-7]{32}$/)
  const uri = new URL(begun.uri)
  assert.equal(uri.protocol + uri.host, 'otpauth:totp')
  assert.equal(decodeURIComponent(uri.pathname), `/Andina & Cía:${who.email}`)
  assert.deepEqual(Object.fromEntries(uri.searchParams), { secret: begun.secret, issuer: 'Andina & Cía', algorithm: 'SHA1', digits: '6', period: '30' })
  assert.equal((await signIn(who)).status, 200) // not in force before it is confirmed
  await calm()
  const wrong = codeOf(begun.secret) === '000000' ? '000001' : '000000'
  problem(await who.call('POST', '/second-factor/confirmation', { body: { code: wrong } }), 422, 'wrong_code', { '/code': 'wrong_code' })
  problem(await who.call('POST', '/second-factor/confirmation', { body: {} }), 422, 'required')
  const again = (await who.want(200, 'POST', '/second-factor', { body: {} })).body
  assert.notEqual(again.secret, begun.secret)
  problem(await who.call('POST', '/second-factor/confirmation', { body: { code: codeOf(begun.secret) } }), 422, 'wrong_code')
  const { body } = await who.want(200, 'POST', '/second-factor/confirmation', { body: { code: codeOf(again.secret) } })
  assert.equal(new Set(body.recovery_codes).size, 10)
  for (const code of body.recovery_codes) assert.match(code, /^[A-HJKMNP-TV-Z0-9]{5}-[A-HJKMNP-TV-Z0-9]{5}$/)
  problem(await who.call('POST', '/second-factor', { body: {} }), 409, 'factor_set')
  problem(await who.call('POST', '/second-factor/confirmation', { body: { code: codeOf(again.secret) } }), 409, 'factor_set')
  problem(await anybody.call('POST', '/second-factor', { body: {} }), 401, 'sign_in')
})

test('USER-03: signing in needs the code, and after the password was right only', async () => {
  const who = await withFactor()
  problem(await signIn(who), 401, 'code_required', { '/code': 'code_required' })
  problem(await signIn({ ...who, password: 'otra cosa distinta' }, codeOf(who.secret)), 401, 'bad_credentials')
  problem(await signIn({ ...who, password: 'otra cosa distinta' }), 401, 'bad_credentials')
  await forgive(who)
  await calm()
  const { body } = await signIn(who, codeOf(who.secret))
  assert.equal(body.user.second_factor, true)
  const [[method]] = await suite.sql(`SELECT method FROM identity.access_log WHERE person = '${who.user.id}' AND event = 'sign_in' ORDER BY created_at DESC LIMIT 1`)
  assert.equal(method, 'totp')
})

test('USER-03: a code is good one step either way, and once', async () => {
  const who = await withFactor()
  for (const [ahead, good] of [[-2, false], [-1, true], [0, true], [1, true], [2, false]]) {
    await forgive(who)
    await calm()
    const code = codeOf(who.secret, ahead)
    assert.equal((await signIn(who, code)).status, good ? 200 : 401, String(ahead))
    problem(await signIn(who, code), 401, 'bad_code', { '/code': 'bad_code' })
  }
  await forgive(who)
  await calm()
  assert.equal((await signIn(who, codeOf(who.secret))).status, 200)
  problem(await signIn(who, codeOf(who.secret, -1)), 401, 'bad_code') // nor is an older one after a newer
  for (const code of ['', ' ', '12345', '1234567', 'abcdef', '１２３４５６', "' OR 1=1"]) {
    await forgive()
    assert.equal((await signIn(who, code)).status, 401, code)
  }
  await forgive()
})

test('USER-03: of several at once with one code, over two replicas, one gets in', async () => {
  const who = await withFactor()
  await forgive(who)
  await calm()
  const code = codeOf(who.secret)
  // All have looked at the code before the first can use it up.
  const held = suite.sql(`BEGIN; SELECT FROM identity.totp WHERE person = '${who.user.id}' FOR UPDATE; SELECT pg_sleep(3); COMMIT`)
  await soon(async () => assert.equal((await suite.sql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3)%' AND wait_event = 'PgSleep'"))[0][0], '1'))
  const answers = await Promise.all(Array.from({ length: 4 }, () => signIn(who, code)))
  await held
  assert.equal(answers.filter((answer) => answer.status === 200).length, 1, answers.map((answer) => answer.text).join(' '))
  for (const answer of answers) assert.ok([200, 401].includes(answer.status), answer.text)
  await forgive()
})

test('USER-03: recovery codes open once each, however they are typed', async () => {
  const who = await withFactor()
  const [first, second, third] = who.codes
  assert.equal((await signIn(who, first)).status, 200)
  problem(await signIn(who, first), 401, 'bad_code')
  assert.equal((await signIn(who, second.toLowerCase().replace('-', ' '))).status, 200)
  const answers = await Promise.all(Array.from({ length: 4 }, () => signIn(who, third.replace('-', ''))))
  assert.equal(answers.filter((answer) => answer.status === 200).length, 1)
  const other = await withFactor()
  problem(await signIn(other, who.codes[4]), 401, 'bad_code')
  await forgive()
})

test('USER-03: codes cannot be guessed', async () => {
  const who = await withFactor()
  await forgive(who)
  let tried = 0
  for (let n = 0; n < 12; n++) {
    const { status } = await signIn(who, String(100_000 + n))
    if (status === 401) tried++
    else assert.equal(status, 429)
  }
  assert.ok(tried <= 5, String(tried))
  assert.equal((await signIn(who, codeOf(who.secret))).status, 429) // the right one too, meanwhile
  await forgive()
})

test('USER-03: a factor is removed with one\'s own password', async () => {
  const who = await withFactor()
  problem(await who.call('POST', '/second-factor/removal', { body: {} }), 422, 'required', { '/password': 'required' })
  problem(await who.call('POST', '/second-factor/removal', { body: { password: 'no es esta clave' } }), 422, 'wrong_password', { '/password': 'wrong_password' })
  problem(await signIn(who), 401, 'code_required')
  await who.want(200, 'POST', '/second-factor/removal', { body: { password: who.password } })
  assert.equal((await signIn(who)).status, 200)
  assert.deepEqual(await suite.sql(`SELECT count(*) FROM identity.recovery_code WHERE person = '${who.user.id}'`), [['0']])
  const events = await suite.sql(`SELECT count(*) FROM identity.access_log WHERE person = '${who.user.id}' AND event = 'second_factor'`)
  assert.deepEqual(events, [['2']]) // set and removed
  await who.want(200, 'POST', '/second-factor', { body: {} }) // and may be set up again
  await forgive()
})

test('USER-03: an administrator removes another\'s factor with his own password; nobody else does', async () => {
  const who = await withFactor()
  const other = await person(suite)
  const removal = (by, password) => by.call('POST', '/second-factor/removal', { body: { user: who.user.id, password } })
  problem(await removal(other, other.password), 403, 'administrators_only')
  problem(await removal(other, who.password), 403, 'administrators_only')
  problem(await removal(rest, who.password), 422, 'wrong_password')
  problem(await signIn(who), 401, 'code_required')
  assert.equal((await removal(rest, suite.password)).status, 200)
  assert.equal((await signIn(who)).status, 200)
  await forgive()
})

test('USER-03: an API key neither sets up nor removes a factor', async () => {
  const who = await withFactor()
  const key = await apiKey(who, { scopes: ['identity.user_session:see'] })
  for (const [path, body] of [['/second-factor', {}], ['/second-factor/confirmation', { code: '123456' }], ['/second-factor/removal', { password: who.password }]]) {
    problem(await key.call('POST', path, { body }), 403, 'forbidden_key')
  }
})

test('USER-03: what is stored opens nothing', async () => {
  const who = await withFactor()
  const raw = decode32(who.secret).toString('hex')
  const [[dump]] = await suite.sql(`SELECT (SELECT t::text FROM identity.totp t WHERE person = '${who.user.id}') || (SELECT string_agg(r::text, '') FROM identity.recovery_code r WHERE person = '${who.user.id}')`)
  assert.ok(!dump.includes(raw))
  for (const code of who.codes) assert.ok(!dump.includes(code) && !dump.includes(code.replace('-', '')) && !dump.includes(Buffer.from(code.replace('-', '')).toString('hex')))
  for (const part of ['identity', 'identity-2', 'gateway']) {
    const log = suite.log(part, 1e7)
    assert.ok(!log.includes(who.secret) && !who.codes.some((code) => log.includes(code)), part)
  }
})
