// HTTP by hand: bytes over a socket, plain or TLS, and what comes back; certificates to speak TLS with.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'

// One connection. `got` is all that came, `over` a promise of its end.
export class Raw {
  // url: of a gateway; ca: needed for https; more: options of net.connect or tls.connect.
  static async open(url, { ca, ...more } = {}) {
    const { hostname, port, protocol } = new URL(url)
    const raw = new Raw()
    raw.host = `${hostname}:${port}`
    const options = { host: hostname, port: Number(port), noDelay: true, ...more }
    raw.plain = connect(options)
    raw.plain.on('error', (error) => { raw.error = error })
    raw.socket = protocol === 'https:' ? connectTls({ ca, ...options, socket: raw.plain }) : raw.plain
    raw.socket.on('data', (piece) => raw.pieces.push(piece))
    raw.socket.on('error', (error) => { raw.error = error })
    raw.over = new Promise((resolve) => raw.socket.on('close', () => { raw.closed = true; resolve() }))
    await Promise.race([once(raw.socket, protocol === 'https:' ? 'secureConnect' : 'connect'), raw.over])
    if (raw.closed) throw raw.error ?? new Error('closed')
    return raw
  }

  pieces = []

  get got() {
    return Buffer.concat(this.pieces)
  }

  send(...parts) {
    for (const part of parts) this.socket.write(part)
    return this
  }

  // The answers so far: { status, headers, text }. A body that is not whole is left out.
  get answers() {
    return answersOf(this.got)
  }

  // Waits until there are n answers, the connection has ended, or `ms` have passed.
  async wait(n = 1, ms = 15_000) {
    for (const end = Date.now() + ms; !this.closed && this.answers.length < n && Date.now() < end;) {
      await Promise.race([this.over, new Promise((resolve) => setTimeout(resolve, 10))])
    }
    return this.answers
  }

  // Waits until the server has closed it: false = it has not.
  async ended(ms = 15_000) {
    await Promise.race([this.over, new Promise((resolve) => setTimeout(resolve, ms).unref())])
    return Boolean(this.closed)
  }

  reset() {
    this.plain.resetAndDestroy()
    this.socket.destroy()
  }

  close() {
    this.socket.destroy()
  }
}

function answersOf(bytes) {
  const answers = []
  for (let rest = bytes; rest.length > 0;) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) break
    const [line, ...fields] = rest.subarray(0, end).toString('latin1').split('\r\n')
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1])
    if (!status) throw new Error(`not an answer: ${line.slice(0, 200)}`)
    const headers = Object.fromEntries(fields.map((field) => [field.slice(0, field.indexOf(':')).toLowerCase(), field.slice(field.indexOf(':') + 2)]))
    const length = status === 100 || status === 204 || status === 304 ? 0 : Number(headers['content-length'])
    if (Number.isNaN(length)) throw new Error('an answer without a length')
    if (rest.length < end + 4 + length) break
    if (status !== 100) answers.push({ status, headers, text: rest.subarray(end + 4, end + 4 + length).toString() })
    rest = rest.subarray(end + 4 + length)
  }
  return answers
}

// A certificate for 127.0.0.1 and localhost with its key, in a folder that the daemons can read: { certificate, key, ca }.
// Called again with the same folder it replaces both, as whoever renews them does: by rename.
export function certificate(folder = mkdtempSync(join(process.env.CAUCE_TEST_DIR ?? tmpdir(), 'tls-')), name = 'cauce.example') {
  chmodSync(folder, 0o755)
  const paths = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') }
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${name}`,
    '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost', '-keyout', `${paths.key}.new`, '-out', `${paths.certificate}.new`], { stdio: 'ignore' })
  for (const path of [paths.key, paths.certificate]) {
    writeFileSync(path + '.new', readFileSync(path + '.new'), { mode: 0o644 })
    chmodSync(path + '.new', 0o644)
    renameSync(path + '.new', path)
  }
  return { folder, ...paths, ca: readFileSync(paths.certificate) }
}
