// One client of the REST API that behaves as the API says: a create that got no certain answer is repeated with its
// Idempotency-Key; a change is repeated with the same If-Match, or found in the record's history once another version
// is in force.
import { setTimeout as sleep } from 'node:timers/promises'

const PATIENCE_MS = 120_000

export class Client {
  #at = 0
  #marks = 0

  // urls: of the gateways; name: part of every mark; timeout: how long it waits for one answer.
  constructor({ urls, name, ledger, rng, timeout = 4000, pause = [30, 300] }) {
    Object.assign(this, { urls, name, ledger, rng, timeout, pause })
    this.#at = rng.between(0, urls.length - 1)
  }

  async signIn(email, password) {
    const answer = await this.certain('POST', '/session', { body: { email, password } })
    this.token = answer.body.token
  }

  // One exchange: { status, headers, text, body }, or { lost: why }. After a lost one the other gateway is asked.
  async ask(method, path, { body, headers = {}, csv } = {}) {
    const answer = await this.#exchange(method, path, body, headers, csv)
    this.ledger.answered(answer)
    if (answer.status === undefined || answer.status === 503) this.#at = (this.#at + 1) % this.urls.length
    if (answer.status === 401 || answer.status === 500) this.ledger.complain(`${this.name} ${method} ${path}`, answer)
    return answer
  }

  async #exchange(method, path, body, headers, csv) {
    try {
      const response = await fetch(`${this.urls[this.#at]}/api/v1${path}`, {
        method,
        redirect: 'manual',
        body: csv ?? (body && JSON.stringify(body)),
        signal: AbortSignal.timeout(this.timeout),
        headers: {
          ...(csv ? { 'content-type': 'text/csv' } : body ? { 'content-type': 'application/json' } : {}),
          ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
          ...headers,
        },
      })
      const text = await response.text()
      const json = /json/.test(response.headers.get('content-type') ?? '') && text !== ''
      return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : undefined }
    } catch (error) {
      return { lost: error.name === 'TimeoutError' ? 'time' : error.cause?.code ?? error.name }
    }
  }

  static uncertain(answer) {
    return answer.status === undefined || answer.status >= 500
  }

  async again(end, what) {
    if (Date.now() > end) throw new Error(`${this.name}: ${what} got no answer in ${PATIENCE_MS / 1000} s`)
    this.ledger.count.retries++
    await sleep(this.rng.between(...this.pause))
  }

  // Repeats until the answer is certain: for reads and for what may be said twice.
  async certain(method, path, options) {
    for (const end = Date.now() + PATIENCE_MS; ;) {
      const answer = await this.ask(method, path, options)
      if (!Client.uncertain(answer)) return answer
      await this.again(end, `${method} ${path}`)
    }
  }

  mark() {
    return `${this.name}.${++this.#marks}`
  }

  // Returns the new record, or undefined when it was refused for good, which is never right here.
  async create(path, fields = {}) {
    const mark = this.mark()
    const key = `key-${mark}`
    this.ledger.creates.set(mark, { path, key })
    let answer
    for (const end = Date.now() + PATIENCE_MS; ;) {
      answer = await this.certain('POST', `/${path}`,
        { body: { name: mark, ...fields }, headers: { 'idempotency-key': key } })
      if (answer.body?.code !== 'reference') break
      this.ledger.count.references++
      await this.again(end, `create of ${mark}`)
    }
    if (answer.status !== 201 || answer.body.version !== 1 || answer.body.name !== mark) {
      this.ledger.complain(`create ${mark}`, answer)
      return undefined
    }
    this.ledger.created(mark, answer.body.id)
    return { path, id: answer.body.id, version: 1 }
  }

  // Changes `row`, which is at row.version; shared: others change it too. Leaves row.version as it is known then.
  async change(row, { shared = false, fields = {} } = {}) {
    const tried = []
    for (const end = Date.now() + PATIENCE_MS; ;) {
      const mark = this.mark()
      const answer = await this.ask('PATCH', `/${row.path}/${row.id}`,
        { body: { name: mark, ...fields }, headers: { 'if-match': `"${row.version}"` } })
      if (answer.status === 200) return this.#changed(row, mark, answer)
      this.#note(mark, answer)
      if (Client.uncertain(answer)) {
        if (answer.status !== 503) tried.push(mark)
      } else if (answer.status === 412) {
        if (shared) this.ledger.count.conflicts++
        if (!shared && tried.length === 0) this.ledger.complain(`change ${mark} of ${row.id}`, answer)
      } else {
        this.ledger.complain(`change ${mark} of ${row.id}`, answer)
        return
      }
      if (await this.#moved(row)) return this.#resolve(row, tried)
      await this.again(end, `change of ${row.id}`)
    }
  }

  #note(mark, answer) {
    const set = Client.uncertain(answer) && answer.status !== 503 ? this.ledger.unknown : this.ledger.refused
    set.add(mark)
  }

  #changed(row, mark, answer) {
    if (answer.body.version !== row.version + 1 || answer.body.name !== mark) {
      this.ledger.complain(`change ${mark} of ${row.id} from ${row.version}`, answer)
    }
    row.version = answer.body.version
    this.ledger.changed({ path: row.path, id: row.id, version: row.version, type: 'updated', mark })
  }

  // Whether another version than row.version is in force; row.current tells which.
  async #moved(row) {
    const now = await this.certain('GET', `/${row.path}/${row.id}`)
    if (now.status !== 200) {
      this.ledger.complain(`read of ${row.id}`, now)
      return true
    }
    row.current = now.body.version
    if (row.current < row.version) this.ledger.complain(`${row.id} was at ${row.version} and is now at`, now)
    return row.current !== row.version
  }

  // Version row.version + 1 is ours, or nobody's attempt of ours can become it any more.
  async #resolve(row, tried) {
    if (tried.length > 0) {
      const entry = await this.entry(row, row.version + 1)
      const mark = entry?.changes.find((change) => change.field === 'name')?.after
      if (tried.includes(mark)) {
        this.ledger.changed({ path: row.path, id: row.id, version: row.version + 1, type: 'updated', mark })
      }
      this.ledger.count.resolved++
    }
    row.version = row.current ?? row.version
  }

  // What the record's history tells of one version.
  async entry(row, version) {
    for (let before; ;) {
      const page = await this.certain('GET', `/${row.path}/${row.id}/history${before ? `?before=${before}` : ''}`)
      const items = page.body?.items ?? []
      const found = items.find((item) => item.version === version)
      if (found || items.length === 0) return found
      before = items.at(-1).seq
    }
  }

  // Deletes a row that nobody else touches.
  async remove(row) {
    let sure = true
    for (const end = Date.now() + PATIENCE_MS; ;) {
      const answer = await this.ask('DELETE', `/${row.path}/${row.id}`, { headers: { 'if-match': `"${row.version}"` } })
      const gone = answer.status === 204 || (!sure && answer.status === 404)
      if (gone) {
        if (!sure) this.ledger.count.resolved++
        row.version++
        this.ledger.changed({ path: row.path, id: row.id, version: row.version, type: 'deleted' })
        return true
      }
      if (!Client.uncertain(answer)) {
        this.ledger.complain(`delete of ${row.id} at ${row.version}`, answer)
        return false
      }
      sure &&= answer.status === 503
      await this.again(end, `delete of ${row.id}`)
    }
  }

  // Brings it back. False when an attempt may still be under way: it would bring back a later deletion too.
  async restore(row) {
    let sure = true
    for (const end = Date.now() + PATIENCE_MS; ;) {
      const answer = await this.ask('POST', `/${row.path}/${row.id}/restore`)
      if (answer.status === 200) {
        if (answer.body.version !== row.version + 1) this.ledger.complain(`restore of ${row.id} at ${row.version}`, answer)
        row.version = answer.body.version
        this.ledger.changed({ path: row.path, id: row.id, version: row.version, type: 'restored' })
        return sure
      }
      if (!Client.uncertain(answer)) {
        this.ledger.complain(`restore of ${row.id} at ${row.version}`, answer)
        return false
      }
      sure &&= answer.status === 503
      await this.again(end, `restore of ${row.id}`)
    }
  }
}
