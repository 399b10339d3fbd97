// USER-03: sessions: their list, their end by a person, by the hour and by idleness, and Redis away.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { administrator, apiKey, grant, person, soon } from '../lib/people.mjs'
import { problem, Rest } from '../lib/rest.mjs'
import { OWN_SESSIONS, SignIns, nobody, WRONG } from '../lib/sign-ins.mjs'
import { startSuite } from '../lib/suite.mjs'

let suite, its, admin, profile
before(async () => {
  suite = await startSuite({ services: ['identity', 'gateway'], replicas: { identity: 2, gateway: 2 } })
  its = new SignIns(suite)
  admin = await administrator(suite)
  profile = await admin.create('profiles', { name: 'Sus sesiones', grants: OWN_SESSIONS })
})
after(() => its?.close())
after(() => suite?.stop())

describe('USER-03: sessions', () => {
  beforeEach(() => its.forget())

  test('USER-03: people list their own sessions and end one; it is over everywhere', async () => {
    const ana = await person(suite, { profile }), other = await its.again(ana), beto = await person(suite, { profile })
    const list = await ana.all('sessions')
    assert.deepEqual(list.map(({ method }) => method), ['password', 'password'])
    for (const session of list) {
      assert.equal(session.address, '127.0.0.1')
      assert.ok(session.device && session.seen_at && session.expires_at)
    }
    const id = await its.sessionOf(other)
    const record = await ana.get(`/sessions/${id}`)
    problem(await beto.call('GET', `/sessions/${id}`), 404, 'not_found')
    problem(await beto.call('DELETE', `/sessions/${id}`, { headers: { 'if-match': '"1"' } }), 404, 'not_found')
    await other.want(200, 'GET', '/session')
    await ana.remove('sessions', record)
    await its.gone(other)
    await Promise.all(suite.urls.map((url) => its.gone(new Rest(url, other.token))))
    await ana.want(200, 'GET', '/session')
    assert.equal(await its.events(ana.email, 'revoked'), 1)
    // Nobody brings it back to life.
    problem(await admin.call('POST', `/sessions/${id}/restore`), 403, 'forbidden')
    await suite.sql(`UPDATE identity.user_session SET deleted_at = NULL WHERE id = '${id}'`)
    await its.forgetSessions()
    await its.gone(other)
  })

  test('USER-03: an administrator ends anybody’s; without the right nobody lists any', async () => {
    const ana = await person(suite, { profile }), none = await person(suite, { grants: [] })
    problem(await none.call('GET', '/sessions'), 403, 'forbidden')
    await admin.remove('sessions', await admin.get(`/sessions/${await its.sessionOf(ana)}`))
    await its.gone(ana)
  })

  test('USER-03: a superior ends a subordinate’s with the right to it, a peer does not', async () => {
    const above = await admin.create('roles', { name: 'Jefatura' }), below = await admin.create('roles', { name: 'Equipo', parent: above.id })
    const [boss, ana, beto] = await Promise.all([above, below, below].map((role) => person(suite, { profile, role })))
    const id = await its.sessionOf(ana)
    problem(await beto.call('DELETE', `/sessions/${id}`, { headers: { 'if-match': '"1"' } }), 404, 'not_found')
    await soon(async () => boss.remove('sessions', await boss.get(`/sessions/${id}`)))
    await its.gone(ana)
    await beto.want(200, 'GET', '/session')
  })

  test('USER-03: everybody signs out everywhere else in one go', async () => {
    const ana = await person(suite, { grants: [] }), others = [await its.again(ana), await its.again(ana)]
    const { body } = await ana.want(200, 'POST', '/sessions/end', { body: {} })
    assert.equal(Number(body.ended), 2)
    await Promise.all(others.map((each) => its.gone(each)))
    await ana.want(200, 'GET', '/session')
    assert.equal(await its.events(ana.email, 'revoked'), 2)
  })

  test('USER-03: an API key is no person: it ends no sessions and changes no password', async () => {
    const ana = await person(suite, { grants: [...OWN_SESSIONS, ...grant('identity.api_key')] })
    const key = await soon(() => apiKey(ana, { scopes: OWN_SESSIONS }))
    problem(await key.call('POST', '/sessions/end', { body: {} }), 403, 'forbidden_key')
    problem(await key.call('POST', '/password', { body: { current: ana.password, password: 'tres mangos verdes' } }), 403, 'forbidden_key')
    await ana.want(200, 'GET', '/session')
  })

  test('USER-03: a session that nobody uses ends, and every one ends at its hour', async () => {
    for (const late of ["seen_at = now() - interval '121 min'", "expires_at = now() - interval '1 s'"]) {
      const ana = await person(suite, { profile })
      await ana.want(200, 'GET', '/session')
      await suite.sql(`UPDATE identity.user_session SET ${late} WHERE id = '${await its.sessionOf(ana)}'`)
      await its.forgetSessions()
      problem(await ana.call('GET', '/session'), 401, 'sign_in')
      problem(await ana.call('GET', '/sessions'), 401, 'sign_in')
    }
  })

  test('USER-03: using one keeps it, without an event', async () => {
    const ana = await person(suite, { profile }), id = await its.sessionOf(ana)
    await suite.sql(`UPDATE identity.user_session SET seen_at = now() - interval '100 min' WHERE id = '${id}'`)
    await its.forgetSessions()
    await ana.want(200, 'GET', '/session')
    const [[seen, version, events]] = await suite.sql(`SELECT extract(epoch FROM now() - seen_at)::int, version,
      (SELECT count(*) FROM identity.event WHERE record = '${id}') FROM identity.user_session WHERE id = '${id}'`)
    assert.ok(Number(seen) < 30)
    assert.deepEqual([version, events], ['1', '1'])
  })

  test('USER-03: what has expired is removed', async () => {
    const ana = await person(suite, { profile }), beto = await person(suite, { profile })
    const [ended, kept] = [await its.sessionOf(ana), await its.sessionOf(beto)]
    await suite.sql(`UPDATE identity.user_session SET expires_at = now() - interval '1 s' WHERE id = '${ended}'`)
    await suite.restart('identity')
    await suite.ready()
    await soon(async () => assert.deepEqual(await suite.sql(`SELECT id FROM identity.user_session WHERE id IN ('${ended}', '${kept}')`), [[kept]]))
    assert.deepEqual(await suite.sql(`SELECT session FROM identity.user_session_token WHERE session = '${ended}'`), [])
    await soon(() => beto.want(200, 'GET', '/session'))
  })

  test('USER-03: with Redis down people stay signed in, sign in, and are counted', async () => {
    const ana = await person(suite, { profile })
    await suite.down('redis')
    try {
      await ana.want(200, 'GET', '/sessions')
      const other = await its.again(ana)
      await sleep(1100)
      await other.want(200, 'GET', '/session')
      for (let n = 0; n < 5; n++) assert.equal((await its.client().signIn(nobody('-redis'), WRONG)).status, 401)
      assert.equal((await its.client().signIn(nobody('-redis'), WRONG)).status, 429)
      await ana.want(200, 'POST', '/sessions/end', { body: {} })
      await its.gone(other)
    } finally {
      await suite.up('redis')
    }
    await ana.want(200, 'GET', '/session')
  })
})
