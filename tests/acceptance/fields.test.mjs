// USER-01 (c): what a profile withholds of a record, field by field, through every door; metadata by person.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { administrator, answers, apiKey, grant, person, soon } from '../lib/people.mjs'
import { problem } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

const ALL = grant('leads.lead')
const deny = (moment, ...fields) => fields.map((field) => `leads.lead.${field}:${moment}`)
const HIDDEN = ['phone', 'city', 'needs_visit', 'assigned_to', 'tax_id', 'custom.secret']
// Nothing of these is in any answer to Ana.
const SECRETS = ['6015550199', '600100200', 'Bucaramanga', '68001', 'clave-oculta']

let suite, admin, ana, lead
before(async () => {
  suite = await startSuite()
  admin = await administrator(suite)
  for (const [key, kind] of [['secret', 'text'], ['visits', 'integer']]) {
    await admin.want(201, 'POST', '/leads/fields', { body: { key, kind, es: key, en: key, list: true } })
  }
  ana = await person(suite, {
    grants: [...ALL, ...grant('identity.api_key')],
    denials: [...deny('view', ...HIDDEN), ...deny('create', 'email', 'custom.visits'), ...deny('change', 'score', 'referrer')],
  })
  lead = await admin.create('leads', {
    name: 'Ferretería El Tornillo', company: 'Tornillos', phone: '+576015550199', city: '68001', needs_visit: true, tax_id: '600100200',
    email: 'tornillo@andina.example', score: 7, referrer: 'Don Jaime', owner: ana.user.id, assigned_to: admin.user.id,
    custom: { secret: 'clave-oculta', visits: 3 },
  })
  await answers(200, ana, 'GET', `/leads/${lead.id}`)
})
after(() => suite?.stop())

const whole = () => admin.get(`/leads/${lead.id}`)
const patch = async (rest, body, id = lead.id) => {
  const { version } = await admin.get(`/leads/${id}`)
  return rest.call('PATCH', `/leads/${id}`, { body, headers: { 'if-match': `"${version}"` } })
}
const silent = (text) => {
  for (const secret of SECRETS) assert.ok(!text.includes(secret), `${secret} is in ${text}`)
}

describe('USER-01: a field that may not be viewed', () => {
  test('USER-01: is left out of the record, with its text', async () => {
    const { text, body } = await ana.want(200, 'GET', `/leads/${lead.id}`)
    silent(text)
    for (const name of ['phone', 'city', 'needs_visit', 'assigned_to', 'tax_id']) assert.equal(name in body, false, name)
    assert.deepEqual(body.custom, { visits: 3 })
    assert.deepEqual(Object.keys(body.labels).sort(), ['created_by', 'owner', 'updated_by'])
    assert.equal(body.email, 'tornillo@andina.example')
    const seen = await whole()
    assert.equal(seen.phone, '+576015550199')
    assert.equal(seen.labels.city, 'Bucaramanga, Santander')
    assert.deepEqual(seen.custom, { secret: 'clave-oculta', visits: 3 })
  })

  test('USER-01: is left out of lists and cannot be asked for', async () => {
    for (const path of ['/leads', '/leads?view=stages', '/leads?fields=label,custom', '/leads?fields=company,custom.visits']) {
      const { text, body } = await ana.want(200, 'GET', path)
      silent(text)
      assert.equal(body.items.length, 1, path)
    }
    silent((await ana.want(200, 'POST', '/leads/search', { body: { filter: { field: 'company', op: 'eq', values: ['Tornillos'] } } })).text)
    for (const name of HIDDEN) {
      problem(await ana.call('GET', `/leads?fields=label,${name}`), 400, 'bad_filter', { fields: 'bad_filter' })
      await admin.want(200, 'GET', `/leads?fields=label,${name}`)
    }
  })

  test('USER-01: cannot be filtered, sorted, grouped or searched by, as if it did not exist', async () => {
    const values = { phone: '%2B576015550199', city: '68001', needs_visit: 'true', assigned_to: admin.user.id, tax_id: '600100200', 'custom.secret': 'clave-oculta' }
    for (const [name, value] of Object.entries(values)) {
      assert.equal((await admin.get(`/leads?${name}[eq]=${value}`)).items.length, 1, name)
      for (const path of ['/leads?', '/leads/count?', '/leads/export?']) {
        for (const condition of [`${name}[eq]=${value}`, `${name}[filled]=`]) {
          problem(await ana.call('GET', path + condition), 400, 'bad_filter', { filter: 'bad_filter' })
        }
      }
      const filter = { any: [{ field: 'company', op: 'filled' }, { not: { field: name, op: 'eq', values: [decodeURIComponent(value)] } }] }
      problem(await ana.call('POST', '/leads/search', { body: { filter } }), 400, 'bad_filter')
      for (const sort of [name, `-${name}`, `company,${name}`]) {
        const refused = await ana.call('GET', `/leads?sort=${sort}`)
        const unknown = await ana.call('GET', `/leads?sort=${sort.replace(name, 'nope')}`)
        assert.deepEqual([refused.status, refused.body.code], [unknown.status, unknown.body.code], sort)
      }
    }
    problem(await ana.call('GET', '/leads/count?group_by=needs_visit'), 400, 'bad_filter')
    assert.equal((await admin.get('/leads/count?group_by=needs_visit')).groups.length, 1)
    for (const q of ['5550199', '600100200', 'ferreteria 5550199']) {
      assert.equal((await ana.get(`/leads?q=${q}`)).items.length, 0, q)
      assert.equal((await ana.get(`/leads/count?q=${q}`)).count, 0, q)
      assert.equal((await admin.get(`/leads?q=${q}`)).items.length, 1, q)
    }
    assert.equal((await ana.get('/leads?q=tornillo')).items.length, 1)
  })

  test('USER-01: is left out of the history; a change that shows nothing stays as an entry', async () => {
    await admin.change('leads', await whole(), { phone: '+576015550198', city: '05001', custom: { secret: 'otra-clave' } })
    await admin.change('leads', await whole(), { phone: '+576015550199', city: '68001', company: 'Tornillos SAS', custom: { secret: 'clave-oculta', visits: 4 } })
    const { text, body: { items } } = await ana.want(200, 'GET', `/leads/${lead.id}/history`)
    silent(text)
    assert.ok(!text.includes('otra-clave'))
    const fields = items.map(({ changes }) => changes.map(({ field }) => field).sort())
    assert.deepEqual(fields.slice(0, 2), [['company', 'custom'], []])
    assert.deepEqual(items[0].changes.find(({ field }) => field === 'custom'), { field: 'custom', before: { visits: 3 }, after: { visits: 4 } })
    assert.ok(fields[2].includes('name') && !fields[2].includes('phone'))
    const all = (await admin.get(`/leads/${lead.id}/history`)).items
    assert.deepEqual(all[1].changes.map(({ field }) => field).sort(), ['city', 'custom', 'phone'])
    assert.deepEqual(all.map(({ version }) => version), items.map(({ version }) => version))
  })

  test('USER-01: stays as it was when the rest of the record is changed', async () => {
    const before = await whole()
    const { text, body } = (await patch(ana, { company: 'Tornillos y Tuercas', custom: { visits: 5 } }))
    silent(text)
    assert.equal(body.company, 'Tornillos y Tuercas', text)
    const now = await whole()
    assert.deepEqual({ ...now.custom }, { secret: 'clave-oculta', visits: 5 })
    for (const name of ['phone', 'city', 'needs_visit', 'assigned_to', 'tax_id']) assert.equal(now[name], before[name], name)
    // What stands in the log of events is whole as well.
    const [[after]] = await suite.sql(`SELECT after->'custom' FROM leads.event WHERE record = '${lead.id}' ORDER BY seq DESC LIMIT 1`)
    assert.deepEqual(JSON.parse(after), { secret: 'clave-oculta', visits: 5 })
  })

  test('USER-01: cannot be given or changed either', async () => {
    for (const [body, pointer] of [[{ phone: '+576015550000' }, '/phone'], [{ assigned_to: null }, '/assigned_to'], [{ custom: { secret: 'x' } }, '/custom/secret'],
      [{ custom: { secret: null } }, '/custom/secret'], [{ custom: null }, '/custom']]) {
      problem(await patch(ana, body), 403, 'forbidden_field', { [pointer]: 'forbidden_field' })
      if (body.custom !== null && Object.values(body.custom ?? body)[0] !== null) {
        problem(await ana.call('POST', '/leads', { body: { name: 'Nueva', ...body } }), 403, 'forbidden_field', { [pointer]: 'forbidden_field' })
      }
    }
    const both = await ana.call('POST', '/leads', { body: { name: 'Nueva', phone: '+576015550000', city: '05001' } })
    problem(both, 403, 'forbidden_field', { '/phone': 'forbidden_field', '/city': 'forbidden_field' })
  })

  test('USER-01: is not told by a refusal that it caused', async () => {
    const cedula = await admin.create('leads', { name: 'Con pasaporte', id_type: 'passport', tax_id: '800197268-1', owner: ana.user.id })
    problem(await patch(admin, { id_type: 'nit' }, cedula.id), 422, 'tax_id_digit', { '/tax_id': 'tax_id_digit' })
    const refused = await patch(ana, { id_type: 'nit' }, cedula.id)
    problem(refused, 422, 'hidden_field', {})
    assert.ok(!/tax_id|800197268|debe ser/.test(refused.text), refused.text)
    await admin.remove('leads', await admin.get(`/leads/${cedula.id}`))
  })

  test('USER-01: is hidden from a key of the person too', async () => {
    const key = await apiKey(ana, { scopes: ALL })
    const { text } = await answers(200, key, 'GET', `/leads/${lead.id}`)
    silent(text)
    silent((await key.want(200, 'GET', `/leads/${lead.id}/history`)).text)
    problem(await key.call('GET', '/leads?sort=phone'), 400, 'bad_filter')
  })

  test('USER-01: is left out of a deleted record, of what restoring and repeating answer', async () => {
    const made = await admin.create('leads', { name: 'Por borrar', phone: '+576015550199', owner: ana.user.id })
    await ana.remove('leads', made)
    silent((await ana.want(200, 'GET', '/leads?deleted=true&fields=label,custom')).text)
    const { text, body } = await ana.want(200, 'POST', `/leads/${made.id}/restore`)
    silent(text)
    await ana.remove('leads', body)
    const headers = { 'idempotency-key': 'campos-1' }
    const first = await ana.create('leads', { name: 'Repetida' }, headers)
    await admin.change('leads', await admin.get(`/leads/${first.id}`), { phone: '+576015550199' })
    const again = await ana.want(201, 'POST', '/leads', { body: { name: 'Repetida' }, headers })
    assert.equal(again.headers.get('idempotency-replayed'), 'true')
    silent(again.text)
    await ana.remove('leads', await ana.get(`/leads/${first.id}`))
  })
})

describe('USER-01: a field that may not be given on creating, or not changed', () => {
  test('USER-01: on create: refused in a new record, open to a change', async () => {
    problem(await ana.call('POST', '/leads', { body: { name: 'Nueva', email: 'x@andina.example', custom: { visits: 1 } } }), 403, 'forbidden_field',
      { '/email': 'forbidden_field', '/custom/visits': 'forbidden_field' })
    const made = await ana.create('leads', { name: 'Nueva', score: 1 })
    const { body } = await patch(ana, { email: 'x@andina.example', custom: { visits: 1 } }, made.id)
    assert.deepEqual([body.email, body.custom.visits], ['x@andina.example', 1])
    await ana.remove('leads', body)
  })

  test('USER-01: on change: given once, then fixed', async () => {
    const made = await ana.create('leads', { name: 'Fija', score: 1, referrer: 'Ana' })
    problem(await patch(ana, { score: 2, referrer: null }, made.id), 403, 'forbidden_field', { '/score': 'forbidden_field', '/referrer': 'forbidden_field' })
    assert.equal((await patch(admin, { score: 2 }, made.id)).status, 200)
    assert.equal((await ana.get(`/leads/${made.id}`)).score, 2)
    await ana.remove('leads', await ana.get(`/leads/${made.id}`))
  })

  test('USER-01: a duplicate takes what may be viewed and given', async () => {
    const { status, headers, text, body } = await ana.call('POST', `/leads/${lead.id}/duplicate`, { headers: { 'idempotency-key': 'copia-1' } })
    assert.equal(status, 201, text)
    silent(text)
    assert.equal(headers.get('location'), `/api/v1/leads/${body.id}`)
    assert.notEqual(body.id, lead.id)
    const [copy, source] = [await admin.get(`/leads/${body.id}`), await whole()]
    for (const name of ['name', 'company', 'score', 'referrer']) assert.equal(copy[name], source[name], name)
    for (const name of ['phone', 'city', 'needs_visit', 'assigned_to', 'tax_id', 'email', 'custom']) assert.equal(name in copy, false, name)
    assert.deepEqual([copy.version, copy.owner], [1, ana.user.id])
    assert.notEqual(copy.number, source.number)
    const repeated = await ana.want(201, 'POST', `/leads/${lead.id}/duplicate`, { headers: { 'idempotency-key': 'copia-1' } })
    assert.equal(repeated.body.id, body.id)
    const full = (await admin.want(201, 'POST', `/leads/${lead.id}/duplicate`)).body
    assert.deepEqual([full.phone, full.email, full.custom, full.owner], [source.phone, source.email, source.custom, admin.user.id])
    for (const made of [copy, full]) await admin.remove('leads', made)
    problem(await ana.call('POST', '/leads/00000000-0000-7000-8000-000000000000/duplicate'), 404, 'not_found')
  })

  test('USER-01: an import writes what a new record may hold', async () => {
    const send = (csv, query = '') => ana.call('POST', `/leads/import${query}`, { body: csv, headers: { 'content-type': 'text/csv' } })
    problem(await send('Nombre,Teléfono,Correo\nA,1,a@b.co\n'), 403, 'forbidden_field', { Teléfono: 'forbidden_field', Correo: 'forbidden_field' })
    problem(await send('name,SECRET\nA,1\n'), 403, 'forbidden_field', { SECRET: 'forbidden_field' })
    const job = await ana.import('leads', 'Nombre,Puntaje\nImportada,4\n')
    assert.deepEqual([job.state, job.done], ['done', 1])
    const limited = await person(suite, { grants: grant('leads.lead', 'see', 'import') })
    problem(await limited.call('POST', '/leads/import?create_fields=true', { body: 'name,nuevo\nA,1\n', headers: { 'content-type': 'text/csv' } }), 403, 'forbidden')
    problem(await limited.call('GET', `/leads/jobs/${job.id}`), 404, 'not_found')
    // Rows pass what a record that is typed in passes, under the person's rights.
    const keys = await ana.import('api-keys', `name,person,expires_at\nMía,${ana.user.id},2027-06-01\nDe otro,${admin.user.id},2027-06-01\n`)
    assert.deepEqual([keys.done, keys.rejects.map(({ row, code }) => [row, code])], [1, [[3, 'administrators_only']]])
    const blind = await person(suite, { grants: grant('leads.lead', 'see') })
    problem(await blind.call('POST', '/leads/import', { body: 'name\nA\n', headers: { 'content-type': 'text/csv' } }), 403, 'forbidden')
  })
})

describe('USER-01: the label', () => {
  let beto
  before(async () => {
    beto = await person(suite, { grants: ALL, denials: deny('view', 'name') })
    await admin.change('leads', await whole(), { owner: beto.user.id })
  })
  after(async () => admin.change('leads', await whole(), { owner: ana.user.id }))

  test('USER-01: is the module and the number when its field is withheld, in both languages', async () => {
    const { number } = await whole()
    for (const [lang, label] of [['es', `Prospecto ${number}`], ['en', `Lead ${number}`]]) {
      const headers = { 'accept-language': lang }
      const { text } = await answers(200, beto, 'GET', `/leads/${lead.id}`, { headers })
      assert.equal(JSON.parse(text).label, label)
      assert.ok(!text.includes('Tornillo '), text)
      for (const query of ['', '?fields=label', '?fields=company', '?view=stages']) {
        const { body } = await beto.want(200, 'GET', `/leads${query}`, { headers })
        assert.equal(body.items[0].label, label, query)
        assert.equal('name' in body.items[0], false)
      }
    }
    problem(await beto.call('GET', '/leads?sort=label'), 400, 'bad_filter')
    problem(await beto.call('GET', '/leads?label[contains]=tornillo'), 400, 'bad_filter')
    assert.equal((await beto.get('/leads?q=ferreteria')).items.length, 0)
    assert.ok(!(await beto.want(200, 'GET', `/leads/${lead.id}/history`)).text.includes('Ferreter'))
    assert.ok(!(await beto.want(200, 'GET', '/leads/export')).text.includes('Ferreter'))
  })
})

describe('USER-01: what a browser keeps', () => {
  test('USER-01: 304 is for who may see the record, as it is shown to that person', async () => {
    const etag = async (rest) => (await rest.want(200, 'GET', `/leads/${lead.id}`)).headers.get('etag')
    const ask = (rest, value) => rest.call('GET', `/leads/${lead.id}`, { headers: { 'if-none-match': value } })
    const eva = await person(suite, { grants: ALL })
    await soon(() => ask(ana, 'x').then(({ status }) => assert.equal(status, 200)))
    const [own, full] = [await etag(ana), await etag(admin)]
    assert.notEqual(own, full)
    assert.equal((await ask(ana, own)).status, 304)
    assert.equal((await ask(admin, full)).status, 304)
    const [other, mine] = [await ask(ana, full), await ask(admin, own)]
    assert.deepEqual([other.status, mine.status], [200, 200])
    silent(other.text)
    for (const value of [own, full]) problem(await ask(eva, value), 404, 'not_found')
    // A change guarded by the ETag as it was given.
    assert.equal((await ana.call('PATCH', `/leads/${lead.id}`, { body: { address: 'Calle 1' }, headers: { 'if-match': own } })).status, 200)
    const profile = await admin.get(`/profiles/${ana.user.profile}`)
    const shown = await etag(ana)
    await admin.change('profiles', profile, { denials: [...profile.denials, ...deny('view', 'company')] })
    await soon(async () => {
      const { status, body } = await ask(ana, shown)
      assert.deepEqual([status, body.company], [200, undefined])
    })
    await admin.change('profiles', await admin.get(`/profiles/${profile.id}`), { denials: profile.denials })
    await soon(async () => assert.equal((await ask(ana, shown)).status, 304))
    await admin.change('leads', await whole(), { owner: admin.user.id })
    problem(await ask(ana, await etag(admin)), 404, 'not_found')
    problem(await ask(ana, shown), 404, 'not_found')
    await admin.change('leads', await whole(), { owner: ana.user.id })
  })
})

describe('USER-01: metadata', () => {
  const moduleOf = async (rest, key = 'leads.lead') => (await rest.get('/metadata')).modules.find((module) => module.key === key)

  test('USER-01: says what the person may do, and hides what is hidden', async () => {
    const { principal, modules } = await ana.get('/metadata')
    assert.deepEqual(principal, { administrator: false })
    assert.deepEqual(modules.map(({ key }) => key), ['leads.lead', 'identity.api_key'])
    const module = modules[0]
    assert.deepEqual([...module.rights].sort(), ALL.map((right) => right.split(':')[1]).sort())
    const names = module.fields.map(({ name }) => name)
    for (const name of HIDDEN) assert.ok(!names.includes(name), name)
    const closed = (key) => module.fields.filter((field) => field[key] === false).map(({ name }) => name).sort()
    assert.deepEqual([closed('create'), closed('change')], [['custom.visits', 'email'], ['referrer', 'score']])
    const views = module.views.map(({ name }) => name)
    assert.ok(views.includes('stages') && !views.includes('needs_visit'))
    assert.ok(!module.views.some(({ columns }) => columns?.some((name) => HIDDEN.includes(name))))
    const full = await moduleOf(admin)
    assert.ok(full.views.some(({ name }) => name === 'needs_visit') && full.fields.some(({ name }) => name === 'custom.secret'))
  })

  test('USER-01: a section of which nothing is shown, and an order by what is hidden, are left out', async () => {
    const consents = (await moduleOf(admin)).fields.filter(({ section }) => section === 'consent').map(({ name }) => name)
    const rest = await person(suite, { grants: [...grant('leads.lead', 'see'), ...grant('identity.role', 'see')],
      denials: [...deny('view', ...consents), 'identity.role.name:view'] })
    await soon(async () => assert.ok(!(await moduleOf(rest)).sections.some(({ name }) => name === 'consent')))
    const role = await moduleOf(rest, 'identity.role')
    assert.deepEqual([role.sort, role.fields.find(({ name }) => name === 'label').sort], ['-created_at', false])
    assert.equal((await rest.get('/roles')).items.length, 0)
  })

  test('USER-01: an administrator sees all, and what closes a module', async () => {
    const rest = await person(suite, { administrator: true, grants: [], denials: deny('view', 'phone') })
    await soon(async () => assert.deepEqual((await rest.get('/metadata')).principal, { administrator: true }))
    const { modules } = await rest.get('/metadata')
    const flags = Object.fromEntries(modules.map((module) => [module.key, [module.administrators, module.made_by_system, module.kept]]))
    assert.deepEqual([flags['leads.lead'], flags['identity.user'], flags['identity.access']], [[false, false, false], [true, false, false], [false, true, true]])
    assert.ok(modules.find(({ key }) => key === 'leads.lead').fields.some(({ name }) => name === 'phone'))
    assert.deepEqual(modules.find(({ key }) => key === 'identity.access').rights, ['see', 'export', 'settings'])
    assert.equal((await rest.get(`/leads/${lead.id}`)).phone, '+576015550199')
  })

  test('USER-01: has an ETag of its own for each, which changes with the rights', async () => {
    const etag = async (rest) => (await rest.want(200, 'GET', '/metadata')).headers.get('etag')
    const own = await etag(ana)
    assert.notEqual(own, await etag(admin))
    await ana.want(304, 'GET', '/metadata', { headers: { 'if-none-match': own } })
    const profile = await admin.get(`/profiles/${ana.user.profile}`)
    await admin.change('profiles', profile, { grants: grant('leads.lead', 'see') })
    await soon(async () => {
      assert.notEqual(await etag(ana), own)
      assert.deepEqual((await moduleOf(ana)).rights, ['see'])
    })
    await admin.change('profiles', await admin.get(`/profiles/${profile.id}`), { grants: profile.grants })
    await soon(async () => assert.equal(await etag(ana), own))
    const nobody = await person(suite, {})
    await soon(async () => assert.deepEqual((await nobody.get('/metadata')).modules, []))
    problem(await ana.call('GET', '/metadata', { token: 'nadie' }), 401, 'sign_in')
  })
})

describe('USER-01: side doors', () => {
  test('USER-01: visible says which of many, explain says why, in the language of who asks', async () => {
    const foreign = await admin.create('leads', { name: 'Ajena' })
    const ids = [lead.id, foreign.id, '00000000-0000-7000-8000-000000000000']
    assert.deepEqual((await ana.want(200, 'POST', '/leads/visible', { body: { ids } })).body, { ids: [lead.id] })
    assert.deepEqual((await admin.want(200, 'POST', '/leads/visible', { body: { ids } })).body.ids.sort(), [lead.id, foreign.id].sort())
    problem(await ana.call('POST', '/leads/visible', { body: { ids: ['x'] } }), 422, 'invalid_field')
    for (const [lang, word] of [['es', /propietario/], ['en', /person/]]) {
      const { body } = await ana.want(200, 'GET', `/leads/${lead.id}/explain`, { headers: { 'accept-language': lang } })
      assert.deepEqual([body.see, body.change, body.delete], [true, true, true])
      assert.ok(body.reasons.some(({ allows, code, text }) => allows && code && word.test(text)), JSON.stringify(body))
    }
    const told = await admin.get(`/leads/${foreign.id}/explain?user=${ana.user.id}`)
    assert.deepEqual([told.see, told.change], [false, false])
    assert.ok(told.reasons.every(({ text }) => text))
    problem(await ana.call('GET', `/leads/${foreign.id}/explain`), 404, 'not_found')
    problem(await ana.call('GET', `/leads/${lead.id}/explain?who=x`), 400, 'unknown_parameter', { who: 'unknown_parameter' })
    problem(await ana.call('GET', `/leads/${lead.id}/explain?user=x`), 400, 'bad_request', { user: 'bad_request' })
    await admin.remove('leads', foreign)
  })

  test('USER-01: what only services say cannot be said from outside', async () => {
    problem(await ana.call('POST', '/leads/search', { body: { export: true } }), 422, 'read_only', { '/export': 'read_only' })
    problem(await ana.call('GET', `/leads?plain=true`), 400, 'unknown_parameter', { plain: 'unknown_parameter' })
    for (const path of ['/leads/import?nope=1', '/cities?nope=1', `/leads/${lead.id}/history?nope=1`, '/leads/export?nope=1', '/sign-in-options?nope=1']) {
      const method = path.includes('import') ? 'POST' : 'GET'
      problem(await ana.call(method, path, { headers: { 'content-type': 'text/csv' } }), 400, 'unknown_parameter', { nope: 'unknown_parameter' })
    }
    problem(await ana.call('POST', '/sign-in-options', { body: {} }), 405, 'method_not_allowed')
  })
})
