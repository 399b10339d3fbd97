// A reader of GET /live, as EventSource is one: messages with their ids, and what came between them.
import http from 'node:http'
import https from 'node:https'

export class Live {
  messages = []
  #waiting = new Set()
  #text = ''

  // base: a suite's url, https too; modules, after: as in the query; headers: more of them (cookie, last-event-id).
  constructor(base, { token, modules, after, headers = {}, agent } = {}) {
    const query = new URLSearchParams({ ...(modules ? { modules: modules.join() } : {}), ...(after ? { after } : {}) })
    const { request } = base.startsWith('https:') ? https : http
    this.opened = new Promise((resolve, reject) => {
      this.request = request(`${base}/api/v1/live?${query}`, {
        agent: agent ?? false,
        headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
      }, (response) => {
        this.response = response
        this.status = response.statusCode
        response.setEncoding('utf8')
        response.on('data', (text) => this.#read(text))
        response.on('close', () => this.#end())
        response.on('error', () => {})
        resolve(this)
      })
      this.request.on('error', (error) => {
        this.#end()
        reject(error)
      })
      this.request.end()
    })
    this.opened.catch(() => {})
  }

  #end() {
    this.ended ??= performance.now()
    this.#look()
  }

  #read(text) {
    this.#text += text
    for (;;) {
      const end = this.#text.indexOf('\n\n')
      if (end < 0) break
      const message = { at: performance.now() }
      for (const line of this.#text.slice(0, end).split('\n')) {
        const colon = line.indexOf(':')
        if (colon < 0) continue
        const value = line.slice(colon + 1).replace(/^ /, '')
        if (colon === 0) this.heartbeats = (this.heartbeats ?? 0) + 1
        if (line.startsWith('id:')) this.id = value
        if (line.startsWith('retry:')) this.retry = Number(value)
        if (line.startsWith('data:')) Object.assign(message, JSON.parse(value))
      }
      this.#text = this.#text.slice(end + 2)
      message.position = this.id
      if (Object.keys(message).length > 2) this.messages.push(message)
    }
    this.#look()
  }

  #look() {
    for (const look of this.#waiting) look()
  }

  // Until a message is as it should be, looked at from the one with that index on.
  until(what, check, { timeout = 10_000, from = 0 } = {}) {
    return this.#await(what, () => this.messages.slice(from).find(check), timeout)
  }

  // Until the other side has ended it.
  async gone(timeout = 10_000) {
    await this.#await('the end', () => this.ended, timeout)
  }

  #await(what, find, timeout) {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer)
        this.#waiting.delete(look)
      }
      const look = () => {
        const found = find()
        if (found === undefined) return
        done()
        resolve(found)
      }
      const timer = setTimeout(() => {
        done()
        reject(new Error(`never: ${what}; last: ${JSON.stringify(this.messages.slice(-3))}${this.ended ? ', ended' : ''}`))
      }, timeout)
      this.#waiting.add(look)
      look()
    })
  }

  // Records told of, and how.
  of(id) {
    return this.messages.filter((message) => message.id === id).map(({ type }) => type)
  }

  close() {
    this.request.destroy()
  }
}

// Opens one and waits for its first message.
export async function live(base, options) {
  const stream = await new Live(base, options).opened
  if (stream.status === 200) await stream.until('the first message', ({ modules }) => modules)
  return stream
}
