// Fields that a company adds to leads at run time: of every kind, first class in records, lists and metadata.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { problem, signIn } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

let suite, rest
before(async () => {
  suite = await startSuite()
  rest = await signIn(suite)
})
after(() => suite?.stop())

const field = (body) => rest.call('POST', '/leads/fields', { body })
const values = { visits: '12', ratio: '0.25', discount: '19', budget: '1500000.5', vip: true, since: '2024-02-29', seen_at: '2026-03-01T10:00:00Z',
  colour: 'red', notes: 'uno\ndos', mail: 'a@b.co', hotline: '+573001112233', page: 'https://x.co', nick: 'Lulú' }
const kinds = { visits: 'integer', ratio: 'decimal', discount: 'percent', budget: 'money', vip: 'bool', since: 'date', seen_at: 'datetime',
  colour: 'picklist', notes: 'long_text', mail: 'email', hotline: 'phone', page: 'url', nick: 'text' }
const options = [{ key: 'red', es: 'Rojo', en: 'Red' }, { key: 'blue', es: 'Azul', en: 'Blue' }]

test('custom fields are made by an administrator and told in the metadata', async () => {
  for (const [key, kind] of Object.entries(kinds)) {
    const answer = await field({ key, kind, es: `Campo ${key}`, en: key, ...(kind === 'picklist' ? { options } : {}) })
    assert.equal(answer.status, 201, answer.text)
  }
  const { fields } = (await rest.get('/metadata')).modules.find(({ key }) => key === 'leads.lead')
  const custom = fields.filter((each) => each.custom)
  assert.deepEqual(custom.map(({ name, kind }) => [name, kind]), Object.entries(kinds).map(([key, kind]) => [`custom.${key}`, kind]))
  assert.deepEqual(custom[0].label, { es: 'Campo visits', en: 'visits' })
  assert.deepEqual(custom.find(({ name }) => name === 'custom.colour').options.map(({ key }) => key), ['red', 'blue'])
  problem(await field({ key: 'visits', kind: 'text', es: 'Otra vez' }), 409, 'duplicate', { '/key': 'duplicate' })
  problem(await field({ key: 'No', kind: 'text', es: 'x' }), 422, 'invalid_field', { '/key': 'invalid_field' })
  problem(await field({ key: 'nope', kind: 'reference', es: 'x' }), 422, 'invalid_field', { '/kind': 'invalid_field' })
  problem(await field({ key: 'nope', kind: 'text' }), 422, 'required', { '/es': 'required' })
})

test('custom fields keep what their kind takes, in its own form', async () => {
  const custom = { ...values, visits: 12, ratio: 0.25, discount: '19', mail: 'A@B.co', hotline: '300 111 2233', page: 'x.co', colour: 'Rojo' }
  let lead = await rest.create('leads', { custom })
  const { ratio, discount, visits, budget, ...same } = lead.custom
  const { ratio: _r, discount: _d, visits: _v, budget: _b, ...wanted } = values
  assert.deepEqual(same, wanted)
  assert.deepEqual([ratio, discount, visits, budget].map(Number), [0.25, 19, 12, 1500000.5])
  lead = await rest.change('leads', lead, { custom: { vip: null, nick: 'Lu' } })
  assert.deepEqual(lead.custom, { ...(await rest.get(`/leads/${lead.id}`)).custom })
  assert.deepEqual([lead.custom.vip, lead.custom.nick, lead.custom.since], [undefined, 'Lu', '2024-02-29'])
  assert.equal((await rest.get('/leads/count?custom.visits[ge]=12&custom.since[lt]=2024-03-01&custom.colour=red')).count, 1)
  assert.equal((await rest.change('leads', lead, { custom: null })).custom, undefined)
})

test('custom fields refuse what is not of their kind', async () => {
  const wrong = { visits: 'doce', ratio: 'x', vip: 'true', since: '2024-02-30', seen_at: 'ayer', colour: 'green', mail: 'a@', hotline: '1', page: 'x y', other: 1 }
  for (const [key, value] of Object.entries(wrong)) {
    const answer = await rest.call('POST', '/leads', { body: { custom: { [key]: value } } })
    assert.equal(answer.status, 422, answer.text)
    assert.deepEqual(answer.body.errors.map(({ pointer }) => pointer), [`/custom/${key}`])
  }
})
