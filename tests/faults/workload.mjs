// What the clients do until they are told to stop: create, change hot and cold rows, delete, restore, read lists, and
// one import after another.
import { setTimeout as sleep } from 'node:timers/promises'

import { Client } from './client.mjs'

const COLD_ROWS = 20
const THINK_MS = [0, 60]
const IMPORT_ROWS = 1500
const IMPORT_GAP_MS = 2000

export class Workload {
  #stopping = false
  #running = []

  constructor(suite, ledger, rng) {
    this.suite = suite
    this.ledger = ledger
    this.rng = rng
  }

  client(name, options = {}) {
    return new Client({ urls: this.suite.urls, name, ledger: this.ledger, rng: this.rng.fork(), ...options })
  }

  // Signs all clients in and makes the hot rows.
  async prepare(clients) {
    this.clients = Array.from({ length: clients }, (_, i) => this.client(`c${i + 1}`))
    this.importer = this.client('imp')
    this.probes = this.suite.urls.map((url, i) => this.client(`probe${i + 1}`, { urls: [url], timeout: 1000, pause: [20, 20] }))
    for (const client of [...this.clients, this.importer, ...this.probes]) {
      await client.signIn(this.suite.email, this.suite.password)
    }
    this.hot = []
    for (const path of ['leads', 'leads', 'leads', 'tasks', 'tasks']) this.hot.push(await this.clients[0].create(path))
  }

  start() {
    this.#running = [...this.clients.map((client) => this.#work(client)), this.#import()]
  }

  async stop() {
    this.#stopping = true
    await Promise.all(this.#running)
  }

  async #work(client) {
    const rows = []
    while (!this.#stopping) {
      await this.#step(client, rows)
      await sleep(client.rng.between(...THINK_MS))
    }
  }

  async #step(client, rows) {
    const { rng } = client
    const n = rng.next()
    const row = rows.length > 0 ? rng.pick(rows) : undefined
    if (n < 0.3 || !row) await this.#create(client, rows)
    else if (n < 0.55) await this.#cold(client, row)
    else if (n < 0.8) await this.#hot(client)
    else if (n < 0.9) await this.#bin(client, rows, row)
    else await client.certain('GET', `/${row.path}?limit=20&sort=${rng.pick(['-created_at', 'label', '-updated_at'])}`)
  }

  async #create(client, rows) {
    const leads = this.ledger.ids('leads')
    const task = leads.length > 0 && client.rng.chance(0.35)
    const row = await (task ? client.create('tasks', { lead: client.rng.pick(leads) })
      : client.create('leads', { score: client.rng.between(0, 100) }))
    if (row) rows.push(row)
    // A lead that others may refer to is never deleted.
    if (row && !task && (row.kept = client.rng.chance(0.5))) this.ledger.remember('leads', row.id)
    if (rows.length > COLD_ROWS) rows.splice(client.rng.between(0, COLD_ROWS), 1)
  }

  async #cold(client, row) {
    if (row.deleted) return
    const fields = row.path === 'leads' ? { score: client.rng.between(0, 1000) } : { done: client.rng.chance(0.5) }
    await client.change(row, { fields })
  }

  async #hot(client) {
    const { path, id } = client.rng.pick(this.hot)
    const now = await client.certain('GET', `/${path}/${id}`)
    if (now.status === 200) await client.change({ path, id, version: now.body.version }, { shared: true })
    else this.ledger.complain(`read of hot ${id}`, now)
  }

  async #bin(client, rows, row) {
    if (row.kept) return
    if (!row.deleted) {
      row.deleted = await client.remove(row)
      return
    }
    const sure = await client.restore(row)
    row.deleted = false
    if (!sure) rows.splice(rows.indexOf(row), 1)
  }

  // An upload that got no certain answer is not repeated: nothing tells it from a second file.
  async #import() {
    for (let n = 1; !this.#stopping; n++) {
      const entry = { mark: `imp-${n}`, path: n % 3 ? 'leads' : 'tasks', rows: IMPORT_ROWS }
      const { mark, path } = entry
      const column = path === 'leads' ? 'company' : 'lead'
      const value = path === 'leads' ? 'Importada S.A.S.' : this.hot[0].id
      const lines = Array.from({ length: IMPORT_ROWS }, (_, i) => `${mark}.${i + 1},${value}`)
      this.ledger.imports.push(entry)
      const answer = await this.importer.ask('POST', `/${path}/import?filename=${mark}.csv`,
        { csv: `name,${column}\n${lines.join('\n')}\n`, headers: { 'idempotency-key': mark } })
      if (answer.status === 202) entry.job = answer.body.id
      else if (answer.status !== undefined && answer.status < 500) this.ledger.complain(`import ${mark}`, answer)
      if (entry.job) await this.job(entry)
      for (let waited = 0; waited < IMPORT_GAP_MS && !this.#stopping; waited += 200) await sleep(200)
    }
  }

  async job(entry) {
    for (;;) {
      const answer = await this.importer.certain('GET', `/${entry.path}/jobs/${entry.job}`)
      if (answer.status !== 200) {
        this.ledger.complain(`job of ${entry.mark}`, answer)
        return
      }
      entry.state = answer.body.state
      if (['done', 'failed'].includes(entry.state)) return
      await sleep(300)
    }
  }

  // Until each gateway has taken a new lead, and a task that refers to it: ms since `since`. The second number is when
  // the task showed its lead's label, which came by an event.
  async probe(since, limit) {
    let ready = 0
    const shown = await Promise.all(this.probes.map(async (client) => {
      const lead = await client.create('leads')
      const task = await client.create('tasks', { lead: lead.id })
      ready = Math.max(ready, performance.now() - since)
      for (;;) {
        const { body } = await client.certain('GET', `/tasks/${task.id}`)
        const took = performance.now() - since
        if (body?.labels?.lead || took > limit) return took
        await sleep(25)
      }
    }))
    return { ready, shown: Math.max(...shown) }
  }
}
