// USER-01: what is answered about a record that one sees, may change, or neither: nothing leaks by the order of checks.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { administrator, answers, apiKey, grant, person, soon } from '../lib/people.mjs'
import { problem } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

const PEOPLE = ['user', 'role', 'group'].map((module) => `identity.${module}:see`)
const LEADS = [...grant('leads.lead'), ...PEOPLE]

let suite, admin, owner, stranger, reader, superior, unable
let lead
before(async () => {
  suite = await startSuite()
  admin = await administrator(suite)
  const top = await admin.create('roles', { name: 'Dirección' })
  const below = await admin.create('roles', { name: 'Ventas', parent: top.id })
  const other = await admin.create('roles', { name: 'Otra', parent: top.id })
  owner = await person(suite, { grants: [...LEADS, ...grant('identity.api_key', 'see', 'create')], role: below })
  stranger = await person(suite, { grants: LEADS, role: other })
  reader = await person(suite, { grants: ['leads.lead:see', ...PEOPLE], role: top })
  superior = await person(suite, { grants: LEADS, role: top })
  unable = await person(suite, { grants: PEOPLE, role: top })
  lead = await soon(() => owner.create('leads', { name: 'De quien vende', company: 'Redes' }))
  await Promise.all([superior, reader].map((rest) => answers(200, rest, 'GET', `/leads/${lead.id}`)))
  await answers(404, stranger, 'GET', `/leads/${lead.id}`)
})
after(() => suite?.stop())

const at = (version) => ({ 'if-match': `"${version}"` })
const patch = (rest, id, version, body = { address: 'Calle 1' }) => rest.call('PATCH', `/leads/${id}`, { body, headers: at(version) })

describe('USER-01: the order of answers', () => {
  test('USER-01: a record that is not seen is one that is not there, whatever is asked of it', async () => {
    for (const id of [lead.id, randomUUID()]) {
      const ask = [
        stranger.call('GET', `/leads/${id}`),
        stranger.call('GET', `/leads/${id}/history`),
        stranger.call('GET', `/leads/${id}/explain`),
        patch(stranger, id, lead.version),
        patch(stranger, id, 99),
        stranger.call('DELETE', `/leads/${id}`, { headers: at(99) }),
        stranger.call('POST', `/leads/${id}/restore`),
        patch(reader, randomUUID(), 1),
      ]
      for (const answer of await Promise.all(ask)) {
        assert.equal(answer.headers.get('etag'), null)
        assert.equal(problem(answer, 404, 'not_found').version, undefined)
      }
    }
  })

  test('USER-01: without the right to see the module every record answers alike', async () => {
    for (const id of [lead.id, randomUUID()]) problem(await unable.call('GET', `/leads/${id}`), 403, 'forbidden')
    problem(await unable.call('GET', '/leads'), 403, 'forbidden')
    problem(await unable.call('POST', '/leads', { body: { name: 'x' } }), 403, 'forbidden')
  })

  test('USER-01: what is seen and may not be changed is refused before its version is looked at', async () => {
    for (const version of [lead.version, 99]) {
      problem(await patch(reader, lead.id, version), 403, 'forbidden')
      problem(await reader.call('DELETE', `/leads/${lead.id}`, { headers: at(version) }), 403, 'forbidden')
    }
    problem(await reader.call('POST', `/leads/${lead.id}/restore`), 403, 'forbidden')
    problem(await reader.call('POST', '/leads', { body: { name: 'x' } }), 403, 'forbidden')
    problem(await patch(superior, lead.id, 99), 412, 'stale')
  })

  test('USER-01: a deleted record is seen and restored by those who saw it', async () => {
    const gone = await owner.create('leads', { name: 'Se borra' })
    await superior.remove('leads', gone)
    problem(await stranger.call('POST', `/leads/${gone.id}/restore`), 404, 'not_found')
    problem(await reader.call('POST', `/leads/${gone.id}/restore`), 403, 'forbidden')
    await owner.want(200, 'POST', `/leads/${gone.id}/restore`)
    await superior.get(`/leads/${gone.id}`)
  })

  test('USER-01: a record given away is repeated to who made it as it was sent', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const sent = { name: 'Para otro', owner: stranger.user.id }
    const made = await owner.create('leads', sent, headers)
    await answers(404, owner, 'GET', `/leads/${made.id}`)
    await stranger.change('leads', made, { name: 'Ya es otro' })
    const again = await owner.create('leads', sent, headers)
    assert.equal(again.id, made.id)
    assert.equal(again.name, 'Para otro')
    assert.equal(again.version, 1)
  })
})

test('USER-01: a job is read by who began it and by administrators', async () => {
  const { body } = await owner.want(202, 'POST', '/leads/import', { body: 'Nombre\nUno\n', headers: { 'content-type': 'text/csv' } })
  await owner.get(`/leads/jobs/${body.id}`)
  await admin.get(`/leads/jobs/${body.id}`)
  problem(await superior.call('GET', `/leads/jobs/${body.id}`), 404, 'not_found')
})

describe('USER-01: side doors and reasons', () => {
  const reasons = (told) => told.reasons.map(({ code }) => code)

  test('USER-01: visible tells which of many one sees', async () => {
    const ids = [lead.id, randomUUID()]
    const visible = async (rest) => (await rest.want(200, 'POST', '/leads/visible', { body: { ids } })).body.ids
    for (const rest of [owner, superior, reader, admin]) assert.deepEqual(await visible(rest), [lead.id])
    for (const rest of [stranger, unable]) assert.deepEqual(await visible(rest), [])
  })

  test('USER-01: explain says why, of oneself to everybody who sees it, of others to administrators', async () => {
    const path = `/leads/${lead.id}/explain`
    const mine = await owner.get(path)
    assert.ok(mine.see && mine.change && mine.delete)
    assert.ok(reasons(mine).includes('why_owner'))
    const above = await reader.get(path)
    assert.deepEqual([above.see, above.change, above.delete], [true, false, false])
    assert.ok(reasons(above).includes('why_above') && reasons(above).includes('why_no_change'))
    const foreign = await admin.get(`${path}?user=${stranger.user.id}`)
    assert.equal(foreign.see, false)
    assert.ok(reasons(foreign).includes('why_no_rule'))
    assert.ok(foreign.reasons.every(({ text }) => text && !text.includes('{')))
    assert.ok(reasons(await admin.get(path)).includes('why_administrator'))
    problem(await owner.call('GET', `${path}?user=${stranger.user.id}`), 403, 'administrators_only')
  })

  test('USER-01: a sharing rule is named, and its condition when it does not hold', async () => {
    const rule = { for_module: 'leads.lead', to_user: stranger.user.id, access: 'see' }
    const [holds, not] = await Promise.all([
      admin.create('sharing-rules', { ...rule, name: 'Redes', filter: 'company[eq]=Redes' }),
      admin.create('sharing-rules', { ...rule, name: 'Cables', filter: 'company[eq]=Cables' }),
    ])
    await answers(200, stranger, 'GET', `/leads/${lead.id}`)
    const told = await soon(async () => {
      const told = await stranger.get(`/leads/${lead.id}/explain`)
      assert.ok(reasons(told).includes('why_condition'))
      return told
    })
    assert.deepEqual([told.see, told.change, told.delete], [true, false, false])
    assert.match(told.reasons.find(({ code }) => code === 'why_rule_see').text, /Redes/)
    assert.match(told.reasons.find(({ code }) => code === 'why_condition').text, /Cables/)
    await Promise.all([holds, not].map((record) => admin.remove('sharing-rules', record)))
    await answers(404, stranger, 'GET', `/leads/${lead.id}`)
  })
})

describe('USER-03d: through an API key', () => {
  test('USER-03d: a key does what both its scopes and its person may, and no method of a person', async () => {
    const key = await soon(() => apiKey(owner, { scopes: ['leads.lead:see'] }))
    await answers(200, key, 'GET', `/leads/${lead.id}`)
    problem(await patch(key, lead.id, lead.version), 403, 'forbidden')
    problem(await key.call('POST', '/leads', { body: { name: 'x' } }), 403, 'forbidden')
    problem(await key.call('GET', '/users'), 403, 'forbidden')
    problem(await key.call('POST', '/sessions/end', { body: {} }), 403, 'forbidden_key')
    problem(await key.call('POST', '/me', { body: { lang: 'en' } }), 403, 'forbidden_key')
    const told = await key.get(`/leads/${lead.id}/explain`)
    assert.deepEqual([told.see, told.change, told.delete], [true, false, false])
    assert.ok(told.reasons.some(({ code }) => code === 'why_key_change'))
  })
})

test('USER-01: what the system alone writes nobody writes, what is kept nobody deletes', async () => {
  problem(await admin.call('POST', '/sessions', { body: {} }), 403, 'forbidden')
  problem(await admin.call('POST', '/accesses', { body: {} }), 403, 'forbidden')
  const [entry] = (await admin.get('/accesses?limit=1')).items
  problem(await admin.call('DELETE', `/accesses/${entry.id}`, { headers: at(entry.version ?? 1) }), 403, 'forbidden')
  problem(await admin.call('PATCH', `/accesses/${entry.id}`, { body: { owner: null }, headers: at(entry.version ?? 1) }), 403, 'forbidden')
})
