// An outside system follows the leads: the example for integrators, run as it is, hears of every change once and in order.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'nats'
import { follow } from '../lib/follow.mjs'
import { signIn } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

let suite, rest, listener
before(async () => {
  suite = await startSuite()
  rest = await signIn(suite)
  listener = await follow(suite)
})
after(async () => {
  await listener?.close()
  await suite?.stop()
})

const stored = async () => Object.fromEntries(await suite.sql('SELECT event_id, seq FROM leads.event ORDER BY seq'))

// Until all that is stored has been heard, by this listener or before.
async function heardAll(former = [], timeout = 20_000) {
  for (const end = Date.now() + timeout; ;) {
    const wanted = Object.keys(await stored()), ids = new Set([...former, ...listener.events].map(({ id }) => id))
    const missing = wanted.filter((id) => !ids.has(id))
    if (missing.length === 0) return
    assert.ok(Date.now() < end, `${missing.length} of ${wanted.length} events did not arrive`)
    await sleep(50)
  }
}

function inOrder(events) {
  const versions = new Map()
  for (const { record, version } of events) {
    assert.equal(version, (versions.get(record) ?? 0) + 1, `versions of ${record}`)
    versions.set(record, version)
  }
}

test('every change arrives once, in order for each record, with what changed', async () => {
  const leads = await Promise.all(Array.from({ length: 40 }, (_, i) => rest.create('leads', { name: `Lead ${i}`, score: i, city: 'Cali' })))
  await Promise.all(leads.map(async (lead, i) => {
    for (let n = 0; n < i % 5; n++) lead = await rest.change('leads', lead, { score: null, stage: ['offer', 'analysis'][n % 2], needs_visit: n % 2 === 0 })
    if (i % 4 === 0) await rest.remove('leads', lead)
    if (i % 8 === 0) await rest.want(200, 'POST', `/leads/${lead.id}/restore`)
  }))
  await heardAll()
  const { events } = listener
  inOrder(events)
  assert.deepEqual(Object.fromEntries(events.map(({ id, seq }) => [id, String(seq)])), await stored())
  assert.equal(new Set(events.map(({ id }) => id)).size, events.length)

  const of = (lead) => events.filter(({ record }) => record === lead.id)
  assert.deepEqual(of(leads[8]).map(({ type }) => type.slice(11)), ['CREATED', 'UPDATED', 'UPDATED', 'UPDATED', 'DELETED', 'RESTORED'])
  const [created, updated] = of(leads[8])
  assert.deepEqual([created.changes.name, created.changes.city, created.actor], [[null, 'Lead 8'], [null, '76001'], rest.user.id])
  assert.deepEqual(updated.changes, { score: [8, null], stage: [null, 'offer'], needs_visit: [null, true] })
})

test('a rename carries the label, and custom fields their values', async () => {
  await rest.want(201, 'POST', '/leads/fields', { body: { key: 'visits', kind: 'integer', es: 'Visitas' } })
  let lead = await rest.create('leads', { name: 'Antes', custom: { visits: 2 } })
  lead = await rest.change('leads', lead, { name: 'Después', custom: { visits: 3 } })
  await heardAll()
  const last = listener.events.at(-1)
  assert.deepEqual([last.record, last.changes.name, last.changes.label], [lead.id, ['Antes', 'Después'], ['Antes', 'Después']])
  assert.deepEqual(last.changes.custom, [{ visits: '2' }, { visits: '3' }])
})

test('an import arrives in batches, every row of it', async () => {
  const csv = `name,score\n${Array.from({ length: 1200 }, (_, i) => `Importado ${i},${i}`).join('\n')}\n`
  const job = await rest.import('leads', csv)
  assert.deepEqual([job.state, job.done], ['done', 1200])
  await heardAll()
  const events = listener.events.filter((event) => event.job === job.id)
  assert.equal(events.length, 1200)
  assert.ok(events.every(({ batch, type }) => batch && type === 'EVENT_TYPE_CREATED'))
  assert.equal(new Set(events.map(({ changes }) => changes.name[1])).size, 1200)
  inOrder(listener.events)
})

test('killed and started again it misses nothing', async () => {
  const former = listener.events
  await listener.close('SIGKILL')
  const leads = await Promise.all(Array.from({ length: 20 }, (_, i) => rest.create('leads', { name: `Mientras ${i}` })))
  listener = await follow(suite)
  await Promise.all(leads.map((lead) => rest.change('leads', lead, { score: 1 })))
  await heardAll(former)
  assert.deepEqual(leads.map(({ id }) => listener.events.filter(({ record }) => record === id).map(({ version }) => version)), leads.map(() => [1, 2]))
})

test('NATS killed in the middle: it comes back by itself and misses nothing', async () => {
  const leads = await Promise.all(Array.from({ length: 20 }, (_, i) => rest.create('leads', { name: `Corte ${i}` })))
  suite.kill('nats')
  await suite.ready()
  await Promise.all(leads.map((lead) => rest.change('leads', lead, { score: 2 })))
  for (const end = Date.now() + 30_000; ;) {
    const heard = leads.map(({ id }) => listener.events.filter(({ record }) => record === id).map(({ version }) => version))
    if (heard.every((versions) => versions.length === 2) || Date.now() > end) {
      assert.deepEqual(heard, leads.map(() => [1, 2]))
      return
    }
    await sleep(100)
  }
})

test('other filters, streams and names are refused', async () => {
  const connection = await connect({ servers: suite.natsUrl, user: 'integrator', pass: suite.secret('nats-integrator'), inboxPrefix: '_INBOX.integrator' })
  try {
    const manager = await connection.jetstreamManager({ checkAPI: false, timeout: 1000 })
    const make = (stream, filter_subject, durable_name = 'integrator_lead') =>
      manager.consumers.add(stream, { durable_name, filter_subject, ack_policy: 'explicit' })
    await assert.rejects(make('LEADS', 'ev.leads.>'), /permissions violation/i)
    await assert.rejects(make('LEADS', 'ev.leads.*.lead.>', 'activities'), /permissions violation/i)
    await assert.rejects(make('IDENTITY', 'ev.identity.*.user.>'), /permissions violation/i)
    await assert.rejects(manager.streams.list().next(), /permissions violation/i)
  } finally {
    await connection.close()
  }
})
