// A mail server for tests: takes what a strict one would take, keeps it, and complains of the rest.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'

// A certificate of 127.0.0.1 that signs itself: { key, cert, ca: its file }.
export function certificate(folder) {
  const key = join(folder, 'smtp-key.pem')
  const ca = join(folder, 'smtp-cert.pem')
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1',
    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', ca], { stdio: 'ignore' })
  const pair = { key: readFileSync(key), cert: readFileSync(ca), ca }
  rmSync(key)
  return pair
}

// tls: 'none', 'starttls' or 'first'; user and password: needed when given; refuse: number of messages to answer 451 first.
export class MailServer {
  constructor({ tls = 'none', key, cert, user, password, refuse = 0 } = {}) {
    this.tls = tls
    this.mails = [] // { from, to, headers, text, secure, user }
    this.faults = [] // what a strict server would not take
    this.refuse = refuse
    this.server = new SMTPServer({
      secure: tls === 'first',
      key,
      cert,
      hideSTARTTLS: tls !== 'starttls',
      authOptional: !user,
      allowInsecureAuth: tls === 'none',
      disableReverseLookup: true,
      logger: false,
      onAuth: (auth, session, done) => {
        if (auth.username === user && auth.password === password) return done(null, { user })
        this.faults.push(`signed in as ${auth.username}`)
        done(new Error('no'))
      },
      onData: (stream, session, done) => {
        const chunks = []
        stream.on('data', (chunk) => chunks.push(chunk))
        stream.on('end', () => {
          if (this.refuse-- > 0) return done(Object.assign(new Error('busy, later'), { responseCode: 451 }))
          this.#take(Buffer.concat(chunks), session)
          done()
        })
      },
    })
    this.server.on('error', (error) => this.faults.push(error.message))
  }

  async listen(port = 0) {
    this.server.listen(port, '127.0.0.1')
    await once(this.server.server, 'listening')
    this.port = this.server.server.address().port
    return this
  }

  async close() {
    await new Promise((resolve) => this.server.close(resolve))
  }

  #take(raw, { envelope, secure, user }) {
    const mail = { from: envelope.mailFrom.address, to: envelope.rcptTo.map((one) => one.address), secure: Boolean(secure), user, ...parse(raw, this.faults) }
    if (mail.to.length !== 1) this.faults.push(`${mail.to.length} recipients`)
    if (mail.headers.get('to') !== mail.to[0]) this.faults.push(`To is ${mail.headers.get('to')}, not ${mail.to[0]}`)
    this.mails.push(mail)
  }

  // The next mail to this address (with this subject), which must come in time; it is taken out.
  async mail(to, subject, timeout = 15_000) {
    for (const end = Date.now() + timeout; ;) {
      const at = this.mails.findIndex((mail) => mail.to[0] === to && (!subject || mail.headers.get('subject') === subject))
      if (at >= 0) return this.mails.splice(at, 1)[0]
      assert.ok(Date.now() < end, `no mail to ${to}; ${JSON.stringify(this.faults)}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

const ONCE = ['date', 'from', 'to', 'subject', 'message-id', 'mime-version', 'content-type', 'content-transfer-encoding']

// Headers decoded and the text; whatever RFC 5322, 2045 and 2047 do not allow goes into faults.
function parse(raw, faults) {
  const message = raw.toString('latin1')
  const split = message.indexOf('\r\n\r\n')
  if (/[^\x00-\x7f]/.test(message)) faults.push('bytes that are not ASCII')
  if (/\r(?!\n)|(?<!\r)\n/.test(message)) faults.push('bare CR or LF')
  for (const line of message.split('\r\n')) if (line.length > 998) faults.push(`a line of ${line.length}`)
  const headers = new Map()
  for (const line of message.slice(0, split).replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const [, name, value] = /^([!-9;-~]+): (.*)$/.exec(line) ?? []
    if (!name) faults.push(`not a header: ${line}`)
    else if (headers.has(name.toLowerCase())) faults.push(`${name} twice`)
    else headers.set(name.toLowerCase(), decodeWords(value, faults))
  }
  for (const name of ONCE) if (!headers.has(name)) faults.push(`no ${name}`)
  if (Math.abs(Date.parse(headers.get('date')) - Date.now()) > 120_000) faults.push(`Date: ${headers.get('date')}`)
  if (!/^<[^<>@\s]+@[^<>@\s]+>$/.test(headers.get('message-id') ?? '')) faults.push(`Message-ID: ${headers.get('message-id')}`)
  if (headers.get('content-type') !== 'text/plain; charset=utf-8') faults.push(`Content-Type: ${headers.get('content-type')}`)
  const body = message.slice(split + 4)
  for (const line of body.split('\r\n')) if (line.length > 76) faults.push(`a body line of ${line.length}`)
  if (headers.get('content-transfer-encoding') !== 'base64') faults.push('not base64')
  const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(body.replaceAll('\r\n', ''), 'base64'))
  return { headers, text }
}

function decodeWords(value, faults) {
  return value.replace(/\?= =\?/g, '?==?').replace(/=\?([^?]+)\?([^?]+)\?([^?]*)\?=/g, (word, charset, encoding, text) => {
    if (word.length > 75) faults.push(`an encoded word of ${word.length}`)
    if (charset !== 'UTF-8' || encoding !== 'B') faults.push(`encoded word: ${word}`)
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64'))
  })
}

// The token of the link in a mail.
export function tokenOf(mail, publicUrl) {
  const links = mail.text.match(/https?:\/\/\S+/g) ?? []
  assert.equal(links.length, 1, mail.text)
  assert.ok(links[0].startsWith(`${publicUrl}/enlace/`), links[0])
  return links[0].slice(publicUrl.length + '/enlace/'.length)
}
