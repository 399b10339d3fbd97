// Least privilege, tried by hand: with one service's credentials nobody touches another's rows, subjects or events.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { rawNats } from '../lib/nats-raw.mjs'
import { ROOT, startSuite } from '../lib/suite.mjs'

let suite
before(async () => {
  suite = await startSuite()
})
after(() => suite?.stop())

describe('PostgreSQL', () => {
  const refused = (statement, conninfo) =>
    assert.rejects(suite.sql(statement, conninfo), /permission denied|must be/, statement)

  test('a daemon reads and writes rows of its own schema, and nothing else', async () => {
    const leads = suite.role('leads')
    await suite.sql('SELECT count(*) FROM lead', leads)
    await refused('SELECT count(*) FROM identity.event', leads)
    await refused('CREATE TABLE x (a int)', leads)
    await refused('CREATE TABLE public.x (a int)', leads)
    await refused('CREATE SCHEMA x', leads)
    await refused('ALTER TABLE lead ADD x int', leads)
    await refused('TRUNCATE lead', leads)
    await refused("COPY lead TO PROGRAM 'cat'", leads)
    await assert.rejects(suite.sql('SELECT 1', suite.role('leads').replace('dbname=cauce', 'dbname=postgres')), /no pg_hba/)
  })

  test('what happened cannot be rewritten by a daemon', async () => {
    await refused("UPDATE event SET type = 0", suite.role('leads'))
    await refused('DELETE FROM event', suite.role('leads'))
  })

  test('an owner changes its own schema alone', async () => {
    const owner = suite.role('leads', 'owner')
    await suite.sql('CREATE TABLE rights_probe (a int); DROP TABLE rights_probe', owner)
    await refused('CREATE TABLE identity.x (a int)', owner)
    await refused('SELECT count(*) FROM identity.event', owner)
  })

  test('a wrong password is no password', async () => {
    const wrong = suite.role('leads').replace(/password=.*/, 'password=x')
    await assert.rejects(suite.sql('SELECT 1', wrong), /password authentication failed/)
  })
})

describe('NATS', () => {
  const as = async (user, run) => {
    const client = await rawNats(suite.natsUrl, user, suite.secret(`nats-${user}`))
    try {
      await run(client)
    } finally {
      client.close()
    }
  }
  const violation = /Permissions Violation/

  test('nobody comes in without a password', async () => {
    await assert.rejects(rawNats(suite.natsUrl, 'leads', 'x'), /Authorization Violation|hung up/)
  })

  test('a service says its own events and hears its own requests, nobody else’s', () => as('leads', async (leads) => {
    assert.equal(await leads.subscribe('_INBOX.leads.x'), undefined)
    for (const subject of ['ev.identity.0.user.created', '$JS.API.STREAM.DELETE.LEADS', '$JS.API.STREAM.UPDATE.LEADS',
      '$JS.API.STREAM.INFO.IDENTITY', '$JS.API.CONSUMER.CREATE.IDENTITY.leads.ev.identity.>', '$JS.API.CONSUMER.CREATE.LEADS.leads',
      '$JS.API.CONSUMER.DURABLE.CREATE.IDENTITY.leads', '$JS.API.CONSUMER.MSG.NEXT.LEADS.activities',
      '$JS.ACK.LEADS.activities.1.1.1.1.1', 'anything']) {
      assert.match(await leads.publish(subject) ?? '', violation, subject)
    }
    for (const subject of ['>', 'ev.>', 'ev.leads.>', 'rpc.>', 'rpc.identity.>', '_INBOX.>', '_INBOX.gateway.>', '$JS.ACK.>']) {
      assert.match(await leads.subscribe(subject) ?? '', violation, subject)
    }
  }))

  test('the gateway asks and hears, and says no event', () => as('gateway', async (gateway) => {
    assert.equal(await gateway.subscribe('ev.>'), undefined)
    for (const subject of ['ev.leads.0.lead.created', '$JS.API.STREAM.LIST', 'poke.leads']) {
      assert.match(await gateway.publish(subject) ?? '', violation, subject)
    }
    assert.match(await gateway.subscribe('rpc.leads.>') ?? '', violation)
  }))

  test('an integrator makes a consumer of the module it was granted and of no other', () => as('integrator', async (outside) => {
    const create = (filter, more = {}, name = 'integrator_lead') => outside.request('_INBOX.integrator.1',
      `$JS.API.CONSUMER.CREATE.LEADS.${name}.ev.leads.*.lead.>`,
      JSON.stringify({ stream_name: 'LEADS', config: { name, ack_policy: 'explicit', filter_subject: filter, ...more } }))
    assert.equal((await create('ev.leads.*.lead.>')).error, undefined)
    assert.ok((await create('ev.leads.>')).error, 'a wider filter in the body')
    await assert.rejects(create('ev.leads.*.lead.>', {}, 'activities'), violation, 'another consumer’s name')
    for (const subject of ['rpc.leads.lead.get', 'ev.leads.0.lead.created', '$JS.API.CONSUMER.MSG.NEXT.LEADS.activities']) {
      assert.match(await outside.publish(subject) ?? '', violation, subject)
    }
    assert.match(await outside.subscribe('ev.leads.>') ?? '', violation)
  }))

  test('API-02: an operator gives a system modules, other ones, and takes them back: it never has more', async () => {
    const integrator = (...args) => promisify(execFile)(join(ROOT, 'scripts', 'integrator'), args, { env: suite.environment })
    const { stdout } = await integrator('bodega', 'leads.lead', 'activities.task')
    const password = /password\s+(\S+)/.exec(stdout)[1]
    assert.match(stdout, /bodega_task of stream ACTIVITIES, filter ev\.activities\.\*\.task\.>/)
    const enter = () => rawNats(suite.natsUrl, 'bodega', password)
    let asked = 0
    const create = (outside, stream, name, filter, subject = filter) => outside.request(`_INBOX.bodega.${++asked}`,
      `$JS.API.CONSUMER.CREATE.${stream}.${name}.${subject}`,
      JSON.stringify({ stream_name: stream, config: { name, durable_name: name, ack_policy: 'explicit', filter_subject: filter } }))

    let outside = await enter()
    assert.equal((await create(outside, 'LEADS', 'bodega_lead', 'ev.leads.*.lead.>')).error, undefined)
    assert.equal((await create(outside, 'ACTIVITIES', 'bodega_task', 'ev.activities.*.task.>')).error, undefined)
    assert.ok((await create(outside, 'LEADS', 'bodega_lead', 'ev.leads.>', 'ev.leads.*.lead.>')).error, 'a wider filter in the body')
    const refused = [
      ['LEADS', 'bodega_lead', 'ev.leads.>'], ['LEADS', 'bodega_lead', 'ev.leads.*.assignment_rule.>'], ['LEADS', 'integrator_lead', 'ev.leads.*.lead.>'],
      ['LEADS', 'activities', 'ev.leads.*.lead.>'], ['IDENTITY', 'bodega_user', 'ev.identity.*.user.>'], ['LEADS', 'bodega', 'ev.leads.*.lead.>'],
    ]
    for (const each of refused) await assert.rejects(create(outside, ...each), violation, each.join(' '))
    for (const subject of ['$JS.API.CONSUMER.CREATE.LEADS', '$JS.API.CONSUMER.DURABLE.CREATE.LEADS.bodega_lead', '$JS.API.STREAM.UPDATE.LEADS',
      '$JS.API.STREAM.MSG.GET.LEADS', '$JS.API.DIRECT.GET.LEADS', '$JS.API.CONSUMER.MSG.NEXT.LEADS.integrator_lead', 'rpc.leads.feed']) {
      assert.match(await outside.publish(subject) ?? '', violation, subject)
    }

    await integrator('bodega', 'activities.task')
    outside.close()
    outside = await enter()
    await assert.rejects(create(outside, 'LEADS', 'bodega_lead', 'ev.leads.*.lead.>'), violation, 'what was taken back')
    assert.equal((await create(outside, 'ACTIVITIES', 'bodega_task', 'ev.activities.*.task.>')).error, undefined)

    const ended = once(outside.socket, 'close')
    await integrator('-r', 'bodega')
    await ended
    await assert.rejects(enter(), /Authorization Violation|hung up/)
    for (const args of [['leads', 'leads.lead'], ['Bodega', 'leads.lead'], ['bodega', 'leads.nothing'], ['bodega']]) {
      await assert.rejects(integrator(...args), undefined, args.join(' '))
    }
    assert.match((await integrator()).stdout, /bodega\s+\(revoked\)/)
  })
})
