// Idempotency keys: on every POST that writes a repeat does nothing twice, and another request is refused.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { problem, signIn } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

let suite, rest
before(async () => {
  suite = await startSuite()
  rest = await signIn(suite)
})
after(() => suite?.stop())

const count = async (where) => Number((await suite.sql(`SELECT count(*) FROM leads.${where}`))[0][0])
const keyed = (key = randomUUID()) => ({ 'idempotency-key': key })
const replayed = (answer) => answer.headers.get('idempotency-replayed') === 'true'
const post = (path, headers, body) => rest.call('POST', path, { body, headers })
const csv = (key, body, query = '') => rest.call('POST', `/leads/import${query}`, { body, headers: { 'content-type': 'text/csv', ...keyed(key) } })

test('API-01: a copy is made once, though what it was made of has changed', async () => {
  const lead = await rest.create('leads', { name: 'Modelo' })
  const headers = keyed()
  const first = await rest.want(201, 'POST', `/leads/${lead.id}/duplicate`, { headers })
  await rest.change('leads', lead, { name: 'Otro modelo' })
  const again = await rest.want(201, 'POST', `/leads/${lead.id}/duplicate`, { headers })
  assert.deepEqual([again.body.id, replayed(first), replayed(again)], [first.body.id, false, true])
  problem(await post(`/leads/${first.body.id}/duplicate`, headers), 422, 'key_reused', { 'Idempotency-Key': 'key_reused' })
  problem(await post('/leads', headers, { name: 'Otra cosa' }), 422, 'key_reused')
})

test('API-01: restored once: a repeat does not restore what was deleted again', async () => {
  const lead = await rest.create('leads', { name: 'Ida y vuelta' })
  await rest.remove('leads', lead)
  const headers = keyed()
  const first = await rest.want(200, 'POST', `/leads/${lead.id}/restore`, { headers })
  const again = await rest.want(200, 'POST', `/leads/${lead.id}/restore`, { headers })
  assert.deepEqual([again.body.version, replayed(first), replayed(again)], [3, false, true])
  await rest.remove('leads', again.body)
  problem(await post(`/leads/${lead.id}/restore`, headers), 404, 'not_found')
  assert.equal(await count(`lead WHERE id = '${lead.id}' AND deleted_at IS NOT NULL`), 1)
})

test('API-01: an import needs a key; the same file is the same job, another file is refused', async () => {
  problem(await csv('', 'name\nSin llave\n'), 400, 'idempotency_key_required', { 'Idempotency-Key': 'idempotency_key_required' })
  const key = randomUUID()
  const answers = await Promise.all(Array.from({ length: 5 }, () => csv(key, 'name\nUna vez\n')))
  assert.deepEqual(answers.map(({ status }) => status), Array(5).fill(202), answers.map(({ text }) => text).join('\n'))
  assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1)
  await rest.job('leads', answers[0].body.id)
  assert.equal(await count("lead WHERE name = 'Una vez'"), 1)
  problem(await csv(key, 'name\nOtro archivo\n'), 422, 'key_reused')
  problem(await csv(key, 'name\nUna vez\n', '?create_fields=true'), 422, 'key_reused')
  assert.equal((await csv(key, 'name\nUna vez\n')).body.id, answers[0].body.id)
  assert.equal(await count('job'), 1)
})

test('API-01: a custom field is made once', async () => {
  const headers = keyed()
  const field = { key: 'color', kind: 'text', es: 'Color' }
  for (let i = 0; i < 3; i++) await rest.want(201, 'POST', '/leads/fields', { body: field, headers })
  problem(await post('/leads/fields', headers, { ...field, es: 'Otro' }), 422, 'key_reused')
  problem(await post('/leads/fields', keyed(), field), 409, 'duplicate')
})

test('API-01: there is a row for a key if and only if there is its effect', async () => {
  const key = randomUUID()
  problem(await post('/leads', keyed(key), { name: 'Mal', email: 'nada' }), 422, 'invalid_field')
  assert.equal(await count(`idem WHERE key = '${key}'`), 0)
  const answers = await Promise.all(Array.from({ length: 20 }, () => post('/leads', keyed(key), { name: 'Bien' })))
  assert.deepEqual([...new Set(answers.map(({ status, body }) => `${status} ${body.id}`))].length, 1, answers.map(({ text }) => text).join('\n'))
  assert.equal(answers.filter(replayed).length, 19)
  assert.deepEqual([await count(`idem WHERE key = '${key}'`), await count("lead WHERE name = 'Bien'")], [1, 1])
})

test('API-01: a key is its person\'s', async () => {
  const key = randomUUID()
  const mine = await rest.want(201, 'POST', '/leads', { body: { name: 'Mía' }, headers: keyed(key) })
  const [[principal]] = await suite.sql(`SELECT principal FROM leads.idem WHERE key = '${key}'`)
  assert.equal(principal, rest.user.id)
  assert.ok(mine.body.id)
})

test('API-01: what hands out secrets takes no key; what may be repeated as it is does', async () => {
  for (const [path, body] of [['/invitations', { user: rest.user.id }], ['/api-key-secrets', { key: rest.user.id }], ['/forgotten-password', { email: 'a@b.co' }]]) {
    problem(await post(path, keyed(), body), 400, 'idempotency_key_refused', { 'Idempotency-Key': 'idempotency_key_refused' })
  }
  await rest.want(200, 'POST', '/me', { body: { lang: 'es' }, headers: keyed() })
})

test('API-01: keys of a week ago are cleared', async () => {
  const keys = [randomUUID(), randomUUID()]
  for (const key of keys) await rest.want(201, 'POST', '/leads', { body: { name: 'Vieja' }, headers: keyed(key) })
  await suite.sql(`UPDATE leads.idem SET at = now() - interval '8 days' WHERE key = '${keys[0]}'`)
  await suite.restart('maintain')
  for (const end = Date.now() + 15_000; Date.now() < end && await count(`idem WHERE key = '${keys[0]}'`) > 0;) await new Promise((done) => setTimeout(done, 100))
  assert.deepEqual([await count(`idem WHERE key = '${keys[0]}'`), await count(`idem WHERE key = '${keys[1]}'`)], [0, 1])
})
