// Events as an outside program reads them: with nothing but proto/.
import { join } from 'node:path'

import protobuf from 'protobufjs'

import { ROOT } from '../lib/suite.mjs'

const root = new protobuf.Root()
root.resolvePath = (from, to) => (to.startsWith('google/') ? join(ROOT, 'tests/node_modules/protobufjs', to) : join(ROOT, 'proto', to))
root.loadSync('entity.proto')

export const Event = root.lookupType('cauce.Event')
export const EventBatch = root.lookupType('cauce.EventBatch')
export const EventsRequest = root.lookupType('cauce.EventsRequest')
export const EventsReply = root.lookupType('cauce.EventsReply')

export function uuid(bytes) {
  const hex = Buffer.from(bytes).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

export function plain(event) {
  return { id: uuid(event.id), seq: Number(event.seq), record: uuid(event.record), version: Number(event.version) }
}
