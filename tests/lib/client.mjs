// HTTP clients with an address and connections of their own, and headers that fetch would not send: who guesses
// passwords, and other people's browsers.
import { Agent, request } from 'node:http'

// address: of this machine's loopback network, 127.0.0.0/8. connections: at most so many at once.
export class Client {
  constructor(base, { address = '127.0.0.1', connections = 2 } = {}) {
    this.base = base
    this.agent = new Agent({ keepAlive: true, maxSockets: connections, localAddress: address })
  }

  // body: an object is sent as JSON, a string as it is.
  send(method, path, { body, headers = {} } = {}) {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    return new Promise((resolve, reject) => {
      const sent = request(`${this.base}/api/v1${path}`, {
        method,
        agent: this.agent,
        headers: {
          ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...headers,
        },
      }, (response) => {
        const pieces = []
        response.on('data', (piece) => pieces.push(piece))
        response.on('error', reject)
        response.on('end', () => {
          const answer = Buffer.concat(pieces).toString()
          const json = /json/.test(response.headers['content-type'] ?? '') && answer !== ''
          resolve({ status: response.statusCode, headers: response.headers, text: answer, body: json ? JSON.parse(answer) : undefined })
        })
      })
      sent.on('error', reject)
      sent.end(text === undefined ? undefined : Buffer.from(text)) // a text would take the headers along into its encoding
    })
  }

  signIn(email, password, headers) {
    return this.send('POST', '/session', { body: { email, password }, headers })
  }

  close() {
    this.agent.destroy()
  }
}

// The value of the session's cookie in an answer.
export const cookieOf = (answer) => /^__Host-cauce=([^;]*)/.exec(answer.headers['set-cookie']?.[0] ?? '')?.[1]
