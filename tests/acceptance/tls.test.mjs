// HTTPS by the gateway itself: what it speaks, the session's cookie over it, certificates that are replaced while it runs, and
// files that are no good.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { connect } from 'node:tls'
import { setTimeout as sleep } from 'node:timers/promises'
import { live } from '../lib/live.mjs'
import { Raw, certificate } from '../lib/raw.mjs'
import { ROOT, startSuite } from '../lib/suite.mjs'

let suite, tls, url
const folders = []
const made = (...args) => {
  const one = certificate(...args)
  folders.push(one.folder)
  return one
}
before(async () => {
  tls = made()
  suite = await startSuite({ daemonEnv: { gateway: { CAUCE_TLS_CERTIFICATE: tls.certificate, CAUCE_TLS_KEY: tls.key } } })
  url = suite.url.replace('http:', 'https:')
})
after(async () => {
  await suite?.stop()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function ask(method, path, { headers, body } = {}) {
  const text = body && JSON.stringify(body)
  return new Promise((resolve, reject) => {
    request(url + path, { method, agent: new Agent({ ca: tls.ca }), headers: { ...(text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }), ...headers } }, (response) => {
      const pieces = []
      response.on('data', (piece) => pieces.push(piece))
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(pieces).toString() }))
    }).on('error', reject).end(text)
  })
}

// What a handshake comes to: the protocol and the certificate's name, or the error's code.
const shake = (options = {}) => new Promise((resolve) => {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), rejectUnauthorized: false, ...options })
  socket.on('secureConnect', () => {
    resolve({ protocol: socket.getProtocol(), alpn: socket.alpnProtocol, name: socket.getPeerCertificate().subject.CN })
    socket.destroy()
  })
  socket.on('error', ({ code }) => resolve({ code }))
})

// What a browser sends that has signed in, and the cookie as it got it.
async function signIn() {
  const signed = await ask('POST', '/api/v1/session', { body: { email: suite.email, password: suite.password } })
  assert.equal(signed.status, 200, signed.text)
  const [cookie] = signed.headers['set-cookie']
  return { cookie, headers: { cookie: cookie.split(';')[0], 'x-cauce': '1', origin: url } }
}
const listen = ({ cookie }) => live(url, { headers: { cookie }, modules: ['leads.lead'], agent: new Agent({ ca: tls.ca }) })
const leadOf = async (headers, name) => JSON.parse((await ask('POST', '/api/v1/leads', { headers, body: { name } })).text)

test('the API and the session\'s cookie over HTTPS', async () => {
  const { cookie, headers } = await signIn()
  for (const flag of ['Secure', 'HttpOnly', 'Path=/', 'SameSite=Lax']) assert.ok(cookie.split('; ').includes(flag), cookie)
  const lead = await ask('POST', '/api/v1/leads', { headers, body: { name: 'Por HTTPS' } })
  assert.equal(lead.status, 201, lead.text)
  assert.equal((await ask('GET', lead.headers.location, { headers })).status, 200)
  assert.equal((await ask('POST', '/api/v1/leads', { headers: { ...headers, origin: 'https://malo.example' }, body: { name: 'No' } })).status, 403)
})

test('API-02: the live stream over HTTPS: everything to every stream, until the session ends', async () => {
  const { headers } = await signIn()
  const streams = await Promise.all(Array.from({ length: 4 }, () => listen(headers)))
  const leads = []
  for (let i = 0; i < 20; i++) leads.push(await leadOf(headers, `Prospecto ${i} `.repeat(5)))
  for (const stream of streams) {
    assert.equal(stream.status, 200)
    for (const { id } of leads) await stream.until(id, (message) => message.id === id && message.type === 'created')
  }
  const [first, ...others] = streams
  first.close()
  const another = await leadOf(headers, 'Después')
  for (const stream of others) await stream.until('the next', ({ id }) => id === another.id)
  await ask('DELETE', '/api/v1/session', { headers })
  for (const stream of others) {
    await stream.until('the end', ({ end }) => end === 'sign_in')
    await stream.gone()
  }
})

test('every answer says that only HTTPS is to be used from now on', async () => {
  for (const path of ['/', '/assets/none.js', '/api/v1/session', '/api/v1/nope', '/api/v1/%00', '/api']) {
    assert.match((await ask('GET', path)).headers['strict-transport-security'] ?? '', /^max-age=\d{7,}/, path)
  }
})

test('TLS 1.2 and 1.3 are spoken, nothing older, and nothing but TLS', async () => {
  assert.equal((await shake({ maxVersion: 'TLSv1.2' })).protocol, 'TLSv1.2')
  assert.equal((await shake()).protocol, 'TLSv1.3')
  assert.equal((await shake({ ALPNProtocols: ['h2', 'http/1.1'] })).alpn, 'http/1.1')
  for (const version of ['TLSv1', 'TLSv1.1']) {
    assert.match((await shake({ minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' })).code ?? '', /^(ERR_SSL|EPROTO|ECONNRESET)/, version)
  }
  assert.match((await shake({ ciphers: 'NULL:aNULL:RC4:3DES:@SECLEVEL=0', maxVersion: 'TLSv1.2' })).code ?? 'none', /ERR_SSL|EPROTO|ECONNRESET/)
  const plain = await Raw.open(suite.url)
  plain.send(`GET /api/v1/session HTTP/1.1\r\nHost: ${plain.host}\r\n\r\n`)
  assert.equal(await plain.ended(15_000), true)
  assert.doesNotMatch(plain.got.toString('latin1'), /HTTP\/1\.1 200/)
})

test('a certificate is replaced while connections are open: those go on, new ones get the new one; a broken one changes nothing', async () => {
  const old = await Raw.open(url, { ca: tls.ca })
  const { headers } = await signIn()
  const stream = await listen(headers)
  const asks = async (n) => {
    old.send(`GET /api/v1/session HTTP/1.1\r\nHost: ${old.host}\r\n\r\n`)
    assert.equal((await old.wait(n))[n - 1]?.status, 401)
  }
  await asks(1)
  const pid = suite.pid('gateway')
  tls = { ...certificate(tls.folder, 'nuevo.example') }
  for (const end = Date.now() + 15_000; (await shake()).name !== 'nuevo.example'; await sleep(200)) assert.ok(Date.now() < end, 'not taken')
  await asks(2)
  assert.equal((await ask('GET', '/api/v1/session')).status, 401)
  const lead = await leadOf(headers, 'Con el certificado nuevo')
  await stream.until('the change', ({ id }) => id === lead.id)
  stream.close()
  writeFileSync(tls.certificate, 'broken')
  for (const end = Date.now() + 15_000; !suite.log('gateway').includes('certificate not readable'); await sleep(200)) assert.ok(Date.now() < end, 'not noticed')
  assert.equal((await shake()).name, 'nuevo.example')
  await asks(3)
  assert.equal(suite.pid('gateway'), pid)
  old.close()
})

test('a gateway does not start with files that are no good, and says why', () => {
  const one = made(), other = made()
  const bad = join(one.folder, 'bad.pem')
  writeFileSync(bad, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
  for (const [what, certificateFile, keyFile] of [
    ['no certificate', join(one.folder, 'none.pem'), one.key], ['no key', one.certificate, join(one.folder, 'none.pem')], ['a broken one', bad, one.key],
    ['the key of another', one.certificate, other.key], ['exchanged', one.key, one.certificate], ['a certificate alone', one.certificate, ''], ['a key alone', '', one.key],
  ]) {
    const { status, stderr } = spawnSync(join(ROOT, 'build', process.env.CAUCE_CONFIG ?? 'release', 'bin', 'gateway'), [], {
      timeout: 20_000,
      env: { PATH: process.env.PATH, CAUCE_ADMIN_ADDR: '127.0.0.1:0', CAUCE_HTTP_PORT: '0', CAUCE_TLS_CERTIFICATE: certificateFile, CAUCE_TLS_KEY: keyFile },
    })
    assert.equal(status, 1, `${what}: ${stderr}`)
    assert.match(stderr.toString(), /"level":"error".*(cannot listen|go together|certificate)/, what)
  }
})
