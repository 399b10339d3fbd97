// USER-01: what is taken from a person is gone on every replica within a second. Each test takes something away while
// requests are under way through both gateways; whatever begins after a gateway has heard of it is refused, whichever
// replica answers.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, headers as natsHeaders } from 'nats'
import { rawNats } from '../lib/nats-raw.mjs'
import { administrator, apiKey, grant, person, soon } from '../lib/people.mjs'
import { Rest } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

const LIMIT = 10_000 // generous: the figure is the bench's
const LEADS = grant('leads.lead', 'see', 'create', 'change')
const COUNTS = `module IN ('user', 'role', 'profile', 'group', 'member', 'default_access', 'sharing_rule', 'api_key')
  OR module = 'user_session' AND type <> 1`

let suite, admin, nats
before(async () => {
  suite = await startSuite({ replicas: { leads: 2, identity: 2, gateway: 2 } })
  admin = await administrator(suite)
  nats = await connect({ servers: suite.natsUrl, user: 'gateway', pass: suite.secret('nats-gateway'), inboxPrefix: '_INBOX.gateway' })
})
after(async () => {
  await nats?.close()
  await suite?.stop()
})

const gateways = () => ['gateway', 'gateway-2'].map((daemon, i) => ({ daemon, url: suite.urls[i] }))
const again = async (path, record, fields) => admin.change(path, await admin.get(`/${path}/${record.id}`), fields)
const away = async (path, record) => admin.remove(path, await admin.get(`/${path}/${record.id}`))
// The newest event of rights, and the transaction of the newest that counts at all.
const newest = async () => (await suite.sql(`SELECT coalesce(max(seq) FILTER (WHERE module <> 'user_session'), 0), max(xmin::text::bigint)
  FROM identity.event WHERE ${COUNTS}`))[0].map(Number)

async function metric(daemon, name) {
  const text = await (await fetch(`${suite.adminUrls[daemon]}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)[1])
}

// Waits until it is true; what it waits for is told when it does not come.
async function until(what, check) {
  for (const end = Date.now() + LIMIT; ;) {
    if (await check()) return
    if (Date.now() > end) throw new Error(`never: ${what}`)
    await sleep(5)
  }
}

// Runs `take` while requests are under way through both gateways. `refused`: the statuses that may be answered then.
async function race(token, path, refused, take) {
  const log = []
  let over = false
  const reader = async ({ daemon, url }) => {
    const rest = new Rest(url, token)
    while (!over) {
      const began = performance.now()
      log.push({ daemon, began, status: (await rest.call('GET', path)).status })
    }
  }
  for (const { url } of gateways()) await soon(() => new Rest(url, token).get(path))
  const readers = gateways().flatMap((gateway) => [0, 1, 2, 3].map(() => reader(gateway)))
  try {
    await sleep(50)
    await take()
    const [rights, transaction] = await newest()
    const known = {}
    for (const { daemon } of gateways()) {
      await until(`${daemon} hears of ${rights}, ${transaction}`, async () =>
        await metric(daemon, 'cauce_authz_epoch') >= rights && await metric(daemon, 'cauce_session_epoch') > transaction)
      known[daemon] = performance.now()
    }
    const enough = log.length + 100
    await until('a hundred more', () => log.length >= enough)
    over = true
    await Promise.all(readers)
    assert.ok(log.some(({ status }) => status === 200))
    const wrong = log.filter(({ daemon, began, status }) => status !== 200 && !refused.includes(status) ||
      status === 200 && began > known[daemon])
    assert.deepEqual(wrong, [])
  } finally {
    over = true
    await Promise.allSettled(readers)
  }
}

// A request on the bus that knows of no epoch, as the daemon that it reaches sees it: its status.
async function asked(user, session, lead) {
  const header = natsHeaders()
  header.set('Cauce-Principal', `${user} ${session} 0`)
  const id = Buffer.from(lead.replaceAll('-', ''), 'hex')
  const reply = await nats.request('rpc.leads.lead.get', Buffer.concat([Buffer.from([0x0a, 16]), id]), { headers: header, timeout: LIMIT })
  return Number(reply.headers?.get('Nats-Service-Error-Code') || 200)
}

// Every replica refuses by itself: forty in a row reach both.
const everywhere = (status, rest, lead) => until(`every replica answers ${status}`, async () => {
  const all = await Promise.all(Array.from({ length: 40 }, () => asked(rest.user.id, rest.user.id, lead.id)))
  return all.every((one) => one === status)
})

describe('USER-01: a revoked right is gone on every replica within a second', () => {
  let ana, lead, role, group
  const alien = async (fields) => admin.create('leads', { name: 'De la empresa', ...fields })
  before(async () => {
    role = await admin.create('roles', { name: 'Jefatura' })
    const below = await admin.create('roles', { name: 'Ventas', parent: role.id })
    group = await admin.create('groups', { name: 'Sur' })
    const beto = await person(suite, { grants: LEADS, role: below })
    lead = await soon(() => beto.create('leads', { name: 'De Beto' }))
  })

  test('USER-01: the profile’s right to the module', async () => {
    ana = await person(suite, { grants: LEADS, role })
    await race(ana.token, `/leads/${lead.id}`, [403], () => again('profiles', { id: ana.user.profile }, { grants: [] }))
    await everywhere(403, ana, lead)
  })

  test('USER-01: the place in the tree', async () => {
    ana = await person(suite, { grants: LEADS, role })
    await race(ana.token, `/leads/${lead.id}`, [404], () => again('users', ana.user, { role: null }))
    await everywhere(404, ana, lead)
  })

  test('USER-01: the group that a sharing rule is for', async () => {
    ana = await person(suite, { grants: LEADS })
    const shared = await alien()
    await admin.create('sharing-rules', { name: 'Al sur', for_module: 'leads.lead', access: 'see', to_group: group.id })
    const member = await admin.create('members', { member_of: group.id, person: ana.user.id })
    await race(ana.token, `/leads/${shared.id}`, [404], () => away('members', member))
    await everywhere(404, ana, shared)
  })

  test('USER-01: the sharing rule', async () => {
    ana = await person(suite, { grants: LEADS })
    const shared = await alien()
    const rule = await admin.create('sharing-rules', { name: 'A Ana', for_module: 'leads.lead', access: 'see', to_user: ana.user.id })
    await race(ana.token, `/leads/${shared.id}`, [404], () => again('sharing-rules', rule, { inactive: true }))
  })

  test('USER-01: what the organisation shares with everybody', async () => {
    ana = await person(suite, { grants: LEADS })
    const shared = await alien()
    const level = await admin.create('default-access', { for_module: 'leads.lead', level: 'see' })
    await race(ana.token, `/leads/${shared.id}`, [404], () => away('default-access', level))
    await everywhere(404, ana, shared)
  })

  test('USER-01: the administrator’s own', async () => {
    const other = await person(suite, { administrator: true })
    await race(other.token, `/leads/${lead.id}`, [403], () => again('users', other.user, { administrator: false }))
    await everywhere(403, other, lead)
  })

  test('USER-01: a field that is withheld', async () => {
    ana = await person(suite, { grants: LEADS })
    const own = await soon(() => ana.create('leads', { name: 'De Ana', phone: '+573001234567' }))
    const shows = async () => (await Promise.all(gateways().flatMap(({ url }) => [1, 2, 3, 4].map(() =>
      new Rest(url, ana.token).get(`/leads/${own.id}`))))).map(({ phone }) => phone !== undefined)
    assert.ok((await shows()).every(Boolean))
    await again('profiles', { id: ana.user.profile }, { denials: ['leads.lead.phone:view'] })
    await until('nobody shows it', async () => !(await shows()).some(Boolean))
  })
})

describe('USER-01: whoever is out is out at every gateway', () => {
  const own = async (more) => {
    const rest = await person(suite, { grants: [...LEADS, ...grant('identity.user_session', 'see', 'delete'), ...grant('identity.api_key')], ...more })
    return Object.assign(rest, { lead: await soon(() => rest.create('leads', { name: 'Propio' })) })
  }
  const session = async (rest) => (await rest.get('/sessions')).items[0]

  test('USER-01: a session that is revoked', async () => {
    const ana = await own()
    await race(ana.token, `/leads/${ana.lead.id}`, [401], async () => away('sessions', await session(ana)))
  })

  test('USER-01: a session that its person ends', async () => {
    const ana = await own()
    await race(ana.token, `/leads/${ana.lead.id}`, [401], () => ana.want(204, 'DELETE', '/session'))
  })

  test('USER-01: a person who is deactivated', async () => {
    const ana = await own()
    await race(ana.token, `/leads/${ana.lead.id}`, [401], () => again('users', ana.user, { inactive: true }))
    await everywhere(401, ana, ana.lead)
  })

  test('USER-01: a person who is deleted', async () => {
    const ana = await own()
    await race(ana.token, `/leads/${ana.lead.id}`, [401], () => away('users', ana.user))
    await everywhere(401, ana, ana.lead)
  })

  test('USER-01: a key that is deleted', async () => {
    const ana = await own()
    const key = await apiKey(ana, { scopes: LEADS })
    await race(key.token, `/leads/${ana.lead.id}`, [401], () => away('api-keys', key.key))
  })

  test('USER-01: a key’s scope', async () => {
    const ana = await own()
    const key = await apiKey(ana, { scopes: LEADS })
    await race(key.token, `/leads/${ana.lead.id}`, [403], () => again('api-keys', key.key, { scopes: ['leads.lead:create'] }))
  })

  test('USER-01: a key’s former secret', async () => {
    const ana = await own()
    const key = await apiKey(ana, { scopes: LEADS })
    await race(key.token, `/leads/${ana.lead.id}`, [401], () => ana.want(200, 'POST', '/api-key-secrets', { body: { key: key.key.id } }))
  })

  test('USER-01: a key does not come by cookie', async () => {
    const ana = await own()
    const key = await apiKey(ana, { scopes: LEADS })
    await soon(() => key.get('/leads'))
    const answer = await key.call('GET', '/leads', { token: null, headers: { cookie: `__Host-cauce=${key.token}` } })
    assert.equal(answer.status, 401)
    assert.equal((await ana.call('GET', '/leads', { token: null, headers: { cookie: `__Host-cauce=${ana.token}` } })).status, 200)
  })
})

describe('USER-01: with a part missing', () => {
  let ana
  const users = () => join(suite.folder, 'etc', 'users.conf')
  before(async () => {
    ana = await person(suite, { grants: LEADS })
    ana.lead = await soon(() => ana.create('leads', { name: 'De Ana' }))
  })
  afterEach(async () => {
    await Promise.all(['redis', 'identity', 'identity-2'].map((part) => suite.up(part)))
    await suite.ready()
    for (const { daemon, url } of gateways()) {
      await until('Redis is back', async () => {
        await new Rest(url, ana.token).call('GET', '/session') // it is looked for when it is needed
        return await metric(daemon, 'cauce_redis_up') === 1
      })
    }
  })
  const deactivate = () => again('users', ana.user, { inactive: true })
  const restore = async () => {
    await again('users', ana.user, { inactive: false })
    for (const { url } of gateways()) await soon(() => new Rest(url, ana.token).get(`/leads/${ana.lead.id}`))
  }

  test('USER-01: without Redis people stay signed in, and are out when they are put out', async () => {
    await suite.down('redis')
    for (let i = 0; i < 20; i++) await ana.get(`/leads/${ana.lead.id}`)
    await race(ana.token, `/leads/${ana.lead.id}`, [401], deactivate)
    await restore()
  })

  test('USER-01: without identity people go on for a while; a gateway that knows of no epoch believes nobody', async () => {
    for (const { url } of gateways()) await new Rest(url, ana.token).get(`/leads/${ana.lead.id}`)
    await Promise.all(['identity', 'identity-2'].map((part) => suite.down(part)))
    for (let i = 0; i < 20; i++) await ana.get(`/leads/${ana.lead.id}`)
    await suite.restart('gateway-2')
    await suite.ready(['gateway-2'])
    const other = new Rest(suite.urls[1], ana.token)
    assert.equal((await other.call('GET', `/leads/${ana.lead.id}`)).status, 503)
    await Promise.all(['identity', 'identity-2'].map((part) => suite.up(part)))
    await soon(() => other.get(`/leads/${ana.lead.id}`), LIMIT)
  })

  test('USER-01: changed where nobody says so', async () => {
    const set = (inactive) => suite.sql(`WITH u AS (UPDATE identity.person SET inactive = ${inactive}, version = version + 1,
        updated_at = now() WHERE id = '${ana.user.id}' RETURNING id, version, label),
      e AS (INSERT INTO identity.event (event_id, module, record, version, type, at, changed, after)
        SELECT gen_random_uuid(), 'user', id, version, 2, now(), '{25}', jsonb_build_object('inactive', ${inactive}, 'label', label)
        FROM u RETURNING seq)
      INSERT INTO identity.outbox (seq) SELECT seq FROM e`)
    await race(ana.token, `/leads/${ana.lead.id}`, [401], () => set(true))
    await everywhere(401, ana, ana.lead)
    await set(false)
    await restore()
  })

  test('USER-01: every poke is lost', async () => {
    const text = readFileSync(users(), 'utf8')
    const write = (conf) => {
      writeFileSync(users(), conf)
      suite.kill('nats', 'SIGHUP')
    }
    write(text.replaceAll(/"poke\.(identity|leads)\.>", "rpc\.>"/g, '"rpc.>"'))
    try {
      for (const [service, subject] of [['identity', 'poke.identity.epoch'], ['leads', 'poke.leads.authz']]) {
        await until(`${service} may not poke`, async () => {
          const raw = await rawNats(suite.natsUrl, service, suite.secret(`nats-${service}`))
          const refused = await raw.publish(subject, '0').finally(() => raw.close())
          return /Permissions Violation/.test(refused ?? '')
        })
      }
      await race(ana.token, `/leads/${ana.lead.id}`, [401], deactivate)
      await everywhere(401, ana, ana.lead)
      await restore()
    } finally {
      write(text)
    }
  })
})
