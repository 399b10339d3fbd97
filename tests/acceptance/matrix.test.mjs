// S2: who may see and do what, tried on every module there is, by every kind of asker, through every door. What is expected
// is worked out here from the rules in libs/entity/ACCESS.md; modules, fields and flags come from the metadata, so a new
// module is tried by itself.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { administrator, apiKey, grant, person, soon } from '../lib/people.mjs'
import { Rest } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

const MARK = 'zafiro' // in every text of the records that are tried
const SYSTEM = new Set(['id', 'version', 'label', 'created_at', 'created_by', 'updated_at', 'updated_by', 'deleted_at', 'owner', 'assigned_to',
  'custom', 'labels', 'number'])

let suite, admin, modules, askers
const records = {} // by module: { record, deleted }

/* ---- a record of any module ---- */

// What the rules of a module want beyond its fields' kinds.
const SPECIAL = {
  'identity.user': (n) => ({ email: `${MARK}${n}@andina.example` }),
  'identity.profile': () => ({ grants: ['leads.lead:see'], denials: [] }),
  'identity.default_access': () => undefined, // made for every module below
  'identity.sharing_rule': () => ({ for_module: 'leads.lead', access: 'see', filter: null, from_user: null, from_role: null, from_branch: null,
    from_group: null, to_role: null, to_branch: null, to_group: null }),
  'identity.api_key': () => ({ scopes: ['leads.lead:see'], person: askers.owner.user.id, expires_at: new Date(Date.now() + 86_400_000).toISOString() }),
  'leads.assignment_rule': () => ({ inactive: true, filter: null, position: 1000 }),
}
const TEXTS = { email: (n) => `${MARK}${n}@andina.example`, url: () => `https://${MARK}.example`, tax_id: () => '900123456', phone: () => '+573001234567' }

function value(field, n, refs) {
  switch (field.kind) {
    case 'text': case 'long_text': return `${MARK} ${field.name} ${n}`.slice(0, field.max || 200)
    case 'email': case 'url': case 'tax_id': case 'phone': return TEXTS[field.kind](n)
    case 'integer': return 1
    case 'decimal': case 'money': case 'percent': return '12.50'
    case 'geo_latitude': case 'geo_longitude': return '4.5'
    case 'bool': return true
    case 'date': return '2026-01-31'
    case 'datetime': return '2026-01-31T12:00:00Z'
    case 'picklist': return field.options[0].key
    case 'city': return '05001'
    case 'reference': return refs[field.ref]
    default: return undefined
  }
}

function sample(module, n, refs) {
  const record = {}
  for (const field of module.fields) {
    if (SYSTEM.has(field.name) || field.read_only || field.custom) continue
    const filled = value(field, n, refs)
    if (filled !== undefined) record[field.name] = filled
  }
  const special = SPECIAL[module.key]?.(n)
  for (const [name, more] of Object.entries(special ?? {})) {
    if (more === null) delete record[name]
    else record[name] = more
  }
  return record
}

/* ---- the company: three branches of a tree, a group, everything shared in each way ---- */

before(async () => {
  suite = await startSuite()
  admin = await administrator(suite)
  modules = (await admin.get('/metadata')).modules
  const role = async (name, parent) => admin.create('roles', { name, ...(parent ? { parent: parent.id } : {}) })
  const top = await role('Arriba'), middle = await role('Medio', top), low = await role('Abajo', middle), other = await role('Otra rama', top)
  const all = await admin.create('profiles', { name: 'Todo', grants: modules.flatMap(({ key }) => grant(key)) })
  const seeing = await admin.create('profiles', { name: 'Ver', grants: modules.flatMap(({ key }) => grant(key, 'see')) })
  const blind = await admin.create('profiles', { name: 'Campos vedados', grants: modules.flatMap(({ key }) => grant(key)),
    denials: modules.flatMap(({ key, fields }) => fields.filter(({ name }) => !SYSTEM.has(name)).map(({ name }) => `${key}.${name}:view`)) })
  askers = {
    owner: await person(suite, { profile: all, role: low }),
    peer: await person(suite, { profile: all, role: low }),
    superior: await person(suite, { profile: all, role: middle }),
    'other branch': await person(suite, { profile: all, role: other }),
    member: await person(suite, { profile: all, role: other }),
    shared: await person(suite, { profile: all, role: other }),
    'superior who only sees': await person(suite, { profile: seeing, role: middle }),
    'superior without fields': await person(suite, { profile: blind, role: top }),
    'no profile': await person(suite, { role: top }),
    'no role': await person(suite, { profile: all }),
    anonymous: new Rest(suite.url),
    'a token of nobody': new Rest(suite.url, 'x'.repeat(43)),
  }
  const group = await admin.create('groups', { name: 'Mesa' })
  await admin.create('members', { member_of: group.id, person: askers.member.user.id })
  for (const { key } of modules) {
    await admin.create('default-access', { for_module: key, level: 'private' })
    await admin.create('sharing-rules', { name: `${key} al grupo`, for_module: key, access: 'see', from_user: askers.owner.user.id, to_group: group.id })
    await admin.create('sharing-rules', { name: `${key} a uno`, for_module: key, access: 'change', from_user: askers.owner.user.id, to_user: askers.shared.user.id })
  }
  const key = { scopes: modules.flatMap((module) => grant(module.key, 'see')) }
  askers['key of the owner'] = await apiKey(askers.owner, key)
  askers['key of the other branch'] = await apiKey(askers['other branch'], key)

  const refs = { 'identity.user': askers.owner.user.id, 'identity.role': low.id, 'identity.profile': seeing.id, 'identity.group': group.id }
  for (const module of modules) {
    const special = SPECIAL[module.key]
    if (module.made_by_system || (special && special(0) === undefined)) {
      records[module.key] = await ofSystem(module)
      continue
    }
    const make = (n) => admin.create(module.path, { ...sample(module, n, refs), owner: askers.owner.user.id })
    const deleted = await make(1)
    await admin.remove(module.path, deleted)
    const record = await make(2)
    refs[module.key] ??= record.id
    records[module.key] = { record, deleted }
  }
  // A module of another service may be told of these a moment later.
  for (const asker of Object.values(askers)) {
    if (!asker.user || asker === askers['no profile']) continue
    await soon(async () => assert.equal((await asker.get('/metadata')).modules.length, modules.length))
  }
  await soon(() => askers.member.want(200, 'GET', `/leads/${records['leads.lead'].record.id}`))
})
after(() => suite?.stop())

// What nobody can make: the owner's session; the log of accesses, which is nobody's; a default access, the administrator's.
async function ofSystem(module) {
  const { items } = await admin.get(`/${module.path}?limit=200&fields=owner`)
  const own = items.find(({ owner }) => owner === askers.owner.user.id)
  return { record: await admin.get(`/${module.path}/${(own ?? items[0]).id}`), nobodys: !own }
}

/* ---- what is expected ---- */

const SEES = ['owner', 'superior', 'member', 'shared', 'superior who only sees', 'superior without fields', 'key of the owner']
const CHANGES = ['owner', 'superior', 'shared', 'superior without fields']
const NOBODY = ['anonymous', 'a token of nobody']
const RIGHTLESS = ['no profile']
const ONLY_SEEING = ['superior who only sees', 'key of the owner', 'key of the other branch']

const sees = (name, module) => SEES.includes(name) && !records[module.key].nobodys
const changes = (name, module) => sees(name, module) && CHANGES.includes(name) && !module.administrators && !module.made_by_system
const deletes = (name, module) => sees(name, module) && CHANGES.includes(name) && !module.administrators && !module.kept

// By a record's address: 401 for nobody, 404 for who does not see it (or 403, the same for every address, for who has not
// the module's right), 403 for who may not do it, else `done`.
function status(name, module, may, done) {
  if (NOBODY.includes(name)) return 401
  if (sees(name, module)) return may(name, module) ? done : 403
  return may !== sees && ONLY_SEEING.includes(name) || RIGHTLESS.includes(name) || closed(module) ? [403, 404] : 404
}
const closed = (module) => module.administrators || module.made_by_system || module.kept
// By a list's address, where rights count and not records.
function listStatus(name, right) {
  if (NOBODY.includes(name)) return 401
  return RIGHTLESS.includes(name) || (right !== 'see' && ONLY_SEEING.includes(name)) ? 403 : 200
}

function told(answer, name, module) {
  const text = answer.text.toLowerCase()
  if (!sees(name, module)) assert.ok(!text.includes(MARK), `${name}: ${module.key}: ${answer.text.slice(0, 500)}`)
}

async function expect(wanted, name, module, method, path, options) {
  const answer = await askers[name].call(method, `/${module.path}${path}`, options)
  assert.ok([wanted].flat().includes(answer.status), `${name}: ${method} /${module.path}${path}: ${wanted}: ${answer.text.slice(0, 500)}`)
  told(answer, name, module)
  return answer
}

// Every module and every asker.
async function each(run) {
  for (const module of modules) for (const name of Object.keys(askers)) await run(module, name, records[module.key])
}

/* ---- by a record's address ---- */

describe('S2: a record', () => {
  test('is read by those who see it', () => each(async (module, name, { record }) => {
    const read = await expect(status(name, module, sees, 200), name, module, 'GET', `/${record.id}`)
    await expect(status(name, module, sees, 200), name, module, 'HEAD', `/${record.id}`)
    await expect(status(name, module, sees, 304), name, module, 'GET', `/${record.id}`,
      { headers: { 'if-none-match': read.headers.get('etag') ?? `"${record.version}"` } })
    await expect(status(name, module, sees, 200), name, module, 'GET', `/${record.id}/history`)
    const explained = await expect(status(name, module, sees, 200), name, module, 'GET', `/${record.id}/explain`)
    if (explained.status === 200) {
      assert.equal(explained.body.see, true)
      assert.equal(explained.body.change, changes(name, module), `${name} ${module.key}: ${explained.text}`)
      assert.equal(explained.body.delete, deletes(name, module), `${name} ${module.key}: ${explained.text}`)
    }
  }))

  test('is explained about somebody else to administrators alone', () => each(async (module, name, { record }) => {
    const answer = await askers[name].call('GET', `/${module.path}/${record.id}/explain?user=${askers.owner.user.id}`)
    const same = ['owner', 'key of the owner'].includes(name)
    if (!same) assert.ok([401, 403, 404].includes(answer.status), `${name} ${module.key}: ${answer.status}`)
    if (!askers[name].user || same) return
    const asked = await admin.get(`/${module.path}/${record.id}/explain?user=${askers[name].user.id}`)
    assert.equal(asked.see, sees(name, module), `${name} ${module.key}: ${JSON.stringify(asked)}`)
    assert.equal(asked.change, changes(name, module), `${name} ${module.key}: ${JSON.stringify(asked)}`)
    assert.ok(asked.reasons.length > 0 && asked.reasons.every(({ text }) => text.length > 5), JSON.stringify(asked))
  }))

  // A version that never was: whoever may change is told of the conflict, nobody changes anything.
  const never = { 'if-match': '"999999"' }
  test('is changed and deleted by those who may', () => each(async (module, name, { record }) => {
    await expect(status(name, module, changes, 412), name, module, 'PATCH', `/${record.id}`, { body: {}, headers: never })
    await expect(status(name, module, deletes, 412), name, module, 'DELETE', `/${record.id}`, { headers: never })
  }))

  test('in the recycle bin is met by those who saw it', () => each(async (module, name, { deleted }) => {
    if (!deleted) return
    await expect(NOBODY.includes(name) ? 401 : [403, 404], name, module, 'GET', `/${deleted.id}`)
    if (!deletes(name, module)) await expect(status(name, module, deletes, 200), name, module, 'POST', `/${deleted.id}/restore`, { body: {} })
    const listed = await expect(listStatus(name, 'see'), name, module, 'GET', '?deleted=true&limit=200')
    if (listed.status === 200) assert.equal(listed.body.items.some(({ id }) => id === deleted.id), sees(name, module), `${name} ${module.key}`)
  }))

  test('is not duplicated by those who do not see it', () => each(async (module, name, { record }) => {
    if (sees(name, module) && !ONLY_SEEING.includes(name)) return
    await expect(status(name, module, () => false, 0), name, module, 'POST', `/${record.id}/duplicate`, { body: {} })
  }))
})

/* ---- by a list's address ---- */

describe('S2: a list', () => {
  test('holds what one sees, whatever the order, search and count', () => each(async (module, name, { record }) => {
    const wanted = listStatus(name, 'see')
    const listed = await expect(wanted, name, module, 'GET', '?limit=200')
    if (wanted !== 200) {
      await expect(wanted, name, module, 'GET', '/count')
      await expect(wanted, name, module, 'POST', '/search', { body: {} })
      return
    }
    const has = (answer) => answer.body.items.some(({ id }) => id === record.id)
    const counted = await expect(200, name, module, 'GET', '/count?cap=0')
    assert.equal(counted.body.count, listed.body.items.length, `${name} ${module.key}: what is counted and what is listed`)
    const sorted = await askers[name].all(module.path, { sort: 'updated_at', limit: 7 })
    assert.equal(sorted.length, listed.body.items.length, `${name} ${module.key}: in pages`)
    const found = await expect(200, name, module, 'GET', `?limit=200&q=${MARK}`)
    assert.ok(!has(found) || sees(name, module))
    const searched = await expect(200, name, module, 'POST', '/search', { body: { limit: 200, filter: { field: 'owner', op: 'eq', values: [askers.owner.user.id] } } })
    if (!records[module.key].nobodys) assert.equal(has(searched), sees(name, module), `${name} ${module.key}: by its owner`)
    assert.equal(has(listed), sees(name, module), `${name} ${module.key}: ${record.id}`)
  }))

  test('goes out by export as far as one sees, to who may export', () => each(async (module, name) => {
    const answer = await expect(listStatus(name, 'export'), name, module, 'GET', '/export')
    if (answer.status !== 200) return
    const { items } = await askers[name].get(`/${module.path}?limit=200`)
    const lines = answer.text.split('\n').length - 1
    assert.ok(lines >= items.length + 1, `${name} ${module.key}: ${lines} lines of ${items.length} records: ${answer.text.slice(0, 400)}`)
  }))

  test('tells side doors which records are seen', () => each(async (module, name, { record }) => {
    const answer = await askers[name].call('POST', `/${module.path}/visible`, { body: { ids: [record.id] } })
    if (NOBODY.includes(name)) assert.equal(answer.status, 401)
    else if (answer.status !== 403) assert.deepEqual(answer.body.ids ?? [], sees(name, module) ? [record.id] : [], `${name} ${module.key}`)
  }))

  test('takes imports and fields from who may', () => each(async (module, name) => {
    const may = listStatus(name, 'import')
    const csv = { body: 'zz\n', headers: { 'content-type': 'text/csv' } }
    if (may !== 200) await expect(may, name, module, 'POST', '/import', csv)
    else if (module.administrators || module.made_by_system) await expect(403, name, module, 'POST', '/import', csv)
    if (may !== 200) await expect(may, name, module, 'POST', '/fields', { body: { key: 'x', kind: 'text', es: 'X' } })
    const made = await askers[name].call('POST', `/${module.path}`, { body: {} })
    if (may !== 200) assert.equal(made.status, may, `${name} POST /${module.path}`)
    else if (module.administrators || module.made_by_system) assert.equal(made.status, 403, `${name} POST /${module.path}: ${made.text}`)
    await expect(NOBODY.includes(name) ? 401 : [403, 404], name, module, 'GET', `/jobs/${records[module.key].record.id}`)
  }))

  test('is not continued by another’s cursor', async () => {
    for (const module of modules) {
      const { next } = await admin.get(`/${module.path}?limit=1`)
      if (next) await askers.superior.want(400, 'GET', `/${module.path}?limit=1&cursor=${next}`)
    }
  })
})

/* ---- fields ---- */

describe('S2: a field that is withheld', () => {
  const name = 'superior without fields'
  const hidden = (module) => module.fields.filter((field) => !SYSTEM.has(field.name))

  test('is in no answer', async () => {
    const blind = askers[name]
    const shown = await blind.get('/metadata')
    for (const module of modules) {
      const { record, nobodys } = records[module.key]
      const seen = shown.modules.find(({ key }) => key === module.key)
      assert.deepEqual(seen.fields.filter((field) => !SYSTEM.has(field.name)), [], module.key)
      const answers = [await blind.call('GET', `/${module.path}?limit=200`), await blind.call('GET', `/${module.path}/export`),
        await blind.call('GET', `/${module.path}?q=${MARK}`)]
      if (!nobodys) {
        for (const path of ['', '/history', '/explain']) answers.push(await blind.want(200, 'GET', `/${module.path}/${record.id}${path}`))
      }
      for (const answer of answers) {
        assert.ok(!answer.text.toLowerCase().includes(MARK), `${module.key}: ${answer.text.slice(0, 800)}`)
        for (const field of hidden(module)) assert.ok(!answer.text.includes(`"${field.name}":`), `${module.key}.${field.name}: ${answer.text.slice(0, 800)}`)
      }
      assert.deepEqual((await blind.get(`/${module.path}?q=${MARK}`)).items, [], `${module.key}: found by a text that is withheld`)
    }
  })

  test('is not asked for, filtered, sorted or grouped by, nor written', async () => {
    const blind = askers[name]
    for (const module of modules) {
      const { record, nobodys } = records[module.key]
      for (const field of hidden(module)) {
        for (const query of [`?fields=${field.name}`, `?${field.name}[filled]=`, `?sort=${field.name}`, `/count?group_by=${field.name}`,
          `/export?fields=${field.name}`]) {
          const answer = await blind.call('GET', `/${module.path}${query}`)
          assert.equal(answer.status, 400, `${module.key} ${query}: ${answer.text.slice(0, 300)}`)
        }
        if (nobodys || field.read_only || module.administrators || module.made_by_system) continue
        const given = await blind.call('PATCH', `/${module.path}/${record.id}`,
          { body: { [field.name]: null }, headers: { 'if-match': `"${record.version}"` } })
        assert.equal(given.status, 403, `${module.key}.${field.name}: ${given.text}`)
        assert.equal(given.body.code, 'forbidden_field')
      }
    }
  })
})

test('S2: nothing was changed by all this', async () => {
  for (const module of modules) {
    const { record } = records[module.key]
    const now = await admin.get(`/${module.path}/${record.id}`)
    if (module.key !== 'identity.user_session') assert.equal(now.version, record.version, module.key)
  }
})
