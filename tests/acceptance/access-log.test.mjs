// USER-02a: the log of accesses: what it holds, finding in it, taking it along, and that nobody writes it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { administrator, grant, person, soon } from '../lib/people.mjs'
import { problem, Rest } from '../lib/rest.mjs'
import { nobody, SignIns, WRONG } from '../lib/sign-ins.mjs'
import { startSuite } from '../lib/suite.mjs'

const READER = [...grant('identity.access', 'see', 'export'), ...grant('identity.user', 'see')]
const AGENT = 'Prueba/1.0 (lápiz)'

let suite, its, admin, ana, began
before(async () => {
  suite = await startSuite({ services: ['identity', 'gateway'] })
  its = new SignIns(suite)
  admin = await administrator(suite)
  began = new Date()
  ana = await person(suite, { grants: READER })
  const far = its.client({ address: '127.0.4.1' })
  await far.signIn(ana.email, WRONG)
  const signedIn = await far.signIn(` ${ana.email.toUpperCase()}`, ana.password, { 'user-agent': Buffer.from(AGENT).toString('latin1') })
  await new Rest(suite.url, signedIn.body.token).want(204, 'DELETE', '/session')
  for (let n = 0; n < 7; n++) await its.client({ address: '127.0.4.2' }).signIn(nobody('-registro'), `${WRONG} ${n}`)
  await far.signIn('mi clave secreta', WRONG)
  await far.signIn(`${'x'.repeat(200)}@andina.example`, WRONG)
})
after(() => its?.close())
after(() => suite?.stop())

const list = (query, rest = admin) => rest.all('accesses', query)
const told = (items) => items.map(({ event, method, address }) => [event, method, address])

describe('USER-02a: the log of accesses', () => {
  test('USER-02a: every sign-in, sign-out and failed try, with person, time, address and device', async () => {
    const items = await list({ 'person[eq]': ana.user.id, 'event[in]': 'sign_in,refused,sign_out', sort: 'created_at' })
    assert.deepEqual(told(items), [['sign_in', 'password', '127.0.0.1'], ['refused', 'password', '127.0.4.1'],
      ['sign_in', 'password', '127.0.4.1'], ['sign_out', 'password', '127.0.4.1']])
    for (const item of items) {
      assert.equal(item.email, ana.email)
      assert.ok(new Date(item.created_at) >= began && new Date(item.created_at) <= new Date())
      assert.equal(item.labels.person, ana.user.name)
    }
    assert.equal(items[0].device, 'node')
    assert.equal(items[2].device, AGENT)
  })

  test('USER-02a: an account that does not exist: its tries, the lock once, and what was refused unseen not at all', async () => {
    const items = await list({ 'email[eq]': nobody('-registro'), sort: 'created_at' })
    assert.deepEqual(items.map(({ event }) => event).sort(), ['locked', ...Array(5).fill('refused')])
    for (const item of items) assert.deepEqual([item.person, item.owner, item.address], [undefined, undefined, '127.0.4.2'])
  })

  test('USER-02a: what was typed for an e-mail and is none is not kept: it may be a password', async () => {
    const items = await list({ 'address[eq]': '127.0.4.1', 'event[eq]': 'refused', sort: '-created_at', fields: 'email,event,label' })
    assert.deepEqual(items.map(({ email }) => email), [undefined, undefined, ana.email])
    assert.deepEqual(await list({ q: 'secreta' }), [])
  })

  test('USER-02a: found by person, event, dates, address and text, in any order', async () => {
    const all = await list({})
    const ids = (items) => items.map(({ id }) => id).sort()
    const agree = async (query, keep) => {
      const items = await list(query)
      assert.ok(items.length > 0, JSON.stringify(query))
      assert.deepEqual(ids(items), ids(all.filter(keep)), JSON.stringify(query))
    }
    await agree({ 'person[eq]': ana.user.id }, (item) => item.person === ana.user.id)
    await agree({ 'event[in]': 'refused,locked' }, (item) => ['refused', 'locked'].includes(item.event))
    await agree({ view: 'failed' }, (item) => ['refused', 'locked'].includes(item.event))
    await agree({ 'address[eq]': '127.0.4.2' }, (item) => item.address === '127.0.4.2')
    await agree({ 'address[starts]': '127.0.4.' }, (item) => item.address?.startsWith('127.0.4.'))
    await agree({ q: 'registro' }, (item) => item.email === nobody('-registro'))
    await agree({ view: 'today' }, () => true)
    const [first, last] = [all.at(-1).created_at, all[0].created_at]
    await agree({ 'created_at[gt]': first }, (item) => item.created_at > first)
    await agree({ 'created_at[between]': `${first},${last}`, 'event[eq]': 'sign_in' }, (item) => item.event === 'sign_in')
    assert.deepEqual(await list({ 'created_at[lt]': first }), [])
    assert.deepEqual(all.map(({ created_at: at }) => at), all.map(({ created_at: at }) => at).sort().reverse(), 'the latest first')
    assert.equal((await admin.get('/accesses/count?cap=0')).count, all.length)
    const { groups } = await admin.get('/accesses/count?group_by=event')
    assert.equal(groups.find(({ key }) => key === 'refused').count, all.filter(({ event }) => event === 'refused').length)
  })

  test('USER-02a: taken along as a file, filtered', async () => {
    const { text, headers } = await admin.want(200, 'GET', '/accesses/export?format=csv&event[eq]=locked')
    assert.match(headers.get('content-type'), /text\/csv/)
    const lines = text.trim().split(/\r?\n/)
    assert.equal(lines.length, 2)
    assert.ok(lines[1].includes(nobody('-registro')) && lines[1].includes('127.0.4.2'))
  })

  test('USER-02a: people with the right read what is theirs and of those below; without it, nothing', async () => {
    const none = await person(suite, { grants: [] })
    problem(await none.call('GET', '/accesses'), 403, 'forbidden')
    const own = await list({}, ana)
    assert.ok(own.length >= 4)
    assert.deepEqual([...new Set(own.map(({ person: who }) => who))], [ana.user.id])
    const other = (await list({ 'email[eq]': nobody('-registro') }))[0]
    problem(await ana.call('GET', `/accesses/${other.id}`), 404, 'not_found')
    const above = await admin.create('roles', { name: 'Arriba' }), under = await admin.create('roles', { name: 'Abajo', parent: above.id })
    const boss = await person(suite, { grants: READER, role: above }), worker = await person(suite, { grants: [], role: under })
    await soon(async () => assert.deepEqual(new Set((await list({}, boss)).map(({ person: who }) => who)), new Set([boss.user.id, worker.user.id])))
  })

  test('USER-02a: nobody writes it, an administrator neither', async () => {
    const [item] = await list({ limit: 1 })
    const headers = { 'if-match': '"1"' }
    for (const [method, path, body] of [['POST', '', { event: 'sign_in' }], ['POST', '', {}], ['PATCH', `/${item.id}`, { custom: {} }],
      ['PATCH', `/${item.id}`, { event: 'sign_out' }], ['DELETE', `/${item.id}`], ['POST', `/${item.id}/restore`]]) {
      const { status, body: said } = await admin.call(method, `/accesses${path}`, { body, headers })
      assert.ok([403, 422].includes(status), `${method} ${path}: ${status} ${JSON.stringify(said)}`)
    }
    assert.equal((await admin.get(`/accesses/${item.id}`)).version, 1)
  })
})
