// The REST API as tests use it: a signed-in client whose answers carry status, headers and the read body.
import assert from 'node:assert/strict'

// base: a suite's url; token: of a session, if any.
export class Rest {
  constructor(base, token) {
    this.base = `${base}/api/v1`
    this.token = token
  }

  // body: an object is sent as JSON, a string or Buffer as it is.
  async call(method, path, { body, headers = {}, token = this.token } = {}) {
    const plain = body === undefined || typeof body === 'string' || body instanceof Uint8Array
    // What needs an idempotency key gets a fresh one; '' sends none.
    const key = method === 'POST' && /\/(import|bulk)(\?|$)/.test(path) ? { 'idempotency-key': crypto.randomUUID() } : {}
    const response = await fetch(this.base + path, {
      method,
      redirect: 'manual',
      body: plain ? body : JSON.stringify(body),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...key,
        ...headers,
      },
    })
    const text = await response.text()
    const json = /json/.test(response.headers.get('content-type') ?? '') && text !== ''
    return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : undefined }
  }

  // The same, and the status must be the one that is wanted.
  async want(status, method, path, options) {
    const answer = await this.call(method, path, options)
    assert.equal(answer.status, status, `${method} ${path}: ${answer.status} ${answer.text}`)
    return answer
  }

  async get(path, headers) {
    return (await this.want(200, 'GET', path, { headers })).body
  }

  async create(path, record, headers) {
    return (await this.want(201, 'POST', `/${path}`, { body: record, headers })).body
  }

  async change(path, record, fields) {
    return (await this.want(200, 'PATCH', `/${path}/${record.id}`, { body: fields, headers: { 'if-match': `"${record.version}"` } })).body
  }

  async remove(path, record) {
    await this.want(204, 'DELETE', `/${path}/${record.id}`, { headers: { 'if-match': `"${record.version}"` } })
  }

  // All items of a list, page by page; query: an object or a string.
  async all(path, query = {}) {
    const items = []
    const search = new URLSearchParams(query)
    for (;;) {
      const page = await this.get(`/${path}?${search}`)
      items.push(...page.items)
      if (!page.next) return items
      search.set('cursor', page.next)
    }
  }

  // Waits until the job of an import has ended.
  async job(path, id, timeout = 60_000) {
    for (const end = Date.now() + timeout; ;) {
      const job = await this.get(`/${path}/jobs/${id}`)
      if (['done', 'failed', 'cancelled'].includes(job.state)) return job
      if (Date.now() > end) throw new Error(`the job does not end: ${JSON.stringify(job)}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async import(path, csv, query = {}) {
    const { body } = await this.want(202, 'POST', `/${path}/import?${new URLSearchParams(query)}`,
      { body: csv, headers: { 'content-type': 'text/csv' } })
    return this.job(path, body.id)
  }
}

// The administrator of a suite.
export async function signIn(suite) {
  const { body } = await new Rest(suite.url).want(200, 'POST', '/session', { body: { email: suite.email, password: suite.password } })
  const rest = new Rest(suite.url, body.token)
  rest.user = body.user
  return rest
}

// A problem with its code, and the codes of its fields by pointer.
export function problem(answer, status, code, fields) {
  assert.equal(answer.status, status, answer.text)
  assert.equal(answer.headers.get('content-type'), 'application/problem+json')
  assert.equal(answer.body.status, status)
  assert.equal(answer.body.code, code, answer.text)
  assert.ok(answer.body.detail, answer.text)
  if (fields) {
    assert.deepEqual(Object.fromEntries(answer.body.errors.map((error) => [error.pointer, error.code])), fields)
  }
  return answer.body
}
