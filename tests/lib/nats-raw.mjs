// NATS by its text protocol, for tests about what the server lets a user say: a refusal is an answer here, where
// client libraries hide it.
import { connect } from 'node:net'
import { once } from 'node:events'

export async function rawNats(url, user, pass) {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  socket.setEncoding('utf8')
  const client = new RawNats(socket)
  socket.write(`CONNECT ${JSON.stringify({ user, pass, verbose: false, pedantic: false, headers: true, lang: 'raw', version: '0', protocol: 1 })}\r\n`)
  await client.flush()
  return client
}

class RawNats {
  #buffer = ''
  #errors = []
  #messages = []
  #pongs = []
  #sid = 0

  constructor(socket) {
    this.socket = socket
    socket.on('data', (data) => this.#read(data))
    socket.on('error', () => {})
  }

  #read(data) {
    this.#buffer += data
    for (;;) {
      const end = this.#buffer.indexOf('\r\n')
      if (end < 0) return
      const line = this.#buffer.slice(0, end)
      const payload = /^H?MSG .* (\d+)$/.exec(line)
      const size = payload ? Number(payload[1]) + 2 : 0
      if (this.#buffer.length < end + 2 + size) return
      if (payload) this.#messages.push({ subject: line.split(' ')[1], data: this.#buffer.slice(end + 2, end + size) })
      this.#buffer = this.#buffer.slice(end + 2 + size)
      if (line === 'PING') this.socket.write('PONG\r\n')
      if (line === 'PONG') this.#pongs.shift()?.()
      if (line.startsWith('-ERR')) this.#errors.push(line.slice(6, -1))
    }
  }

  // Until the server has seen all we said: its refusals come before its PONG.
  async flush() {
    await new Promise((resolve, reject) => {
      const onClose = () => reject(new Error(`the server hung up: ${this.#errors}`))
      this.socket.once('close', onClose)
      this.#pongs.push(() => {
        this.socket.off('close', onClose)
        resolve()
      })
      this.socket.write('PING\r\n')
    })
  }

  // What the server says against it, undefined when it lets it pass.
  async publish(subject, data = '', reply = '') {
    this.socket.write(`PUB ${subject} ${reply} ${Buffer.byteLength(data)}\r\n${data}\r\n`)
    return this.#refusal()
  }

  async subscribe(subject) {
    this.socket.write(`SUB ${subject} ${++this.#sid}\r\n`)
    return this.#refusal()
  }

  async #refusal() {
    this.#errors = []
    await this.flush()
    return this.#errors[0]
  }

  // One question with its answer, by an inbox the user may hear.
  async request(inbox, subject, data, timeout = 2000) {
    const refused = (await this.subscribe(inbox)) ?? (await this.publish(subject, data, inbox))
    if (refused) throw new Error(refused)
    const end = Date.now() + timeout
    while (Date.now() < end) {
      const at = this.#messages.findIndex((message) => message.subject === inbox)
      if (at >= 0) return JSON.parse(this.#messages.splice(at, 1)[0].data)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    throw new Error(`no answer to ${subject}`)
  }

  close() {
    this.socket.destroy()
  }
}
