// API-01: the documents of the API are valid, say what runs, and hold: whatever is sent, the answer is one that they promise.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { Parser } from '@asyncapi/parser'
import { AxeBuilder } from '@axe-core/playwright'
import fc from 'fast-check'
import { breaks, same } from '../../scripts/lib/openapi-changes.mjs'
import { launch } from '../lib/browser.mjs'
import { Client } from '../lib/client.mjs'
import { Contract } from '../lib/contract.mjs'
import { administrator, grant, person, soon } from '../lib/people.mjs'
import { Rest } from '../lib/rest.mjs'
import { ROOT, startSuite } from '../lib/suite.mjs'

const exec = promisify(execFile)
const RUNS = Number(process.env.CAUCE_CONTRACT_RUNS ?? 4) // of each operation and person

let suite, admin, seller, document, folder
before(async () => {
  suite = await startSuite()
  admin = await administrator(suite)
  const field = (key, kind, more = {}) => admin.want(201, 'POST', '/leads/fields', { body: { key, kind, es: key, en: key, ...more } })
  await field('visits', 'integer')
  await field('budget', 'money')
  await field('since', 'date')
  await field('colour', 'picklist', { options: [{ key: 'red', es: 'Rojo', en: 'Red' }, { key: 'blue', es: 'Azul', en: 'Blue' }] })
  seller = await person(suite, {
    grants: [...grant('leads.lead', 'see', 'create', 'change'), 'identity.user:see'], denials: ['leads.lead.phone:view', 'leads.lead.custom.budget:view'],
  })
  document = await soon(async () => {
    const it = await admin.get('/openapi.json')
    assert.ok(it.components.schemas.Lead.properties.custom.properties.colour)
    return it
  })
  folder = mkdtempSync(join(tmpdir(), 'openapi-'))
})
after(async () => {
  if (folder) rmSync(folder, { recursive: true, force: true })
  await suite?.stop()
})

// ---- what the documents are ----

describe('API-01: the documents', () => {
  for (const path of ['/openapi.json', '/asyncapi.json']) {
    test(`API-01: ${path} is for whoever is signed in, has a tag, travels packed, speaks both languages`, async () => {
      assert.equal((await new Rest(suite.url).call('GET', path)).status, 401)
      const answer = await admin.want(200, 'GET', path, { headers: { 'accept-language': 'es' } })
      assert.equal(answer.headers.get('content-encoding'), 'gzip')
      const english = await admin.want(200, 'GET', path, { headers: { 'accept-language': 'en' } })
      assert.notEqual(answer.body.info.description, english.body.info.description)
      assert.ok(same(answer.body, english.body), 'languages differ in more than texts')
      await admin.want(304, 'GET', path, { headers: { 'accept-language': 'es', 'if-none-match': answer.headers.get('etag') } })
    })
  }

  test('API-01: custom fields with their kinds and options, less what a profile withholds', async () => {
    const { colour, budget } = document.components.schemas.LeadCreate.properties.custom.properties
    assert.deepEqual(colour.enum, ['red', 'blue'])
    assert.deepEqual(budget.type, ['string', 'number'])
    const own = (await seller.get('/openapi.json')).components.schemas.Lead.properties.custom.properties
    assert.deepEqual(Object.keys(own).sort(), ['colour', 'since', 'visits'])
    assert.ok(!JSON.stringify(await seller.get('/asyncapi.json')).includes('"budget"'))
  })

  test('API-01: limits, options and formats are those of the metadata', async () => {
    const { modules } = await admin.get('/metadata')
    for (const { key, fields } of modules) {
      const name = Object.keys(document.components.schemas).find((schema) => schema.endsWith('Page')
        && document.paths[`/${modules.find((one) => one.key === key).path}`].get.responses[200].content['application/json'].schema.$ref.endsWith(`/${schema}`))
      const { properties } = document.components.schemas[name.slice(0, -'Page'.length)]
      for (const field of fields) {
        const schema = field.custom ? properties.custom.properties[field.name.slice('custom.'.length)] : properties[field.name]
        assert.ok(schema, `${key}.${field.name}`)
        if (field.options) assert.deepEqual((schema.items ?? schema).enum, field.options.map((option) => option.key), `${key}.${field.name}`)
        if (field.max && schema.type === 'string') assert.equal(schema.maxLength, field.max, `${key}.${field.name}`)
      }
    }
  })

  test('API-01: Spectral and Redocly find nothing to say', async () => {
    const file = join(folder, 'openapi.json')
    writeFileSync(file, JSON.stringify(document))
    const run = (name, ...args) => exec(join(ROOT, 'tests', 'node_modules', '.bin', name), args,
      { cwd: folder, env: { ...process.env, REDOCLY_TELEMETRY: 'off', NO_UPDATE_NOTIFIER: '1' }, maxBuffer: 1 << 26 })
      .catch((error) => assert.fail(`${name}: ${(error.stdout + error.stderr).slice(0, 4000)}`))
    await run('spectral', 'lint', '-F', 'warn', '-r', join(ROOT, 'tests', 'lint', 'spectral.yaml'), file)
    const { stderr, stdout } = await run('redocly', 'lint', '--config', join(ROOT, 'tests', 'lint', 'redocly.yaml'), file)
    assert.doesNotMatch(stderr + stdout, /You have \d+ warning/)
  })

  test('API-01: the AsyncAPI parser takes the events', async () => {
    const { text } = await admin.want(200, 'GET', '/asyncapi.json')
    const parsed = await new Parser().parse(text)
    assert.deepEqual(parsed.diagnostics.filter(({ severity, code }) => severity < 2 || code !== 'asyncapi-latest-version').map(({ message }) => message), [])
    assert.ok(parsed.document)
    const addresses = parsed.document.channels().all().map((channel) => channel.address())
    for (const type of ['created', 'updated', 'deleted', 'restored', 'erased', 'batch']) assert.ok(addresses.includes(`ev.leads.{partition}.lead.${type}`), type)
  })

  test('API-01: an address takes the methods that the document says, and tells them', async () => {
    for (const [path, item] of Object.entries(document.paths)) {
      const url = `${suite.url}/api/v1${path.replace(/\{id\}/, seller.user.id).replace(/\{service\}/, 'leads').replace(/\{\w+\}/, '1')}`
      const { status, headers } = await fetch(url, { method: 'OPTIONS' })
      const allow = headers.get('allow').split(', ').filter((method) => !['OPTIONS', 'HEAD'].includes(method)).map((method) => method.toLowerCase())
      assert.equal(status, 204)
      assert.deepEqual(allow.filter((method) => !item[method]).filter(() => !/sessions|accesses/.test(path)), [], path)
      assert.deepEqual(Object.keys(item).filter((method) => !allow.includes(method)), [], path)
    }
    assert.equal((await fetch(`${suite.url}/api/v1/nope`, { method: 'OPTIONS' })).headers.get('allow'), 'OPTIONS')
  })
})

// ---- what would break a client ----

describe('API-01: the change check', () => {
  const changed = (change) => {
    const copy = structuredClone(document)
    change(copy)
    return breaks(document, copy)
  }
  const lead = (doc, kind = '') => doc.components.schemas[`Lead${kind}`]

  test('API-01: nothing is found where nothing breaks', () => {
    assert.deepEqual(changed(() => {}), [])
    assert.deepEqual(changed((doc) => {
      lead(doc).properties.fresh = { type: 'string' }
      lead(doc, 'Create').properties.fresh = { type: 'string' }
      lead(doc, 'Create').properties.stage.enum.push('fresh')
      lead(doc, 'Create').properties.name.maxLength = 400
      doc.paths['/fresh'] = { get: doc.paths['/cities'].get }
      doc.info.description = 'x'
    }), [])
  })

  for (const [what, change] of [
    ['an operation', (doc) => delete doc.paths['/leads/{id}'].patch],
    ['an address', (doc) => delete doc.paths['/cities']],
    ['a parameter', (doc) => doc.paths['/leads'].get.parameters.pop()],
    ['a property of an answer', (doc) => delete lead(doc).properties.company],
    ['a property of a request', (doc) => delete lead(doc, 'Patch').properties.company],
    ['an option', (doc) => lead(doc, 'Create').properties.stage.enum.shift()],
    ['a newly required property', (doc) => { lead(doc, 'Create').required = ['name'] }],
    ['a newly required parameter', (doc) => { doc.components.parameters['cities_list.q'].required = true }],
    ['a shorter text', (doc) => { lead(doc, 'Create').properties.name.maxLength = 10 }],
    ['another type', (doc) => { lead(doc, 'Create').properties.latitude.type = 'number' }],
    ['another type of an answer', (doc) => { lead(doc).properties.score.type = ['integer', 'null'] }],
    ['a status', (doc) => delete doc.paths['/leads'].post.responses[201]],
    ['an answer that may lack what it had', (doc) => { lead(doc).required = ['id'] }],
    ['an operator', (doc) => delete doc.components.schemas.ConditionText.properties.contains],
    ['signing in', (doc) => { doc.paths['/session'].post.security = [{ bearer: [] }] }],
  ]) test(`API-01: is told of ${what}`, () => assert.notDeepEqual(changed(change), []))
})

// ---- whether they hold ----

// An object may have a toString that is none.
const text = (value) => (typeof value === 'object' ? JSON.stringify(value) : String(value))
const path = (operation, values) => operation.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(text(values[name])))

function query(operation, values) {
  const search = new URLSearchParams()
  for (const parameter of operation.parameters.filter((one) => one.in === 'query' && values[one.name] !== undefined)) {
    const value = values[parameter.name]
    if (parameter.style === 'deepObject') for (const [op, one] of Object.entries(value ?? {})) search.append(`${parameter.name}[${op}]`, text(one))
    else search.append(parameter.name, text(value))
  }
  return search.size > 0 ? `?${search}` : ''
}

// A header is of one line of ASCII; what cannot be sent is not.
const sendable = (value) => text(value).replace(/[^ -~]/g, '').trim().slice(0, 300)

// What is sent to an operation: all of it fits, or one thing does not.
function requests(contract, operation, ids) {
  const body = operation.requestBody?.content
  const media = body && Object.keys(body)[0]
  const optional = operation.parameters.filter((one) => !one.required)
  const some = (parameters) => fc.subarray(optional, { maxLength: Math.min(3, optional.length) })
    .map((chosen) => [...parameters.filter((one) => one.required), ...chosen])
  const values = (wrong) => some(operation.parameters).chain((chosen) => fc.record(Object.fromEntries(chosen.map((one, i) => [one.name,
    wrong === i && one.in !== 'path' ? contract.invalid(one.schema, ids) : contract.valid(one.schema, ids)]))))
  const sent = (wrong) => (!media ? fc.constant(undefined) : /json/.test(media) ? contract[wrong ? 'invalid' : 'valid'](body[media].schema, ids)
    : fc.string({ unit: 'grapheme', maxLength: 200 }))
  const plain = fc.record({ values: values(-1), body: sent(false), media: fc.constant(media) })
  return fc.oneof(plain, fc.record({ values: fc.nat({ max: 3 }).chain(values), body: sent(false), media: fc.constant(media) }),
    fc.record({ values: values(-1), body: sent(true), media: fc.constant(media) }),
    ...(media ? [fc.record({ values: values(-1), body: fc.constantFrom('{', '', '{"a":1,"a":2}', '\u0000'), media: fc.constantFrom(media, 'text/plain', 'application/json') })] : []))
}

// One person whose session may end by what is tried: it is begun anew.
class Caller {
  constructor(email, password) {
    this.client = new Client(suite.url, { address: '127.0.0.9' })
    this.email = email
    this.password = password
  }

  async call(operation, { values, body, media }) {
    this.token ??= (await new Rest(suite.url).want(200, 'POST', '/session', { body: { email: this.email, password: this.password } })).body.token
    const headers = { authorization: `Bearer ${this.token}` }
    for (const one of operation.parameters) if (one.in === 'header' && values[one.name] !== undefined) headers[one.name.toLowerCase()] = sendable(values[one.name])
    if (media) headers['content-type'] = media
    if (values.wait > 1 && values.wait <= 60) values = { ...values, wait: 1 } // for news, which would not come
    const answer = await this.client.send(operation.method, path(operation, values) + query(operation, values),
      { body: body === undefined || typeof body === 'string' && !/json/.test(media) ? body : raw(body), headers })
    if (answer.status === 401 || operation.operationId === 'session_delete') this.token = undefined
    return answer
  }
}

const BROKEN = new Set(['{', '', '{"a":1,"a":2}', '\u0000'])
const raw = (body) => (BROKEN.has(body) ? body : JSON.stringify(body))

describe('API-01: every operation, with what fits and what does not', () => {
  let contract
  const callers = {}
  const ids = {}
  before(async () => {
    contract = new Contract(document)
    callers.administrator = new Caller(suite.email, suite.password)
    callers.seller = new Caller(seller.email, seller.password)
    // Records to be tried on: none of those that the callers live by.
    const other = await person(suite, { grants: grant('identity.api_key') })
    const lead = await seller.create('leads', { name: 'Del vendedor' })
    ids.leads = [lead.id, (await admin.create('leads', { company: 'De nadie' })).id]
    ids.users = [other.user.id]
    ids.roles = [(await admin.create('roles', { name: 'Para probar' })).id]
    ids.profiles = [(await admin.create('profiles', { name: 'Para probar', grants: [] })).id]
    ids.groups = [(await admin.create('groups', { name: 'Para probar' })).id]
    ids.tasks = [(await admin.create('tasks', { name: 'Para probar', lead: lead.id })).id]
    ids.sessions = (await admin.get(`/sessions?limit=200`)).items.map(({ id }) => id).slice(-1)
  })
  after(() => Object.values(callers).forEach(({ client }) => client.close()))

  test('API-01: an answer that is not promised is found', async () => {
    const operation = contract.operations.find(({ operationId }) => operationId === 'lead_get')
    const answer = await callers.seller.call(operation, { values: { id: ids.leads[0] } })
    assert.equal(contract.objection(operation, answer), undefined)
    const objections = [{ status: 418 }, { status: 503 }, { headers: { 'content-type': 'text/html' } }, { body: { ...answer.body, secret: 1 } },
      { body: { ...answer.body, id: 5 } }, { body: { version: 1 } }, { body: undefined }].map((lie) => contract.objection(operation, { ...answer, ...lie }))
    for (const objection of objections) assert.equal(typeof objection, 'string')
  })

  // A stream has no end to wait for: tests of its own read it.
  const streams = (operation) => Object.values(operation.responses).some(({ content }) => content?.['text/event-stream'])

  for (const who of ['administrator', 'seller']) {
    test(`API-01: the ${who} gets answers that the document promises`, async (t) => {
      const objections = []
      let asked = 0, good = 0
      const operations = contract.operations.filter((operation) => !streams(operation))
      for (const operation of operations) {
        const own = ids[operation.path.split('/')[1]] ?? ids.leads
        const property = fc.asyncProperty(requests(contract, operation, [...own, ...ids.leads]), async (request) => {
          const answer = await callers[who].call(operation, request)
          const objection = contract.objection(operation, answer)
          asked++
          if (answer.status < 300) good++
          if (objection) throw new Error(`${operation.operationId} ${answer.status} ${objection}: ${JSON.stringify(request).slice(0, 600)} → ${answer.text.slice(0, 600)}`)
        })
        const { failed, errorInstance, seed } = await fc.check(property, { numRuns: RUNS, seed: Number(process.env.CAUCE_SEED) || undefined })
        if (failed) objections.push(`seed ${seed}: ${errorInstance.message}`)
      }
      t.diagnostic(`${asked} requests, ${good} of them good`)
      assert.deepEqual(objections, [])
      assert.ok(asked >= operations.length * RUNS)
      assert.ok(good > asked / (who === 'seller' ? 50 : 10), `${good} of ${asked} were good`)
    })
  }
})

// ---- the page ----

describe('API-01: the page', () => {
  test('API-01: stands by itself: no script, no asset, one style sheet by its hash', async () => {
    const answer = await fetch(`${suite.url}/api/`, { headers: { 'accept-language': 'es' } })
    assert.equal(answer.url, `${suite.url}/api/v1/docs`)
    const html = await answer.text()
    assert.doesNotMatch(html, /<script|<link|<img|\bsrc=|\bon\w+=|style="|https?:\/\/(?!…)/)
    const hash = createHash('sha256').update(/<style>([^]*)<\/style>/.exec(html)[1]).digest('base64')
    assert.equal(answer.headers.get('content-security-policy'),
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`)
    assert.match(html, /<html lang=es>/)
    assert.doesNotMatch(html, /custom\.budget/)
    for (const { operationId } of new Contract(document).operations) assert.ok(html.includes(`id="${operationId}"`), operationId)
  })

  test('API-01: shows a signed-in person the custom fields that it may view', async () => {
    // What was tried may have ended the former session.
    const { body } = await new Rest(suite.url).want(200, 'POST', '/session', { body: { email: seller.email, password: seller.password } })
    const { text } = await new Rest(suite.url, body.token).want(200, 'GET', '/docs')
    assert.ok(text.includes('custom.colour') && !text.includes('budget'))
  })

  test('API-01: is read on a telephone', async () => {
    const browser = await launch()
    try {
      const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'es-CO' })
      const page = await context.newPage()
      await page.goto(`${suite.browserUrl}/api/`)
      await page.evaluate(() => document.querySelectorAll('#tasks > details').forEach((one) => { one.open = true }))
      const { violations } = await new AxeBuilder({ page }).include('header').include('nav').include('#tasks').analyze()
      assert.deepEqual(violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0].html.slice(0, 200)}`), [])
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), 'wider than the screen')
    } finally {
      await browser.close()
    }
  })
})
