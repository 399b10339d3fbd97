// OPP-03a, LIST-01b: a number of the records added up, in all and by the groups of a count, as decimal text.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { administrator, answers, grant, person, soon } from '../lib/people.mjs'
import { problem } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

const GRANTS = [...grant('leads.lead'), 'identity.user:see']
const KINDS = { amount: 'decimal', price: 'money', rate: 'percent', visits: 'integer', nick: 'text', vip: 'bool' }
let suite, admin, seller, blind
before(async () => {
  suite = await startSuite({ services: ['identity', 'leads', 'gateway'] })
  admin = await administrator(suite)
  for (const [key, kind] of Object.entries(KINDS)) await admin.want(201, 'POST', '/leads/fields', { body: { key, kind, es: key, en: key } });
  [seller, blind] = await Promise.all([
    person(suite, { grants: GRANTS }),
    person(suite, { grants: GRANTS, denials: ['leads.lead.score:view', 'leads.lead.custom.price:view', 'leads.lead.custom.vip:view'] })])
  await Promise.all([seller, blind].map((rest) => answers(200, rest, 'GET', '/leads')))
  const make = (rest, fields) => soon(() => rest.create('leads', { name: 'X', ...fields }))
  await make(admin, { stage: 'offer', score: 5, custom: { amount: 0.1, price: 10.5, rate: 19, visits: 3, vip: true } })
  await make(admin, { stage: 'offer', score: -2, custom: { amount: 0.2, price: 0.25, visits: 4 } })
  await make(seller, { stage: 'offer', score: 9, custom: { amount: 1000000.000001, price: 100 } })
  await make(seller, { stage: 'identify' })
  await make(seller, { score: 1 })
})
after(() => suite?.stop())

const count = (rest, query) => rest.get(`/leads/count?${query}`)
const sums = ({ groups }) => Object.fromEntries(groups.map(({ key, count, sum }) => [key ?? '', [count, sum]]))

describe('OPP-03a: sums', () => {
  test('OPP-03a: by group and in all; what is empty adds nothing', async () => {
    const all = await count(admin, 'group_by=stage&sum=score')
    assert.deepEqual([all.count, all.sum], [5, '13'])
    assert.deepEqual(sums(all), { offer: [3, '12'], identify: [1, '0'], '': [1, '1'] })
    const flags = await count(admin, 'group_by=needs_visit&sum=score')
    assert.deepEqual([sums(flags), flags.sum], [{ '': [5, '13'] }, '13'])
  })

  test('OPP-03a: custom numbers of every kind, exactly', async () => {
    const of = async (field) => {
      const answer = await count(admin, `group_by=stage&sum=custom.${field}`)
      return [answer.sum, sums(answer).offer[1], sums(answer).identify[1]]
    }
    assert.deepEqual(await of('amount'), ['1000000.300001', '1000000.300001', '0'])
    assert.deepEqual(await of('price'), ['110.75', '110.75', '0.00'])
    assert.deepEqual(await of('rate'), ['19', '19', '0'])
    assert.deepEqual(await of('visits'), ['7', '7', '0'])
  })

  test('OPP-03a: grouped by a custom field, filtered, one’s own, in all', async () => {
    assert.deepEqual(sums(await count(admin, 'group_by=custom.vip&sum=score')), { true: [1, '5'], '': [4, '8'] })
    const some = await count(admin, 'group_by=stage&sum=score&score[lt]=6')
    assert.deepEqual([some.count, some.sum, sums(some)], [3, '4', { offer: [2, '3'], '': [1, '1'] }])
    const own = await count(admin, 'group_by=stage&sum=custom.price&mine=true')
    assert.deepEqual([own.count, own.sum, sums(own)], [2, '10.75', { offer: [2, '10.75'] }])
    const seen = await count(seller, 'group_by=stage&sum=score')
    assert.deepEqual([seen.count, seen.sum], [3, '10'])
    const { count: n, sum, capped, groups } = await count(admin, 'sum=score&cap=1')
    assert.deepEqual([n, sum, capped, groups], [5, '13', undefined, undefined])
    assert.equal((await count(admin, 'sum=custom.price')).sum, '110.75')
    const none = await count(admin, 'group_by=stage&sum=score&name[eq]=nobody')
    assert.deepEqual([none.count, none.sum, none.groups], [0, '0', undefined])
    const without = await count(admin, 'group_by=stage')
    assert.deepEqual([without.sum, without.groups[0].sum], [undefined, undefined])
  })

  test('OPP-03a: larger than a number of 64 bits', async () => {
    const most = 9_007_199_254_740_991
    const made = await Promise.all([1, 2].map(() => admin.create('leads', { name: 'Y', score: most })))
    await suite.sql(`UPDATE leads.lead SET score = 9223372036854775807 WHERE score = ${most}`)
    assert.equal((await count(admin, 'group_by=stage&sum=score&name[eq]=Y')).sum, '18446744073709551614')
    await suite.sql(`UPDATE leads.lead SET score = 1 WHERE id IN (${made.map(({ id }) => `'${id}'`)})`)
  })

  test('OPP-03a: of what is no number or may not be seen: refused alike', async () => {
    for (const field of ['name', 'stage', 'nothing', 'created_at', 'latitude', 'custom.nick', 'custom.vip', 'custom.nothing', 'number', 'owner'])
      problem(await admin.call('GET', `/leads/count?group_by=stage&sum=${field}`), 400, 'bad_filter', { sum: 'bad_filter' })
    for (const field of ['score', 'custom.price'])
      for (const query of [`group_by=stage&sum=${field}`, `sum=${field}`])
        problem(await blind.call('GET', `/leads/count?${query}`), 400, 'bad_filter', { sum: 'bad_filter' })
    await count(blind, 'group_by=stage&sum=custom.amount')
    problem(await blind.call('GET', '/leads/count?group_by=custom.vip&sum=custom.amount'), 400, 'bad_filter', { group_by: 'bad_filter' })
  })
})
