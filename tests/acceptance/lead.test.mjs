// LEAD-01: a prospect with everything it can hold, as clients of the REST API see it.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { problem, signIn } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

let suite, rest
before(async () => {
  suite = await startSuite()
  rest = await signIn(suite)
})
after(() => suite?.stop())

const post = (body, headers) => rest.call('POST', '/leads', { body, headers })
const patch = (record, body, version = record.version) =>
  rest.call('PATCH', `/leads/${record.id}`, { body, headers: { 'if-match': `"${version}"` } })
const refused = async (body, pointer, code) => problem(await post(body), 422, code, { [pointer]: code })

describe('what a lead holds', () => {
  const plain = {
    name: 'Luz Marina Peña', company: 'Redes del Café S.A.S.', id_type: 'nit', tax_id: '800197268-4', typology: 'reseller',
    activity_sector: '4651', status: 'contacting', stage: 'offer', priority: 'high', score: 87, email: 'luz@redescafe.co',
    phone: '+576063334455', mobile: '+573104445566', website: 'https://redescafe.co', city: '66001', address: 'Cra. 8 # 20-31',
    latitude: '4.81333', longitude: '-75.696111', form_filler: 'Óscar Díaz', interest_area: 'networking',
    interest_detail: 'Dos switches\ny un firewall', source: 'whatsapp', social_network: 'linkedin', campaign: 'Feria 2026',
    referrer: 'Don Jaime', prospecting_area: 'antioquia', handling_area: 'sales', contacted_by_sales: true,
    contacted_by_sales_at: '2026-05-04T15:30:00Z', contacted_by_service: false, contacted_by_service_at: '2026-05-05T15:30:00Z',
    needs_visit: true, ready_for_customer: false, not_interested: false, not_interested_reason: 'Ninguno',
    qualifies_as_distributor: true, consent: true, consent_at: '2026-05-01T05:00:00Z', consent_origin: 'paper',
  }

  test('every field comes back as it was sent, from the create, the get and the list', async () => {
    const people = { owner: rest.user.id, assigned_to: rest.user.id, contacted_by_sales_by: rest.user.id, contacted_by_service_by: rest.user.id }
    const lead = { ...plain, ...people }
    const { modules } = await rest.get('/metadata')
    const fields = modules.find(({ key }) => key === 'leads.lead').fields
    assert.deepEqual(Object.keys(lead).sort(),
      fields.filter((field) => !field.read_only && !field.custom && field.name !== 'custom').map(({ name }) => name).sort())

    const created = await post(lead)
    assert.equal(created.status, 201, created.text)
    assert.equal(created.headers.get('etag'), '"1"')
    assert.equal(created.headers.get('location'), `/api/v1/leads/${created.body.id}`)
    const [listed] = (await rest.get(`/leads?id[eq]=${created.body.id}&fields=${Object.keys(lead)}`)).items
    for (const answer of [created.body, await rest.get(`/leads/${created.body.id}`), listed]) {
      assert.deepEqual(Object.fromEntries(Object.keys(lead).map((name) => [name, answer[name]])), lead)
      assert.deepEqual([answer.version, answer.label], [1, lead.name])
      assert.deepEqual(answer.labels.city, 'Pereira, Risaralda')
      for (const name of Object.keys(people)) assert.equal(answer.labels[name], rest.user.name)
    }
    assert.deepEqual([created.body.created_by, created.body.updated_by], [rest.user.id, rest.user.id])
    assert.ok(Math.abs(Date.parse(created.body.created_at) - Date.now()) < 5000)
  })

  test('nothing is required, and the label is the name, else the company, else the number', async () => {
    const empty = await rest.create('leads', {})
    assert.equal(empty.label, `Prospecto ${empty.number}`)
    assert.equal((await rest.create('leads', {})).number, empty.number + 1)
    let lead = await rest.create('leads', { name: 'Ana', company: 'Acme' })
    assert.equal(lead.label, 'Ana')
    lead = await rest.change('leads', lead, { name: null })
    assert.equal(lead.label, 'Acme')
    lead = await rest.change('leads', lead, { company: '  ' })
    assert.equal(lead.label, `Prospecto ${lead.number}`)
    assert.equal('company' in lead, false)
  })

  test('status is new and the owner who creates, unless they are given', async () => {
    const lead = await rest.create('leads', {})
    assert.deepEqual([lead.status, lead.owner], ['new', rest.user.id])
  })

  test('a picklist takes its keys and no other', () => refused({ stage: 'closing' }, '/stage', 'not_an_option'))

  test('what the system sets cannot be written', async () => {
    for (const field of ['version', 'number', 'label', 'created_at', 'created_by', 'updated_at', 'deleted_at', 'labels']) {
      const value = { version: 3, number: 9, label: 'x', created_by: rest.user.id, labels: { city: 'x' } }[field] ?? '2026-01-01T00:00:00Z'
      problem(await post({ [field]: value }), 422, 'read_only', { [`/${field}`]: 'read_only' })
    }
  })

  test('all that is wrong is told at once, each at its field', async () => {
    const answer = await post({ id_type: 'nit', tax_id: '800197268-5', phone: '12', email: 'ana@', website: 'javascript:x', city: 'Gondor', stage: 'x' })
    problem(answer, 422, answer.body.code, { '/tax_id': 'tax_id_digit', '/phone': 'invalid_field', '/email': 'invalid_field',
      '/website': 'invalid_field', '/city': 'not_an_option', '/stage': 'not_an_option' })
  })
})

describe('canonical forms', () => {
  const kept = async (given, wanted) => {
    const lead = await rest.create('leads', given)
    assert.deepEqual(Object.fromEntries(Object.keys(wanted).map((name) => [name, lead[name]])), wanted)
    return lead
  }

  test('a NIT gets its check digit; a wrong one is refused with the right one', async () => {
    for (const tax_id of ['800197268', '800.197.268', '800.197.268-4', '8001972684']) {
      await kept({ id_type: 'nit', tax_id }, { tax_id: '800197268-4' })
    }
    assert.match((await refused({ id_type: 'nit', tax_id: '800197268-5' }, '/tax_id', 'tax_id_digit')).detail, /\b4\b/)
    await kept({ id_type: 'cc', tax_id: '1.020.304.050' }, { tax_id: '1020304050' })
    await kept({ id_type: 'rif', tax_id: 'j 00002961-0' }, { tax_id: 'J-00002961-0' })
    await refused({ id_type: 'cc', tax_id: 'ABC' }, '/tax_id', 'invalid_field')
    const lead = await rest.create('leads', { id_type: 'cc', tax_id: '800197268' })
    assert.equal((await rest.change('leads', lead, { id_type: 'nit' })).tax_id, '800197268-4')
  })

  test('phones are kept as E.164', async () => {
    await kept({ mobile: '(310) 444-55 66', phone: '604 444 5566' }, { mobile: '+573104445566', phone: '+576044445566' })
    await kept({ city: '11001', phone: '745 5566' }, { phone: '+576017455566' })
    await kept({ mobile: '+52 1 55 1234 5678' }, { mobile: '+525512345678' })
  })

  test('a city is found by name and kept as its DIVIPOLA code', async () => {
    for (const [city, code, label] of [['medellin', '05001', 'Medellín, Antioquia'], ['Bogotá', '11001', 'Bogotá, D.C.'],
      ['CALI', '76001', 'Santiago de Cali, Valle del Cauca'], ['Barbosa, Santander', '68077', 'Barbosa, Santander']]) {
      assert.equal((await kept({ city }, { city: code })).labels.city, label)
    }
  })

  test('e-mail in lower case, website with its scheme, texts trimmed', () => kept(
    { name: '  Ana ', email: ' Ana@Ejemplo.CO ', website: 'Ejemplo.co' },
    { name: 'Ana', email: 'ana@ejemplo.co', website: 'https://ejemplo.co' }))

  test('degrees keep six decimals and stay on the globe', async () => {
    await kept({ latitude: '-4.2150000', longitude: -69.94 }, { latitude: '-4.215', longitude: '-69.94' })
    await refused({ latitude: '90.1' }, '/latitude', 'out_of_range')
  })
})

describe('stamps', () => {
  const now = (at) => assert.ok(Math.abs(Date.parse(at) - Date.now()) < 5000, at)

  test('consent and contacts are dated and signed when they are given', async () => {
    const lead = await rest.create('leads', { consent: true, contacted_by_sales: true })
    now(lead.consent_at)
    now(lead.contacted_by_sales_at)
    assert.equal(lead.contacted_by_sales_by, rest.user.id)
    assert.equal('contacted_by_service_at' in lead, false)
    const later = await rest.change('leads', lead, { contacted_by_service: true })
    now(later.contacted_by_service_at)
    assert.equal(later.contacted_by_service_by, rest.user.id)
    assert.equal(later.contacted_by_sales_at, lead.contacted_by_sales_at)
  })

  test('a date that is given stays', async () => {
    const given = { consent: true, consent_at: '2026-02-03T04:05:06Z', contacted_by_sales: true, contacted_by_sales_at: '2026-02-03T04:05:07Z' }
    const lead = await rest.create('leads', given)
    for (const name of Object.keys(given)) assert.equal(lead[name], given[name])
  })

  test('saying no dates nothing', async () => {
    const lead = await rest.create('leads', { consent: false, contacted_by_sales: false })
    assert.deepEqual(Object.keys(lead).filter((name) => /consent_at|contacted.*_(at|by)$/.test(name)), [])
  })
})

describe('references', () => {
  test('a user who does not exist is refused', () => refused({ assigned_to: randomUUID() }, '/assigned_to', 'reference'))
  test('what is no uuid is refused', () => refused({ assigned_to: 'ana' }, '/assigned_to', 'invalid_field'))
})

describe('changes', () => {
  test('a merge patch sets what it names, null clears, the rest stays', async () => {
    const lead = await rest.create('leads', { name: 'Ana', company: 'Acme', score: 5, needs_visit: true })
    const answer = await rest.want(200, 'PATCH', `/leads/${lead.id}`, { body: '{"company":null,"score":0,"needs_visit":false}',
      headers: { 'if-match': '"1"', 'content-type': 'application/merge-patch+json' } })
    assert.equal(answer.headers.get('etag'), '"2"')
    const { name, company, score, needs_visit, version, updated_at } = await rest.get(`/leads/${lead.id}`)
    assert.deepEqual({ name, company, score, needs_visit, version }, { name: 'Ana', company: undefined, score: 0, needs_visit: false, version: 2 })
    assert.ok(updated_at > lead.updated_at)
    assert.equal(answer.body.updated_at, updated_at)
  })

  test('If-Match is needed and must be the version in force', async () => {
    const lead = await rest.create('leads', { name: 'Ana' })
    problem(await rest.call('PATCH', `/leads/${lead.id}`, { body: { name: 'Eva' } }), 428, 'precondition_required')
    problem(await rest.call('DELETE', `/leads/${lead.id}`), 428, 'precondition_required')
    const second = await rest.change('leads', lead, { name: 'Eva' })
    assert.equal(problem(await patch(lead, { company: 'Acme' }), 412, 'stale').version, second.version)
    assert.equal(problem(await rest.call('DELETE', `/leads/${lead.id}`, { headers: { 'if-match': '"1"' } }), 412, 'stale').version, 2)
    assert.deepEqual(await rest.get(`/leads/${lead.id}`), second)
  })

  test('who has it already is told so', async () => {
    const lead = await rest.create('leads', {})
    const answer = await rest.want(304, 'GET', `/leads/${lead.id}`, { headers: { 'if-none-match': '"1"' } })
    assert.equal(answer.text, '')
    await rest.want(200, 'GET', `/leads/${lead.id}`, { headers: { 'if-none-match': '"2"' } })
  })

  test('a change that changes nothing makes no version and no event', async () => {
    const lead = await rest.create('leads', { name: 'Ana', mobile: '3104445566' })
    assert.deepEqual(await rest.change('leads', lead, { name: ' Ana ', mobile: '+57 310 444 5566', company: null }), lead)
    assert.deepEqual(await rest.change('leads', lead, {}), lead)
    assert.equal((await rest.get(`/leads/${lead.id}/history`)).items.length, 1)
  })

  test('of ten changes of one version at the same moment one is made', async () => {
    const lead = await rest.create('leads', {})
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => patch(lead, { name: `N${i}` })))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(9).fill(412)])
    assert.equal((await rest.get(`/leads/${lead.id}`)).label, answers.find(({ status }) => status === 200).body.name)
  })

  test('the id and what the system sets stay out of a change', async () => {
    const lead = await rest.create('leads', {})
    for (const [field, value] of Object.entries({ id: randomUUID(), version: 7, label: 'x', created_at: null, labels: { city: 'x' } })) {
      problem(await patch(lead, { [field]: value }), 422, 'read_only', { [`/${field}`]: 'read_only' })
    }
  })

  test('deleted it is gone from get, list and count; restored it is back', async () => {
    const lead = await rest.create('leads', { name: 'Borrable', email: 'borrable@x.co' })
    await rest.remove('leads', lead)
    problem(await rest.call('GET', `/leads/${lead.id}`), 404, 'not_found')
    problem(await patch(lead, { name: 'x' }, 2), 404, 'not_found')
    assert.equal((await rest.get('/leads/count?email=borrable@x.co')).count, 0)
    assert.deepEqual((await rest.get('/leads?email=borrable@x.co&deleted=true')).items.map(({ id }) => id), [lead.id])
    const back = await rest.want(200, 'POST', `/leads/${lead.id}/restore`)
    assert.deepEqual([back.body.version, back.headers.get('etag')], [3, '"3"'])
    const again = await rest.get(`/leads/${lead.id}`)
    assert.deepEqual([again.name, again.version, again.deleted_at], ['Borrable', 3, undefined])
    assert.equal((await rest.get('/leads/count?email=borrable@x.co')).count, 1)
  })

  test('history tells who changed what, newest first', async () => {
    let lead = await rest.create('leads', { name: 'Ana', score: 1 })
    lead = await rest.change('leads', lead, { name: 'Eva', score: null })
    await rest.remove('leads', lead)
    const { items, actors } = await rest.get(`/leads/${lead.id}/history`)
    assert.deepEqual(items.map(({ type, version, actor }) => [type, version, actor]),
      [['deleted', 3, rest.user.id], ['updated', 2, rest.user.id], ['created', 1, rest.user.id]])
    assert.equal(actors[rest.user.id], rest.user.name)
    const changes = Object.fromEntries(items[1].changes.map(({ field, before, after }) => [field, [before, after]]))
    assert.deepEqual(changes, { name: ['Ana', 'Eva'], score: [1, null] })
    assert.ok(items[0].seq > items[1].seq && items[1].seq > items[2].seq)
    assert.deepEqual((await rest.get(`/leads/${lead.id}/history?before=${items[1].seq}`)).items, [items[2]])
  })

  test('twenty who restore it at the same moment restore it once', async () => {
    const lead = await rest.create('leads', { name: 'Vuelve' })
    await rest.remove('leads', lead)
    const answers = await Promise.all(Array.from({ length: 20 }, () => rest.call('POST', `/leads/${lead.id}/restore`)))
    assert.deepEqual([...new Set(answers.map(({ status, body }) => `${status} ${body.version}`))], ['200 3'])
  })
})

describe('creating once', () => {
  test('an idempotency key repeats its answer, and refuses another body', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const first = await post({ name: 'Una' }, headers), again = await post({ name: 'Una' }, headers)
    assert.equal(first.headers.get('idempotency-replayed'), null)
    assert.deepEqual([again.status, again.body, again.headers.get('idempotency-replayed')], [201, first.body, 'true'])
    assert.equal(again.headers.get('location'), first.headers.get('location'))
    problem(await post({ name: 'Otra' }, headers), 422, 'key_reused')
    await rest.change('leads', first.body, { name: 'Dos' })
    assert.equal((await post({ name: 'Una' }, headers)).body.name, 'Dos')
  })

  test('twenty at the same moment with one key are one lead', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const answers = await Promise.all(Array.from({ length: 20 }, () => post({ name: 'Vez', email: 'una@vez.co' }, headers)))
    assert.deepEqual([...new Set(answers.map(({ status, body }) => `${status} ${body.id}`))], [`201 ${answers[0].body.id}`])
    assert.equal((await rest.get('/leads/count?email=una@vez.co')).count, 1)
  })

  test('a key whose effect was refused is free again', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    problem(await post({ stage: 'x' }, headers), 422, 'not_an_option')
    assert.equal((await post({ stage: 'offer' }, headers)).status, 201)
  })

  test('an id may be given, once', async () => {
    const id = randomUUID()
    assert.equal((await rest.create('leads', { id })).id, id)
    problem(await post({ id, name: 'Otra' }), 409, 'duplicate', { '/id': 'duplicate' })
  })
})
