// USER-01: roles in a tree, profiles, groups, defaults and sharing rules, as people of each kind meet them.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { administrator, answers, grant, person, RIGHTS, soon } from '../lib/people.mjs'
import { problem } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

const WHO = ['user', 'role', 'group', 'member'].map((module) => `identity.${module}:see`)
const SALES = [...grant('leads.lead'), ...WHO]

let suite, admin, roles, sales
before(async () => {
  suite = await startSuite()
  admin = await administrator(suite)
  roles = {}
  for (const [name, parent] of [['management'], ['sales', 'management'], ['agent', 'sales'], ['south', 'management']]) {
    roles[name] = await admin.create('roles', { name, parent: roles[parent]?.id })
  }
  sales = await admin.create('profiles', { name: 'Todo de prospectos', grants: SALES })
})
after(() => suite?.stop())

const employ = (role, more) => person(suite, { role: roles[role], profile: sales, ...more })
const again = (path, record) => admin.get(`/${path}/${record.id}`)
const change = async (path, record, fields) => admin.change(path, await again(path, record), fields)
const remove = async (path, record) => admin.remove(path, await again(path, record))
const sees = (rest, lead) => answers(200, rest, 'GET', `/leads/${lead.id}`)
const blind = (rest, lead) => answers(404, rest, 'GET', `/leads/${lead.id}`)
const patch = async (rest, lead, body) => {
  const { version } = await admin.get(`/leads/${lead.id}`)
  return rest.call('PATCH', `/leads/${lead.id}`, { body, headers: { 'if-match': `"${version}"` } })
}
const changes = (status, rest, lead) => soon(async () =>
  assert.equal((await patch(rest, lead, { address: `Calle ${Math.random()}` })).status, status))
const listed = async (rest, query = {}) => (await rest.all('leads', query)).map(({ id }) => id).sort()

describe('USER-01: the tree of roles', () => {
  let boss, chief, ana, beto, sur, lead
  before(async () => {
    [boss, chief, ana, beto, sur] = await Promise.all(['management', 'sales', 'agent', 'agent', 'south'].map((role) => employ(role)))
    lead = await soon(() => ana.create('leads', { name: 'De Ana', company: 'Redes' }))
  })

  test('USER-01: superiors see and change what those below have; a peer and another branch do not', async () => {
    for (const rest of [ana, chief, boss, admin]) {
      await sees(rest, lead)
      await changes(200, rest, lead)
      assert.deepEqual(await listed(rest), [lead.id])
      assert.equal((await rest.get('/leads/count')).count, 1)
    }
    for (const rest of [beto, sur]) {
      await blind(rest, lead)
      assert.equal((await patch(rest, lead, { name: 'X' })).status, 404)
      for (const [method, path] of [['DELETE', ''], ['GET', '/history'], ['POST', '/restore'], ['POST', '/duplicate']]) {
        problem(await rest.call(method, `/leads/${lead.id}${path}`, { headers: { 'if-match': '"1"' } }), 404, 'not_found')
      }
      assert.deepEqual([await listed(rest), (await rest.get('/leads/count')).count, await listed(rest, { q: 'Redes' })], [[], 0, []])
    }
  })

  test('USER-01: whoever it is assigned to sees it, and so do that person’s superiors', async () => {
    await admin.change('leads', await again('leads', lead), { assigned_to: sur.user.id })
    await sees(sur, lead)
    await changes(200, sur, lead)
    await blind(beto, lead)
    await admin.change('leads', await again('leads', lead), { assigned_to: null })
    await blind(sur, lead)
  })

  test('USER-01: a subordinate does not see what the superior has', async () => {
    const own = await chief.create('leads', { name: 'Del jefe' })
    await sees(boss, own)
    for (const rest of [ana, beto, sur]) await blind(rest, own)
    await admin.remove('leads', await again('leads', own))
  })

  test('USER-01: a branch that is hung elsewhere, a person who changes role and one without a role', async () => {
    await change('roles', roles.agent, { parent: roles.south.id })
    await sees(sur, lead)
    await blind(chief, lead)
    await sees(boss, lead)
    await change('roles', roles.agent, { parent: roles.sales.id })
    await sees(chief, lead)
    await blind(sur, lead)
    await change('users', beto.user, { role: roles.sales.id })
    await sees(beto, lead)
    await change('users', beto.user, { role: null })
    await blind(beto, lead)
    await change('users', chief.user, { role: null })
    await blind(chief, lead)
    await change('users', chief.user, { role: roles.sales.id })
    await sees(chief, lead)
  })
})

describe('USER-01: profiles', () => {
  // What needs the right, on a lead of one's own.
  const needs = {
    see: (rest, lead) => rest.call('GET', `/leads/${lead.id}`),
    create: (rest) => rest.call('POST', '/leads', { body: { name: 'Nueva' } }),
    change: (rest, lead) => patch(rest, lead, { address: `Carrera ${Math.random()}` }),
    delete: async (rest) => {
      const lead = await admin.create('leads', { name: 'Para borrar', owner: rest.user.id })
      return rest.call('DELETE', `/leads/${lead.id}`, { headers: { 'if-match': '"1"' } })
    },
    import: (rest) => rest.call('POST', '/leads/import', { body: 'name\nImportada\n', headers: { 'content-type': 'text/csv' } }),
    export: (rest) => rest.call('GET', '/leads/export'),
    duplicate: (rest, lead) => rest.call('POST', `/leads/${lead.id}/duplicate`),
    settings: (rest) => rest.call('POST', '/leads/fields', { body: { key: 'f' + Math.random().toString(36).slice(2), kind: 'text', es: 'Campo', en: 'Field' } }),
  }
  // The rights without which this one is of no use.
  const besides = { change: ['see'], delete: ['see'], duplicate: ['see', 'create'], export: ['see'], import: ['create'] }

  test('USER-01: each right opens what it is for, and nothing else does', async () => {
    const rest = await employ('agent', { profile: undefined, grants: SALES })
    const lead = await soon(() => rest.create('leads', { name: 'Mía' }))
    const profile = await admin.get(`/profiles/${rest.user.profile}`)
    for (const [right, ask] of Object.entries(needs)) {
      await change('profiles', profile, { grants: SALES.filter((one) => one !== `leads.lead:${right}`) })
      await soon(async () => problem(await ask(rest, lead), 403, 'forbidden'))
      await change('profiles', profile, { grants: grant('leads.lead', right, ...(besides[right] ?? [])) })
      await soon(async () => {
        const { status, text } = await ask(rest, lead)
        assert.ok(status >= 200 && status < 300, `${right}: ${status} ${text}`)
      })
    }
    await change('profiles', profile, { grants: [] })
    for (const ask of Object.values(needs)) await soon(async () => problem(await ask(rest, lead), 403, 'forbidden'))
    await change('users', rest.user, { profile: null })
    for (const ask of Object.values(needs)) await soon(async () => problem(await ask(rest, lead), 403, 'forbidden'))
  })

  test('USER-01: what one may do is in the metadata', async () => {
    const rest = await employ('agent', { profile: undefined, grants: grant('leads.lead', 'see', 'change'), denials: ['leads.lead.phone:view'] })
    await soon(async () => {
      const { modules } = await rest.get('/metadata')
      const lead = modules.find(({ key }) => key === 'leads.lead')
      assert.deepEqual([...lead.rights].sort(), ['change', 'see'])
      assert.ok(!lead.fields.some(({ name }) => name === 'phone'))
    })
  })

  test('USER-01: modules are granted by administrators alone, whatever a profile says', async () => {
    const modules = ['user', 'role', 'profile', 'group', 'member', 'default_access', 'sharing_rule']
    const rest = await employ('agent', { profile: undefined, grants: modules.flatMap((module) => grant(`identity.${module}`)) })
    await soon(() => rest.get('/profiles'))
    for (const [path, body] of [
      ['users', { name: 'Otra', email: 'otra@andina.example', administrator: true }], ['roles', { name: 'Otro' }],
      ['profiles', { name: 'Otro', grants: grant('leads.lead') }], ['groups', { name: 'Otro' }],
      ['members', { member_of: rest.user.id, person: rest.user.id }], ['default-access', { for_module: 'leads.lead', level: 'change' }],
      ['sharing-rules', { name: 'Otra', for_module: 'leads.lead', access: 'change', to_user: rest.user.id }],
    ]) {
      problem(await rest.call('POST', `/${path}`, { body }), 403, 'forbidden')
    }
    for (const [path, id, body] of [['users', rest.user.id, { administrator: true }], ['users', rest.user.id, { profile: sales.id }],
      ['roles', roles.agent.id, { parent: null }]]) {
      const { version } = await admin.get(`/${path}/${id}`)
      const headers = { 'if-match': `"${version}"` }
      problem(await rest.call('PATCH', `/${path}/${id}`, { body, headers }), 403, 'forbidden')
      problem(await rest.call('DELETE', `/${path}/${id}`, { headers }), 403, 'forbidden')
    }
    const headers = { 'if-match': `"${(await admin.get(`/profiles/${rest.user.profile}`)).version}"` }
    problem(await rest.call('PATCH', `/profiles/${rest.user.profile}`, { body: { grants: grant('leads.lead') }, headers }), 404, 'not_found')
    problem(await rest.call('POST', '/users/import', { body: 'name,email\nX,x@x.co\n', headers: { 'content-type': 'text/csv' } }), 403, 'forbidden')
  })

  test('USER-01: three profiles stand there from the first start, once; what was deleted stays deleted', async () => {
    const names = async () => (await admin.all('profiles', { 'created_by[empty]': '' }))
      .map(({ name }) => name).filter((name) => ['Comercial', 'Supervisor', 'Solo consulta'].includes(name)).sort()
    assert.deepEqual(await names(), ['Comercial', 'Solo consulta', 'Supervisor'])
    const [seed] = (await admin.get('/profiles?name[eq]=Solo consulta&fields=grants')).items
    const { grants } = await admin.get(`/profiles/${seed.id}`)
    assert.ok(grants.includes('leads.lead:see') && grants.includes('activities.task:see') && !grants.includes('leads.lead:change'))
    assert.ok(!grants.some((one) => one.startsWith('identity.api_key') || one.startsWith('identity.access:')))
    await remove('profiles', seed)
    await suite.restart('identity')
    await suite.ready(['identity'])
    await soon(async () => assert.deepEqual(await names(), ['Comercial', 'Supervisor']))
  })
})

describe('USER-01: what is shared', () => {
  let ana, beto, chief, sur, group, lead, other
  before(async () => {
    [ana, beto, chief, sur] = await Promise.all(['agent', 'agent', 'sales', 'south'].map((role) => employ(role)))
    group = await admin.create('groups', { name: 'Licitaciones' })
    lead = await soon(() => ana.create('leads', { name: 'Compartida', city: '05001', stage: 'offer' }))
    other = await ana.create('leads', { name: 'Aparte', city: '11001' })
    await blind(sur, lead)
  })

  const rule = (fields) => admin.create('sharing-rules', { name: 'Regla', for_module: 'leads.lead', access: 'see', ...fields })
  const sources = () => [{ from_user: ana.user.id }, { from_role: roles.agent.id }, { from_branch: roles.sales.id }, { from_group: group.id }, {},
    { filter: 'name[eq]=Compartida' }, { from_user: ana.user.id, filter: 'city[eq]=05001&stage[in]=offer,decision' }]
  const targets = () => [{ to_user: sur.user.id }, { to_role: roles.south.id }, { to_branch: roles.south.id }, { to_group: group.id }]

  test('USER-01: of each kind of party with each kind of party, to see or to change', async () => {
    const member = await admin.create('members', { member_of: group.id, person: ana.user.id })
    const recipient = await admin.create('members', { member_of: group.id, person: sur.user.id })
    for (const [i, from] of sources().entries()) {
      for (const [j, to] of targets().entries()) {
        const access = (i + j) % 2 ? 'change' : 'see'
        const made = await rule({ ...from, ...to, access })
        await sees(sur, lead)
        await changes(access === 'change' ? 200 : 403, sur, lead)
        await (from.filter ? blind : sees)(sur, other)
        assert.ok((await listed(sur)).includes(lead.id))
        if (!('to_group' in to)) await blind(beto, lead)
        await remove('sharing-rules', made)
        await blind(sur, lead)
      }
    }
    await remove('members', member)
    await remove('members', recipient)
  })

  test('USER-01: a rule with a role is not one with the branch below it', async () => {
    const made = await rule({ from_user: sur.user.id, to_role: roles.sales.id })
    const own = await sur.create('leads', { name: 'Del sur' })
    await sees(chief, own)
    await blind(ana, own)
    await change('sharing-rules', made, { to_role: null, to_branch: roles.sales.id })
    await sees(ana, own)
    await change('sharing-rules', made, { inactive: true })
    await blind(ana, own)
    await blind(chief, own)
    await remove('sharing-rules', made)
  })

  test('USER-01: joining and leaving a group', async () => {
    const made = await rule({ from_user: ana.user.id, to_group: group.id })
    await blind(beto, lead)
    const member = await admin.create('members', { member_of: group.id, person: beto.user.id })
    await sees(beto, lead)
    await remove('members', member)
    await blind(beto, lead)
    await remove('sharing-rules', made)
  })

  test('USER-01: a condition follows the record', async () => {
    const made = await rule({ filter: 'city[eq]=76001', to_user: sur.user.id })
    await blind(sur, other)
    await admin.change('leads', await again('leads', other), { city: '76001' })
    await sees(sur, other)
    await admin.change('leads', await again('leads', other), { city: '11001' })
    await blind(sur, other)
    await remove('sharing-rules', made)
  })

  test('USER-01: the organisation’s default', async () => {
    const made = await admin.create('default-access', { for_module: 'leads.lead', level: 'see' })
    await sees(sur, lead)
    await changes(403, sur, lead)
    await change('default-access', made, { level: 'change' })
    await changes(200, sur, lead)
    await change('default-access', made, { level: 'private' })
    await blind(sur, lead)
    await remove('default-access', made)
    await blind(sur, lead)
  })

  test('USER-01: no record is seen without the right to the module', async () => {
    const rest = await employ('management', { profile: undefined, grants: WHO })
    const made = await rule({ to_user: rest.user.id, access: 'change' })
    for (const path of ['', `/${lead.id}`, '/count', `/${lead.id}/history`]) problem(await rest.call('GET', `/leads${path}`), 403, 'forbidden')
    await remove('sharing-rules', made)
  })
})

describe('USER-01: what is refused, in both languages', () => {
  async function refused(status, code, fields, method, path, options = {}) {
    const texts = []
    for (const lang of ['es', 'en']) {
      const answer = await admin.call(method, path, { ...options, headers: { ...options.headers, 'accept-language': lang } })
      texts.push(problem(answer, status, code, fields).detail)
      assert.doesNotMatch(answer.text, /\{\d\}|SELECT|constraint|\.c:\d/)
    }
    assert.notEqual(texts[0], texts[1])
  }
  const post = (code, fields, path, body, status = 422) => refused(status, code, fields, 'POST', `/${path}`, { body })
  const on = async (method, status, code, fields, path, record, body) => {
    const { version } = await again(path, record)
    await refused(status, code, fields, method, `/${path}/${record.id}`, { body, headers: { 'if-match': `"${version}"` } })
  }

  test('USER-01: the tree of roles has no cycle, and nothing hangs below a role that goes', async () => {
    const top = await admin.create('roles', { name: 'Arriba' })
    const middle = await admin.create('roles', { name: 'Medio', parent: top.id })
    const low = await admin.create('roles', { name: 'Abajo', parent: middle.id })
    for (const parent of [top, middle, low]) await on('PATCH', 422, 'role_cycle', { '/parent': 'role_cycle' }, 'roles', top, { parent: parent.id })
    await on('DELETE', 409, 'role_in_use', undefined, 'roles', middle)
    const user = await admin.create('users', { name: 'De abajo', email: 'abajo@andina.example', role: low.id })
    await on('DELETE', 409, 'role_in_use', undefined, 'roles', low)
    await change('users', user, { role: null })
    for (const role of [low, middle, top]) await remove('roles', role)
  })

  test('USER-01: a profile grants and withholds what there is', async () => {
    for (const grants of [['leads.lead:fly'], ['leads.nothing:see'], ['leads.lead'], [':see'], ['leads.lead:see:see'], ['Leads.lead:see']]) {
      await post('bad_grant', { '/grants': 'bad_grant' }, 'profiles', { name: 'Mal', grants })
    }
    for (const denials of [['leads.lead.wings:view'], ['leads.lead.phone:see'], ['leads.lead.phone'], ['leads.lead.custom.:view'],
      ['leads.lead.custom.1x:view'], ['leads.lead.custom.X:view'], ['leads.lead:view'], ['leads.other.phone:view']]) {
      await post('bad_denial', { '/denials': 'bad_denial' }, 'profiles', { name: 'Mal', denials })
    }
    const { body } = await admin.want(422, 'POST', '/profiles', { body: { name: 'Mal', grants: ['leads.lead:see', 'no:see', 'ni:see'] } })
    assert.deepEqual(body.errors.map(({ detail }) => /«(\w+:see)»/.exec(detail)?.[1]).sort(), ['ni:see', 'no:see'])
    const profile = await admin.create('profiles', {
      name: 'Bien', grants: ['leads.lead:see', 'leads.lead:create', 'leads.lead:see'], denials: ['leads.lead.custom.visits:view', 'leads.lead.phone:change'],
    })
    assert.deepEqual(profile.grants, ['leads.lead:create', 'leads.lead:see'])
    const user = await admin.create('users', { name: 'Con perfil', email: 'perfil@andina.example', profile: profile.id })
    await on('DELETE', 409, 'profile_in_use', undefined, 'profiles', profile)
    await remove('users', user)
    await remove('profiles', profile)
  })

  test('USER-01: a user stands once in a group, with a weight', async () => {
    const group = await admin.create('groups', { name: 'Reparto' })
    const user = admin.user.id
    for (const weight of [-1, 1001]) await post('out_of_range', { '/weight': 'out_of_range' }, 'members', { member_of: group.id, person: user, weight })
    const member = await admin.create('members', { member_of: group.id, person: user, weight: 1000 })
    await post('duplicate', { '/person': 'duplicate' }, 'members', { member_of: group.id, person: user }, 409)
    const racers = await Promise.all(Array.from({ length: 8 }, () => admin.call('POST', '/members', { body: { member_of: roles.agent.id, person: user } })))
    assert.ok(racers.every(({ status }) => status === 422), 'a role is no group')
    const second = await admin.create('groups', { name: 'Otro reparto' })
    const race = await Promise.all(Array.from({ length: 8 }, () => admin.call('POST', '/members', { body: { member_of: second.id, person: user } })))
    assert.deepEqual(race.map(({ status }) => status).sort(), [201, ...Array(7).fill(409)])
    const [{ id }] = (await admin.get(`/members?member_of[eq]=${second.id}`)).items
    await on('PATCH', 409, 'duplicate', { '/person': 'duplicate' }, 'members', { id }, { member_of: group.id })
    await remove('members', member)
    await change('members', { id }, { member_of: group.id, weight: 0 })
    problem(await admin.call('POST', `/members/${member.id}/restore`), 409, 'duplicate')
  })

  test('USER-01: defaults and sharing rules are of modules, parties and conditions that there are', async () => {
    await post('unknown_module', { '/for_module': 'unknown_module' }, 'default-access', { for_module: 'leads.none', level: 'see' })
    const made = await admin.create('default-access', { for_module: 'activities.task', level: 'see' })
    await post('duplicate', { '/for_module': 'duplicate' }, 'default-access', { for_module: 'activities.task', level: 'private' }, 409)
    await remove('default-access', made)
    const rule = { name: 'Regla', for_module: 'leads.lead', access: 'see', to_user: admin.user.id }
    await post('unknown_module', { '/for_module': 'unknown_module' }, 'sharing-rules', { ...rule, for_module: 'lead' })
    await post('one_recipient', { '/to_user': 'one_recipient' }, 'sharing-rules', { ...rule, to_user: undefined })
    await post('one_recipient', { '/to_user': 'one_recipient' }, 'sharing-rules', { ...rule, to_role: roles.agent.id })
    await post('one_source', { '/from_user': 'one_source' }, 'sharing-rules', { ...rule, from_user: admin.user.id, from_role: roles.agent.id })
    for (const filter of ['wings[eq]=2', 'city[fly]=05001', 'city[eq=05001', 'stage[in]=offer&[eq]=x', 'name[gt]=A', 'created_at[this]=eon', 'city[eq]=', '&', 'custom[eq]=1']) {
      await post('invalid_field', { '/filter': 'invalid_field' }, 'sharing-rules', { ...rule, filter })
    }
    await post('out_of_range', { '/filter': 'out_of_range' }, 'sharing-rules', { ...rule, filter: Array(9).fill('city[eq]=05001').join('&') })
    await remove('sharing-rules', await admin.create('sharing-rules', { ...rule, filter: Array(8).fill('city[eq]=05001').join('&') }))
    await remove('sharing-rules', await admin.create('sharing-rules', { ...rule, filter: 'custom.visits[ge]=2&city[empty]=' }))
  })

  test('USER-01: an active administrator stays', async () => {
    assert.equal((await admin.get('/users/count?administrator[eq]=true')).count, 1)
    const first = { id: admin.user.id }
    await on('PATCH', 409, 'last_administrator', { '/administrator': 'last_administrator' }, 'users', first, { administrator: false })
    await on('PATCH', 409, 'last_administrator', { '/inactive': 'last_administrator' }, 'users', first, { inactive: true })
    await on('DELETE', 409, 'last_administrator', undefined, 'users', first)
    const second = await admin.create('users', { name: 'Segunda', email: 'segunda@andina.example', administrator: true, inactive: true })
    await on('PATCH', 409, 'last_administrator', { '/administrator': 'last_administrator' }, 'users', first, { administrator: false })
    await remove('users', second)
  })

  test('USER-01: of administrators who are demoted at the same time one stays', async () => {
    const others = await Promise.all(Array.from({ length: 4 }, (_, i) =>
      person(suite, { name: `Par ${i}`, email: `par${i}@andina.example`, administrator: true })))
    await change('users', others[0].user, { name: 'Par cero' })
    const all = [{ id: admin.user.id }, ...others.map(({ user }) => user)]
    const versions = await Promise.all(all.map((user) => again('users', user)))
    const asks = await Promise.all(versions.map(({ id, version }) =>
      admin.call('PATCH', `/users/${id}`, { body: { administrator: false }, headers: { 'if-match': `"${version}"` } })))
    const left = await suite.sql('SELECT id FROM identity.person WHERE administrator AND inactive IS NOT TRUE AND deleted_at IS NULL')
    assert.ok(left.length >= 1, `nobody is left: ${asks.map(({ status, text }) => `${status} ${text}`).join('\n')}`)
    assert.ok(asks.every(({ status }) => [200, 403, 409].includes(status)), asks.map(({ text }) => text).join('\n'))
    // For what comes after: the first is one again, by the hand of one who is left.
    const back = others.find(({ user }) => user.id === left[0][0])
    if (left[0][0] !== admin.user.id) {
      const { version } = await back.get(`/users/${admin.user.id}`)
      await back.want(200, 'PATCH', `/users/${admin.user.id}`, { body: { administrator: true }, headers: { 'if-match': `"${version}"` } })
    }
    await soon(() => admin.get('/profiles'))
    for (const { user } of others) await soon(() => remove('users', user))
  })
})

describe('USER-01: oneself', () => {
  test('USER-01: people say that they are away, their language and telephone, and nothing else', async () => {
    const rest = await employ('agent', { profile: undefined, grants: grant('leads.lead') })
    const me = () => admin.get(`/users/${rest.user.id}`)
    const until = new Date(Date.now() + 86_400_000).toISOString()
    await rest.want(200, 'POST', '/me', { body: { away: true, away_until: until, lang: 'en', phone: '310 444 5566' } })
    let now = await me()
    assert.deepEqual([now.away, Date.parse(now.away_until), now.lang, now.phone, now.updated_by], [true, Date.parse(until), 'en', '+573104445566', rest.user.id])
    await rest.want(200, 'POST', '/me', { body: { away: false } })
    now = await me()
    assert.deepEqual([now.away, now.away_until, now.lang], [false, undefined, 'en'])
    await rest.want(200, 'POST', '/me', { body: { away_until: until } })
    assert.equal((await me()).away, true)
    problem(await rest.call('POST', '/me', { body: { lang: 'fr' } }), 422, 'not_an_option', { '/lang': 'not_an_option' })
    problem(await rest.call('POST', '/me', { body: { away_until: '2020-01-01T00:00:00Z' } }), 422, 'out_of_range', { '/away_until': 'out_of_range' })
    problem(await rest.call('POST', '/me', { body: { administrator: true } }), 422, 'unknown_field')
    const racers = await Promise.all(Array.from({ length: 2 }, (_, i) => rest.call('POST', '/me', { body: { lang: i ? 'es' : 'en', away: !i } })))
    assert.deepEqual(racers.map(({ status }) => status), [200, 200])
  })

  test('USER-01: who is inactive or deleted is out at once', async () => {
    for (const end of [(user) => change('users', user, { inactive: true }), (user) => remove('users', user)]) {
      const rest = await employ('agent')
      await soon(() => rest.get('/leads'))
      await end(rest.user)
      await answers(401, rest, 'GET', '/leads')
      await answers(401, rest, 'GET', '/users')
      problem(await rest.call('POST', '/session', { body: { email: rest.email, password: rest.password }, token: null }), 401, 'bad_credentials')
    }
  })
})

test('USER-01: every right has a name that a profile takes', async () => {
  const profile = await admin.create('profiles', { name: 'Cada uno', grants: grant('leads.lead') })
  assert.deepEqual(profile.grants, RIGHTS.map((right) => `leads.lead:${right}`).sort())
  await remove('profiles', profile)
})
