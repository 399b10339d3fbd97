// What is heard from outside: a service's stream from its beginning, and a reader that follows the service's events by
// their horizon while everything around it breaks.
import { setTimeout as sleep } from 'node:timers/promises'

import { connect, consumerOpts } from 'nats'

import { Event, EventBatch, EventsReply, EventsRequest, plain } from './proto.mjs'

function open(suite) {
  return connect({ servers: suite.natsUrl, user: 'admin', pass: suite.secret('nats-admin'),
    maxReconnectAttempts: -1, reconnectTimeWait: 100, pingInterval: 2000 })
}

// [{ id, seq, record, version }] in the stream's order, repeats included.
export async function readStream(suite, service) {
  const connection = await open(suite)
  const manager = await connection.jetstreamManager()
  const { state } = await manager.streams.info(service.toUpperCase())
  const events = []
  if (state.messages > 0) {
    const options = consumerOpts()
    options.orderedConsumer()
    for await (const message of await connection.jetstream().subscribe(`ev.${service}.>`, options)) {
      const batch = message.subject.endsWith('.batch') ? EventBatch.decode(message.data).events : [Event.decode(message.data)]
      events.push(...batch.map(plain))
      if (message.seq >= state.last_seq) break
    }
  }
  await connection.close()
  return events
}

// Asks for what came after, again and again.
export class Follower {
  events = []
  #after = 0
  #stopping = false

  constructor(service) {
    this.service = service
  }

  async start(suite) {
    this.connection = await open(suite)
    this.running = this.#follow()
  }

  async #follow() {
    while (!this.#stopping) if (await this.#page() === 0) await sleep(10)
  }

  // How many came; 0 also when nobody answered.
  async #page() {
    try {
      const body = EventsRequest.encode({ after: this.#after, limit: 1000 }).finish()
      const answer = await this.connection.request(`rpc.${this.service}.events`, body, { timeout: 5000 })
      if (answer.headers?.get('Nats-Service-Error-Code')) return 0
      const reply = EventsReply.decode(answer.data)
      this.events.push(...reply.events.map(plain))
      this.#after = Math.max(this.#after, Number(reply.horizon))
      return reply.events.length
    } catch {
      return 0
    }
  }

  // To the end, then no more.
  async stop() {
    this.#stopping = true
    await this.running
    for (let empty = 0; empty < 3;) empty = (await this.#page()) === 0 ? empty + 1 : 0
    await this.connection.close()
  }
}
