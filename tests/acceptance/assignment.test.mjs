// LEAD-04, LEAD-05: new leads are given to people: rules by any field choose a group, whose available people take turns, with
// two replicas of leads.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, afterEach, before, describe, test } from 'node:test'
import { administrator, grant, person, soon } from '../lib/people.mjs'
import { problem } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

let suite, admin, made = 0
before(async () => {
  suite = await startSuite({ replicas: { leads: 2 }, env: { CAUCE_LIMIT_USER: '9000000/10', CAUCE_LIMIT_ADDRESS: '9000000/10' } })
  admin = await administrator(suite)
})
after(() => suite?.stop())

// Both replicas of leads know what identity has said so far.
const known = () => soon(async () => {
  const [[epoch]] = await suite.sql(`SELECT max(seq) FROM identity.event WHERE module IN ('user', 'group', 'member')`)
  for (const [name, url] of Object.entries(suite.adminUrls).filter(([name]) => name.startsWith('leads'))) {
    const text = await (await fetch(`${url}/metrics`)).text()
    assert.ok(Number(/^cauce_authz_epoch (\d+)/m.exec(text)[1]) >= Number(epoch), `${name} does not know yet`)
  }
}, 15_000)

// A group of people with these weights (null: the field is empty).
async function team(...weights) {
  const n = ++made
  const group = await admin.create('groups', { name: `Grupo ${n}` })
  const people = [], members = []
  for (const weight of weights) {
    people.push(await admin.create('users', { name: `Persona ${n}.${people.length}`, email: `p${n}.${people.length}@andina.example` }))
    members.push(await admin.create('members', { member_of: group.id, person: people.at(-1).id, weight }))
  }
  await known()
  return { group, people, members }
}

let position = 0
const rule = ({ group }, filter, more) =>
  admin.create('assignment-rules', { name: `Regla ${++position}`, position, filter, team: group.id, ...more })
const again = (path, record) => admin.get(`/${path}/${record.id}`)
const change = async (path, record, fields) => admin.change(path, await again(path, record), fields)
// A change of people, and both replicas know.
const move = async (path, record, fields) => {
  await change(path, record, fields)
  await known()
}
const lead = (fields) => admin.create('leads', { name: 'Nuevo', ...fields })
// As it is once the assigner has looked at it.
const settled = (record) => soon(async () => {
  const now = await again('leads', record)
  assert.notEqual(now.assignment, 'waiting')
  return now
})
const given = async (fields) => settled(await lead(fields))
const becomes = (record, assignment) => soon(async () => {
  const now = await again('leads', record)
  assert.equal(now.assignment, assignment)
  return now
})
const many = (n, fields) => Promise.all(Array.from({ length: n }, () => lead(fields)))
// How many of these leads each of the people was given.
async function counts(leads, people) {
  const done = await Promise.all(leads.map(settled))
  return people.map(({ id }) => done.filter((each) => each.assigned_to === id).length)
}
async function withoutRules() {
  for (const each of await admin.all('assignment-rules')) await admin.remove('assignment-rules', each)
}
afterEach(withoutRules)

describe('LEAD-05: rules before turns', () => {
  test('LEAD-05: without a rule a new lead is nobody\'s, and nothing else changes', async () => {
    const one = await lead()
    assert.deepEqual([one.assignment, one.assigned_to, one.version], [undefined, undefined, 1])
    await sleep(700)
    assert.equal((await again('leads', one)).version, 1)
  })

  test('LEAD-05: a condition that cannot be tried is refused with its name', async () => {
    const { group } = await team()
    const refused = async (filter) => {
      const answer = await admin.call('POST', '/assignment-rules', { body: { name: 'X', position: 1, team: group.id, filter } })
      problem(answer, 422, 'bad_condition', { '/filter': 'bad_condition' })
      return answer.body.errors[0].detail
    }
    assert.match(await refused('color[eq]=red'), /color\[eq\]/)
    assert.match(await refused('custom.nothing[eq]=1'), /custom\.nothing\[eq\]/)
    assert.match(await refused('source[eq]=carrier_pigeon'), /source\[eq\]/)
    assert.match(await refused('company[gt]=m'), /company\[gt\]/)
    assert.match(await refused('city[eq=05001'), /city\[eq/)
    await refused('city[eq]=05001&&source[eq]=call')
    problem(await admin.call('POST', '/assignment-rules', { body: { filter: '' } }), 422, 'required',
      { '/position': 'required', '/name': 'required', '/team': 'required' })
    problem(await admin.call('POST', '/assignment-rules', { body: { name: 'X', position: 1, team: admin.user.id } }), 422, 'reference',
      { '/team': 'reference' })
  })

  test('LEAD-05: zone, typology, area of interest, source and size choose the group; the first rule wins', async () => {
    await admin.want(201, 'POST', '/leads/fields', { body: { key: 'employees', kind: 'integer', es: 'Empleados', en: 'Employees' } })
    const [west, schools, networks, web, big, late] = await Promise.all(Array.from({ length: 6 }, () => team(1)))
    const rules = []
    for (const [to, filter] of [
      [west, 'prospecting_area[in]=west,antioquia'],
      [schools, 'typology[eq]=education'],
      [networks, 'interest_area[eq]=networking&city[eq]=05001'],
      [web, 'source[eq]=web_form&company[contains]=almacén'],
      [big, 'custom.employees[ge]=200'],
      [late, 'source[eq]=web_form'],
    ]) rules.push(await rule(to, filter))
    const cases = [
      [{ prospecting_area: 'west' }, west, 0],
      [{ prospecting_area: 'antioquia', typology: 'education', custom: { employees: 900 } }, west, 0],
      [{ prospecting_area: 'north', typology: 'education', source: 'web_form' }, schools, 1],
      [{ interest_area: 'networking', city: '05001' }, networks, 2],
      [{ interest_area: 'networking', city: '11001', custom: { employees: 200 } }, big, 4],
      [{ source: 'web_form', company: 'ALMACEN del Sur' }, web, 3],
      [{ source: 'web_form', company: 'Otra' }, late, 5],
      [{ source: 'call', custom: { employees: 199 } }, undefined],
      [{}, undefined],
    ]
    await Promise.all(cases.map(async ([fields, to, by]) => {
      const one = await given(fields)
      assert.deepEqual(
        [one.assignment, one.assigned_to, one.assigned_group, one.assignment_rule],
        to ? ['assigned', to.people[0].id, to.group.id, rules[by].id] : ['unmatched', undefined, undefined, undefined],
        JSON.stringify(fields))
    }))

    // Another order, one rule less.
    await change('assignment-rules', rules[1], { position: -1 })
    assert.equal((await given({ prospecting_area: 'west', typology: 'education' })).assigned_to, schools.people[0].id)
    await change('assignment-rules', rules[1], { inactive: true })
    assert.equal((await given({ prospecting_area: 'west', typology: 'education' })).assigned_to, west.people[0].id)
    await change('assignment-rules', rules[0], { filter: 'prospecting_area[eq]=antioquia' })
    assert.equal((await given({ prospecting_area: 'west' })).assignment, 'unmatched')
    await withoutRules()
    assert.equal((await lead({ prospecting_area: 'antioquia' })).assignment, undefined)
  })

  test('LEAD-05: a lead given by hand stays; one that is given to another is not the assigner\'s any more', async () => {
    const { group, people } = await team(1, 1)
    await rule({ group })
    const mine = await lead({ assigned_to: admin.user.id })
    await sleep(300)
    assert.deepEqual([(await again('leads', mine)).assigned_to, mine.assignment], [admin.user.id, undefined])
    const one = await given()
    assert.equal(one.assigned_to, people[0].id)
    const moved = await admin.change('leads', one, { assigned_to: admin.user.id })
    assert.deepEqual([moved.assigned_to, moved.assignment, moved.assigned_group, moved.assignment_rule],
      [admin.user.id, undefined, undefined, undefined])
    problem(await admin.call('POST', '/leads', { body: { name: 'X', assignment: 'waiting' } }), 422, 'read_only', { '/assignment': 'read_only' })
  })

  test('LEAD-05: an import gives out what is nobody\'s when it is asked to', async () => {
    const { group, people } = await team(1)
    await rule({ group }, 'source[eq]=event')
    const csv = 'name,source\nFeria uno,event\nFeria dos,event\n'
    assert.equal((await admin.import('leads', csv)).done, 2)
    assert.equal((await admin.get('/leads/count?source=event&assigned_to[empty]=&assignment[empty]=')).count, 2)
    assert.equal((await admin.import('leads', csv, { assign: 'true' })).done, 2)
    await soon(async () => assert.equal((await admin.get(`/leads/count?assigned_to=${people[0].id}`)).count, 2))
  })

  test('LEAD-05: rules are made by administrators and the history says which one it was', async () => {
    const { group, people } = await team(1)
    const by = await rule({ group })
    const agent = await person(suite, { grants: ['leads.lead', 'leads.assignment_rule'].flatMap((module) => grant(module)) })
    assert.deepEqual((await agent.get('/assignment-rules')).items.map(({ id }) => id), [by.id])
    problem(await agent.call('POST', '/assignment-rules', { body: { name: 'X', position: 1, team: group.id } }), 403, 'forbidden')
    problem(await agent.call('DELETE', `/assignment-rules/${by.id}`, { headers: { 'if-match': '"1"' } }), 403, 'forbidden')
    const one = await given()
    const { items } = await admin.get(`/leads/${one.id}/history`)
    assert.equal(items.length, 2)
    const [event] = items
    assert.deepEqual([event.type, event.actor, event.version], ['updated', undefined, 2])
    const text = JSON.stringify(event)
    for (const part of [people[0].id, group.id, by.id, 'assigned']) assert.ok(text.includes(part), `${part} in ${text}`)
    assert.deepEqual([one.labels.assignment_rule, one.labels.assigned_group], [by.name, group.name])
  })
})

describe('LEAD-04: people take turns', () => {
  test('LEAD-04: one after another', async () => {
    const all = await team(null, 1, 1)
    await rule(all)
    const order = []
    for (let i = 0; i < 7; i++) order.push((await given()).assigned_to)
    const ids = all.people.map(({ id }) => id)
    assert.deepEqual(order, [0, 1, 2, 0, 1, 2, 0].map((i) => ids[i]))
  })

  test('LEAD-04: by weight: 1, 2 and 3, and 0 is none', async () => {
    const all = await team(1, 2, 3, 0)
    await rule(all)
    assert.deepEqual(await counts(await many(60), all.people), [10, 20, 30, 0])
  })

  test('LEAD-04: who is away or inactive is passed over; who comes back makes up for nothing', async () => {
    const all = await team(1, 1, 1)
    const [ana, beto, caro] = all.people
    await rule(all)
    assert.deepEqual(await counts(await many(3), all.people), [1, 1, 1])
    await move('users', ana, { away: true })
    await move('users', caro, { inactive: true })
    assert.deepEqual(await counts(await many(6), all.people), [0, 6, 0])
    await move('users', ana, { away: false })
    await move('users', caro, { inactive: false })
    const [a, b, c] = await counts(await many(9), all.people)
    assert.ok([a, b, c].every((n) => n >= 2 && n <= 4), `${a} ${b} ${c}`)
    assert.equal((await again('users', beto)).away, undefined)
  })

  test('LEAD-04: who is away until some time is passed over until then', async () => {
    const all = await team(1, 1)
    const [ana] = all.people
    await rule(all)
    await move('users', ana, { away: true, away_until: new Date(Date.now() + 3_600_000).toISOString() })
    assert.deepEqual(await counts(await many(4), all.people), [0, 4])
    await move('users', ana, { away_until: new Date(Date.now() - 1000).toISOString() })
    const [a, b] = await counts(await many(4), all.people)
    assert.ok(a >= 1 && a <= 3 && b >= 1, `${a} ${b}`)
  })

  test('LEAD-04: with nobody available leads queue, and are given out as soon as somebody is', async () => {
    const all = await team()
    const by = await rule(all)
    const queued = await many(5)
    for (const each of queued) {
      const now = await settled(each)
      assert.deepEqual([now.assignment, now.assigned_to, now.assigned_group, now.assignment_rule], ['queued', undefined, all.group.id, by.id])
    }
    await sleep(1200)
    assert.equal((await again('leads', queued[0])).version, 2)

    // Somebody joins.
    const ana = await admin.create('users', { name: 'Ana', email: `ana${made}@andina.example` })
    await admin.create('members', { member_of: all.group.id, person: ana.id })
    for (const each of queued) assert.equal((await becomes(each, 'assigned')).assigned_to, ana.id)

    // Somebody comes back at a time.
    await move('users', ana, { away: true, away_until: new Date(Date.now() + 3000).toISOString() })
    const later = await lead()
    assert.equal((await settled(later)).assignment, 'queued')
    assert.equal((await becomes(later, 'assigned')).assigned_to, ana.id)

    // The rule names another group.
    await move('users', ana, { away: true, away_until: null })
    const stuck = await given()
    assert.equal(stuck.assignment, 'queued')
    const other = await team(1)
    await change('assignment-rules', by, { team: other.group.id })
    assert.equal((await becomes(stuck, 'assigned')).assigned_to, other.people[0].id)

    // Whom a person takes out of the queue is gone from it.
    await move('users', other.people[0], { inactive: true })
    const taken = await given()
    assert.equal(taken.assignment, 'queued')
    await admin.change('leads', taken, { assigned_to: admin.user.id })
    await move('users', other.people[0], { inactive: false })
    await sleep(700)
    assert.equal((await again('leads', taken)).assigned_to, admin.user.id)
  })

  test('LEAD-04: a hundred at once over two replicas: no two people a full turn apart, each lead and event once', async () => {
    const all = await team(1, 2, 3, 4)
    await rule(all)
    const leads = await many(100)
    assert.ok((await suite.sql('SELECT 1')).length)
    assert.deepEqual(await counts(leads, all.people), [10, 20, 30, 40])
    await once(leads)
  })

  test('LEAD-04: the holder killed in the midst of it changes nothing of that', async () => {
    const weights = [1, 2, 3]
    const all = await team(...weights)
    await rule(all)
    const [[holder]] = await suite.sql(`SELECT holder FROM leads.lease WHERE name = 'assigner'`)
    const leads = []
    let killed = 0
    const create = async () => {
      for (let i = 0; i < 30; i++) {
        // A creation whose replica is killed may have been done or not: what is there counts, and it is there once.
        const answer = await admin.call('POST', '/leads', { body: { name: 'Nuevo' } })
        if (answer.status === 201) leads.push(answer.body)
        else assert.ok([503, 504].includes(answer.status), answer.text)
      }
    }
    const killer = async () => {
      for (const part of ['leads', 'leads-2', 'leads']) {
        await sleep(150)
        suite.kill(part)
        killed++
        await suite.ready([part])
      }
    }
    await Promise.all([...Array.from({ length: 8 }, create), killer()])
    assert.equal(killed, 3)
    await soon(async () => assert.equal((await admin.get('/leads/count?assignment=waiting')).count, 0), 30_000)
    const rows = await suite.sql(`SELECT assigned_to, count(*) FROM leads.lead WHERE assigned_group = '${all.group.id}' GROUP BY 1`)
    const turns = all.people.map(({ id }, i) => Number(rows.find(([who]) => who === id)?.[1] ?? 0) / weights[i])
    const [max, min] = [Math.max(...turns), Math.min(...turns)]
    assert.ok(max - min <= 1, `${turns}`)
    assert.ok(turns.reduce((sum, each, i) => sum + each * weights[i], 0) >= leads.length)
    const [[now]] = await suite.sql(`SELECT holder FROM leads.lease WHERE name = 'assigner'`)
    assert.notEqual(now, holder)
    await once(leads)
  })
})

// Each lead was created and assigned by one event each.
async function once(leads) {
  const ids = leads.map(({ id }) => `'${id}'`).join(',')
  const odd = await suite.sql(`SELECT record, array_agg(type ORDER BY seq) FROM leads.event WHERE record IN (${ids})
    GROUP BY 1 HAVING array_agg(type ORDER BY seq) <> '{1,2}'`)
  assert.deepEqual(odd, [])
  const [[told]] = await suite.sql(`SELECT count(*) FROM leads.lead WHERE id IN (${ids}) AND version = 2 AND assignment = 'assigned'`)
  assert.equal(Number(told), leads.length)
}
