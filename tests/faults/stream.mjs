// What an outside client hears: every message of a service's stream, opened with nothing but proto/.
import { join } from 'node:path'

import { connect, consumerOpts } from 'nats'
import protobuf from 'protobufjs'

import { ROOT } from '../lib/suite.mjs'

function schema() {
  const root = new protobuf.Root()
  root.resolvePath = (from, to) => (to.startsWith('google/') ? join(ROOT, 'tests/node_modules/protobufjs', to) : join(ROOT, 'proto', to))
  root.loadSync('entity.proto')
  return { Event: root.lookupType('cauce.Event'), EventBatch: root.lookupType('cauce.EventBatch') }
}

function uuid(bytes) {
  const hex = Buffer.from(bytes).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

// [{ id, seq, record, version }] in the stream's order, repeats included.
export async function readStream(suite, service) {
  const { Event, EventBatch } = schema()
  const connection = await connect({ servers: suite.natsUrl, user: 'admin', pass: suite.secret('nats-admin') })
  const manager = await connection.jetstreamManager()
  const { state } = await manager.streams.info(service.toUpperCase())
  const events = []
  if (state.messages > 0) {
    const options = consumerOpts()
    options.orderedConsumer()
    const subscription = await connection.jetstream().subscribe(`ev.${service}.>`, options)
    for await (const message of subscription) {
      const batch = message.subject.endsWith('.batch') ? EventBatch.decode(message.data).events : [Event.decode(message.data)]
      for (const event of batch) {
        events.push({ id: uuid(event.id), seq: Number(event.seq), record: uuid(event.record), version: Number(event.version) })
      }
      if (message.seq >= state.last_seq) break
    }
  }
  await connection.close()
  return events
}
