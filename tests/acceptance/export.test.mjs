// Exports: a list as a CSV file, as people read it, whole or cut; USER-02 (a): the log of accesses, filtered and exported.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { administrator, answers, grant, person, soon } from '../lib/people.mjs'
import { problem, Rest } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

let suite, admin
before(async () => {
  suite = await startSuite()
  admin = await administrator(suite)
})
after(() => suite?.stop())

// RFC 4180: rows of cells.
function parse(csv) {
  const rows = [[]]
  const pattern = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|$)/gy
  for (let match; pattern.lastIndex < csv.length && (match = pattern.exec(csv));) {
    rows.at(-1).push(match[1] === undefined ? match[2] : match[1].replaceAll('""', '"'))
    if (match[3] === '\r\n') rows.push([])
  }
  assert.deepEqual(rows.pop(), [], 'the last row ends')
  return rows
}

const fetchCsv = async (rest, path, headers) => {
  const answer = await rest.want(200, 'GET', path, { headers })
  assert.equal(answer.headers.get('content-type'), 'text/csv; charset=utf-8; header=present')
  return { ...answer, rows: parse(answer.text) }
}

describe('USER-01: exporting', () => {
  let ana, lead
  before(async () => {
    for (const [key, kind, options] of [['size', 'picklist', [{ key: 'big', es: 'Grande', en: 'Big' }]], ['seen', 'datetime'], ['rate', 'decimal']]) {
      await admin.want(201, 'POST', '/leads/fields', { body: { key, kind, es: `Campo ${key}`, en: `Field ${key}`, list: true, options } })
    }
    ana = await person(suite, { name: 'Ana, la "jefa"', grants: grant('leads.lead', 'see', 'export'), denials: ['leads.lead.phone:view', 'leads.lead.custom.rate:view'] })
    lead = await admin.create('leads', {
      name: '=HYPERLINK("http://x","y")', company: 'Redes, "Norte" S.A.S.', interest_detail: 'dos\nlíneas', phone: '+576015550199', email: 'a@b.co',
      score: -5, stage: 'offer', city: '05001', latitude: '6.246631', needs_visit: true, owner: ana.user.id,
      contacted_by_sales: false, contacted_by_sales_at: '2026-01-01T03:00:00Z', address: '-2+3', referrer: '@SUM(A1)',
      custom: { size: 'big', seen: '2026-01-01T03:00:00Z', rate: 3.5 },
    })
    await answers(200, ana, 'GET', `/leads/${lead.id}`)
  })

  const FIELDS = ['name', 'company', 'interest_detail', 'email', 'score', 'stage', 'city', 'latitude', 'needs_visit', 'contacted_by_sales',
    'contacted_by_sales_at', 'owner', 'address', 'referrer', 'custom.size', 'custom.seen']

  test('USER-01: values and headings as people read them, in their language and the company’s time', async () => {
    const path = `/leads/export?format=csv&fields=${FIELDS}`
    const { rows: [header, row], headers } = await fetchCsv(ana, path)
    assert.deepEqual(header.slice(0, 6), ['Nombre', 'Empresa', 'Detalle del interés', 'Correo', 'Puntaje', 'Etapa de venta'])
    assert.deepEqual(header.slice(-2), ['Campo size', 'Campo seen'])
    assert.deepEqual(row, ['\'=HYPERLINK("http://x","y")', 'Redes, "Norte" S.A.S.', 'dos\nlíneas', 'a@b.co', '-5', 'Oferta presentada', 'Medellín, Antioquia',
      '6.246631', 'Sí', 'No', '2025-12-31 22:00:00', 'Ana, la "jefa"', '\'-2+3', '\'@SUM(A1)', 'Grande', '2025-12-31 22:00:00'])
    assert.match(headers.get('content-disposition'), /^attachment; filename="prospectos-\d{4}-\d\d-\d\d\.csv"$/)
    assert.equal(headers.get('cache-control'), 'no-store')
    const english = await fetchCsv(ana, path, { 'accept-language': 'en' })
    assert.deepEqual(english.rows[0].slice(0, 2), ['Name', 'Company'])
    assert.deepEqual([english.rows[1][5], english.rows[1][8], english.rows[1][14]], ['Offer presented', 'Yes', 'Big'])
    assert.match(english.headers.get('content-disposition'), /filename="leads-/)
    // A phone is a number that begins with a plus.
    assert.equal((await fetchCsv(admin, '/leads/export?fields=phone')).rows[1][0], '+576015550199')
  })

  test('USER-01: the columns of the list, of a view, or those asked for; never what may not be viewed', async () => {
    const [header] = (await fetchCsv(ana, '/leads/export')).rows
    assert.equal(header[0], 'Prospecto')
    assert.ok(header.includes('Campo size') && !header.includes('Campo rate'), header.join())
    assert.ok((await fetchCsv(admin, '/leads/export')).rows[0].includes('Campo rate'))
    assert.deepEqual((await fetchCsv(ana, '/leads/export?view=stages')).rows[0], ['Prospecto', 'Etapa de venta', 'Estado', 'Asignado a', 'Creado'])
    assert.deepEqual((await fetchCsv(ana, '/leads/export?fields=label,custom')).rows[0], ['Prospecto', 'Campo size', 'Campo seen'])
    for (const name of ['phone', 'custom.rate', 'nope', 'custom.nope', 'labels']) {
      problem(await ana.call('GET', `/leads/export?fields=${name}`), 400, 'bad_filter', { fields: 'bad_filter' })
    }
  })

  test('USER-01: the same conditions, order and rows as the list', async () => {
    const made = []
    for (const [i, city] of ['05001', '11001', '05001', '11001', '05001'].entries()) {
      made.push(await admin.create('leads', { name: `Orden ${i}`, city, score: i, owner: ana.user.id }))
    }
    const names = async (query) => (await fetchCsv(ana, `/leads/export?fields=name&${query}`)).rows.slice(1).map(([name]) => name)
    assert.deepEqual(await names('city[eq]=05001&sort=-score&name[starts]=Orden'), ['Orden 4', 'Orden 2', 'Orden 0'])
    assert.deepEqual(await names('q=orden&sort=score&limit=2'), ['Orden 0', 'Orden 1'])
    assert.deepEqual(await names('name[eq]=Nadie'), [])
    const { body } = await ana.want(200, 'GET', '/leads?q=orden&sort=score&limit=3')
    assert.deepEqual(await names(`q=orden&sort=score&cursor=${body.next}`), ['Orden 3', 'Orden 4'])
    await admin.change('leads', made[0], { owner: admin.user.id })
    assert.deepEqual(await names('q=orden&sort=score'), ['Orden 1', 'Orden 2', 'Orden 3', 'Orden 4'])
  })

  test('USER-01: the byte order mark on request; HEAD; what is asked wrongly', async () => {
    const bytes = async (query) => Buffer.from(await (await fetch(`${ana.base}/leads/export?${query}`, { headers: { authorization: `Bearer ${ana.token}` } })).arrayBuffer())
    assert.deepEqual([...(await bytes('bom=true')).subarray(0, 3)], [0xef, 0xbb, 0xbf])
    assert.notEqual((await bytes('bom=false'))[0], 0xef)
    const head = await ana.want(200, 'HEAD', '/leads/export')
    assert.equal(head.text, '')
    assert.match(head.headers.get('content-disposition'), /attachment/)
    problem(await ana.call('GET', '/leads/export?format=xlsx'), 400, 'bad_request', { format: 'bad_request' })
    problem(await ana.call('GET', '/leads/export?bom=perhaps'), 400, 'bad_request', { bom: 'bad_request' })
    problem(await ana.call('GET', '/leads/export?nope=1'), 400, 'unknown_parameter', { nope: 'unknown_parameter' })
    problem(await ana.call('GET', '/leads/export?cursor=x'), 400, 'bad_cursor')
    problem(await ana.call('POST', '/leads/export', { body: {} }), 405, 'method_not_allowed')
    problem(await new Rest(suite.url).call('GET', '/leads/export'), 401, 'sign_in')
  })

  test('USER-01: needs the right, and that to see', async () => {
    for (const rights of [['see'], ['export']]) {
      const rest = await person(suite, { grants: grant('leads.lead', ...rights) })
      await soon(async () => problem(await rest.call('GET', '/leads/export'), 403, 'forbidden'))
      assert.equal((await rest.call('HEAD', '/leads/export')).status, 403)
    }
  })
})

describe('USER-01: a long export', () => {
  const ROWS = 20_000
  // A sanitizer keeps what was freed.
  const GROWTH = process.env.CAUCE_CONFIG === 'asan' ? Infinity : 16_000
  before(async () => {
    await suite.sql(`INSERT INTO leads.lead (id, created_at, updated_at, owner, name, interest_detail, fold)
      SELECT gen_random_uuid(), now() + n * interval '1 microsecond', now(), '${admin.user.id}', 'Largo ' || n, repeat('x', 2000), 'largo ' || n FROM generate_series(1, ${ROWS}) n`)
  })
  const PATH = '/leads/export?fields=name,interest_detail&name[starts]=Largo&sort=created_at'

  // A reader that takes the first bytes and then waits.
  const open = (rest, path = PATH) => new Promise((resolve, reject) => {
    const sent = request(`${rest.base}${path}`, { headers: { authorization: `Bearer ${rest.token}` } }, (response) => {
      response.pause()
      let bytes = 0
      const ended = new Promise((end) => {
        response.on('data', (data) => { bytes += data.length })
        response.on('end', () => end(response.complete ? 'whole' : 'cut'))
        response.on('error', () => end('cut'))
      })
      resolve({ response, ended, bytes: () => bytes, close: () => sent.destroy() })
    })
    sent.on('error', reject)
    sent.end()
  })
  const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${suite.pid('gateway')}/status`, 'utf8'))[1])

  test('USER-01: is whole, once each and in order, and memory does not grow with it', async () => {
    await fetchCsv(admin, `${PATH}&limit=400`)
    const before = memory()
    const { rows } = await fetchCsv(admin, PATH)
    assert.deepEqual(rows.slice(1).map(([name]) => name), Array.from({ length: ROWS }, (_, i) => `Largo ${i + 1}`))
    assert.ok(memory() - before < GROWTH, `${before} kB, then ${memory()} kB`)
  })

  test('USER-01: waits for a slow reader and ends with one that goes', async () => {
    const slow = await open(admin)
    await sleep(300)
    const before = memory()
    assert.equal((await admin.call('GET', '/leads?limit=1')).status, 200)
    slow.response.resume()
    assert.equal(await slow.ended, 'whole')
    assert.ok(slow.bytes() > ROWS * 2000)
    assert.ok(memory() - before < GROWTH)
    const gone = await open(admin)
    gone.close()
    await soon(async () => assert.match(await (await fetch(`${suite.adminUrls.gateway}/metrics`)).text(), /^cauce_http_running 0$/m))
  })

  test('USER-01: is cut, not ended, when the right to it goes or its service does', async () => {
    const eva = await person(suite, { grants: grant('leads.lead', 'see', 'export') })
    await admin.want(201, 'POST', '/default-access', { body: { for_module: 'leads.lead', level: 'see' } })
    await soon(async () => assert.equal((await eva.get('/leads/count')).capped, true))
    const revoked = await open(eva)
    await admin.change('profiles', await admin.get(`/profiles/${eva.user.profile}`), { grants: grant('leads.lead', 'see') })
    await soon(async () => problem(await eva.call('GET', '/leads/export'), 403, 'forbidden'))
    revoked.response.resume()
    assert.equal(await revoked.ended, 'cut')
    assert.ok(revoked.bytes() < ROWS * 2000)
    const signedOut = new Rest(suite.url)
    signedOut.token = (await signedOut.want(200, 'POST', '/session', { body: { email: suite.email, password: suite.password } })).body.token
    const left = await open(signedOut)
    await signedOut.want(204, 'DELETE', '/session')
    await soon(async () => assert.equal((await signedOut.call('GET', '/session')).status, 401))
    left.response.resume()
    assert.equal(await left.ended, 'cut')
    const alone = await open(admin)
    await suite.down('leads')
    alone.response.resume()
    assert.equal(await alone.ended, 'cut')
    await suite.up('leads')
    await suite.ready(['leads'])
  })
})

// What was chosen one by one, however many: by ids in the body.
describe('USER-01: exporting chosen records', () => {
  const MANY = 10_000
  let seller, own, others
  const ids = (records) => records.map(({ id }) => id)
  const names = async (rest, body, query = 'fields=name&sort=name') => {
    const { body: job } = await rest.want(202, 'POST', `/leads/exports?${query}`, { body })
    const done = await rest.job('leads', job.id)
    assert.equal(done.state, 'done', done.reason)
    const rows = parse((await rest.want(200, 'GET', `/leads/jobs/${job.id}/file`)).text)
    assert.deepEqual([done.done, done.total], [rows.length - 1, rows.length - 1])
    return rows.slice(1).map(([name]) => name)
  }
  before(async () => {
    const [open] = (await admin.get('/default-access?for_module[eq]=leads.lead')).items
    if (open) await admin.remove('default-access', open)
    seller = await person(suite, { grants: grant('leads.lead', 'see', 'export'), denials: ['leads.lead.phone:view'] })
    own = []
    others = []
    for (const i of [1, 2, 3]) own.push(await admin.create('leads', { name: `Elegido ${i}`, owner: seller.user.id, city: i === 2 ? '05001' : '11001', phone: '3155927755' }))
    for (const i of [4, 5]) others.push(await admin.create('leads', { name: `Elegido ${i}`, owner: admin.user.id }))
    await answers(200, seller, 'GET', `/leads/${own[2].id}`)
    await answers(404, seller, 'GET', `/leads/${others[0].id}`)
  })

  test('USER-01: these alone, in the order asked for, once each; the conditions hold besides', async () => {
    const chosen = ids([own[2], own[0], others[0], own[0]])
    assert.deepEqual(await names(admin, { ids: chosen }), ['Elegido 1', 'Elegido 3', 'Elegido 4'])
    assert.deepEqual(await names(admin, { ids: chosen }, 'fields=name&sort=-name'), ['Elegido 4', 'Elegido 3', 'Elegido 1'])
    assert.deepEqual(await names(admin, { ids: ids(own) }, 'fields=name&city[eq]=05001'), ['Elegido 2'])
    assert.deepEqual(await names(admin, { ids: [own[1].id.toUpperCase()] }), ['Elegido 2'])
    // Without a body it is the whole list, as before.
    assert.deepEqual(await names(admin, undefined, 'fields=name&sort=name&name[starts]=Elegido'), [1, 2, 3, 4, 5].map((i) => `Elegido ${i}`))
  })

  test('USER-01: what is not seen is silently not in the file; what may not be viewed is refused or left out', async () => {
    assert.deepEqual(await names(seller, { ids: ids([...others, ...own]) }), ['Elegido 1', 'Elegido 2', 'Elegido 3'])
    assert.deepEqual(await names(seller, { ids: ids(others) }), [])
    assert.deepEqual(await names(seller, { ids: [crypto.randomUUID(), own[0].id] }), ['Elegido 1'])
    const gone = await admin.create('leads', { name: 'Elegido 6', owner: seller.user.id })
    await admin.remove('leads', gone)
    assert.deepEqual(await names(seller, { ids: ids([gone, own[0]]) }), ['Elegido 1'])
    problem(await seller.call('POST', '/leads/exports?fields=name,phone', { body: { ids: ids(own) } }), 400, 'bad_filter', { fields: 'bad_filter' })
    const { body: job } = await seller.want(202, 'POST', '/leads/exports?fields=label,email', { body: { ids: ids(own) } })
    await seller.job('leads', job.id)
    assert.ok(!(await seller.want(200, 'GET', `/leads/jobs/${job.id}/file`)).text.includes('3155927755'))
    const viewer = await person(suite, { grants: grant('leads.lead', 'see') })
    await soon(async () => problem(await viewer.call('POST', '/leads/exports', { body: { ids: ids(own) } }), 403, 'forbidden'))
  })

  test('USER-01: ten thousand go in one request; the key stands for them too', async () => {
    const rows = await suite.sql(`SELECT id FROM leads.lead WHERE name LIKE 'Largo %' ORDER BY id LIMIT ${MANY}`)
    assert.equal(rows.length, MANY)
    const all = rows.map(([id]) => id)
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const ask = (list) => admin.call('POST', '/leads/exports?fields=name', { body: { ids: list }, headers })
    const first = await ask(all)
    assert.equal(first.status, 202, first.text)
    assert.equal((await ask(all)).body.id, first.body.id)
    problem(await ask(all.slice(1)), 422, 'key_reused')
    assert.equal((await admin.job('leads', first.body.id)).done, MANY)
    assert.equal(new Set(parse((await admin.want(200, 'GET', `/leads/jobs/${first.body.id}/file`)).text).slice(1).map(([name]) => name)).size, MANY)
  })

  test('USER-01: what is sent wrongly is named', async () => {
    const send = (body, headers) => admin.call('POST', '/leads/exports', { body, headers })
    const id = own[0].id
    problem(await send({ ids: [] }), 422, 'required', { '/ids': 'required' })
    problem(await send({}), 422, 'required', { '/ids': 'required' })
    problem(await send({ ids: id }), 422, 'wrong_type', { '/ids': 'wrong_type' })
    problem(await send({ ids: [id, 'x', id] }), 422, 'invalid_field', { '/ids/1': 'invalid_field' })
    problem(await send({ ids: [id, 7] }), 422, 'wrong_type', { '/ids/1': 'wrong_type' })
    problem(await send({ ids: Array.from({ length: MANY + 1 }, () => id) }), 422, 'too_long', { '/ids': 'too_long' })
    problem(await send({ ids: [id], fields: ['name'] }), 422, 'unknown_field', { '/fields': 'unknown_field' })
    problem(await send('{"ids":['), 400, 'bad_json')
    problem(await send(`{"ids":["${id}"]}`, { 'content-type': 'text/plain' }), 415, 'media_type')
    problem(await admin.call('POST', '/leads/search', { body: { ids: [id] } }), 422, 'read_only', { '/ids': 'read_only' })
  })
})

describe('USER-02: the log of accesses', () => {
  test('USER-02: (a) is filtered and exported', async () => {
    const who = await person(suite, { name: 'Quien Entra' })
    await new Rest(suite.url).call('POST', '/session', { body: { email: who.email, password: 'no es esta' }, headers: { 'user-agent': 'Prueba/1.0' } })
    const mine = `email[eq]=${who.email}&event[in]=sign_in,refused`
    await soon(async () => assert.equal((await admin.get(`/accesses?${mine}`)).items.length, 2))
    const { rows } = await fetchCsv(admin, `/accesses/export?${mine}&sort=created_at&fields=created_at,event,email,person,method,address,device`)
    assert.deepEqual(rows[0], ['Cuándo', 'Suceso', 'Correo', 'Usuario', 'Con', 'Dirección', 'Dispositivo'])
    assert.deepEqual(rows.slice(1).map(([, event, email]) => [event, email]), [['Inicio de sesión', who.email], ['Intento fallido', who.email]])
    assert.match(rows[1][0], /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    assert.deepEqual([rows[1][3], rows[2][5], rows[2][6]], ['Quien Entra', '127.0.0.1', 'Prueba/1.0'])
    assert.deepEqual((await fetchCsv(admin, `/accesses/export?view=failed&email[eq]=${who.email}`)).rows.length, 2)
    problem(await who.call('GET', '/accesses/export'), 403, 'forbidden')
  })
})
