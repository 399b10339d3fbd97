// LIST-01a, LIST-01b: mine=true: of what one sees, only what one owns or is assigned to; in lists, counts, searches, files
// and changes of many alike.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { administrator, answers, apiKey, grant, person, soon } from '../lib/people.mjs'
import { problem } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

const RIGHTS = [...grant('leads.lead'), ...grant('identity.api_key'), 'identity.user:see']
let suite, admin, manager, seller, other
const leads = {}
before(async () => {
  suite = await startSuite({ services: ['identity', 'leads', 'gateway'] })
  admin = await administrator(suite)
  const top = await admin.create('roles', { name: 'Gerencia' })
  const below = await admin.create('roles', { name: 'Ventas', parent: top.id });
  [manager, seller, other] = await Promise.all([top, below, below].map((role) => person(suite, { grants: RIGHTS, role })))
  await Promise.all([manager, seller, other].map((rest) => answers(200, rest, 'GET', '/leads')))
  const make = async (name, rest, fields) => { leads[name] = (await soon(() => rest.create('leads', { name, ...fields }))).id }
  await make('owned', seller, { stage: 'offer' })
  await make('both', seller, { assigned_to: seller.user.id })
  await make('given', manager, { assigned_to: seller.user.id, stage: 'offer' })
  await make('lent', seller, { assigned_to: other.user.id, stage: 'identify' })
  await make('theirs', other, { stage: 'offer' })
  await make('managers', manager)
  await make('admins', admin, { stage: 'offer' })
})
after(() => suite?.stop())

const names = (items) => items.map(({ label }) => label).sort()
const list = async (rest, query = '') => names((await rest.get(`/leads?mine=true${query}`)).items)
const own = () => [[admin, ['admins']], [manager, ['given', 'managers']], [seller, ['both', 'given', 'lent', 'owned']], [other, ['lent', 'theirs']]]

describe('LIST-01a: mine', () => {
  test('LIST-01a: a list has what one owns or is assigned to, an administrator’s too', async () => {
    for (const [rest, mine] of own()) {
      assert.deepEqual(await list(rest), mine)
      assert.deepEqual(await list(rest, '&sort=name'), mine)
      assert.deepEqual(await list(rest, '&sort=-stage,name'), mine)
      assert.deepEqual((await rest.all('leads', { mine: 'true', limit: 1 })).map(({ label }) => label).sort(), mine)
    }
    assert.equal((await admin.get('/leads')).items.length, 7)
    assert.equal((await admin.get('/leads?mine=false')).items.length, 7)
    assert.equal((await manager.get('/leads')).items.length, 6)
    problem(await admin.call('GET', '/leads?mine=1'), 400, 'bad_request')
  })

  test('LIST-01a: besides whatever else holds: a filter, a search', async () => {
    assert.deepEqual(await list(seller, '&stage[eq]=offer'), ['given', 'owned'])
    assert.deepEqual(await list(seller, '&q=giv'), ['given'])
    assert.deepEqual(await list(seller, '&q=theirs'), [])
    assert.deepEqual(await list(manager, `&owner[eq]=${seller.user.id}`), [])
  })

  test('LIST-01a: counts, by groups too, and a search by POST', async () => {
    for (const [rest, mine] of own()) {
      assert.equal((await rest.get('/leads/count?mine=true')).count, mine.length)
      const found = (await rest.want(200, 'POST', '/leads/search', { body: { mine: true } })).body
      assert.deepEqual(names(found.items), mine)
    }
    const { count, groups } = await seller.get('/leads/count?mine=true&group_by=stage')
    assert.equal(count, 4)
    assert.deepEqual(Object.fromEntries(groups.map(({ key, count }) => [key ?? '', count])), { offer: 2, identify: 1, '': 1 })
    assert.equal((await admin.get('/leads/count?mine=true&group_by=stage')).count, 1)
  })

  test('LIST-01a: a cursor of one’s own is none of all, and the other way round', async () => {
    const mine = (await seller.get('/leads?mine=true&limit=1')).next
    const all = (await seller.get('/leads?limit=1')).next
    assert.ok(mine && all)
    await seller.get(`/leads?mine=true&limit=1&cursor=${mine}`)
    for (const query of [`limit=1&cursor=${mine}`, `mine=false&limit=1&cursor=${mine}`, `mine=true&limit=1&cursor=${all}`])
      problem(await seller.call('GET', `/leads?${query}`), 400, 'bad_cursor')
    problem(await manager.call('GET', `/leads?mine=true&cursor=${mine}`), 400, 'bad_cursor')
    problem(await seller.call('POST', '/leads/search', { body: { cursor: mine } }), 400, 'bad_cursor')
  })

  test('LIST-01a: a key’s are its person’s', async () => {
    const key = await soon(() => apiKey(seller, { scopes: ['leads.lead:see'] }))
    await soon(async () => assert.deepEqual(await list(key), ['both', 'given', 'lent', 'owned']))
    const none = await soon(() => apiKey(seller, { scopes: ['identity.user:see'] }))
    await soon(async () => problem(await none.call('GET', '/leads?mine=true'), 403, 'forbidden'))
  })

  test('LIST-01a: what is in the bin', async () => {
    const gone = await seller.create('leads', { name: 'gone' })
    await seller.remove('leads', gone)
    assert.deepEqual(await list(seller, '&deleted=true'), ['gone'])
    assert.deepEqual(await list(admin, '&deleted=true'), [])
  })

  test('LIST-01a: files have the same', async () => {
    for (const [rest, mine] of own()) {
      const { text } = await rest.want(200, 'GET', '/leads/export?mine=true&fields=name&sort=name')
      assert.deepEqual(text.trim().split('\r\n').slice(1), mine)
      const { body } = await rest.want(202, 'POST', '/leads/exports?mine=true&fields=name')
      const job = await rest.job('leads', body.id)
      assert.deepEqual([job.state, job.done, job.total], ['done', mine.length, mine.length])
    }
  })
})

describe('LIST-01e: a change of one’s own', () => {
  test('LIST-01e: touches nothing else, an administrator’s neither', async () => {
    for (const [rest, mine] of own()) {
      const { body } = await rest.want(202, 'POST', '/leads/bulk', { body: { mine: true, set: { referrer: rest.user?.id ?? 'admin' } } })
      const job = await rest.job('leads', body.id)
      assert.deepEqual([job.state, job.done, job.total, job.rejected ?? 0], ['done', mine.length, mine.length, 0])
      const changed = (await admin.get(`/leads?referrer[eq]=${rest.user?.id ?? 'admin'}`)).items
      assert.deepEqual(names(changed), mine)
    }
  })

  test('LIST-01e: with a condition, and one must be given', async () => {
    const { body } = await seller.want(202, 'POST', '/leads/bulk', { body: { mine: true, filter: { field: 'stage', op: 'eq', values: ['offer'] }, set: { referrer: 'Ferias' } } })
    assert.equal((await seller.job('leads', body.id)).done, 2)
    assert.deepEqual(names((await admin.get('/leads?referrer[eq]=Ferias')).items), ['given', 'owned'])
    problem(await seller.call('POST', '/leads/bulk', { body: { mine: false, set: { referrer: 'x' } } }), 422, 'required')
    const deleted = await other.want(202, 'POST', '/leads/bulk', { body: { mine: true, delete: true } })
    assert.equal((await other.job('leads', deleted.body.id)).state, 'done')
    assert.equal((await admin.get('/leads/count')).count, 5)
  })
})
