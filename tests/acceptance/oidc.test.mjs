// Signing in at an identity provider: the way there and back, who may come, and every way in which it can be forged.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { administrator, soon } from '../lib/people.mjs'
import { Rest, problem } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'
import { Provider } from '../stand-ins/oidc.mjs'

const PUBLIC = 'https://crm.andina.example'
const services = ['identity', 'gateway']

let suite, provider, rest, anybody
before(async () => {
  provider = await new Provider().listen()
  suite = await startSuite({ services, replicas: { identity: 2 }, env: { CAUCE_PUBLIC_URL: PUBLIC, ...settings(provider) } })
  rest = await administrator(suite)
  anybody = new Rest(suite.url)
})
after(async () => {
  await suite?.stop()
  await provider?.close()
})

function settings(of) {
  return { CAUCE_OIDC_ISSUER: of.issuer, CAUCE_OIDC_CLIENT_ID: of.client, CAUCE_OIDC_CLIENT_SECRET: of.secret, CAUCE_OIDC_NAME: 'Cuenta Andina', CAUCE_OIDC_INSECURE: '1' }
}

// A browser: its cookies, and where it is sent.
class Browser {
  cookies = new Map()

  async go(path, method = 'GET') {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await anybody.call(method, path, { headers: { 'user-agent': 'Navegador de prueba', ...(cookie ? { cookie } : {}) } })
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
      assert.match(line, /; Path=\/; Secure; HttpOnly; SameSite=Lax/)
      if (value) this.cookies.set(name, value)
      else this.cookies.delete(name)
    }
    return { ...answer, location: answer.headers.get('location') }
  }

  async start(returnTo) {
    return this.go(`/oidc/start${returnTo === undefined ? '' : `?return_to=${encodeURIComponent(returnTo)}`}`)
  }

  // The whole way, to the answer of the callback.
  async signIn(returnTo) {
    const { status, location } = await this.start(returnTo)
    assert.equal(status, 302)
    return this.back(provider.authorize(location))
  }

  back(url) {
    assert.equal(url.origin + url.pathname, `${PUBLIC}/api/v1/oidc/callback`)
    return this.go(`/oidc/callback${url.search}`)
  }

  session() {
    return this.go('/session')
  }
}

let made = 0
async function makeUser(fields) {
  const user = await rest.create('users', { name: `Ana ${++made}`, email: `ana${made}@andina.example`, ...fields })
  return { ...user, account: { sub: `sub-${made}`, email: user.email, email_verified: true } }
}
const forgive = () => suite.sql('DELETE FROM identity.guess')

function sentTo(answer, location) {
  assert.equal(answer.status, 302, answer.text)
  assert.equal(answer.location, location)
}

async function refused(browser, answer, code) {
  sentTo(answer, `/?error=${code}`)
  assert.equal(browser.cookies.has('__Host-cauce'), false)
  assert.equal((await browser.session()).status, 401)
}

test('USER-03: an active user signs in at the provider and is sent where he wanted to go', async () => {
  assert.deepEqual(await anybody.get('/sign-in-options'), { set_up: false, provider: 'Cuenta Andina', forgotten: false })
  const user = await makeUser()
  provider.account = user.account
  const browser = new Browser()
  sentTo(await browser.signIn('/#/leads?sort=name'), '/#/leads?sort=name')
  assert.deepEqual([...browser.cookies.keys()], ['__Host-cauce'])
  const { body } = await browser.session()
  assert.equal(body.user.id, user.id)
  const log = await suite.sql(`SELECT event, method, device FROM identity.access_log WHERE person = '${user.id}'`)
  assert.deepEqual(log, [['sign_in', 'oidc', 'Navegador de prueba']])
  assert.deepEqual(provider.faults, [])
})

test('USER-03: keys of both kinds, and new ones of the provider', async () => {
  provider.account = (await makeUser()).account
  for (const key of ['ec-1', 'rsa-1']) {
    provider.sign = key
    sentTo(await new Browser().signIn(), '/')
  }
  provider.addKey('rsa-2', 'RS256')
  provider.sign = 'rsa-2'
  await suite.sql("UPDATE identity.oidc_document SET tried_at = now() - interval '2 min'")
  sentTo(await new Browser().signIn(), '/')
  provider.sign = 'rsa-1'
})

test('USER-03: an unknown key makes the keys be fetched again, but not for every token', async () => {
  provider.account = (await makeUser()).account
  await suite.sql("UPDATE identity.oidc_document SET tried_at = now() - interval '2 min'")
  const before = provider.asked.keys
  provider.misbehave = 'unknown key'
  try {
    for (let n = 0; n < 4; n++) {
      const browser = new Browser()
      await refused(browser, await browser.signIn(), 'oidc_refused')
    }
    assert.equal(provider.asked.keys, before + 1)
  } finally {
    provider.misbehave = undefined
    await forgive()
  }
})

test('USER-03: the configuration is fetched once for all', async () => {
  const before = { ...provider.asked }
  await Promise.all(Array.from({ length: 10 }, () => new Browser().start()))
  assert.equal(provider.asked.configuration, before.configuration)
  await suite.sql('DELETE FROM identity.oidc_document')
  const answers = await Promise.all(Array.from({ length: 10 }, () => new Browser().start()))
  for (const answer of answers) assert.ok(answer.location.startsWith(provider.issuer), answer.location)
  assert.equal(provider.asked.configuration, before.configuration + 1)
})

test('USER-03: nobody is made by signing in, and inactive users stay out', async () => {
  const people = await suite.sql('SELECT count(*) FROM identity.person')
  const inactive = await makeUser()
  await rest.change('users', inactive, { inactive: true })
  const linked = await makeUser()
  provider.account = linked.account
  sentTo(await new Browser().signIn(), '/')
  await rest.change('users', linked, { inactive: true })
  for (const account of [
    { sub: 'x1', email: 'desconocida@andina.example', email_verified: true },
    { sub: 'x2', email: inactive.email, email_verified: true },
    { sub: 'x3', email: suite.email, email_verified: false },
    { sub: 'x4', email: suite.email },
    { sub: 'x5' },
    { sub: 'x6', email: 'no es un correo', email_verified: true },
    linked.account,
  ]) {
    provider.account = account
    const browser = new Browser()
    await refused(browser, await browser.signIn(), 'oidc_person')
  }
  assert.deepEqual(await suite.sql('SELECT count(*) FROM identity.person'), [[String(Number(people[0][0]) + 2)]])
  const [[log]] = await suite.sql("SELECT count(*) FROM identity.access_log WHERE event = 'refused' AND method = 'oidc' AND email = 'desconocida@andina.example'")
  assert.equal(log, '1')
  await forgive()
})

test('USER-03: an account stays linked when addresses change, and another with the same address is not taken for it', async () => {
  const user = await makeUser()
  provider.account = user.account
  sentTo(await new Browser().signIn(), '/')
  await rest.change('users', user, { email: 'otra.direccion@andina.example' })
  const browser = new Browser()
  sentTo(await browser.signIn(), '/')
  assert.equal((await browser.session()).body.user.id, user.id)
  provider.account = { sub: 'an impostor', email: 'otra.direccion@andina.example', email_verified: true }
  const other = new Browser()
  await refused(other, await other.signIn(), 'oidc_person')
  await rest.want(200, 'POST', '/invitations', { body: { user: user.id } }) // a fresh beginning
  sentTo(await new Browser().signIn(), '/')
  await forgive()
})

test('USER-03: at once with one new account: all are the same user', async () => {
  provider.account = (await makeUser()).account
  const answers = await Promise.all(Array.from({ length: 6 }, () => new Browser().signIn()))
  for (const answer of answers) sentTo(answer, '/')
  assert.deepEqual(await suite.sql(`SELECT count(*) FROM identity.oidc_link WHERE subject = '${provider.account.sub}'`), [['1']])
})

test('USER-03: a token that is not right in every respect opens nothing', async () => {
  provider.account = (await makeUser()).account
  for (const wrong of ['nonce', 'no nonce', 'aud', 'azp', 'iss', 'expired', 'future', 'no sub', 'none', 'HS256', 'tampered', 'unknown key', 'no token', 'not json', 'huge', 'broken']) {
    provider.misbehave = wrong
    const browser = new Browser()
    const answer = await browser.signIn()
    await refused(browser, answer, ['huge', 'broken'].includes(wrong) ? 'unavailable' : 'oidc_refused')
  }
  provider.misbehave = undefined
  assert.deepEqual(provider.faults, [])
  sentTo(await new Browser().signIn(), '/')
  await forgive()
})

test('USER-03: a provider that does not answer holds nobody else up', async () => {
  provider.account = (await makeUser()).account
  provider.misbehave = 'slow'
  const browsers = [new Browser(), new Browser(), new Browser(), new Browser()]
  const began = performance.now()
  const slow = Promise.all(browsers.map((browser) => browser.signIn()))
  const times = []
  for (let n = 0; n < 10; n++) {
    const start = performance.now()
    await anybody.want(200, 'POST', '/session', { body: { email: suite.email, password: suite.password } })
    times.push(performance.now() - start)
  }
  assert.ok(performance.now() - began < 7000, String(times))
  for (const answer of await slow) sentTo(answer, '/?error=unavailable')
  provider.misbehave = undefined
  await forgive()
})

test('USER-03: the way back is good once, in the same browser, for ten minutes', async () => {
  provider.account = (await makeUser()).account
  const first = new Browser()
  const url = provider.authorize((await first.start()).location)
  const other = new Browser()
  await other.start()
  await refused(other, await other.back(url), 'oidc_state') // a state that was begun elsewhere: sign-in CSRF
  await refused(new Browser(), await new Browser().back(url), 'oidc_state')
  sentTo(await first.back(url), '/')
  const again = new Browser()
  again.cookies.set('__Host-cauce-oidc', url.searchParams.get('state'))
  await refused(again, await again.back(url), 'oidc_state')
  const late = new Browser()
  const lateUrl = provider.authorize((await late.start()).location)
  await suite.sql("UPDATE identity.oidc_state SET expires_at = now() - interval '1 s'")
  await refused(late, await late.back(lateUrl), 'oidc_state')
  for (const query of ['', '?code=x', '?state=', '?state=&code=x']) {
    const browser = new Browser()
    await refused(browser, await browser.go(`/oidc/callback${query}`), 'oidc_state')
  }
  const declined = new Browser()
  const { location } = await declined.start()
  await refused(declined, await declined.go(`/oidc/callback?error=access_denied&state=${new URL(location).searchParams.get('state')}`), 'oidc_refused')
  await forgive()
})

test('USER-03: a code of another sign-in is refused by the provider: PKCE', async () => {
  provider.account = (await makeUser()).account
  const victim = new Browser()
  const code = provider.authorize((await victim.start()).location).searchParams.get('code')
  const thief = new Browser()
  const own = provider.authorize((await thief.start()).location)
  own.searchParams.set('code', code)
  await refused(thief, await thief.back(own), 'oidc_refused')
  assert.deepEqual(provider.faults.splice(0), ['PKCE: not the verifier of the challenge'])
  const made = new Browser()
  const url = provider.authorize((await made.start()).location)
  url.searchParams.set('code', 'made up')
  await refused(made, await made.back(url), 'oidc_refused')
  assert.deepEqual(provider.faults.splice(0), ['unknown code'])
  await forgive()
})

test('USER-03: nobody is sent to another site', async () => {
  provider.account = (await makeUser()).account
  for (const [to, where] of [['/leads', '/leads'], ['/a?b=c&d=%20e#f', '/a?b=c&d=%20e#f'], ['https://malo.example/', '/'], ['//malo.example', '/'], ['/\\malo.example', '/'],
    ['\\\\malo.example', '/'], ['/a\\b', '/'], ['/\t/malo.example', '/'], ['/a\r\nSet-Cookie: x=y', '/'], ['malo.example', '/'], ['javascript:alert(1)', '/'],
    [' /leads', '/'], ['/ñ', '/'], [`/${'a'.repeat(500)}`, '/'], ['', '/']]) {
    const browser = new Browser()
    sentTo(await browser.signIn(to), where)
  }
})

test('USER-03: what is stored of a sign-in opens nothing', async () => {
  const browser = new Browser()
  const { location } = await browser.start()
  const query = new URL(location).searchParams
  const [[dump]] = await suite.sql("SELECT string_agg(s::text, '') FROM identity.oidc_state s")
  for (const name of ['state', 'nonce', 'code_challenge']) {
    assert.ok(!dump.includes(query.get(name)) && !dump.includes(Buffer.from(query.get(name)).toString('hex')), name)
  }
  for (const part of ['identity', 'identity-2', 'gateway']) {
    const log = suite.log(part, 1e7)
    assert.ok(!log.includes(provider.secret) && !log.includes(query.get('state')), part)
  }
})

test('USER-03: the addresses take GET alone, and are not there without a provider', async () => {
  for (const path of ['/oidc/start', '/oidc/callback']) {
    const answer = await anybody.call('POST', path)
    problem(answer, 405, 'method_not_allowed')
    assert.equal(answer.headers.get('allow'), 'GET, OPTIONS')
  }
  problem(await anybody.call('GET', '/oidc/other'), 401, 'sign_in')
})

test('USER-03: a configuration that cannot be believed is not used; one that could be had stays in use', async () => {
  for (const wrong of ['other issuer', 'foreign token address', 'huge configuration', 'page', 'redirect']) {
    await suite.sql('DELETE FROM identity.oidc_document')
    provider.misbehave = wrong
    sentTo(await new Browser().start(), '/?error=unavailable')
  }
  provider.misbehave = undefined
  await suite.sql('DELETE FROM identity.oidc_document')
  provider.account = (await makeUser()).account
  sentTo(await new Browser().signIn(), '/')
  provider.misbehave = 'page'
  await suite.sql("UPDATE identity.oidc_document SET fetched_at = now() - interval '2 hours', tried_at = now() - interval '2 hours'")
  assert.ok((await new Browser().start()).location.startsWith(provider.issuer))
  provider.misbehave = undefined
  await forgive()
})

test('USER-03: a provider that wants the secret in the form; one that is not https is refused at the start', async () => {
  const other = await new Provider({ basic: false }).listen()
  const former = provider
  provider = other
  try {
    suite.setEnv('', { CAUCE_PUBLIC_URL: PUBLIC, ...settings(other) })
    await suite.run()
    provider.account = (await makeUser()).account
    sentTo(await new Browser().signIn(), '/')
    assert.deepEqual(other.faults, [])
    suite.setEnv('identity', { CAUCE_OIDC_INSECURE: '' })
    await assert.rejects(suite.run(), /not ready: identity/)
    assert.match(suite.log('identity', 1e6), /"event":"the identity provider cannot be used","reason":"CAUCE_OIDC_ISSUER is not https/)
    suite.setEnv('identity', {})
    suite.setEnv('', { CAUCE_PUBLIC_URL: PUBLIC })
    await suite.run()
    await soon(async () => sentTo(await new Browser().start(), '/?error=not_found'))
    assert.deepEqual(await anybody.get('/sign-in-options'), { set_up: false, forgotten: false })
  } finally {
    provider = former
    await other.close()
  }
})
