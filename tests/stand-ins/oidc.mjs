// An identity provider for tests (OpenID Connect, authorization code with PKCE). It refuses what a strict one would
// refuse and keeps why; `misbehave` makes its next answers wrong in one way.
import assert from 'node:assert/strict'
import { createHash, createHmac, createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'

const b64 = (data) => Buffer.from(data).toString('base64url')

export class Provider {
  // basic: true takes the client's secret by Basic, false in the form.
  constructor({ client = 'cauce & co', secret = 's3cr:t/+%ñ', basic = true } = {}) {
    Object.assign(this, { client, secret, basic })
    this.codes = new Map() // code → what it stands for
    this.faults = []
    this.asked = { configuration: 0, keys: 0, token: 0 }
    this.misbehave = undefined
    this.account = { sub: 'account-1', email: 'ana@andina.example', email_verified: true }
    this.keys = []
    this.addKey('rsa-1', 'RS256')
    this.addKey('ec-1', 'ES256')
    this.sign = 'rsa-1'
  }

  addKey(kid, alg) {
    const pair = alg === 'RS256' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.keys.push({ kid, alg, ...pair })
  }

  async listen(port = 0) {
    this.server = createServer((request, response) => this.#answer(request, response).catch((error) => {
      this.faults.push(String(error))
      response.writeHead(500).end()
    })).listen(port, '127.0.0.1')
    await once(this.server, 'listening')
    this.port = this.server.address().port
    this.issuer = `http://127.0.0.1:${this.port}`
    return this
  }

  async close() {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  // What the browser would do there: reads the address that Cauce sent it to, signs in, and gives the way back.
  authorize(location) {
    const url = new URL(location)
    assert.equal(url.origin + url.pathname, `${this.issuer}/authorize`)
    const query = Object.fromEntries(url.searchParams)
    assert.equal(query.response_type, 'code')
    assert.equal(query.client_id, this.client)
    assert.ok(query.scope.split(' ').includes('openid'))
    assert.equal(query.code_challenge_method, 'S256')
    assert.match(query.code_challenge, /^[\w-]{43}$/)
    for (const name of ['state', 'nonce']) assert.match(query[name], /^[\w-]{43}$/, name)
    const code = randomBytes(16).toString('base64url')
    this.codes.set(code, { ...query, account: this.account })
    const back = new URL(query.redirect_uri)
    back.searchParams.set('code', code)
    back.searchParams.set('state', query.state)
    return back
  }

  async #answer(request, response) {
    const json = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body))
    const { pathname } = new URL(request.url, this.issuer)
    if (request.method === 'GET' && pathname === '/.well-known/openid-configuration') {
      this.asked.configuration++
      if (this.misbehave === 'huge configuration') return json(200, `{"x":"${'x'.repeat(1e6)}"}`)
      if (this.misbehave === 'page') return response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')
      if (this.misbehave === 'redirect') return response.writeHead(302, { location: `${this.issuer}/keys` }).end()
      return json(200, this.configuration())
    }
    if (request.method === 'GET' && pathname === '/authorize') {
      return response.writeHead(302, { location: this.authorize(`${this.issuer}${request.url}`).href }).end()
    }
    if (request.method === 'GET' && pathname === '/keys') {
      this.asked.keys++
      if (this.misbehave === 'huge keys') return json(200, `{"keys":[${'{},'.repeat(200_000)}{}]}`)
      return json(200, { keys: this.keys.map(({ kid, alg, publicKey }) => ({ kid, alg, use: 'sig', ...publicKey.export({ format: 'jwk' }) })) })
    }
    if (request.method === 'POST' && pathname === '/token') {
      this.asked.token++
      const chunks = []
      for await (const chunk of request) chunks.push(chunk)
      const refused = this.#refusal(request, new URLSearchParams(Buffer.concat(chunks).toString()))
      if (refused.error) {
        this.faults.push(refused.error)
        return json(refused.error.includes('client') ? 401 : 400, { error: 'invalid_grant', error_description: refused.error })
      }
      if (this.misbehave === 'slow') return setTimeout(() => json(200, {}), 12_000)
      if (this.misbehave === 'huge') return json(200, { id_token: 'x'.repeat(300_000) })
      if (this.misbehave === 'broken') return json(500, 'oh')
      if (this.misbehave === 'not json') return json(200, '{"id_token":')
      if (this.misbehave === 'no token') return json(200, { access_token: 'x' })
      return json(200, { access_token: randomBytes(16).toString('hex'), token_type: 'Bearer', expires_in: 300, id_token: this.idToken(refused.grant) })
    }
    json(404, {})
  }

  configuration() {
    const at = (path) => `${this.issuer}${path}`
    return {
      issuer: this.misbehave === 'other issuer' ? 'http://127.0.0.1:1' : this.issuer,
      authorization_endpoint: at('/authorize'),
      token_endpoint: this.misbehave === 'foreign token address' ? 'http://10.0.0.1/token' : at('/token'),
      jwks_uri: at('/keys'),
      token_endpoint_auth_methods_supported: [this.basic ? 'client_secret_basic' : 'client_secret_post'],
      response_types_supported: ['code'],
      id_token_signing_alg_values_supported: ['RS256', 'ES256'],
    }
  }

  // What is wrong with a request for a token, or the grant that it has.
  #refusal(request, form) {
    if (request.headers['content-type'] !== 'application/x-www-form-urlencoded') return { error: 'not a form' }
    const [user, password] = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString().split(':').map(decodeURIComponent)
    const [client, secret] = this.basic ? [user, password] : [form.get('client_id'), form.get('client_secret')]
    if (client !== this.client || secret !== this.secret) return { error: `client ${client} is not signed in` }
    if (this.basic && form.has('client_secret')) return { error: 'client signed in twice' }
    if (form.get('grant_type') !== 'authorization_code') return { error: 'grant_type' }
    const grant = this.codes.get(form.get('code'))
    if (!grant) return { error: 'unknown code' }
    this.codes.delete(form.get('code'))
    if (form.get('redirect_uri') !== grant.redirect_uri) return { error: 'redirect_uri differs' }
    const verifier = form.get('code_verifier') ?? ''
    if (!/^[\w.~-]{43,128}$/.test(verifier)) return { error: 'code_verifier' }
    if (createHash('sha256').update(verifier).digest('base64url') !== grant.code_challenge) return { error: 'PKCE: not the verifier of the challenge' }
    return { grant }
  }

  idToken({ nonce, account }) {
    const wrong = this.misbehave
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: this.issuer, aud: this.client, exp: now + 300, iat: now, nonce, ...account }
    if (wrong === 'nonce') claims.nonce = randomBytes(32).toString('base64url')
    if (wrong === 'no nonce') delete claims.nonce
    if (wrong === 'aud') claims.aud = 'another'
    if (wrong === 'azp') Object.assign(claims, { aud: [this.client, 'another'], azp: 'another' })
    if (wrong === 'iss') claims.iss = 'https://accounts.example'
    if (wrong === 'expired') Object.assign(claims, { exp: now - 120, iat: now - 420 })
    if (wrong === 'future') Object.assign(claims, { iat: now + 600, exp: now + 900 })
    if (wrong === 'no sub') delete claims.sub
    const key = this.keys.find(({ kid }) => kid === this.sign)
    const header = { alg: key.alg, kid: wrong === 'unknown key' ? 'nobody knows' : key.kid, typ: 'JWT' }
    if (wrong === 'none') header.alg = 'none'
    if (wrong === 'HS256') header.alg = 'HS256'
    const text = `${b64(JSON.stringify(header))}.${b64(JSON.stringify(claims))}`
    if (wrong === 'none') return `${text}.`
    if (wrong === 'HS256') return `${text}.${createHmac('sha256', key.publicKey.export({ type: 'spki', format: 'pem' })).update(text).digest('base64url')}`
    const signature = createSign('sha256').update(text).sign({ key: key.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')
    if (wrong === 'tampered') return `${b64(JSON.stringify(header))}.${b64(JSON.stringify({ ...claims, sub: 'account-2' }))}.${signature}`
    return `${text}.${signature}`
  }
}
