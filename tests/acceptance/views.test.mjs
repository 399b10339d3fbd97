// LEAD-02: every ready-made list shows the leads that belong and none that do not.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { signIn } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

const HOUR = 3_600_000
let suite, rest, views
before(async () => {
  suite = await startSuite()
  rest = await signIn(suite)
  for (const lead of LEADS) lead.id = (await rest.create('leads', lead.fields)).id
  for (const { id, age } of LEADS) {
    if (age !== undefined) await suite.sql(`UPDATE leads.lead SET created_at = timestamptz '${new Date(monday().getTime() + age).toISOString()}' WHERE id = '${id}'`)
  }
  await rest.remove('leads', await rest.create('leads', { name: 'Borrado', ...EVERYWHERE }))
  views = Object.fromEntries((await rest.get('/metadata')).modules.find(({ key }) => key === 'leads.lead').views.map((view) => [view.name, view]))
})
after(() => suite?.stop())

// Monday 00:00 in Bogotá, five hours behind UTC all the year.
function monday() {
  const there = new Date(Date.now() - 5 * HOUR)
  const midnight = Date.UTC(there.getUTCFullYear(), there.getUTCMonth(), there.getUTCDate())
  return new Date(midnight - ((there.getUTCDay() + 6) % 7) * 24 * HOUR + 5 * HOUR)
}

const EVERYWHERE = { contacted_by_sales: true, needs_visit: true, ready_for_customer: true, not_interested: true, qualifies_as_distributor: true,
  handling_area: 'service', source: 'web_form', referrer: 'Alguien', stage: 'offer', prospecting_area: 'north' }

// name: fields, and its age against Monday's midnight when that matters. Those without one are of this week.
const lead = (name, fields, age) => ({ name, fields: { name, ...fields }, age })
const LEADS = [
  lead('vacío', {}),
  lead('contactado', { contacted_by_sales: true }), lead('no contactado', { contacted_by_sales: false }),
  lead('visita', { needs_visit: true }), lead('sin visita', { needs_visit: false }),
  lead('listo', { ready_for_customer: true }), lead('no listo', { ready_for_customer: false }),
  lead('no interesado', { not_interested: true, not_interested_reason: 'Otro proveedor' }), lead('interesado', { not_interested: false }),
  lead('oferta', { stage: 'offer' }), lead('otra oferta', { stage: 'offer' }), lead('aplazado', { stage: 'postponed' }),
  lead('por web', { source: 'web_form' }), lead('por whatsapp', { source: 'whatsapp' }), lead('importado', { source: 'import' }), lead('por llamada', { source: 'call' }),
  lead('mercadeo', { handling_area: 'marketing' }),
  lead('servicio', { handling_area: 'service', contacted_by_service: true }), lead('servicio pendiente', { handling_area: 'service' }),
  lead('servicio dicho que no', { handling_area: 'service', contacted_by_service: false }),
  lead('servicio el lunes', { handling_area: 'service', contacted_by_service: true }, 0),
  lead('servicio el domingo', { handling_area: 'service', contacted_by_service: true }, -1),
  lead('servicio este domingo', { handling_area: 'service', contacted_by_service: true }, 7 * 24 * HOUR - 1),
  lead('servicio el otro lunes', { handling_area: 'service', contacted_by_service: true }, 7 * 24 * HOUR),
  lead('ventas', { handling_area: 'sales' }), lead('ventas el lunes', { handling_area: 'sales' }, 0), lead('ventas el domingo', { handling_area: 'sales' }, -1),
  lead('ventas hace mucho', { handling_area: 'sales' }, -300 * 24 * HOUR),
  lead('de Ñito', { referrer: 'Ñito' }), lead('de Ana', { referrer: 'ana' }), lead('de Óscar', { referrer: 'Óscar' }), lead('de Zoé', { referrer: 'Zoé' }),
  lead('norte', { prospecting_area: 'north' }), lead('occidente', { prospecting_area: 'west' }),
  lead('distribuidor', { qualifies_as_distributor: true }), lead('no distribuidor', { qualifies_as_distributor: false }),
  lead('solo servicio contactó', { contacted_by_service: true }),
]
const names = (...patterns) => LEADS.map(({ name }) => name).filter((name) => patterns.some((pattern) => (typeof pattern === 'string' ? name === pattern : pattern.test(name))))
const all = names(/./)

// What each view shows.
const WANTED = {
  all,
  contacted: names('contactado'),
  not_contacted_by_sales: all.filter((name) => name !== 'contactado'),
  needs_visit: names('visita'),
  to_become_customers: names('listo'),
  not_interested: names('no interesado'),
  stages: all,
  by_stage: all,
  received: names('por web', 'por whatsapp', 'importado'),
  marketing: names('mercadeo'),
  service_week: names('servicio', 'servicio pendiente', 'servicio dicho que no', 'servicio el lunes', 'servicio este domingo'),
  prospecting_week: names('ventas', 'ventas el lunes'),
  by_source: all,
  by_referrer: names(/^de /),
  by_prospecting_area: all,
  service: names(/^servicio/),
  not_contacted_by_service: names('servicio pendiente', 'servicio dicho que no'),
  distributors: names('distribuidor'),
}

test('there is a view for each list of the requirement, and no other', () => assert.deepEqual(Object.keys(views).sort(), Object.keys(WANTED).sort()))

describe('shows what belongs', () => {
  for (const [view, wanted] of Object.entries(WANTED)) {
    test(view, async () => {
      assert.ok(views[view].label.es && views[view].label.en)
      const found = await rest.all('leads', { view, limit: 20 })
      assert.deepEqual(found.map(({ label }) => label).sort(), [...wanted].sort())
      assert.equal((await rest.get(`/leads/count?view=${view}`)).count, wanted.length)
      // The same filter by hand, as the client writes it.
      if (views[view].filter) assert.equal((await rest.get(`/leads/count?${views[view].filter}`)).count, wanted.length)
    })
  }
})

test('a view is narrowed further by a filter and a search', async () => {
  const found = async (query) => (await rest.all('leads', query)).map(({ label }) => label).sort()
  assert.deepEqual(await found('view=service&contacted_by_service[ne]=true'), ['servicio dicho que no', 'servicio pendiente'])
  assert.deepEqual(await found('view=service&q=lunes'), ['servicio el lunes', 'servicio el otro lunes'])
})

test('views come in their order', async () => {
  assert.deepEqual((await rest.get('/leads?view=by_referrer')).items.map(({ referrer }) => referrer), ['ana', 'Ñito', 'Óscar', 'Zoé'])
  const dates = (await rest.get('/leads?view=service&fields=created_at')).items.map(({ created_at }) => created_at)
  assert.deepEqual(dates, [...dates].sort().reverse())
})

test('views have their own columns', async () => {
  const [item] = (await rest.get('/leads?view=not_interested')).items
  assert.deepEqual([item.not_interested_reason, 'stage' in item], ['Otro proveedor', false])
})

test('grouped views: each group with its count', async () => {
  for (const view of ['by_stage', 'by_source', 'by_prospecting_area']) {
    const field = views[view].group_by
    const wanted = {}
    for (const { fields } of LEADS) wanted[fields[field] ?? ''] = (wanted[fields[field] ?? ''] ?? 0) + 1
    const { groups, count } = await rest.get(`/leads/count?view=${view}&group_by=${field}`)
    assert.deepEqual(Object.fromEntries(groups.map(({ key, count: n }) => [key ?? '', n])), wanted)
    assert.equal(count, LEADS.length)
    for (const { key, count: n } of groups) {
      const condition = key === undefined ? `${field}[empty]=` : `${field}=${key}`
      assert.equal((await rest.all('leads', `view=${view}&${condition}`)).length, n, `${view} ${key}`)
    }
  }
})
