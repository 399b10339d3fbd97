// Events by REST: exactly what one sees, masked; nothing lost, whatever is killed; from a time on, or as they come. Events
// that could not be applied are listed and tried again.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { administrator, apiKey, grant, person, soon } from '../lib/people.mjs'
import { problem } from '../lib/rest.mjs'
import { ROOT, startSuite } from '../lib/suite.mjs'

const LEADS = grant('leads.lead')
const KEYS = grant('identity.api_key')
let suite, admin, few, some

before(async () => {
  suite = await startSuite({ replicas: { leads: 2 } })
  admin = await administrator(suite)
  few = await person(suite, { grants: [...LEADS, ...KEYS] })
  some = await person(suite, { grants: [...LEADS, ...KEYS] })
})
after(() => suite?.stop())

const first = (query) => `/events?${new URLSearchParams(query)}`

// All pages from here until there is no more: the events, the pages that were empty and the last cursor.
async function all(rest, query = {}) {
  const { since, ...further } = query
  const items = []
  let empty = 0, pages = 0
  for (let next; ;) {
    const page = await rest.get(first({ ...further, ...(next ? { after: next } : since ? { since } : {}) }))
    items.push(...page.items)
    pages++
    if (page.items.length === 0 && page.more) empty++
    next = page.next
    if (!page.more) return { items, next, empty, pages }
  }
}

// Event ids as the log has them, of leads for which the condition holds now.
const stored = async (condition = 'true', event = 'true') => (await suite.sql(
  `SELECT e.event_id FROM leads.event e JOIN leads.lead l ON l.id = e.record WHERE (${condition}) AND (${event}) ORDER BY e.seq`)).map(([id]) => id)
const of = (who) => `l.owner = '${who.user.id}' OR l.assigned_to = '${who.user.id}'`
const ids = (events) => events.map(({ id }) => id)

function inOrder(events) {
  const versions = new Map()
  for (const { record, version, module } of events) {
    if (module !== 'leads.lead') continue
    assert.equal(version, (versions.get(record) ?? 0) + 1, `versions of ${record}`)
    versions.set(record, version)
  }
}

describe('what one sees', () => {
  let lead

  before(async () => {
    const csv = (n, from) => `name,score\n${Array.from({ length: n }, (_, i) => `Masivo ${from + i},${i}`).join('\n')}\n`
    await admin.import('leads', csv(9000, 0))
    lead = await few.create('leads', { name: 'Único', mobile: '+573001234567' })
    await admin.import('leads', csv(9000, 9000))
    for (let i = 0; i < 300; i++) await some.create('leads', { name: `Suyo ${i}` })
    lead = await few.change('leads', lead, { mobile: '+573007654321', score: 7 })
    await few.remove('leads', lead)
  })

  test('API-02: somebody who sees one of many thousands gets its events and no others, by few and bounded pages', async () => {
    const { items, pages, empty } = await all(few, { modules: 'leads.lead', limit: 1000 })
    assert.deepEqual(ids(items), await stored(of(few)))
    assert.deepEqual(items.map(({ type, version, module, record, actor }) => [type, version, module, record, actor]),
      ['created', 'updated', 'deleted'].map((type, i) => [type, i + 1, 'leads.lead', lead.id, few.user.id]))
    assert.deepEqual(items[1].changes, [{ field: 'score', before: null, after: 7 }, { field: 'mobile', before: '+573001234567', after: '+573007654321' }])
    assert.ok(pages <= 6 && empty >= 1, `${pages} pages, ${empty} empty`)
  })

  test('API-02: somebody who sees some gets exactly those, an administrator all, each once and in order', async () => {
    const mine = await all(some, { modules: 'leads.lead', limit: 70 })
    assert.deepEqual(ids(mine.items), await stored(of(some)))
    const whole = await all(admin, { modules: 'leads.lead', limit: 1000 })
    assert.deepEqual(ids(whole.items), await stored())
    inOrder(whole.items)
  })

  test('API-02: without modules come those of all services that one sees', async () => {
    const { items } = await all(admin, { limit: 1000 })
    for (const service of ['leads', 'identity']) {
      const wanted = (await suite.sql(`SELECT event_id FROM ${service}.event ORDER BY seq`)).map(([id]) => id)
      const heard = ids(items.filter(({ module }) => module.startsWith(`${service}.`)))
      assert.deepEqual(heard, wanted.slice(0, heard.length))
      assert.ok(heard.length > 0)
    }
    assert.deepEqual(new Set((await all(few)).items.map(({ module }) => module)), new Set(['leads.lead']))
  })

  test('API-02: a record that is given to another takes its past along', async () => {
    let given = await admin.create('leads', { name: 'Pasa de mano' })
    const of = async (who) => (await all(who, { modules: 'leads.lead' })).items.filter(({ record }) => record === given.id).length
    assert.deepEqual([await of(few), await of(some)], [0, 0])
    given = await admin.change('leads', given, { assigned_to: few.user.id })
    assert.deepEqual([await of(few), await of(some)], [2, 0])
    await admin.change('leads', given, { assigned_to: some.user.id })
    assert.deepEqual([await of(few), await of(some)], [0, 3])
  })

  test('API-02: what a profile withholds is in no event', async () => {
    const blind = await person(suite, { grants: LEADS, denials: ['leads.lead.mobile:view', 'leads.lead.updated_by:view'] })
    let seen = await admin.create('leads', { name: 'Tapado', mobile: '+573009998877', assigned_to: blind.user.id })
    seen = await admin.change('leads', seen, { mobile: '+573009998800' })
    await admin.change('leads', seen, { mobile: null, score: 1 })
    const { items } = await all(blind, { modules: 'leads.lead' })
    assert.equal(items.length, 3)
    assert.doesNotMatch(JSON.stringify(items), /mobile|\+57300/)
    assert.deepEqual(items.map(({ changes }) => changes.map(({ field }) => field)), [['owner', 'assigned_to', 'name', 'status'], [], ['score']])
    assert.deepEqual(items.map(({ actor }) => actor), [admin.user.id, undefined, undefined])
  })

  test('API-02: an API key gets what its scopes and its person have', async () => {
    const tasks = await apiKey(few, { scopes: ['activities.task:see'] })
    await soon(async () => assert.deepEqual((await tasks.get('/events')).items, []))
    problem(await tasks.call('GET', first({ modules: 'leads.lead' })), 403, 'forbidden')
    const leads = await apiKey(few, { scopes: ['leads.lead:see'] })
    await soon(async () => assert.deepEqual(ids((await all(leads, { modules: 'leads.lead' })).items), await stored(of(few))))
  })

  test('API-02: modules and cursors that are not one’s own are refused', async () => {
    problem(await few.call('GET', first({ modules: 'identity.user' })), 403, 'forbidden')
    problem(await few.call('GET', first({ modules: 'leads.nothing' })), 422, 'unknown_module')
    const { next } = await few.get(first({ modules: 'leads.lead' }))
    await few.get(first({ modules: 'leads.lead', after: next }))
    problem(await some.call('GET', first({ modules: 'leads.lead', after: next })), 400, 'bad_cursor')
    problem(await few.call('GET', first({ after: next })), 400, 'bad_cursor')
    problem(await few.call('GET', first({ modules: 'leads.lead', after: `${next.slice(0, -2)}AA` })), 400, 'bad_cursor')
    problem(await few.call('GET', first({ modules: 'leads.lead', after: next, since: '2026-01-01T00:00:00Z' })), 400, 'bad_request')
    problem(await few.call('GET', first({ since: 'ayer' })), 400, 'bad_request')
    problem(await few.call('GET', first({ wait: 61 })), 422, 'out_of_range')
    problem(await few.call('GET', first({ limit: 0 })), 422, 'out_of_range')
    problem(await few.call('GET', first({ cursor: 'x' })), 400, 'unknown_parameter')
    problem(await few.call('GET', '/events', { token: null }), 401, 'sign_in')
  })
})

describe('from when on', () => {
  test('API-02: from a time on: what happened since then, and of what came before nothing', async () => {
    await some.create('leads', { name: 'Antes de la hora' })
    await sleep(20)
    const [[since]] = await suite.sql(`SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`)
    const later = []
    for (let i = 0; i < 30; i++) later.push((await some.create('leads', { name: `Después ${i}` })).id)
    const { items } = await all(some, { modules: 'leads.lead', since, limit: 7 })
    assert.deepEqual(items.map(({ record }) => record), later)
    assert.deepEqual((await all(some, { since: '2099-01-01T00:00:00Z' })).items, [])
    assert.deepEqual(ids((await all(some, { modules: 'leads.lead', since: '2001-01-01T00:00:00Z' })).items), await stored(of(some)))
  })

  test('API-02: a long poll answers within a moment of what happens, or with nothing when its time is over', async () => {
    let { next, items } = await some.get(first({ after: 'latest' }))
    assert.deepEqual(items, [])
    for (let i = 0; i < 5; i++) {
      const waiting = some.get(first({ after: next, wait: 20 })).then((page) => [page, performance.now()])
      await sleep(150 + i * 100)
      const lead = await some.create('leads', { name: `Ya ${i}` })
      const done = performance.now()
      const [page, at] = await waiting
      assert.deepEqual(page.items.map(({ record }) => record), [lead.id])
      assert.ok(at - done < 1500, `${at - done} ms`)
      next = page.next
    }
    const began = performance.now()
    const page = await some.get(first({ after: next, wait: 1 }))
    const took = performance.now() - began
    assert.deepEqual([page.items, page.more], [[], false])
    assert.ok(took > 900 && took < 4000, `${took} ms`)
    await some.get(first({ after: page.next }))
  })

  test('API-02: who waits is not told of others’ records, nor after the session ended', async () => {
    const guest = await person(suite, { grants: LEADS })
    const { next } = await guest.get(first({ after: 'latest' }))
    const waiting = guest.call('GET', first({ after: next, wait: 3 }))
    await sleep(200)
    await some.create('leads', { name: 'De otro' })
    const answer = await waiting
    assert.deepEqual([answer.status, answer.body.items], [200, []])
    const longer = guest.call('GET', first({ after: answer.body.next, wait: 30 }))
    await sleep(200)
    await guest.want(204, 'DELETE', '/session')
    await some.create('leads', { name: 'Después del fin' })
    problem(await longer, 401, 'sign_in')
  })

  test('API-02: one person waits five times at once and no more', async () => {
    const { next } = await few.get(first({ after: 'latest' }))
    const waiting = Array.from({ length: 5 }, () => few.call('GET', first({ after: next, wait: 3 })))
    await sleep(500)
    const over = await few.call('GET', first({ after: next, wait: 3 }))
    problem(over, 429, 'rate_limit')
    assert.equal(over.headers.get('retry-after'), '1')
    for (const answer of await Promise.all(waiting)) assert.equal(answer.status, 200, answer.text)
  })
})

test('API-02: nothing is lost and nothing comes twice while many write and services are killed', async () => {
  const { next } = await admin.get(first({ after: 'latest', modules: 'leads.lead' }))
  const [[from]] = await suite.sql('SELECT max(seq) FROM leads.event')
  const heard = []
  let writing = true, at = next

  const follow = async () => {
    for (let quiet = 0; writing || quiet < 3;) {
      const answer = await admin.call('GET', first({ modules: 'leads.lead', after: at, limit: 37, wait: 1 })).catch(() => ({}))
      if (answer.status !== 200) {
        await sleep(50)
        continue
      }
      heard.push(...answer.body.items)
      at = answer.body.next
      quiet = answer.body.items.length === 0 && !answer.body.more && !writing ? quiet + 1 : 0
    }
  }
  const write = async (n) => {
    for (let i = 0; writing; i++) {
      const made = await admin.call('POST', '/leads', { body: { name: `Escritor ${n} ${i}` } }).catch(() => ({}))
      if (made.status !== 201) {
        await sleep(20)
        continue
      }
      await admin.call('PATCH', `/leads/${made.body.id}`, { body: { score: i }, headers: { 'if-match': '"1"' } }).catch(() => ({}))
    }
  }
  const kill = async () => {
    for (const part of ['leads', 'leads-2', 'nats', 'leads', 'leads-2']) {
      await sleep(1500)
      suite.kill(part)
    }
    await sleep(1500)
    writing = false
  }
  await Promise.all([follow(), kill(), ...Array.from({ length: 8 }, (_, n) => write(n))])
  const wanted = await stored('true', `e.seq > ${from}`)
  assert.ok(wanted.length > 200, `${wanted.length} events`)
  assert.deepEqual(ids(heard), wanted)
  inOrder(heard)
})

describe('events that cannot be applied', () => {
  const letters = async (query = '') => (await admin.get(`/dead-letters?service=activities${query}`)).items
  let lead

  test('API-02: they are listed with their reason and what queues behind them', async () => {
    await suite.ready()
    await suite.sql(`ALTER TABLE activities.ref_label ADD CONSTRAINT poison CHECK (label <> 'Veneno')`)
    lead = await admin.create('leads', { name: 'Veneno' })
    lead = await admin.change('leads', lead, { name: 'Antídoto' })
    const letter = await soon(async () => {
      const [found] = await letters()
      assert.equal(found?.behind, 1)
      return found
    }, 10_000)
    assert.deepEqual([letter.consumer, letter.source, letter.module, letter.record, letter.version, letter.state, letter.tries, letter.service],
      ['copies', 'leads', 'leads.lead', lead.id, 1, 'waiting', 0, 'activities'])
    assert.match(letter.reason, /poison/)
    assert.ok(letter.age >= 0 && letter.age < 60)
    assert.deepEqual((await admin.get('/dead-letters')).items.map(({ id }) => id), [letter.id])
    assert.deepEqual(await letters('&state=applied'), [])
  })

  test('API-02: tried again they are refused again, in vain and in order, until what was wrong is mended', async () => {
    const [{ id }] = await letters()
    const retry = async (limit) => {
      const { body } = await admin.want(202, 'POST', `/dead-letters/activities/${id}/retry`)
      assert.equal(body.state, 'retrying')
      return soon(async () => {
        assert.equal((await letters('&state=retrying')).length, 0)
      }, limit)
    }
    await retry(10_000)
    const [again] = await letters()
    assert.deepEqual([again.id, again.tries, again.state, again.behind], [id, 1, 'waiting', 1])
    assert.ok(again.tried_at)
    await suite.sql('ALTER TABLE activities.ref_label DROP CONSTRAINT poison')
    await retry(10_000)
    assert.deepEqual(await letters(), [])
    assert.deepEqual((await letters('&state=applied')).map(({ version, state }) => [version, state]), [[1, 'applied'], [2, 'applied']])
    assert.deepEqual(await suite.sql(`SELECT label FROM activities.ref_label WHERE id = '${lead.id}'`), [['Antídoto']])
    problem(await admin.call('POST', `/dead-letters/activities/${id}/retry`), 409, 'conflict')
  })

  test('API-02: one that is dropped lets those behind it go on', async () => {
    await suite.sql(`ALTER TABLE activities.ref_label ADD CONSTRAINT poison CHECK (label <> 'Cicuta')`)
    const next = await admin.create('leads', { name: 'Cicuta' })
    await admin.change('leads', next, { name: 'Manzanilla' })
    const letter = await soon(async () => {
      const [found] = await letters()
      assert.equal(found?.behind, 1)
      return found
    }, 10_000)
    assert.equal((await admin.want(200, 'POST', `/dead-letters/activities/${letter.id}/drop`)).body.state, 'dropped')
    await soon(async () => assert.deepEqual(await letters(), []), 10_000)
    assert.deepEqual(await suite.sql(`SELECT label FROM activities.ref_label WHERE id = '${next.id}'`), [['Manzanilla']])
    assert.deepEqual((await letters('&state=dropped')).map(({ id }) => id), [letter.id])
  })

  test('API-02: they are for administrators', async () => {
    problem(await few.call('GET', '/dead-letters'), 403, 'administrators_only')
    problem(await few.call('POST', '/dead-letters/activities/1/retry'), 403, 'administrators_only')
    const key = await apiKey(admin, { scopes: grant('leads.lead') })
    problem(await soon(() => key.want(403, 'GET', '/dead-letters')), 403, 'administrators_only')
    problem(await admin.call('POST', '/dead-letters/activities/999999/retry'), 404, 'not_found')
    problem(await admin.call('POST', '/dead-letters/nobody/1/retry'), 404, 'not_found')
    problem(await admin.call('GET', '/dead-letters?service=nobody'), 422, 'not_an_option')
    problem(await admin.call('GET', '/dead-letters?state=lost'), 422, 'not_an_option')
  })
})

test('API-02: an import through a key ends when its scopes no longer allow it', async () => {
  const key = await apiKey(some, { scopes: grant('leads.lead', 'see', 'create', 'import') })
  const csv = `name\n${Array.from({ length: 120_000 }, (_, i) => `Por llave ${i}`).join('\n')}\n`
  await soon(() => key.get('/leads?limit=1'))
  const { body } = await key.want(202, 'POST', '/leads/import', { body: csv, headers: { 'content-type': 'text/csv', 'idempotency-key': 'k1' } })
  await soon(async () => assert.ok((await some.get(`/leads/jobs/${body.id}`)).done > 0), 20_000)
  await some.change('api-keys', await some.get(`/api-keys/${key.key.id}`), { scopes: grant('leads.lead', 'see') })
  const job = await some.job('leads', body.id)
  assert.deepEqual([job.state, job.reason], ['failed', 'the right to import these columns is gone'])
  assert.ok(job.done > 0 && job.done < 120_000, `${job.done} rows`)
})

test('API-02: the example in sh and curl, run as it is, hears of every change, also of what happened while it was away', async () => {
  const key = await apiKey(some, { scopes: ['leads.lead:see'] })
  const folder = mkdtempSync(join(tmpdir(), 'events-'))
  const env = { ...process.env, CAUCE_URL: suite.url, CAUCE_KEY: key.token, CAUCE_PLACE: join(folder, 'place') }
  const heard = []
  const start = () => {
    const child = spawn('sh', [join(ROOT, 'tests', 'examples', 'events.sh')], { env, detached: true })
    createInterface({ input: child.stdout }).on('line', (line) => heard.push(...JSON.parse(line).items))
    return async () => {
      const ended = once(child, 'exit')
      process.kill(-child.pid, 'SIGTERM')
      await ended
    }
  }
  const arrived = (lead, version) => soon(async () =>
    assert.equal(heard.findLast(({ record }) => record === lead.id)?.version, version), 10_000)
  try {
    await soon(() => key.get('/leads?limit=1'))
    let stop = start()
    await soon(async () => assert.ok(readFileSync(env.CAUCE_PLACE, 'utf8')), 40_000)
    let lead = await some.create('leads', { name: 'Con curl' })
    await arrived(lead, 1)
    await stop()
    lead = await some.change('leads', lead, { score: 1 })
    stop = start()
    await arrived(lead, 2)
    lead = await some.change('leads', lead, { score: 2 })
    await arrived(lead, 3)
    await stop()
    // What it had printed when it was stopped may come again.
    const events = new Map(heard.filter(({ record }) => record === lead.id).map((event) => [event.id, event.version]))
    assert.deepEqual([...events.values()], [1, 2, 3])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
