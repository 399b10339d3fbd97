// What people see and change of themselves, and what they arrange: GET and POST /me, /settings.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { administrator, apiKey, grant, person, soon } from '../lib/people.mjs'
import { problem, Rest } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

let suite, admin, ana, beto
before(async () => {
  suite = await startSuite({ services: ['identity', 'gateway'] })
  admin = await administrator(suite)
  const role = await admin.create('roles', { name: 'Bogotá' })
  ana = await person(suite, { grants: grant('identity.api_key'), role, name: 'Ana Ñáñez', job_title: 'Asesora', phone: '3104445566' })
  beto = await person(suite)
})
after(() => suite?.stop())

const save = (rest, key, value, more) => rest.want(200, 'POST', '/settings', { body: { key, value, ...more } })
const settings = async (rest) => (await rest.get('/settings')).settings ?? []

test('USER-01: one’s own data, and nobody else’s', async () => {
  assert.deepEqual(await ana.get('/me'), {
    id: ana.user.id, name: 'Ana Ñáñez', email: ana.email, administrator: false, phone: '+573104445566', job_title: 'Asesora',
    away: false, second_factor: false, role: 'Bogotá', profile: (await admin.get(`/profiles/${ana.user.profile}`)).name,
  })
  assert.deepEqual(await beto.get('/me'), {
    id: beto.user.id, name: beto.user.name, email: beto.email, administrator: false, away: false, second_factor: false,
  })
  const boss = await admin.get('/me')
  assert.deepEqual([boss.administrator, boss.email], [true, suite.email])
  problem(await new Rest(suite.url).call('GET', '/me'), 401, 'sign_in')
  problem(await ana.call('GET', '/me?id=1'), 400, 'unknown_parameter')
})

test('USER-01: away as the assigner sees it: until a moment, and not after it', async () => {
  const until = new Date(Date.now() + 86_400_000).toISOString()
  await ana.want(200, 'POST', '/me', { body: { away: true, away_until: until } })
  let me = await ana.get('/me')
  assert.deepEqual([me.away, Date.parse(me.away_until)], [true, Date.parse(until)])
  await suite.sql(`UPDATE identity.person SET away_until = now() - interval '1 second' WHERE id = '${ana.user.id}'`)
  me = await ana.get('/me')
  assert.deepEqual([me.away, me.away_until], [false, undefined])
  await ana.want(200, 'POST', '/me', { body: { away: true } })
  me = await ana.get('/me')
  assert.deepEqual([me.away, me.away_until], [true, undefined])
})

test('USER-01: null empties, an empty telephone too; what is not sent stays', async () => {
  const until = new Date(Date.now() + 86_400_000).toISOString()
  const known = async () => { const { away, away_until, phone, lang } = await ana.get('/me'); return [away, !!away_until, phone, lang] }
  const send = (body) => ana.want(200, 'POST', '/me', { body })
  await send({ away: true, away_until: until, phone: '3104445566', lang: 'en' })
  assert.deepEqual(await known(), [true, true, '+573104445566', 'en'])
  await send({ away_until: null })
  assert.deepEqual(await known(), [true, false, '+573104445566', 'en'])
  await send({ phone: null })
  assert.deepEqual(await known(), [true, false, undefined, 'en'])
  await send({ phone: '3104445566', lang: null })
  assert.deepEqual(await known(), [true, false, '+573104445566', undefined])
  await send({ phone: '' })
  assert.deepEqual(await known(), [true, false, undefined, undefined])
  await send({ away: true, away_until: until })
  await send({ away: null })
  assert.deepEqual(await known(), [false, false, undefined, undefined])
  await send({})
  problem(await ana.call('POST', '/me', { body: { away_until: '' } }), 422, 'invalid_field')
  problem(await ana.call('POST', '/me', { body: { changed: [4] } }), 422, 'read_only')
})

test('LIST-01a: what one arranges is kept, changed and taken away; nobody else sees it', async () => {
  const value = JSON.stringify({ columns: [{ name: 'name', width: 200 }], texto: 'ñ 日 \u2028 "\\' })
  assert.deepEqual(await settings(ana), [])
  await save(ana, 'list.leads.lead', value)
  await save(ana, 'a', 'null')
  assert.deepEqual(await settings(ana), [
    { key: 'a', value: 'null' }, { key: 'list.leads.lead', value }])
  assert.deepEqual(await settings(beto), [])
  assert.deepEqual(await settings(admin), [])
  await save(ana, 'a', '[1]', { company: false })
  await save(ana, 'list.leads.lead')
  await save(ana, 'list.leads.lead')
  assert.deepEqual(await settings(ana), [{ key: 'a', value: '[1]' }])
  await save(ana, 'a', null)
  assert.deepEqual(await settings(ana), [])
})

test('LIST-01a: the company’s are everybody’s, and only administrators write them', async () => {
  await save(admin, 'list.x', '{"density":"dense"}', { company: true })
  await save(admin, 'list.x', '{"density":"comfortable"}', { company: true })
  await save(beto, 'list.x', '1')
  const company = { key: 'list.x', value: '{"density":"comfortable"}', company: true }
  assert.deepEqual(await settings(ana), [company])
  assert.deepEqual(await settings(beto), [{ key: 'list.x', value: '1' }, company])
  for (const value of ['2', undefined])
    problem(await beto.call('POST', '/settings', { body: { key: 'list.x', value, company: true } }), 403, 'administrators_only')
  await save(beto, 'list.x')
  assert.deepEqual(await settings(beto), [company])
  await save(admin, 'list.x', undefined, { company: true })
  assert.deepEqual(await settings(ana), [])
})

test('LIST-01a: keys and values are looked at', async () => {
  const refuse = async (body, code, pointer) => problem(await ana.call('POST', '/settings', { body }), 422, code, { [pointer]: code })
  for (const key of ['A', 'a b', 'ñ', 'a/b', 'a\n', '*']) await refuse({ key, value: '1' }, 'invalid_field', '/key')
  await refuse({ value: '1' }, 'required', '/key')
  await refuse({ key: '', value: '1' }, 'required', '/key')
  await refuse({ key: 'a'.repeat(121), value: '1' }, 'too_long', '/key')
  await refuse({ key: 'a', value: `"${'x'.repeat(20_000)}"` }, 'too_long', '/value')
  for (const value of ['', '{', 'nul', '1 2', '{"a":1,}', "'a'", 'NaN', '"\\ud800"', '['.repeat(40) + ']'.repeat(40), '01'])
    await refuse({ key: 'a', value }, 'invalid_field', '/value')
  await save(ana, 'a'.repeat(120), `"${'ñ'.repeat(19_998)}"`)
  await save(ana, 'a'.repeat(120))
  problem(await ana.call('POST', '/settings', { body: { key: 'a', value: { a: 1 } } }), 422, 'wrong_type')
  problem(await new Rest(suite.url).call('GET', '/settings'), 401, 'sign_in')
  problem(await new Rest(suite.url).call('POST', '/settings', { body: { key: 'a', value: '1' } }), 401, 'sign_in')
  assert.deepEqual(await settings(ana), [])
})

test('LIST-01a: two hundred of a person, and no more; those that are there can be changed', async () => {
  await Promise.all(Array.from({ length: 200 }, (_, i) => save(beto, `k${i}`, String(i))))
  problem(await beto.call('POST', '/settings', { body: { key: 'more', value: '1' } }), 422, 'settings_full', { '/key': 'settings_full' })
  await save(beto, 'k0', '"other"')
  await save(beto, 'k1')
  await save(beto, 'more', '1')
  await save(ana, 'a', '1') // nobody else's count
  await save(admin, 'a', '1', { company: true })
  const all = await settings(beto)
  assert.equal(all.filter(({ company }) => !company).length, 200)
  assert.equal(all.find(({ key }) => key === 'k0').value, '"other"')
})

test('USER-03: a key reads its person’s, and writes none', async () => {
  const key = await soon(() => apiKey(ana, { scopes: [] }))
  assert.equal((await key.get('/me')).id, ana.user.id)
  assert.deepEqual((await settings(key)).map(({ key: name, company }) => [name, company]), [['a', undefined], ['a', true]])
  problem(await key.call('POST', '/settings', { body: { key: 'a', value: '2' } }), 403, 'forbidden_key')
  problem(await key.call('POST', '/me', { body: { lang: 'en' } }), 403, 'forbidden_key')
})
