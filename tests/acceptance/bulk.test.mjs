// Many operations in one request, and one change of all that a filter finds.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { grant, person } from '../lib/people.mjs'
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
// As clients do: busy means that nothing was done, and the same key may be tried again.
async function bulk(operations, { atomic, who = rest, key = randomUUID() } = {}) {
  for (let left = 10; ; left--) {
    const answer = await who.call('POST', '/leads/bulk', { body: { atomic, operations }, headers: keyed(key) })
    if (answer.status !== 503 || left === 0) return answer
    await sleep(Number(answer.headers.get('retry-after')) * 1000)
  }
}
const done = async (...given) => {
  const answer = await bulk(...given)
  assert.equal(answer.status, 200, answer.text)
  return answer.body.results
}
const statuses = (results) => results.map(({ status }) => status)
const creates = (n, mark) => Array.from({ length: n }, (_, i) => ({ op: 'create', record: { name: `${mark} ${i}` } }))
const update = ({ id, version = 1 }, record) => ({ op: 'update', id, version, record })
const made = async (n, mark) => (await done(creates(n, mark), { atomic: true })).map(({ id }) => ({ id, version: 1 }))

// Each record has its versions in the log once, and nothing waits in the outbox for ever.
async function exactlyOnce() {
  assert.deepEqual(await suite.sql('SELECT record, version, count(*) FROM leads.event GROUP BY 1, 2 HAVING count(*) > 1'), [])
  assert.deepEqual(await suite.sql(`SELECT l.id FROM leads.lead l WHERE version <> (SELECT count(*) FROM leads.event e WHERE e.record = l.id)`), [])
  for (const end = Date.now() + 10_000; Date.now() < end && await count('outbox') > 0;) await sleep(50)
  assert.equal(await count('outbox'), 0)
}

for (const atomic of [false, true]) {
  test(`API-01: every operation, ${atomic ? 'together' : 'each by itself'}, answered in order`, async () => {
    const [a, b, c, d] = await made(4, 'Base')
    await rest.remove('leads', d)
    const results = await done([
      { op: 'create', record: { name: 'Nuevo', city: '05001' } }, update(a, { company: 'Acme', phone: null }), { op: 'delete', ...b },
      { op: 'restore', id: d.id, version: 2 }, { op: 'duplicate', id: c.id }, update(c, { name: 'Base 2' }),
    ], { atomic })
    assert.deepEqual(statuses(results), [201, 200, 204, 200, 201, 200], JSON.stringify(results))
    assert.deepEqual(results.map(({ version }) => version), [1, 2, 2, 3, 1, c.version])
    assert.deepEqual([results[1].id, results[2].id, results[3].id], [a.id, b.id, d.id])
    assert.equal((await rest.get(`/leads/${results[0].id}`)).name, 'Nuevo')
    assert.equal((await rest.get(`/leads/${a.id}`)).company, 'Acme')
    assert.equal((await rest.get(`/leads/${results[4].id}`)).name, 'Base 2')
    assert.equal((await rest.get(`/leads/${d.id}`)).version, 3)
    assert.equal((await rest.call('GET', `/leads/${b.id}`)).status, 404)
    await exactlyOnce()
  })
}

test('API-01: each by itself: what is wrong with one is told in its place', async () => {
  const [a, b] = await made(2, 'Sola')
  await rest.change('leads', a, { company: 'Ya' })
  const results = await done([
    { op: 'create', record: { name: 'Bien' } }, { op: 'create', record: { name: 'Mal', email: 'nada' } }, { op: 'create', record: { nope: 1 } },
    update(a, { name: 'Tarde' }), update(b, { name: 'A tiempo' }), { op: 'delete', id: randomUUID(), version: 1 }, { op: 'bailar' }, { op: 'update', id: 'x', version: '1' },
    { op: 'create', record: { name: 'x', version: 3 } },
  ])
  assert.deepEqual(statuses(results), [201, 422, 422, 412, 200, 404, 422, 422, 422], JSON.stringify(results))
  const told = (i) => Object.fromEntries(results[i].problem.errors.map(({ pointer, code }) => [pointer, code]))
  assert.deepEqual(told(1), { '/operations/1/record/email': 'invalid_field' })
  assert.deepEqual(told(2), { '/operations/2/record/nope': 'unknown_field' })
  assert.deepEqual(told(3), { '/operations/3/version': 'stale' })
  assert.deepEqual([results[3].problem.version, results[3].problem.current.company], [2, 'Ya'])
  assert.deepEqual(told(5), { '/operations/5': 'not_found' })
  assert.deepEqual(told(6), { '/operations/6/op': 'not_an_option' })
  assert.deepEqual(told(7), { '/operations/7/id': 'wrong_type', '/operations/7/version': 'wrong_type', '/operations/7/record': 'required' })
  assert.deepEqual(told(8), { '/operations/8/record/version': 'read_only' })
  await exactlyOnce()
})

test('API-01: together: one that is refused names its place, and nothing is changed', async () => {
  const [a, b] = await made(2, 'Junta')
  const [leads, events] = [await count('lead'), await count('event')]
  const refused = async (operation, status, code, pointer) =>
    problem(await bulk([{ op: 'create', record: { name: 'No queda' } }, update(b, { company: 'No queda' }), { op: 'create', record: { name: 'Ni esta' } }, operation], { atomic: true }), status, code, { [pointer]: code })
  const stale = await refused({ ...update(a, { name: 'X' }), version: 5 }, 412, 'stale', '/operations/3/version')
  assert.deepEqual([stale.version, stale.current.name], [1, 'Junta 0'])
  await refused({ op: 'create', record: { name: 'Y', email: 'nada' } }, 422, 'invalid_field', '/operations/3/record/email')
  await refused({ op: 'delete', id: randomUUID(), version: 1 }, 404, 'not_found', '/operations/3')
  await refused({ op: 'create', record: { id: a.id, name: 'Z' } }, 409, 'duplicate', '/operations/3/record/id')
  await refused({ op: 'create', record: { nope: 1 } }, 422, 'unknown_field', '/operations/3/record/nope')
  problem(await bulk([update(a, { name: 'A' }), { op: 'delete', ...a }], { atomic: true }), 422, 'once_each', { '/operations/1/id': 'once_each' })
  assert.deepEqual([await count('lead'), await count('event')], [leads, events])
  assert.equal(await count("idem WHERE part > 0 AND NOT EXISTS (SELECT 1 FROM leads.event e WHERE e.record = idem.record)"), 0)
})

test('API-01: a unique value that another has is a 409 at its place', async () => {
  const headers = keyed()
  const users = (operations) => rest.call('POST', '/users/bulk', { body: { atomic: true, operations }, headers: keyed() })
  const user = (email) => ({ op: 'create', record: { name: 'Uno', email } })
  problem(await users([user('nueva@andina.example'), user(suite.email)]), 409, 'duplicate', { '/operations/1/record/email': 'duplicate' })
  const twice = await users([user('igual@andina.example'), user('igual@andina.example')])
  assert.equal(twice.status, 409, twice.text)
  assert.match(twice.body.errors[0].pointer, /^\/operations\/[01]/)
  const [[made]] = await suite.sql("SELECT count(*) FROM identity.person WHERE email IN ('nueva@andina.example', 'igual@andina.example')")
  assert.deepEqual([made, typeof headers], ['0', 'object'])
})

test('API-01: a thousand at once, and not one more; four megabytes, and no more', async () => {
  for (const atomic of [true, false]) {
    const results = await done(creates(1000, `Mil ${atomic}`), { atomic })
    assert.deepEqual([...new Set(statuses(results))], [201])
    assert.equal(new Set(results.map(({ id }) => id)).size, 1000)
  }
  problem(await bulk(creates(1001, 'Mil uno')), 422, 'too_long', { '/operations': 'too_long' })
  problem(await bulk([]), 422, 'required', { '/operations': 'required' })
  const long = Array.from({ length: 350 }, (_, i) => ({ op: 'create', record: { name: `Largo ${i}`, interest_detail: 'á'.repeat(3900) } }))
  assert.deepEqual([...new Set(statuses(await done(long)))], [201])
  problem(await bulk([...long, ...long]), 413, 'too_large')
  await exactlyOnce()
})

test('API-01: bodies that are none', async () => {
  const send = (body, headers) => rest.call('POST', '/leads/bulk', { body, headers: { 'content-type': 'application/json', ...keyed(), ...headers } })
  for (const body of ['', '[]', '{', '{"operations":[}', '{"operations":[]} x', '{"operations":[],"operations":[]}', `${'['.repeat(100)}`]) problem(await send(body), 400, 'bad_json')
  problem(await send('{"operations":{}}'), 422, 'wrong_type', { '/operations': 'wrong_type' })
  problem(await send('{"operations":[1]}'), 422, 'wrong_type', { '/operations/0': 'wrong_type' })
  problem(await send('{"operations":[{"op":"create","record":{}}],"atomic":1}'), 422, 'wrong_type', { '/atomic': 'wrong_type' })
  problem(await send('{"operations":[{"op":"create","record":{}}],"nope":1}'), 422, 'unknown_field', { '/nope': 'unknown_field' })
  problem(await send('{}', { 'content-type': 'text/plain' }), 415, 'media_type')
  problem(await send('{"operations":[{"op":"create","record":{"name":"a"}}]}', { 'idempotency-key': '' }), 400, 'idempotency_key_required', { 'Idempotency-Key': 'idempotency_key_required' })
})

for (const atomic of [false, true]) {
  test(`API-01: repeated with its key, ${atomic ? 'together' : 'each by itself'}, it does nothing again`, async () => {
    const key = randomUUID()
    const [a, b] = await made(2, 'Repetida')
    const operations = [...creates(20, `Repe ${atomic}`), update(a, { company: 'Una vez' }), { op: 'delete', ...b }, ...(atomic ? [] : [{ op: 'create', record: { email: 'nada' } }])]
    const answers = await Promise.all(Array.from({ length: 6 }, () => bulk(operations, { atomic, key })))
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]), answers.map(({ text }) => text.slice(0, 300)).join('\n'))
    for (const { body } of answers) assert.deepEqual(body.results.map(({ id, status }) => [id, status]), answers[0].body.results.map(({ id, status }) => [id, status]))
    assert.equal(await count(`lead WHERE name LIKE 'Repe ${atomic} %'`), 20)
    assert.equal(await count(`idem WHERE key = '${key}'`), 22)
    const again = await bulk(operations, { atomic, key })
    assert.equal(again.headers.get('idempotency-replayed'), 'true')
    problem(await bulk(operations.slice(1), { atomic, key }), 422, 'key_reused', { 'Idempotency-Key': 'key_reused' })
    problem(await rest.call('POST', '/leads', { body: { name: 'Otra' }, headers: keyed(key) }), 422, 'key_reused')
    await exactlyOnce()
  })
}

test('API-01: many over the same records: no deadlock, and each whole or not at all', async () => {
  const leads = await made(60, 'Pelea')
  for (let round = 0; round < 5; round++) {
    const version = 1 + round
    const answers = await Promise.all(Array.from({ length: 4 }, (_, i) => {
      const mine = [...leads].sort(() => Math.random() - 0.5).map(({ id }) => update({ id, version }, { company: `R${round} ${i}` }))
      return bulk(mine, { atomic: true })
    }))
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412, 412, 412], answers.map(({ text }) => text.slice(0, 200)).join('\n'))
    const ids = leads.map(({ id }) => `'${id}'`).join()
    assert.deepEqual((await suite.sql(`SELECT count(DISTINCT company), count(DISTINCT version), min(version) FROM leads.lead WHERE id IN (${ids})`))[0], ['1', '1', String(version + 1)])
  }
  // Together against each by itself and single changes.
  const answers = await Promise.all([bulk(leads.map(({ id }) => update({ id, version: 6 }, { company: 'Todas' })), { atomic: true }),
    bulk([...leads].reverse().map(({ id }) => update({ id, version: 6 }, { company: 'Cada una' }))),
    ...leads.slice(0, 20).map(({ id }) => rest.call('PATCH', `/leads/${id}`, { body: { company: 'Sola' }, headers: { 'if-match': '"6"' } }))])
  assert.ok([200, 412].includes(answers[0].status), answers[0].text.slice(0, 300))
  for (const { status } of answers[1].body.results) assert.ok([200, 412].includes(status), JSON.stringify(answers[1].body.results))
  assert.equal(await count(`lead WHERE name LIKE 'Pelea%' AND version = 7`), 60)
  await exactlyOnce()
})

test('API-01: what one may not do in a bulk request is what one may not do alone', async () => {
  const ana = await person(suite, { grants: grant('leads.lead', 'see', 'create', 'change', 'delete', 'duplicate'), denials: ['leads.lead.score:change', 'leads.lead.phone:view'] })
  const hidden = await rest.create('leads', { name: 'Secreta', phone: '3001234567' })
  const seen = await ana.create('leads', { name: 'Vista' })
  const mine = await Promise.all([1, 2, 3].map((i) => ana.create('leads', { name: `Mía ${i}` })))
  for (const atomic of [false, true]) {
    for (const operation of [update(hidden, { name: 'X' }), update({ ...hidden, version: 9 }, { name: 'X' }), { op: 'delete', id: hidden.id, version: 1 }, { op: 'duplicate', id: hidden.id }, { op: 'restore', id: hidden.id }]) {
      const answer = await bulk([operation], { atomic, who: ana })
      const { code, current, version, errors } = atomic ? problem(answer, 404, 'not_found') : answer.body.results[0].problem
      assert.deepEqual([code, current, version, errors[0].pointer], ['not_found', undefined, undefined, '/operations/0'])
      assert.ok(!answer.text.includes('Secreta'))
    }
    const masked = await bulk([update(seen, { score: 5 })], { atomic, who: ana })
    assert.equal(atomic ? masked.body.code : masked.body.results[0].problem.code, 'forbidden_field')
    const two = await bulk([{ op: 'delete', id: mine[0].id, version: 1 }, { op: 'delete', id: mine[1].id, version: 1 }], { atomic, who: ana })
    if (atomic) problem(two, 403, 'forbidden')
    else assert.deepEqual(statuses(two.body.results), [403, 403])
    const copies = await bulk([{ op: 'duplicate', id: mine[0].id }, { op: 'duplicate', id: mine[1].id }], { atomic, who: ana })
    if (atomic) problem(copies, 403, 'forbidden')
    else assert.deepEqual(statuses(copies.body.results), [403, 403])
  }
  assert.deepEqual(statuses(await done([{ op: 'delete', id: mine[0].id, version: 1 }, { op: 'duplicate', id: mine[1].id }], { atomic: true, who: ana })), [204, 201])
  const blind = await person(suite, { grants: grant('activities.task') })
  problem(await bulk(creates(1, 'No'), { who: blind }), 403, 'forbidden')
})

test('API-01: a daemon killed in the middle of a request: all of it or nothing, and its key tells', async () => {
  for (let round = 0; round < 3; round++) {
    const [mark, key] = [`Corte ${round}`, randomUUID()]
    const asked = bulk(creates(800, mark), { atomic: true, key })
    await sleep(40 + round * 70)
    suite.kill('leads')
    // Nobody answers any more: the gateway says so only when the request's time is over.
    const first = await Promise.race([asked.catch(() => ({ status: 0 })), sleep(1000).then(() => ({ status: 0 }))])
    await suite.ready()
    const there = await count(`lead WHERE name LIKE '${mark} %'`)
    assert.ok(there === 0 || there === 800, `${there} of 800`)
    assert.equal(await count(`idem WHERE key = '${key}'`), there)
    if (first.status === 200) assert.equal(there, 800)
    let again
    for (const end = Date.now() + 20_000; Date.now() < end;) {
      again = await bulk(creates(800, mark), { atomic: true, key })
      if (again.status < 500) break
      await sleep(200)
    }
    assert.equal(again.status, 200, again.text)
    assert.equal(again.headers.get('idempotency-replayed'), there ? 'true' : null)
    assert.equal(await count(`lead WHERE name LIKE '${mark} %'`), 800)
  }
  await exactlyOnce()
})

/* ---- all that a filter finds ---- */

const changeAll = (body, { who = rest, key } = {}) => who.call('POST', '/leads/bulk', { body, headers: keyed(key) })
const named = (mark) => ({ field: 'name', op: 'starts', values: [mark] })

test('API-01: one change of all that a filter finds is a job', async () => {
  await done(creates(1000, 'Masa'))
  await done(creates(600, 'Masa'))
  const key = randomUUID()
  const body = { filter: named('Masa'), set: { company: 'Nueva S.A.S.', priority: 'high' } }
  const [first, again] = [await changeAll(body, { key }), await changeAll(body, { key })]
  assert.deepEqual([first.status, again.body?.id], [202, first.body.id], first.text)
  assert.equal(first.headers.get('location'), `/api/v1/leads/jobs/${first.body.id}`)
  problem(await changeAll({ ...body, set: { company: 'Otra' } }, { key }), 422, 'key_reused')
  const job = await rest.job('leads', first.body.id)
  assert.deepEqual([job.kind, job.state, job.total, job.done, job.rejected], ['bulk', 'done', 1600, 1600, 0], JSON.stringify(job))
  assert.equal(await count("lead WHERE name LIKE 'Masa%' AND company = 'Nueva S.A.S.' AND priority = 'high' AND version = 2"), 1600)
  assert.equal(await count(`event WHERE job = '${job.id}' AND type = 2 AND actor = '${rest.user.id}'`), 1600)
  const same = await rest.job('leads', (await changeAll(body)).body.id)
  assert.deepEqual([same.done, await count(`event WHERE job = '${same.id}'`)], [1600, 0])
  const gone = await rest.job('leads', (await changeAll({ filter: named('Masa'), delete: true })).body.id)
  assert.deepEqual([gone.done, gone.rejected], [1600, 0])
  assert.equal(await count("lead WHERE name LIKE 'Masa%' AND deleted_at IS NULL"), 0)
  await exactlyOnce()
})

test('API-01: what can\'t be changed is rejected with its record and why; the rest is changed', async () => {
  const leads = await made(30, 'Parte')
  const job = await rest.job('leads', (await changeAll({ filter: named('Parte'), set: { name: null, company: 'X' } })).body.id)
  assert.equal(job.done + job.rejected, 30, JSON.stringify(job))
  problem(await changeAll({ filter: named('Parte'), set: { email: 'nada' } }), 422, 'invalid_field', { '/set/email': 'invalid_field' })
  problem(await changeAll({ filter: named('Parte'), set: { nope: 1 } }), 422, 'unknown_field', { '/set/nope': 'unknown_field' })
  problem(await changeAll({ filter: named('Parte'), set: {} }), 422, 'required', { '/set': 'required' })
  problem(await changeAll({ filter: named('Parte') }), 422, 'required', { '/set': 'required' })
  problem(await changeAll({ set: { company: 'Todo' } }), 422, 'required', { '/filter': 'required' })
  problem(await changeAll({ filter: named('Parte'), delete: true, set: { company: 'X' } }), 422, 'required')
  problem(await changeAll({ filter: { field: 'nope', op: 'eq', values: ['1'] }, delete: true }), 400, 'bad_filter')
  problem(await changeAll({ filter: named('Parte'), delete: true, record: 'aGk=' }), 422, 'read_only', { '/record': 'read_only' })
  assert.equal(leads.length, 30)
})

test('API-01: a change of all changes what its person sees and may change', async () => {
  const bea = await person(suite, { grants: grant('leads.lead', 'see', 'create', 'change', 'delete') })
  await done(creates(5, 'De otro'))
  for (let i = 0; i < 3; i++) await bea.create('leads', { name: `De otro, no: mía ${i}` })
  problem(await changeAll({ view: 'all', delete: true }, { who: bea }), 403, 'forbidden')
  const { body } = await changeAll({ q: 'De otro', set: { company: 'De Bea' } }, { who: bea })
  const job = await bea.job('leads', body.id)
  assert.deepEqual([job.total, job.done, job.rejected], [3, 3, 0], JSON.stringify(job))
  assert.equal(await count("lead WHERE company = 'De Bea'"), 3)
  const other = await person(suite, { grants: grant('leads.lead') })
  assert.equal((await other.call('GET', `/leads/jobs/${body.id}`)).status, 404)
})

test('API-01: killed in the middle, a change of all goes on and changes each once', async () => {
  for (let i = 0; i < 5; i++) await done(creates(1000, 'Larga'))
  const { body } = await changeAll({ filter: named('Larga'), set: { company: 'Al fin' } })
  for (let i = 0; i < 3; i++) {
    await sleep(150)
    suite.kill('leads')
    await suite.ready()
  }
  const job = await rest.job('leads', body.id)
  assert.deepEqual([job.state, job.done, job.rejected], ['done', 5000, 0], JSON.stringify(job))
  assert.equal(await count("lead WHERE company = 'Al fin' AND version = 2"), 5000)
  assert.equal(await count(`event WHERE job = '${job.id}'`), 5000)
  await exactlyOnce()
})

test('API-01: people who change the same records meanwhile lose nothing', async () => {
  const leads = [...await made(1000, 'Viva'), ...await made(500, 'Viva')]
  const { body } = await changeAll({ filter: named('Viva'), set: { company: 'Masiva' } })
  const changed = []
  await Promise.all(Array.from({ length: 8 }, async (_, worker) => {
    for (let i = worker; i < 400; i += 8) {
      const lead = leads[Math.floor(Math.random() * leads.length)]
      const now = await rest.get(`/leads/${lead.id}`)
      const answer = await rest.call('PATCH', `/leads/${lead.id}`, { body: { address: `Calle ${i}` }, headers: { 'if-match': `"${now.version}"` } })
      assert.ok([200, 412].includes(answer.status), answer.text)
      if (answer.status === 200) changed.push([lead.id, `Calle ${i}`])
    }
  }))
  const job = await rest.job('leads', body.id)
  assert.deepEqual([job.state, job.done + job.rejected], ['done', 1500], JSON.stringify(job))
  assert.equal(await count("lead WHERE name LIKE 'Viva%' AND company = 'Masiva'"), job.done)
  const last = new Map(changed)
  for (const [id, address] of last) assert.deepEqual(await suite.sql(`SELECT address = '${address}' FROM leads.lead WHERE id = '${id}'`), [['t']])
  await exactlyOnce()
})
