// Tasks about leads: another service keeps a copy of the leads' labels and follows them.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { problem, signIn } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

let suite, rest
before(async () => {
  suite = await startSuite()
  rest = await signIn(suite)
})
after(() => suite?.stop())

// The answer of ask() once it is as wanted, within a few seconds.
async function becomes(ask, wanted, timeout = 8000) {
  for (const end = Date.now() + timeout; ;) {
    const value = await ask()
    if (value === wanted || Date.now() > end) {
      assert.equal(value, wanted)
      return
    }
    await sleep(20)
  }
}
const taskAbout = (lead, more) => rest.call('POST', '/tasks', { body: { name: 'Llamar', lead: lead.id, ...more } })
const known = (lead) => becomes(async () => (await taskAbout(lead)).status, 201)
const labelOf = (task) => async () => (await rest.get(`/tasks/${task.id}`)).labels?.lead

test('a task refers to a lead and shows its label', async () => {
  const lead = await rest.create('leads', { name: 'Ana Ñáñez' })
  await known(lead)
  const { body: task } = await taskAbout(lead, { due_at: '2026-12-01T15:00:00Z', priority: 'high', assigned_to: rest.user.id })
  assert.deepEqual([task.labels.lead, task.labels.assigned_to, task.label], ['Ana Ñáñez', rest.user.name, 'Llamar'])
  assert.equal((await rest.get(`/tasks?lead=${lead.id}&priority=high`)).items[0].labels.lead, 'Ana Ñáñez')
})

test('a lead without a name is shown by its company, else by its number', async () => {
  const company = await rest.create('leads', { company: 'Redes S.A.S.' }), nobody = await rest.create('leads', {})
  for (const lead of [company, nobody]) {
    await known(lead)
    assert.equal((await taskAbout(lead)).body.labels.lead, lead.label)
  }
})

test('a renamed lead is renamed in its tasks', async () => {
  let lead = await rest.create('leads', { name: 'Antes', company: 'Acme' })
  await known(lead)
  const { body: task } = await taskAbout(lead)
  lead = await rest.change('leads', lead, { name: 'Después' })
  await becomes(labelOf(task), 'Después')
  lead = await rest.change('leads', lead, { name: null })
  await becomes(labelOf(task), 'Acme')
  await rest.change('leads', lead, { company: null })
  await becomes(labelOf(task), `Prospecto ${lead.number}`)
})

test('an imported lead is known too', async () => {
  await rest.import('leads', 'name\nImportada\n')
  const [lead] = (await rest.get('/leads?name=Importada')).items
  await known(lead)
  assert.equal((await taskAbout(lead)).body.labels.lead, 'Importada')
})

test('a deleted lead is refused, and taken again once it is restored; its tasks keep its label', async () => {
  const lead = await rest.create('leads', { name: 'Ida' })
  await known(lead)
  const { body: task } = await taskAbout(lead)
  await rest.remove('leads', lead)
  await becomes(async () => (await taskAbout(lead)).status, 422)
  problem(await taskAbout(lead), 422, 'reference', { '/lead': 'reference' })
  assert.equal(await labelOf(task)(), 'Ida')
  // What does not touch the reference goes on.
  const changed = await rest.change('tasks', task, { done: true })
  assert.equal(changed.labels.lead, 'Ida')
  await rest.want(200, 'POST', `/leads/${lead.id}/restore`)
  await known(lead)
})

test('a repeated create is the task it made, though its lead is gone by now', async () => {
  const lead = await rest.create('leads', { name: 'Fugaz' })
  await known(lead)
  const options = { body: { name: 'Una vez', lead: lead.id }, headers: { 'idempotency-key': randomUUID() } }
  const first = await rest.want(201, 'POST', '/tasks', options)
  await rest.remove('leads', lead)
  await becomes(async () => (await taskAbout(lead)).status, 422)
  const again = await rest.want(201, 'POST', '/tasks', options)
  assert.deepEqual([again.body.id, again.headers.get('idempotency-replayed')], [first.body.id, 'true'])
  problem(await rest.call('POST', '/tasks', { ...options, headers: { 'idempotency-key': randomUUID() } }), 422, 'reference')
})

test('what never was a lead is refused', async () => {
  problem(await taskAbout({ id: randomUUID() }), 422, 'reference', { '/lead': 'reference' })
  problem(await taskAbout({ id: rest.user.id }), 422, 'reference', { '/lead': 'reference' })
  problem(await rest.call('POST', '/tasks', { body: {} }), 422, 'required', { '/name': 'required' })
})

test('activities away while leads change: it catches up when it is back', async () => {
  const lead = await rest.create('leads', { name: 'Lejos' })
  await known(lead)
  const { body: task } = await taskAbout(lead)
  await suite.down('activities')
  const renamed = await rest.change('leads', lead, { name: 'Cerca' })
  const made = await rest.create('leads', { name: 'Nueva' })
  problem(await rest.call('GET', `/tasks/${task.id}`), 503, 'unavailable')
  await suite.up('activities')
  await suite.ready(['activities'])
  await becomes(labelOf(task), renamed.name)
  await known(made)
})

test('the views of tasks', async () => {
  await rest.create('tasks', { name: 'Hoy', due_at: new Date().toISOString() })
  await rest.create('tasks', { name: 'Hecha', due_at: new Date().toISOString(), done: true })
  await rest.create('tasks', { name: 'Ayer', due_at: new Date(Date.now() - 86_400_000).toISOString() })
  const labels = async (view) => (await rest.all('tasks', { view, q: 'h' })).concat(await rest.all('tasks', { view, q: 'ayer' })).map(({ label }) => label).sort()
  assert.deepEqual(await labels('today'), ['Hoy'])
  assert.deepEqual(await labels('pending'), ['Ayer', 'Hoy'])
  assert.deepEqual(await labels('all'), ['Ayer', 'Hecha', 'Hoy'])
})
