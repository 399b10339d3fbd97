// USER-03: keys of programs: within their scopes and their person's rights, until they expire, are renewed or revoked.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { administrator, answers, apiKey, grant, issueKey, person, soon } from '../lib/people.mjs'
import { problem, Rest } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

const DAY = 86_400_000
const OWN = [...grant('leads.lead', 'see', 'create', 'change'), ...grant('identity.api_key', 'see', 'create', 'change', 'delete'), 'identity.user:see']
const in_ = (ms) => new Date(Date.now() + ms).toISOString()

let suite, admin, ana, beto
before(async () => {
  suite = await startSuite()
  admin = await administrator(suite);
  [ana, beto] = await Promise.all([person(suite, { grants: OWN }), person(suite, { grants: OWN })])
  await soon(() => ana.get('/leads'))
  await soon(() => beto.get('/leads'))
})
after(() => suite?.stop())

const again = (rest, key) => rest.get(`/api-keys/${key.id}`)
const forbidden = (rest, method, path, options) => soon(async () => problem(await rest.call(method, path, options), 403, 'forbidden'))

test('USER-03: a key does what both its scopes and its person may', async () => {
  const key = await apiKey(ana, { scopes: grant('leads.lead', 'see', 'create', 'delete') })
  const lead = await soon(() => key.create('leads', { name: 'Por llave' }))
  assert.deepEqual([lead.owner, lead.created_by], [ana.user.id, ana.user.id])
  await key.get(`/leads/${lead.id}`)
  const headers = { 'if-match': '"1"' }
  await forbidden(key, 'PATCH', `/leads/${lead.id}`, { body: { name: 'X' }, headers }) // its person may, its scopes do not say so
  await forbidden(key, 'DELETE', `/leads/${lead.id}`, { headers })                     // its scopes say so, its person may not
  await forbidden(key, 'GET', '/users')
  const alien = await beto.create('leads', { name: 'De Beto' })
  await answers(404, key, 'GET', `/leads/${alien.id}`)
})

test('USER-03: what is taken from the person is taken from the key, and a person who is out takes it along', async () => {
  const rest = await person(suite, { grants: OWN })
  const key = await soon(() => apiKey(rest, { scopes: OWN }))
  await soon(() => key.get('/leads'))
  const profile = await admin.get(`/profiles/${rest.user.profile}`)
  const less = await admin.change('profiles', profile, { grants: ['identity.user:see'] })
  await forbidden(key, 'GET', '/leads')
  await soon(() => key.get('/users'))
  await admin.change('profiles', less, { grants: OWN })
  await soon(() => key.get('/leads'))
  const away = await admin.change('users', await admin.get(`/users/${rest.user.id}`), { inactive: true })
  await answers(401, key, 'GET', '/leads')
  await admin.change('users', away, { inactive: false })
  await answers(200, key, 'GET', '/leads')
})

test('USER-03: a key without scopes does nothing; an administrator’s is bound to its scopes', async () => {
  const none = await apiKey(admin)
  await forbidden(none, 'GET', '/leads')
  await forbidden(none, 'GET', '/users')
  const key = await apiKey(admin, { scopes: ['leads.lead:see'] })
  await soon(() => key.get('/leads'))
  await forbidden(key, 'POST', '/leads', { body: { name: 'X' } })
  for (const path of ['/users', '/profiles', '/accesses', '/sessions', '/api-keys']) await forbidden(key, 'GET', path)
})

test('USER-03: a key neither makes, widens nor issues keys, and changes nobody’s profile', async () => {
  const key = await apiKey(ana, { scopes: OWN })
  await soon(() => key.get('/leads'))
  const body = { name: 'Otra', scopes: OWN, expires_at: in_(DAY) }
  problem(await key.call('POST', '/api-keys', { body }), 403, 'forbidden_key')
  const { version } = await again(ana, key.key)
  problem(await key.call('PATCH', `/api-keys/${key.key.id}`, { body: { scopes: OWN }, headers: { 'if-match': `"${version}"` } }), 403, 'forbidden_key')
  problem(await key.call('POST', '/api-key-secrets', { body: { key: key.key.id } }), 403, 'forbidden_key')
  problem(await key.call('POST', '/me', { body: { away: true } }), 403, 'forbidden_key')
  const wide = await apiKey(admin, { scopes: grant('identity.profile') })
  await soon(() => wide.get('/profiles'))
  for (const path of ['/users', '/roles']) await forbidden(wide, 'GET', path)
})

test('USER-03: the secret is given out once and stored nowhere', async () => {
  const key = await apiKey(ana, { scopes: ['leads.lead:see'] })
  assert.match(key.token, /^cauce_[\w-]{43}$/)
  const record = await again(ana, key.key)
  assert.equal(record.prefix, key.token.slice(0, 12))
  assert.ok(!JSON.stringify([record, await ana.get(`/api-keys/${key.key.id}/history`)]).includes(key.token.slice(12)))
  const [[hash]] = await suite.sql(`SELECT encode(token_hash, 'hex') FROM identity.api_key_secret WHERE key = '${key.key.id}'`)
  assert.equal(hash, createHash('sha256').update(key.token).digest('hex'))
  const stored = await suite.sql('SELECT after::text FROM identity.event UNION ALL SELECT k::text FROM identity.api_key k')
  assert.ok(!stored.flat().join().includes(key.token.slice(12)))
  assert.ok(!suite.log('identity', 1 << 20).includes(key.token.slice(12)) && !suite.log('gateway', 1 << 20).includes(key.token.slice(12)))
})

test('USER-03: a new secret ends the former one at once', async () => {
  const former = await apiKey(ana, { scopes: ['leads.lead:see'] })
  await soon(() => former.get('/leads'))
  const fresh = await issueKey(ana, former.key)
  assert.notEqual(fresh.token, former.token)
  await answers(401, former, 'GET', '/leads')
  await fresh.get('/leads')
  assert.equal((await again(ana, former.key)).prefix, fresh.token.slice(0, 12))
})

test('USER-03: a deleted key is out, stands in the log, and comes back without its secret', async () => {
  const key = await apiKey(ana, { scopes: ['leads.lead:see'] })
  await soon(() => key.get('/leads'))
  await ana.remove('api-keys', await again(ana, key.key))
  await answers(401, key, 'GET', '/leads')
  problem(await ana.call('POST', '/api-key-secrets', { body: { key: key.key.id } }), 404, 'not_found')
  const [entry] = (await admin.get(`/accesses?event[eq]=revoked&person[eq]=${ana.user.id}`)).items
  assert.deepEqual([entry.method, entry.email], ['api_key', ana.email])
  await ana.want(200, 'POST', `/api-keys/${key.key.id}/restore`)
  await sleep(1500)
  await answers(401, key, 'GET', '/leads')
  const fresh = await issueKey(ana, key.key)
  await soon(() => fresh.get('/leads'))
})

test('USER-03: an expired key is out', async () => {
  const key = await apiKey(ana, { scopes: ['leads.lead:see'] })
  await soon(() => key.get('/leads'))
  const expires = Date.now() + 4000
  await ana.change('api-keys', await again(ana, key.key), { expires_at: new Date(expires).toISOString() })
  await sleep(expires - Date.now())
  await answers(401, key, 'GET', '/leads')
  problem(await ana.call('POST', '/api-key-secrets', { body: { key: key.key.id } }), 409, 'key_expired')
  await ana.change('api-keys', await again(ana, key.key), { expires_at: in_(DAY) })
  await answers(200, key, 'GET', '/leads')
})

test('USER-03: it is seen when a key was used, to the hour, without an event', async () => {
  const key = await apiKey(ana, { scopes: ['leads.lead:see'] })
  assert.equal((await again(ana, key.key)).used_at, undefined)
  await soon(() => key.get('/leads'))
  const { used_at, version } = await again(ana, key.key)
  assert.ok(Math.abs(Date.parse(used_at) - Date.now()) < 60_000)
  await suite.sql(`UPDATE identity.api_key SET used_at = now() - interval '59 minutes' WHERE id = '${key.key.id}'`)
  const fresh = await issueKey(ana, key.key)
  await soon(() => fresh.get('/leads'))
  const [[still]] = await suite.sql(`SELECT used_at < now() - interval '58 minutes' FROM identity.api_key WHERE id = '${key.key.id}'`)
  assert.equal(still, 't')
  assert.equal((await again(ana, key.key)).version, version + 1)
})

test('USER-03: whose key it is', async () => {
  const body = { name: 'Ajena', expires_at: in_(DAY), scopes: ['leads.lead:see'] }
  problem(await ana.call('POST', '/api-keys', { body: { ...body, person: beto.user.id } }), 403, 'administrators_only', { '/person': 'administrators_only' })
  const key = await admin.create('api-keys', { ...body, person: beto.user.id })
  assert.deepEqual([key.person, key.owner], [beto.user.id, beto.user.id])
  await again(beto, key)
  await answers(404, ana, 'GET', `/api-keys/${key.id}`)
  problem(await ana.call('POST', '/api-key-secrets', { body: { key: key.id } }), 404, 'not_found')
  const headers = { 'if-match': `"${key.version}"` }
  problem(await admin.call('PATCH', `/api-keys/${key.id}`, { body: { person: ana.user.id }, headers }), 422, 'read_only')
  const asBeto = await issueKey(beto, key)
  const lead = await beto.create('leads', { name: 'De Beto' })
  await answers(200, asBeto, 'GET', `/leads/${lead.id}`)
  const again_ = await issueKey(admin, key)
  await answers(200, again_, 'GET', `/leads/${lead.id}`)
  await answers(401, asBeto, 'GET', `/leads/${lead.id}`)
})

test('USER-03: a file makes no key for somebody else', async () => {
  const rest = await person(suite, { grants: [...OWN, ...grant('identity.api_key', 'import')] })
  const csv = `name,person,expires_at,scopes\nPropia,,${in_(DAY)},\nAjena,${beto.user.id},${in_(DAY)},\nDel administrador,${admin.user.id},${in_(DAY)},\n`
  const job = await soon(() => rest.import('api-keys', csv))
  assert.deepEqual([job.done, job.rejects.map(({ row, code }) => [row, code])], [1, [[3, 'administrators_only'], [4, 'administrators_only']]], JSON.stringify(job))
  const mine = (await rest.all('api-keys')).map(({ id }) => id)
  assert.equal(mine.length, 1)
  assert.equal((await rest.get(`/api-keys/${mine[0]}`)).person, rest.user.id)
})

test('USER-03: a superior may end a subordinate’s key, not change whom it lets in', async () => {
  const top = await admin.create('roles', { name: 'Jefatura' })
  const low = await admin.create('roles', { name: 'Equipo', parent: top.id })
  const [chief, agent] = await Promise.all([person(suite, { grants: OWN, role: top }), person(suite, { grants: OWN, role: low })])
  const key = await soon(() => apiKey(agent, { scopes: ['leads.lead:see'] }))
  const { version } = await (await answers(200, chief, 'GET', `/api-keys/${key.key.id}`)).body
  const headers = { 'if-match': `"${version}"` }
  problem(await chief.call('PATCH', `/api-keys/${key.key.id}`, { body: { scopes: OWN }, headers }), 403, 'administrators_only')
  problem(await chief.call('POST', '/api-key-secrets', { body: { key: key.key.id } }), 404, 'not_found')
  await chief.want(204, 'DELETE', `/api-keys/${key.key.id}`, { headers })
  await answers(401, key, 'GET', '/leads')
})

test('USER-03: what is no key, in both languages', async () => {
  const refused = async (code, fields, more) => {
    const texts = []
    for (const lang of ['es', 'en']) {
      const answer = await ana.call('POST', '/api-keys', { body: { name: 'Mal', expires_at: in_(DAY), ...more }, headers: { 'accept-language': lang } })
      texts.push(problem(answer, 422, code, fields).detail)
    }
    assert.notEqual(texts[0], texts[1])
  }
  await refused('bad_grant', { '/scopes': 'bad_grant' }, { scopes: ['leads.lead:fly'] })
  await refused('bad_expiry', { '/expires_at': 'bad_expiry' }, { expires_at: in_(-1000) })
  await refused('bad_expiry', { '/expires_at': 'bad_expiry' }, { expires_at: in_(731 * DAY) })
  await refused('required', { '/expires_at': 'required' }, { expires_at: null })
  await refused('read_only', { '/prefix': 'read_only' }, { prefix: 'cauce_x' })
  const guest = new Rest(suite.url)
  for (const token of ['cauce_', `cauce_${'A'.repeat(43)}`, 'cauce_ñ'.normalize('NFD').replace(/[^\x20-\x7e]/g, ''), 'x'.repeat(300)]) {
    problem(await guest.call('GET', '/leads', { token }), 401, 'sign_in')
  }
})
