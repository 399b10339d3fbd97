// Two who change the same record: the later one is told the record as it is, as far as he may see it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { grant, person } from '../lib/people.mjs'
import { problem, signIn } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

let suite, rest
before(async () => {
  suite = await startSuite()
  rest = await signIn(suite)
})
after(() => suite?.stop())

const patch = (who, lead, body, version = lead.version, headers) =>
  who.call('PATCH', `/leads/${lead.id}`, { body, headers: { 'if-match': `"${version}"`, ...headers } })

test('API-01: a stale change is answered with the version and the record in force', async () => {
  const lead = await rest.create('leads', { name: 'Uno', city: '05001' })
  const now = await rest.change('leads', lead, { name: 'Dos' })
  const { version, current } = problem(await patch(rest, lead, { name: 'Tres' }), 412, 'stale', { 'If-Match': 'stale' })
  assert.equal(version, 2)
  assert.deepEqual(current, now)
  assert.ok(current.labels.city && current.labels.owner, JSON.stringify(current))
  const gone = problem(await rest.call('DELETE', `/leads/${lead.id}`, { headers: { 'if-match': '"1"' } }), 412, 'stale')
  assert.deepEqual(gone.current, now)
  await rest.remove('leads', now)
  const back = problem(await rest.call('POST', `/leads/${lead.id}/restore`, { headers: { 'if-match': '"2"' } }), 412, 'stale')
  assert.deepEqual([back.version, back.current.id, typeof back.current.deleted_at], [3, lead.id, 'string'])
  const restored = await rest.want(200, 'POST', `/leads/${lead.id}/restore`, { headers: { 'if-match': '"3"' } })
  assert.equal(restored.headers.get('etag'), '"4"')
})

test('API-01: fields that are withheld are not in it', async () => {
  const seller = await person(suite, { grants: grant('leads.lead', 'see', 'create', 'change'), denials: ['leads.lead.phone:view', 'leads.lead.email:view'] })
  const lead = await seller.create('leads', { name: 'Mía' })
  await rest.change('leads', lead, { phone: '3001234567', email: 'a@b.co', company: 'Acme' })
  const { current } = problem(await patch(seller, lead, { company: 'Otra' }), 412, 'stale')
  assert.deepEqual([current.company, current.phone, current.email], ['Acme', undefined, undefined])
})

test('API-01: whoever does not see the record learns nothing of it', async () => {
  const other = await person(suite, { grants: grant('leads.lead') })
  const lead = await rest.create('leads', { name: 'Ajena' })
  for (const version of [1, 7]) {
    const refused = problem(await patch(other, lead, { name: 'X' }, version), 404, 'not_found')
    assert.deepEqual([refused.version, refused.current], [undefined, undefined])
  }
  problem(await other.call('DELETE', `/leads/${lead.id}`, { headers: { 'if-match': '"7"' } }), 404, 'not_found')
})

test('API-01: of many changes at once one wins, the others are told what it did', async () => {
  const lead = await rest.create('leads', { name: 'Cero' })
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => patch(rest, lead, { name: `N ${i}` })))
  const won = answers.filter(({ status }) => status === 200)
  assert.equal(won.length, 1)
  for (const answer of answers.filter(({ status }) => status !== 200)) {
    assert.deepEqual(problem(answer, 412, 'stale').current.name, won[0].body.name)
  }
})

test('API-01: a patch is a merge patch or JSON, and 415 says so', async () => {
  const lead = await rest.create('leads', { name: 'Tipos' })
  const answer = await patch(rest, lead, JSON.stringify({ name: 'X' }), 1, { 'content-type': 'text/plain' })
  problem(answer, 415, 'media_type')
  assert.equal(answer.headers.get('accept-patch'), 'application/merge-patch+json, application/json')
  assert.equal((await patch(rest, lead, JSON.stringify({ name: 'X' }), 1, { 'content-type': 'application/merge-patch+json' })).status, 200)
})

test('API-01: HEAD answers what GET does, without the body', async () => {
  const lead = await rest.create('leads', { name: 'Cabeza' })
  for (const path of ['/leads', '/leads/count', `/leads/${lead.id}`, `/leads/${lead.id}/history`, `/leads/${lead.id}/explain`, '/metadata', '/cities?q=med',
    '/session', '/sign-in-options', '/leads/export', '/openapi.json']) {
    const [get, head] = [await rest.call('GET', path), await rest.call('HEAD', path)]
    assert.deepEqual([head.status, head.headers.get('content-type'), head.headers.get('etag')], [get.status, get.headers.get('content-type'), get.headers.get('etag')], path)
    assert.equal(get.status, 200, path)
    assert.equal(head.text, '', path)
  }
})
