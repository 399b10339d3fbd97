// API-02: the live stream. What changes is told to whoever may see it, names alone; a stream goes on where it ended; a flood
// is told as a number; what is taken from a person is taken from his streams.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { after, afterEach, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, headers } from 'nats'
import { Live, live } from '../lib/live.mjs'
import { administrator, apiKey, grant, person, soon } from '../lib/people.mjs'
import { Rest } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

const LEADS = grant('leads.lead'), TASKS = grant('activities.task')
const SANITIZED = process.env.CAUCE_CONFIG === 'asan' ? 8 : 1 // as much memory
const KEYS = grant('identity.api_key'), SESSIONS = grant('identity.user_session', 'see', 'delete')

let suite, admin, ana, beto, chief
const open = []
before(async () => {
  suite = await startSuite({ replicas: { gateway: 2, leads: 2 } })
  admin = await administrator(suite)
  const above = await admin.create('roles', { name: 'Jefatura' })
  const below = await admin.create('roles', { name: 'Ventas', parent: above.id })
  chief = await person(suite, { grants: [...LEADS, ...TASKS], role: above })
  ana = await person(suite, { grants: [...LEADS, ...TASKS, ...KEYS, ...SESSIONS], role: below })
  beto = await person(suite, { grants: LEADS, role: below })
  await soon(() => Promise.all([ana, beto, chief].map((one) => one.get('/leads'))))
})
after(async () => {
  await suite?.stop()
})
afterEach(() => {
  for (const stream of open.splice(0)) stream.close()
})

async function listen(rest, { url = suite.url, ...options } = {}) {
  const stream = await live(url, { token: rest.token, ...options })
  open.push(stream)
  assert.equal(stream.status, 200)
  return stream
}
const again = async (path, { id }, fields) => admin.change(path, await admin.get(`/${path}/${id}`), fields)
const metric = async (name, daemon = 'gateway') => Number(new RegExp(`^${name} (\\d+)$`, 'm')
  .exec(await (await fetch(`${suite.adminUrls[daemon]}/metrics`)).text())[1])
const told = (stream, { id }, type) => stream.until(`${type} of ${id}`, (message) => message.id === id && message.type === type)
// What came before it has been told by then.
async function fence(stream, rest) {
  const lead = await rest.create('leads', { name: 'Hasta aquí' })
  await told(stream, lead, 'created')
}
const pss = (daemon) => Number(/Pss:\s+(\d+)/.exec(readFileSync(`/proc/${suite.pid(daemon)}/smaps_rollup`, 'utf8'))[1]) // KiB
// Its position has everything that there is: that is known two seconds after it was told.
async function upToDate(rest, options) {
  const [[newest]] = await suite.sql('SELECT max(seq) FROM leads.event')
  return soon(async () => {
    const stream = await listen(rest, options)
    if (Number(/leads:(\d+)/.exec(stream.id)[1]) >= newest) return stream
    stream.close()
    throw new Error('behind')
  })
}
// How many changes of a module it was told of by number.
const number = (stream, module) => stream.messages.reduce((n, { many }) => n + (many?.[module] ?? 0), 0)
const csv = (n) => `name,email\n${Array.from({ length: n }, (_, i) => `Fila ${i},fila${i}.${Math.random()}@correo.example`).join('\n')}\n`

describe('API-02: who is told what', () => {
  test('API-02: each hears of what he sees, by name alone', async () => {
    const [hers, his, above, all] = await Promise.all([ana, beto, chief, admin].map((one) => listen(one, { modules: ['leads.lead'] })))
    let lead = await ana.create('leads', { name: 'De Ana', email: 'ana@correo.example' })
    lead = await ana.change('leads', lead, { name: 'Otro nombre' })
    await ana.remove('leads', lead)
    await ana.want(200, 'POST', `/leads/${lead.id}/restore`)
    for (const stream of [hers, above, all]) await told(stream, lead, 'restored')
    await fence(his, beto)
    assert.deepEqual(his.of(lead.id), [])
    for (const stream of [hers, above, all]) {
      const first = stream.messages.find(({ id }) => id === lead.id)
      assert.deepEqual(Object.keys(first).sort(), ['at', 'id', 'module', 'position', 'type', 'version'])
      assert.equal(first.module, 'leads.lead')
    }
    assert.ok(all.messages.every(({ position }) => /^leads:\d+$/.test(position)))
  })

  test('API-02: only the modules that are shown and may be seen', async () => {
    const [leads, both, his] = await Promise.all([listen(ana, { modules: ['leads.lead'] }), listen(ana), listen(beto)])
    assert.deepEqual(leads.messages[0].modules, ['leads.lead'])
    assert.ok(both.messages[0].modules.includes('activities.task'))
    assert.deepEqual(his.messages[0].modules, ['leads.lead'])
    const task = await ana.create('tasks', { name: 'Llamar' })
    await told(both, task, 'created')
    await fence(leads, ana)
    assert.deepEqual(leads.of(task.id), [])
  })

  test('API-02: a record that is given away is gone for who had it', async () => {
    const [hers, his, above] = await Promise.all([ana, beto, chief].map((one) => listen(one, { modules: ['leads.lead'] })))
    const lead = await ana.create('leads', { name: 'De Ana' })
    await told(hers, lead, 'created')
    await again('leads', lead, { owner: beto.user.id, assigned_to: beto.user.id })
    await told(hers, lead, 'gone')
    await told(his, lead, 'updated')
    await told(above, lead, 'updated')
    await again('leads', lead, { name: 'De Beto' })
    await told(above, lead, 'updated')
    await fence(hers, ana)
    assert.deepEqual(hers.of(lead.id), ['created', 'gone'])
  })

  test('API-02: a record that a rule showed is gone when the rule is', async () => {
    const stream = await listen(beto, { modules: ['leads.lead'] })
    const lead = await ana.create('leads', { name: 'De Ana' })
    await fence(stream, beto)
    const rule = await admin.create('sharing-rules', { name: 'A Beto', for_module: 'leads.lead', access: 'see', to_user: beto.user.id })
    await soon(() => beto.get(`/leads/${lead.id}`))
    await again('leads', lead, { name: 'Compartido' })
    await told(stream, lead, 'updated')
    await again('sharing-rules', rule, { inactive: true })
    await again('leads', lead, { name: 'Ya no' })
    await told(stream, lead, 'gone')
    await again('leads', lead, { name: 'Y nada más' })
    await fence(stream, beto)
    assert.deepEqual(stream.of(lead.id), ['updated', 'gone'])
  })

  test('API-02: API keys within their scopes, cookies as elsewhere', async () => {
    const key = await apiKey(ana, { scopes: TASKS })
    await soon(() => key.get('/tasks'))
    const [byKey, byCookie] = await Promise.all([listen(key), live(suite.url, { headers: { cookie: `__Host-cauce=${ana.token}` } })])
    open.push(byCookie)
    assert.deepEqual(byKey.messages[0].modules, ['activities.task'])
    const task = await ana.create('tasks', { name: 'Llamar' })
    await Promise.all([byKey, byCookie].map((stream) => told(stream, task, 'created')))
  })

  test('API-02: what is no request is refused', async () => {
    const status = (path, options) => admin.call('GET', path, options).then((answer) => answer.status)
    assert.equal(await status('/live', { token: null }), 401)
    assert.equal(await status('/live?modules=leads.nothing'), 400)
    assert.equal(await status('/live?colour=red'), 400)
    assert.equal(await beto.call('GET', '/live?modules=identity.role').then((answer) => answer.status), 403)
    assert.equal((await admin.call('HEAD', '/live')).status, 405)
  })

  test('API-02: eight streams of a session, not nine', async () => {
    const one = await person(suite, { grants: LEADS })
    await soon(() => one.get('/leads'))
    const streams = await Promise.all(Array.from({ length: 8 }, () => listen(one)))
    const ninth = await new Live(suite.url, { token: one.token }).opened
    assert.equal(ninth.status, 429)
    streams[0].close()
    await soon(() => listen(one))
  })
})

describe('API-02: a stream goes on where it ended', () => {
  test('API-02: what was missed is told, once, to who sees it', async () => {
    const first = await listen(ana)
    let lead = await ana.create('leads', { name: 'Antes' })
    await told(first, lead, 'created')
    first.close()
    lead = await ana.change('leads', lead, { name: 'Mientras' })
    await ana.change('leads', lead, { name: 'Mientras tanto' })
    const other = await beto.create('leads', { name: 'De Beto' }), task = await ana.create('tasks', { name: 'Llamar' })
    for (const options of [{ after: first.id }, { headers: { 'last-event-id': first.id } }, { after: first.id, url: suite.urls[1] }]) {
      const stream = await listen(ana, options)
      await told(stream, task, 'created')
      await fence(stream, ana)
      assert.deepEqual(stream.of(other.id), [])
      assert.ok(['updated', 'created'].includes(stream.of(lead.id)[0]))
      assert.equal(stream.messages.filter(({ id }) => id === lead.id).at(-1).version, 3)
      assert.ok(!stream.messages.some(({ reset }) => reset))
    }
  })

  test('API-02: too much, too long ago, from elsewhere: begin anew', async () => {
    const first = await listen(admin)
    const position = first.id
    for (const wrong of ['nonsense', 'leads:999999999999', position.replace(/leads:\d+/, ''), 'leads:-4']) {
      const stream = await listen(admin, { after: wrong, modules: ['leads.lead'] })
      await stream.until('reset', ({ reset }) => reset)
      await fence(stream, admin)
    }
    const job = await admin.import('leads', csv(1500))
    assert.equal(job.done, 1500)
    await soon(() => assert.ok(number(first, 'leads.lead') >= 1500))
    const stream = await listen(admin, { after: position, modules: ['leads.lead'] })
    await stream.until('reset', ({ reset }) => reset)
    const { id } = await upToDate(admin, { modules: ['leads.lead'] })
    const next = await listen(admin, { after: id, modules: ['leads.lead'] })
    await fence(next, admin)
    assert.ok(!next.messages.some(({ reset }) => reset))
  })

  test('API-02: another gateway takes over from one that stops', async () => {
    const first = await upToDate(ana, { url: suite.urls[1] })
    const { id } = first
    await suite.down('gateway-2')
    await first.gone()
    assert.ok(first.retry >= 100 && first.retry < 2200)
    const lead = await ana.create('leads', { name: 'Mientras' })
    const second = await listen(ana, { after: id })
    await told(second, lead, 'created')
    await suite.up('gateway-2')
    await suite.ready(['gateway-2'])
    const third = await listen(ana, { after: id, url: suite.urls[1] }) // it was not there
    await told(third, lead, 'created')
  })
})

describe('API-02: a flood', () => {
  test('API-02: an import of 5,000 is a number for who sees it, silence for who does not', async () => {
    const [all, his] = await Promise.all([listen(admin), listen(beto)])
    const job = await admin.import('leads', csv(5000))
    assert.equal(job.done, 5000)
    await fence(his, beto)
    await sleep(1000)
    const names = all.messages.filter(({ module }) => module === 'leads.lead').length
    assert.ok(number(all, 'leads.lead') > 200)
    assert.ok(names + number(all, 'leads.lead') >= 5000)
    assert.ok(all.messages.length < 1000)
    assert.equal(his.messages.length, 2)
  })

  test('API-02: who does not read is told to begin anew, and costs little', async () => {
    const [slow, quick] = await Promise.all([listen(admin, { modules: ['leads.lead'] }), listen(admin, { modules: ['leads.lead'] })])
    const leads = await Promise.all(Array.from({ length: 36 }, (_, i) => admin.create('leads', { name: `Lead ${i}` })))
    const before = pss('gateway')
    slow.response.pause()
    for (const end = Date.now() + 60_000; await metric('cauce_live_lagging') === 0;) {
      assert.ok(Date.now() < end, 'it never lags')
      const round = sleep(200) // as many as are told by name
      await Promise.all(leads.map(async (lead, i) => { leads[i] = await admin.change('leads', lead, { score: leads[i].version % 90 }) }))
      await round
    }
    const more = pss('gateway') - before
    assert.ok(more < 8192 * SANITIZED, `${more} KiB`)
    await fence(quick, admin)
    slow.response.resume()
    await slow.until('reset', ({ reset }) => reset)
    await fence(slow, admin)
    assert.ok(!quick.messages.some(({ reset }) => reset))
  })
})

describe('API-02: what is taken away is taken from streams within a second', () => {
  const quick = async (stream, take) => {
    await take()
    const since = performance.now()
    await stream.gone(3000)
    assert.equal(stream.messages.at(-1).end, 'sign_in')
    assert.ok(stream.ended - since < 1000, `${stream.ended - since} ms`)
  }
  const someone = async () => {
    const one = await person(suite, { grants: [...LEADS, ...KEYS, ...SESSIONS] })
    await soon(() => one.get('/leads'))
    return one
  }

  test('API-02: the session is ended by its person', async () => {
    const one = await someone(), stream = await listen(one), other = await listen(one, { url: suite.urls[1] })
    await Promise.all([quick(stream, () => one.want(204, 'DELETE', '/session')), other.gone()])
  })

  test('API-02: the session is revoked, another goes on', async () => {
    const one = await someone(), stream = await listen(one)
    const { body } = await new Rest(suite.url).want(200, 'POST', '/session', { body: { email: one.email, password: one.password } })
    const other = new Rest(suite.url, body.token), kept = await listen(other)
    const [session] = (await one.get('/sessions?sort=created_at')).items
    await quick(stream, () => other.remove('sessions', session))
    await fence(kept, other)
  })

  test('API-02: the person is deactivated', async () => {
    const one = await someone(), stream = await listen(one)
    await quick(stream, () => again('users', one.user, { inactive: true }))
  })

  test('API-02: the key is deleted', async () => {
    const one = await someone(), key = await apiKey(one, { scopes: LEADS })
    await soon(() => key.get('/leads'))
    const stream = await listen(key)
    await quick(stream, async () => admin.remove('api-keys', await admin.get(`/api-keys/${key.key.id}`)))
  })

  test('API-02: the right to a module: the stream says what it shows from now on', async () => {
    const one = await person(suite, { grants: [...LEADS, ...TASKS] })
    await soon(() => one.get('/leads'))
    const stream = await listen(one)
    const set = async (grants) => {
      const from = stream.messages.length, since = performance.now()
      await again('profiles', { id: one.user.profile }, { grants })
      const message = await stream.until('new modules', ({ modules }) => modules, { from })
      assert.ok(message.at - since < 1000)
      return message.modules
    }
    assert.deepEqual(await set(TASKS), ['activities.task'])
    await again('leads', await admin.create('leads', { name: 'Suyo', owner: one.user.id }), { name: 'No se dice' })
    const task = await one.create('tasks', { name: 'Se dice' })
    await told(stream, task, 'created')
    assert.ok(!stream.messages.some(({ module }) => module === 'leads.lead'))
    assert.deepEqual(await set([...LEADS, ...TASKS]), ['activities.task', 'leads.lead'])
    await fence(stream, one)
  })
})

describe('API-02: with a part missing', () => {
  test('API-02: NATS is killed and comes back: nothing is lost silently', async () => {
    const [hers, his] = await Promise.all([listen(ana), listen(beto)])
    const lead = await ana.create('leads', { name: 'Antes' })
    await told(hers, lead, 'created')
    // Written where no gateway hears of it: the row is there before anybody is connected again.
    suite.kill('nats')
    await soon(() => ana.create('leads', { name: 'Durante' }), 30_000)
    const [[missed]] = await suite.sql(`SELECT record FROM leads.event WHERE type = 1 ORDER BY seq DESC LIMIT 1`)
    await hers.until('what was missed, or reset', ({ id, reset }) => reset || id === missed, { timeout: 30_000 })
    await fence(hers, ana)
    await fence(his, beto)
    assert.deepEqual(his.of(missed), [])
  })

  test('API-02: a service that is away holds nobody else up; then its lists begin anew', async () => {
    const lead = await ana.create('leads', { name: 'Antes' }), stream = await listen(ana)
    const [[id, seq]] = await suite.sql(`SELECT event_id, seq FROM leads.event WHERE record = '${lead.id}'`)
    await Promise.all(['leads', 'leads-2'].map((daemon) => suite.down(daemon)))
    await repeat({ id, seq, module: 'leads.lead', record: lead.id, version: 1, type: 2 })
    const task = await ana.create('tasks', { name: 'Se dice' })
    await told(stream, task, 'created')
    assert.ok(!stream.of(lead.id).includes('updated'))
    await Promise.all(['leads', 'leads-2'].map((daemon) => suite.up(daemon)))
    await stream.until('reset', ({ reset }) => reset, { timeout: 20_000 })
    await fence(stream, ana)
  })

  // An event once more, which the stream refuses to store; whoever listens hears it.
  async function repeat({ id, seq, module, record, version, type }) {
    const nats = await connect({ servers: suite.natsUrl, user: 'leads', pass: suite.secret('nats-leads'), inboxPrefix: '_INBOX.leads' })
    const bytes = (field, data) => [field << 3 | 2, data.length, ...data]
    const uuid = (text) => Buffer.from(text.replaceAll('-', ''), 'hex')
    const number = (field, n) => [field << 3, ...n > 127 ? [n & 127 | 128, n >> 7 & 127 | (n > 16383 ? 128 : 0), ...n > 16383 ? [n >> 14] : []] : [n]]
    const header = headers()
    header.set('Nats-Expected-Last-Sequence', '999999999')
    nats.publish('ev.leads.0.lead.updated', Buffer.from([...bytes(1, uuid(id)), ...number(2, Number(seq)), ...bytes(3, Buffer.from(module)),
      ...bytes(4, uuid(record)), ...number(5, version), ...number(6, type)]), { headers: header })
    await nats.flush()
    await nats.close()
  }
})

describe('API-02: thousands', () => {
  const N = 2000, PER_KEY = 8

  test(`API-02: ${N} streams, of ${N / PER_KEY} keys`, async (t) => {
    const keys = []
    for (let i = 0; i < N / PER_KEY; i++) keys.push(await apiKey(ana, { scopes: LEADS }))
    await soon(() => keys.at(-1).get('/leads'))
    const agent = new Agent({ keepAlive: false, maxSockets: Infinity })
    const warm = await listen(keys[0])
    warm.close()
    const before = pss('gateway')
    const streams = []
    for (const key of keys) streams.push(...await Promise.all(Array.from({ length: PER_KEY }, () => listen(key, { agent }))))
    await soon(async () => assert.equal(await metric('cauce_live_streams'), N))
    const each = (pss('gateway') - before) * 1024 / N
    const began = performance.now()
    const lead = await ana.create('leads', { name: 'Para todas' })
    await Promise.all(streams.map((stream) => told(stream, lead, 'created')))
    const last = Math.max(...streams.map(({ messages }) => messages.at(-1).at)) - began
    t.diagnostic(`${Math.round(each)} bytes a stream, the last of ${N} told after ${Math.round(last)} ms`)
    assert.ok(each < 4096 * SANITIZED, `${each} bytes a stream`)
    for (const stream of streams) stream.close()
    await soon(async () => assert.equal(await metric('cauce_live_streams'), 0))
  })
})
