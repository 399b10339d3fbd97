// An outside system that follows the leads: what proto/EVENTS.md says, with the public npm packages nats and protobufjs.
// Prints one line of JSON per event. Stopped and started again, it goes on where it was.
//
//   CAUCE_NATS_URL=nats://127.0.0.1:4222 CAUCE_NATS_PASSWORD=… node leads-events.mjs
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connect } from 'nats'
import protobuf from 'protobufjs'

const { CAUCE_NATS_URL = 'nats://127.0.0.1:4222', CAUCE_NATS_USER = 'integrator', CAUCE_NATS_PASSWORD } = process.env
const STREAM = 'LEADS'
const FILTER = 'ev.leads.*.lead.>'
const CONSUMER = `${CAUCE_NATS_USER}_lead`

// ---- messages, by the product's own description ----

function loadTypes() {
  const require = createRequire(import.meta.url)
  const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'proto')
  const root = new protobuf.Root()
  root.resolvePath = (_, target) => (target.startsWith('google/') ? require.resolve(`protobufjs/${target}`) : join(folder, target))
  root.loadSync(['entity.proto', 'leads.proto'], { keepCase: true })
  return { Event: root.lookupType('cauce.Event'), EventBatch: root.lookupType('cauce.EventBatch'),
    EventType: root.lookupEnum('cauce.EventType'), Lead: root.lookupType('cauce.leads.Lead') }
}
const types = loadTypes()

const uuid = (bytes) => {
  const hex = Buffer.from(bytes).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
const instant = (micros) => new Date(Number(micros) / 1000).toISOString()
const decimal = (millionths) => (Number(millionths) / 1e6).toString()

// A value as the field's kind says it is meant.
function shown(field, value) {
  if (value === undefined) return null
  switch (field.options?.['(cauce.field).kind']) {
    case 'KIND_UUID':
    case 'KIND_REFERENCE': return uuid(value)
    case 'KIND_DATETIME': return instant(value)
    case 'KIND_GEO_LATITUDE':
    case 'KIND_GEO_LONGITUDE': return decimal(value)
    case 'KIND_CUSTOM': return Object.fromEntries(value.values.map((each) =>
      [each.key, each[['text', 'number', 'flag', 'list'].find((name) => Object.hasOwn(each, name))]]))
    default: return field.type === 'int64' ? Number(value) : value
  }
}

// { stage: ['analysis', 'offer'] }: the changed fields before and after; a changed field that is absent is empty.
function changes({ changed, before, after }) {
  const from = before?.length ? types.Lead.decode(before) : {}
  const to = after?.length ? types.Lead.decode(after) : {}
  const pairs = (changed).map((number) => types.Lead.fieldsById[number]).filter(Boolean).map((field) => {
    const value = (record) => shown(field, Object.hasOwn(record, field.name) ? record[field.name] : undefined)
    return [field.name, [value(from), value(to)]]
  })
  return Object.fromEntries(pairs)
}

function eventsOf(message) {
  return message.subject.endsWith('.batch') ? types.EventBatch.decode(message.data).events : [types.Event.decode(message.data)]
}

// ---- once each: an event that comes again has a version that was seen ----

const versions = new Map()

function isNew(event) {
  const record = uuid(event.record), version = Number(event.version)
  if ((versions.get(record) ?? 0) >= version) return false
  versions.set(record, version)
  return true
}

function print(event, inBatch) {
  console.log(JSON.stringify({
    id: uuid(event.id), seq: Number(event.seq), at: instant(event.at), type: types.EventType.valuesById[event.type],
    record: uuid(event.record), version: Number(event.version), ...(event.actor?.length ? { actor: uuid(event.actor) } : {}),
    ...(event.job?.length ? { job: uuid(event.job) } : {}), ...(inBatch ? { batch: true } : {}), changes: changes(event),
  }))
}

// ---- the stream ----

const connection = await connect({
  servers: CAUCE_NATS_URL, user: CAUCE_NATS_USER, pass: CAUCE_NATS_PASSWORD, inboxPrefix: `_INBOX.${CAUCE_NATS_USER}`, name: 'leads-events',
  maxReconnectAttempts: -1,
})
const manager = await connection.jetstreamManager({ checkAPI: false })
await manager.consumers.add(STREAM, {
  durable_name: CONSUMER, filter_subject: FILTER, ack_policy: 'explicit', ack_wait: 30e9, max_ack_pending: 500, deliver_policy: 'all',
})
const consumer = await connection.jetstream().consumers.get(STREAM, CONSUMER)
const messages = await consumer.consume({ max_messages: 100 })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => messages.stop())
console.error('listening')
for await (const message of messages) {
  for (const event of eventsOf(message)) if (isNew(event)) print(event, message.subject.endsWith('.batch'))
  message.ack()
}
await connection.drain()
