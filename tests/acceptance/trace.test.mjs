// One id from a request to its last effect: it comes with traceparent or is made, goes out as X-Trace-Id, and stands in the log
// lines of every process that had to do with it, in event rows, and in what is told of slow SQL, faults and parked events.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { soon } from '../lib/people.mjs'
import { signIn } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

let suite, rest
before(async () => {
  suite = await startSuite({ env: { CAUCE_LOG: 'debug', CAUCE_SLOW_MS: '1000' } })
  rest = await signIn(suite)
})
after(() => suite?.stop())

const fresh = () => randomBytes(16).toString('hex')
const asking = (trace) => ({ traceparent: `00-${trace}-${randomBytes(8).toString('hex')}-01` })
// The log lines of a process that carry the trace.
function lines(daemon, trace) {
  const folder = join(suite.folder, 'log', daemon)
  return readdirSync(folder).filter((name) => name === 'current' || name.startsWith('@')).sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n')).filter((line) => line.includes(trace))
    .map((line) => JSON.parse(line.slice(line.indexOf('{'))))
}
const events = (daemon, trace) => lines(daemon, trace).map(({ event }) => event)

test('a create: in the gateway, in leads, in its event row, and where the event is applied', async () => {
  const trace = fresh()
  const { headers, body: lead } = await rest.want(201, 'POST', '/leads', { body: { name: 'Rastreada' }, headers: asking(trace) })
  assert.equal(headers.get('x-trace-id'), trace)
  await soon(() => {
    const [line] = lines('gateway', trace).filter(({ event }) => event === 'request')
    assert.deepEqual([line?.route, line?.status, line?.service], ['POST /leads', 201, 'gateway'])
    assert.ok(line.us > 0)
    assert.ok(lines('leads', trace).some(({ event, subject, status }) => event === 'request' && subject === 'rpc.leads.lead.create' && status === 200))
    assert.ok(lines('activities', trace).some(({ event, source, module, type }) => event === 'event applied' && source === 'leads' && module === 'leads.lead' && type === 'created'))
  })
  assert.deepEqual(await suite.sql(`SELECT trace FROM leads.event WHERE record = '${lead.id}'`), [[trace]])
})

test('one that brings none, or no good one, is given one', async () => {
  const seen = new Set()
  for (const headers of [{}, { traceparent: 'nonsense' }, { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01` }, { traceparent: `00-${fresh().toUpperCase()}-${'1'.repeat(16)}-01` }]) {
    const trace = (await rest.want(200, 'GET', '/leads', { headers })).headers.get('x-trace-id')
    assert.match(trace, /^(?!0{32})[0-9a-f]{32}$/)
    seen.add(trace)
    await soon(() => assert.ok(events('leads', trace).includes('request')))
  }
  assert.equal(seen.size, 4)
})

test('a refusal says it to the person too; nothing is said of it beyond debug', async () => {
  const trace = fresh()
  const answer = await rest.call('POST', '/leads', { body: { name: 'Negada', custom: { nope: 1 } }, headers: asking(trace) })
  assert.deepEqual([answer.status, answer.body.trace], [422, trace])
  await soon(() => assert.ok(lines('leads', trace).some(({ event, status }) => event === 'request' && status === 422)))
  for (const daemon of ['gateway', 'leads']) assert.deepEqual([...new Set(lines(daemon, trace).map(({ level }) => level))], ['debug'])
})

test('a fault: the person gets the id, the log of both says what it was', async () => {
  await suite.sql("CREATE FUNCTION leads.fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a fault that was asked for'; END $$; " +
    'CREATE TRIGGER fault BEFORE INSERT ON leads.lead FOR EACH ROW EXECUTE FUNCTION leads.fault()')
  const trace = fresh()
  try {
    const answer = await rest.call('POST', '/leads', { body: { name: 'Nunca' }, headers: asking(trace) })
    assert.deepEqual([answer.status, answer.body.code, answer.body.trace], [500, 'internal', trace])
    assert.doesNotMatch(answer.text, /asked for/)
    assert.ok(answer.body.detail.includes(trace))
  } finally {
    await suite.sql('DROP FUNCTION leads.fault() CASCADE')
  }
  await soon(() => {
    const [line] = lines('leads', trace).filter(({ level }) => level === 'error')
    assert.deepEqual([line?.event, line?.subject], ['request failed', 'rpc.leads.lead.create'])
    assert.match(line.cause, /asked for/)
    assert.match(line.where, /^libs\/.*:\d+$/)
    assert.ok(lines('gateway', trace).some(({ level, route }) => level === 'error' && route === 'POST /leads'))
  })
  assert.equal((await rest.call('POST', '/leads', { body: { name: 'Después' } })).status, 201)
})

test('slow SQL: its text, its time, who asked; never its values', async () => {
  const lead = await rest.create('leads', { name: 'Lenta' })
  const trace = fresh()
  await suite.sql("CREATE FUNCTION leads.slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1.3); RETURN NEW; END $$; " +
    'CREATE TRIGGER slow BEFORE UPDATE ON leads.lead FOR EACH ROW EXECUTE FUNCTION leads.slow()')
  try {
    await rest.want(200, 'PATCH', `/leads/${lead.id}`, { body: { name: 'Secreto lento' }, headers: { ...asking(trace), 'if-match': '"1"' } })
  } finally {
    await suite.sql('DROP FUNCTION leads.slow() CASCADE')
  }
  await soon(() => {
    const [line] = lines('leads', trace).filter(({ event }) => event === 'slow statement')
    assert.deepEqual([line?.level, line?.subject], ['warn', 'rpc.leads.lead.update'])
    assert.ok(line.us >= 1_000_000 && line.us < 10_000_000)
    assert.match(line.sql, /UPDATE|INSERT|WITH/)
    assert.ok(!JSON.stringify(line).includes('Secreto'))
  })
  assert.match(await (await fetch(`${suite.adminUrls.leads}/metrics`)).text(), /^cauce_slow_statements_total [1-9]/m)
})

test('an event that cannot be applied: parked, with the id of who caused it', async () => {
  await suite.sql("CREATE FUNCTION activities.poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.label LIKE 'Veneno%' THEN " +
    "RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = 'poison that was asked for'; END IF; RETURN NEW; END $$; " +
    'CREATE TRIGGER poison BEFORE INSERT OR UPDATE ON activities.ref_label FOR EACH ROW EXECUTE FUNCTION activities.poison()')
  const trace = fresh()
  try {
    const { body: lead } = await rest.want(201, 'POST', '/leads', { body: { name: 'Veneno' }, headers: asking(trace) })
    await soon(() => {
      const [line] = lines('activities', trace).filter(({ event }) => event === 'event parked')
      assert.deepEqual([line?.level, line?.source, line?.module, line?.type], ['error', 'leads', 'leads.lead', 'created'])
      assert.match(line.reason, /asked for/)
    }, 10_000)
    assert.deepEqual(await suite.sql(`SELECT count(*) FROM activities.dead_letter WHERE record = '${lead.id}'`), [['1']])
  } finally {
    await suite.sql('DROP FUNCTION activities.poison() CASCADE')
  }
})
