// S4: what a hostile or broken client may send to the gateway, plain and TLS: each is refused or survived. Meanwhile others
// are served, nothing of one request is in another's answer, and the gateway's memory stays what it was.
import assert from 'node:assert/strict'
import { readFileSync, rmSync } from 'node:fs'
import { Agent as SecureAgent, request as requestSecure } from 'node:https'
import { Agent, request } from 'node:http'
import { after, afterEach, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Raw, certificate } from '../lib/raw.mjs'
import { signIn } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

const MEMORY_KB = 24 * 1024 // what a gateway may have grown by when everything is over
const IDLE_KB = 4 // what a plain idle connection may cost

let suite, rest, tls, ports, bare
const witnesses = []
before(async () => {
  tls = certificate()
  suite = await startSuite({
    replicas: { gateway: 2 },
    daemonEnv: { 'gateway-2': { CAUCE_TLS_CERTIFICATE: tls.certificate, CAUCE_TLS_KEY: tls.key } },
  })
  rest = await signIn(suite)
  ports = { plain: suite.urls[0], tls: suite.urls[1].replace('http:', 'https:') }
  for (const [kind, url] of Object.entries(ports)) {
    for (let i = 0; i < 3; i++) witnesses.push(new Witness(`${kind} ${i}`, url, await rest.create('leads', { name: `Testigo ${kind} ${i}` })))
  }
  for (const witness of witnesses) witness.run()
  await warm()
  bare = memory()
})
after(async () => {
  for (const witness of witnesses) witness.stop()
  await suite?.stop()
  if (tls) rmSync(tls.folder, { recursive: true, force: true })
})
afterEach(async () => {
  for (const witness of witnesses) witness.check()
  await settled()
})

// Somebody who reads a lead of his own, again and again, on one connection.
class Witness {
  times = []
  wrong = []

  constructor(name, url, lead) {
    Object.assign(this, { name, url, lead })
    this.agent = url.startsWith('https') ? new SecureAgent({ keepAlive: true, maxSockets: 1, ca: tls.ca }) : new Agent({ keepAlive: true, maxSockets: 1 })
  }

  read() {
    return new Promise((resolve, reject) => {
      const send = this.url.startsWith('https') ? requestSecure : request
      send(`${this.url}/api/v1/leads/${this.lead.id}`, { agent: this.agent, headers: { authorization: `Bearer ${rest.token}` } }, (response) => {
        const pieces = []
        response.on('data', (piece) => pieces.push(piece))
        response.on('error', reject)
        response.on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(pieces).toString() }))
      }).on('error', reject).end()
    })
  }

  async run() {
    while (!this.stopped) {
      const began = performance.now()
      try {
        const { status, text } = await this.read()
        if (status !== 200 || JSON.parse(text).name !== this.lead.name) this.wrong.push(`${status} ${text.slice(0, 200)}`)
        this.times.push(performance.now() - began)
      } catch (error) {
        if (!this.stopped) this.wrong.push(String(error))
      }
      await sleep(20)
    }
  }

  // All of its answers so far were its own.
  check() {
    assert.deepEqual(this.wrong, [], this.name)
    assert.ok(this.times.length > 0, `${this.name} was not served`)
  }

  stop() {
    this.stopped = true
    this.agent.destroy()
  }
}

// What the witnesses waited during a piece of work.
async function served(t, what, work) {
  const from = witnesses.map((witness) => witness.times.length)
  const value = await work()
  const times = witnesses.flatMap((witness, i) => witness.times.slice(from[i])).sort((a, b) => a - b)
  assert.ok(times.length > 0, `nobody was served during ${what}`)
  const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(1)
  t.diagnostic(`${what}: others were served ${times.length} times, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms`)
  return value
}

const memory = () => Object.fromEntries(['gateway', 'gateway-2'].map((part) =>
  [part, Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${suite.pid(part)}/smaps_rollup`, 'utf8'))[1])]))

async function gauge(part, name) {
  const text = await (await fetch(`${suite.adminUrls[part]}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)[1])
}

// Nothing of what was sent still runs, and connections have gone but the witnesses' own.
async function settled(connections = 40) {
  for (const part of ['gateway', 'gateway-2']) {
    for (const end = Date.now() + 20_000; ; await sleep(50)) {
      const left = [await gauge(part, 'cauce_http_connections'), await gauge(part, 'cauce_http_running')]
      if (left[0] <= connections && left[1] <= 8) break
      assert.ok(Date.now() < end, `${part} has ${left} connections and requests left`)
    }
  }
}

// Buffers and pools have the size that work gives them.
async function warm() {
  for (const url of Object.values(ports)) {
    const many = await Promise.all(Array.from({ length: 100 }, () => Raw.open(url, { ca: tls.ca })))
    for (const raw of many) raw.send(get(raw, `/api/v1/leads/${witnesses[0].lead.id}`))
    await Promise.all(many.map((raw) => raw.wait()))
    for (const raw of many) raw.close()
  }
  await settled()
}

const fields = (raw, more = []) => [`Host: ${raw.host}`, `Authorization: Bearer ${rest.token}`, ...more].map((line) => `${line}\r\n`).join('')
const get = (raw, path, more) => `GET ${path} HTTP/1.1\r\n${fields(raw, more)}\r\n`
// What must never be done.
const CONTRABAND = '{"name":"Contrabando"}'
const contraband = (raw) => `POST /api/v1/leads HTTP/1.1\r\n${fields(raw, ['Content-Type: application/json', `Content-Length: ${CONTRABAND.length}`])}\r\n${CONTRABAND}`
const nobodySmuggled = async () => assert.deepEqual((await rest.get('/leads?q=Contrabando')).items, [])

// Sends, and expects one refusal with one of these statuses and then the end.
async function refused(kind, statuses, make) {
  const raw = await Raw.open(ports[kind], { ca: tls.ca })
  raw.send(make(raw))
  const answers = await raw.wait(2, 5000)
  assert.deepEqual([answers.length, await raw.ended(5000)], [1, true], `${answers.map(({ status, text }) => `${status} ${text}`)}`)
  assert.ok([statuses].flat().includes(answers[0].status), `${answers[0].status} ${answers[0].text}`)
  assert.match(answers[0].headers['content-security-policy'], /default-src 'none'/)
  raw.close()
}

// Head lines of a POST whose framing is not clear, and what follows: [name, status, framing lines, body].
const AMBIGUOUS = [
  ['Content-Length beside Transfer-Encoding', 400, ['Content-Length: 4', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
  ['Transfer-Encoding beside Content-Length', 400, ['Transfer-Encoding: chunked', 'Content-Length: 4'], '0\r\n\r\n'],
  ['two lengths that differ', 400, ['Content-Length: 2', 'Content-Length: 3'], '{} '],
  ['two lengths that agree', 400, ['Content-Length: 2', 'Content-Length: 2'], '{}'],
  ['a list of lengths', 400, ['Content-Length: 2, 2'], '{}'],
  ['a signed length', 400, ['Content-Length: +2'], '{}'],
  ['a negative length', 400, ['Content-Length: -1'], ''],
  ['a hexadecimal length', 400, ['Content-Length: 0x2'], '{}'],
  ['a length beyond 64 bits', [400, 413], ['Content-Length: 18446744073709551618'], '{}'],
  ['an empty length', 400, ['Content-Length: '], '{}'],
  ['a blank inside the length', 400, ['Content-Length: 1 0'], '{}'],
  ['a blank before the colon', 400, ['Content-Length : 2'], '{}'],
  ['a folded length', 400, ['Content-Length:', ' 2'], '{}'],
  ['a folded coding', [400, 501], ['Transfer-Encoding:', ' chunked'], '0\r\n\r\n'],
  ['a blank before the colon of the coding', 400, ['Transfer-Encoding : chunked'], '0\r\n\r\n'],
  ['a vertical tab in the coding', 400, ['Transfer-Encoding: \x0bchunked'], '0\r\n\r\n'],
  ['a coding that is not known', [400, 501], ['Transfer-Encoding: xchunked'], '0\r\n\r\n'],
  ['a quoted coding', [400, 501], ['Transfer-Encoding: "chunked"'], '0\r\n\r\n'],
  ['chunked twice', [400, 501], ['Transfer-Encoding: chunked, chunked'], '0\r\n\r\n'],
  ['two codings on two lines', [400, 501], ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], '0\r\n\r\n'],
  ['identity and chunked', [400, 501], ['Transfer-Encoding: identity, chunked'], '0\r\n\r\n'],
  ['gzip', [400, 501], ['Transfer-Encoding: gzip, chunked'], '0\r\n\r\n'],
  ['a header that begins with a blank', 400, [' Transfer-Encoding: chunked'], '0\r\n\r\n'],
  ['a NUL in a header', 400, ['X-A: a\0b', 'Content-Length: 2'], '{}'],
  ['a bare CR in a header', 400, ['X-A: a\rTransfer-Encoding: chunked', 'Content-Length: 2'], '{}'],
  ['a bare LF after a header', 400, ['X-A: a\nTransfer-Encoding: chunked', 'Content-Length: 2'], '{}'],
  ['a header without a colon', 400, ['X-A', 'Content-Length: 2'], '{}'],
  ['a header with an empty name', 400, [': a', 'Content-Length: 2'], '{}'],
  ['a chunk size with a sign', 400, ['Transfer-Encoding: chunked'], '+2\r\n{}\r\n0\r\n\r\n'],
  ['a chunk size with 0x', 400, ['Transfer-Encoding: chunked'], '0x2\r\n{}\r\n0\r\n\r\n'],
  ['a chunk size beyond 64 bits', [400, 413], ['Transfer-Encoding: chunked'], '10000000000000002\r\n{}\r\n0\r\n\r\n'],
  ['a chunk that ends early', 400, ['Transfer-Encoding: chunked'], '5\r\n{}\r\n0\r\n\r\n'],
  ['a chunk that ends late', 400, ['Transfer-Encoding: chunked'], '1\r\n{}\r\n0\r\n\r\n'],
  ['a chunk ended by LF alone', 400, ['Transfer-Encoding: chunked'], '2\n{}\n0\n\n'],
  ['a chunk extension with a bare LF', 400, ['Transfer-Encoding: chunked'], '2;a\n\r\n{}\r\n0\r\n\r\n'],
  ['a chunk without a size', 400, ['Transfer-Encoding: chunked'], ';a=b\r\n{}\r\n0\r\n\r\n'],
  ['a trailer that is a length', 400, ['Transfer-Encoding: chunked'], '2\r\n{}\r\n0\r\nContent Length: 5\r\n\r\n'],
]

for (const kind of ['plain', 'tls']) {
  describe(`S4: what could be read in two ways is refused, and what follows it is not looked at (${kind})`, () => {
    for (const [name, status, framing, body] of AMBIGUOUS) {
      test(`S4: ${name} (${kind})`, () => refused(kind, status, (raw) => Buffer.from(
        `POST /api/v1/leads HTTP/1.1\r\n${fields(raw, ['Content-Type: application/json', ...framing])}\r\n${body}${contraband(raw)}`, 'latin1')))
    }
    test(`S4: lines ended by LF alone (${kind})`, () => refused(kind, 400, (raw) => get(raw, '/api/v1/session').replaceAll('\r\n', '\n') + contraband(raw)))
    test(`S4: two hosts (${kind})`, () => refused(kind, 400, (raw) => get(raw, '/api/v1/session', ['Host: other.example']) + contraband(raw)))
    test(`S4: no host (${kind})`, () => refused(kind, 400, (raw) => `GET /api/v1/session HTTP/1.1\r\n\r\n${contraband(raw)}`))
    test(`S4: another host in the target (${kind})`, () => refused(kind, 400, (raw) => get(raw, 'http://other.example/api/v1/session') + contraband(raw)))
    test(`S4: HTTP/1.0, 0.9, 2 (${kind})`, async () => {
      for (const line of ['GET /api/v1/session HTTP/1.0', 'GET /api/v1/session', 'GET /api/v1/session HTTP/2.0', 'PRI * HTTP/2.0']) {
        await refused(kind, [400, 505], (raw) => `${line}\r\n${fields(raw)}\r\n${contraband(raw)}`)
      }
    })
    test(`S4: nothing was smuggled (${kind})`, nobodySmuggled)
  })
}

describe('S4: odd and huge requests', () => {
  for (const [name, statuses, make] of [
    ['a header of 20 kB', 431, (raw) => get(raw, '/api/v1/leads', [`X-A: ${'a'.repeat(20_000)}`])],
    ['a head that never ends', 431, (raw) => `GET /api/v1/leads HTTP/1.1\r\n${'X-A: a\r\n'.repeat(100_000)}`],
    ['a name of 20 kB', 431, (raw) => get(raw, '/api/v1/leads', [`${'a'.repeat(20_000)}: a`])],
    ['two hundred headers', 431, (raw) => get(raw, '/api/v1/leads', Array.from({ length: 200 }, (_, i) => `X-${i}: a`))],
    ['an address of 10 kB', 414, (raw) => get(raw, `/api/v1/leads?q=${'a'.repeat(10_000)}`)],
    ['%00 in the path', 400, (raw) => get(raw, '/api/v1/leads%00')],
    ['a NUL in the path', 400, (raw) => get(raw, '/api/v1/le\0ads')],
    ['%2F in the path', 400, (raw) => get(raw, '/api/v1%2Fleads')],
    ['half an escape in the path', 400, (raw) => get(raw, '/api/v1/leads%2')],
    ['an escape that is none', 400, (raw) => get(raw, '/api/v1/leads%zz')],
    ['bytes that are not UTF-8 in the path', 400, (raw) => get(raw, '/api/v1/leads/%ff%fe')],
    ['an overlong slash in the path', 400, (raw) => get(raw, '/api/v1/leads/%c0%af')],
    ['a blank in the target', 400, (raw) => get(raw, '/api/v1/leads x')],
    ['a method in parentheses', 400, (raw) => get(raw, '/api/v1/leads').replace('GET', '(GET)')],
    ['a method of 9 kB', [400, 414, 431, 501], (raw) => get(raw, '/api/v1/leads').replace('GET', 'G'.repeat(9000))],
    ['bytes that are no HTTP', [400, 431], () => Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 37 + 11) % 256))],
    ['a TLS hello', 400, () => Buffer.from('16030100c8010000c40303' + '00'.repeat(192) + '0d0a0d0a', 'hex')],
    ['a body of 2 MB', 413, (raw) => `POST /api/v1/leads HTTP/1.1\r\n${fields(raw, ['Content-Type: application/json', 'Content-Length: 2000000'])}\r\n`],
    ['chunks without an end', [400, 413], (raw) => `POST /api/v1/leads HTTP/1.1\r\n${fields(raw, ['Content-Type: application/json', 'Transfer-Encoding: chunked'])}\r\n${`1000\r\n${'x'.repeat(4096)}\r\n`.repeat(400)}`],
    ['a chunk extension of 100 kB', 400, (raw) => `POST /api/v1/leads HTTP/1.1\r\n${fields(raw, ['Content-Type: application/json', 'Transfer-Encoding: chunked'])}\r\n2;${'x'.repeat(100_000)}\r\n{}\r\n0\r\n\r\n`],
    ['an expectation that is not known', [400, 417], (raw) => get(raw, '/api/v1/leads', ['Expect: miracles'])],
  ]) for (const kind of ['plain', 'tls']) test(`S4: ${name} (${kind})`, () => refused(kind, statuses, (raw) => make(raw)))

  // What is well formed as HTTP: the API's answer, and the connection goes on.
  const deep = (n, open, inner, close) => open.repeat(n) + inner + close.repeat(n)
  const json = (raw, path, body) => `POST ${path} HTTP/1.1\r\n${fields(raw, ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`])}\r\n${body}`
  for (const [name, statuses, make] of [
    ['brackets a hundred thousand deep', 400, (raw) => json(raw, '/api/v1/leads', '['.repeat(100_000))],
    ['objects a thousand deep', [400, 422], (raw) => json(raw, '/api/v1/leads', deep(1000, '{"custom":', '1', '}'))],
    ['a filter five thousand deep', [400, 422], (raw) => json(raw, '/api/v1/leads/search', `{"filter":${deep(5000, '{"all":[', '', ']}')}}`)],
    ['a filter of ten thousand conditions', [400, 422], (raw) => json(raw, '/api/v1/leads/search', `{"filter":{"all":[${Array(10_000).fill('{"field":"name","op":"eq","value":"a"}')}]}}`)],
    ['two thousand values', [200, 400, 414], (raw) => get(raw, `/api/v1/leads?city[in]=${Array(2000).fill('1')}`)],
    ['a thousand parameters', 400, (raw) => get(raw, `/api/v1/leads?${Array(1000).fill('a=1').join('&')}`)],
    ['a search for NUL', 400, (raw) => get(raw, '/api/v1/leads?q=a%00b')],
    ['a search for bytes that are not UTF-8', 400, (raw) => get(raw, '/api/v1/leads?q=%ff')],
    ['a search for signs of all kinds', 200, (raw) => get(raw, `/api/v1/leads?q=${encodeURIComponent('ñ 漢字 \u{1F600} \u202e e\u0301 %_\\')}`)],
    ['a search for SQL', 200, (raw) => get(raw, `/api/v1/leads?q=${encodeURIComponent("'; DROP TABLE lead; --")}`)],
    ['dots in the path', [200, 302, 404], (raw) => get(raw, '/api/v1/leads/../../../../etc/passwd')],
    ['escaped dots in the path', [200, 400, 404], (raw) => get(raw, '/assets/%2e%2e/%2e%2e/etc/passwd')],
    ['a backslash in the path', [200, 400, 404], (raw) => get(raw, '/..\\..\\etc\\passwd')],
    ['a method nobody knows', [405, 501], (raw) => get(raw, '/api/v1/leads').replace('GET', 'PURGE')],
    ['TRACE', [405, 501], (raw) => get(raw, '/api/v1/leads').replace('GET', 'TRACE')],
    ['a thousand segments', 404, (raw) => get(raw, `/api/v1${'/a'.repeat(1000)}`)],
    ['a key of 10 kB', 400, (raw) => json(raw, '/api/v1/leads', `{"${'k'.repeat(10_000)}":1}`), [400, 422]],
  ]) {
    for (const kind of ['plain', 'tls']) {
      test(`S4: ${name} (${kind})`, async () => {
        const raw = await Raw.open(ports[kind], { ca: tls.ca })
        raw.send(make(raw))
        const [answer] = await raw.wait(1)
        assert.ok(answer, 'no answer')
        assert.ok([statuses, 422].flat().includes(answer.status) || answer.status === 422, `${answer.status} ${answer.text.slice(0, 300)}`)
        assert.doesNotMatch(answer.text, /root:|SELECT |libs\/|\.c:\d/)
        raw.close()
      })
    }
  }
})

describe('S4: connections', () => {
  for (const kind of ['plain', 'tls']) {
    test(`S4: a hundred requests in one go are answered in their order (${kind})`, async () => {
      const leads = await Promise.all(Array.from({ length: 10 }, (_, i) => rest.create('leads', { name: `En fila ${i}` })))
      const raw = await Raw.open(ports[kind], { ca: tls.ca })
      raw.send(Array.from({ length: 100 }, (_, i) => get(raw, `/api/v1/leads/${leads[i % 10].id}`)).join(''))
      const answers = await raw.wait(100)
      assert.deepEqual(answers.map(({ status, text }) => `${status} ${JSON.parse(text).name}`), Array.from({ length: 100 }, (_, i) => `200 En fila ${i % 10}`))
      raw.close()
    })

    test(`S4: requests a byte at a time, and many in odd pieces (${kind})`, async () => {
      const raw = await Raw.open(ports[kind], { ca: tls.ca })
      for (const byte of Buffer.from(get(raw, '/api/v1/session'))) {
        raw.send(Buffer.from([byte]))
        await sleep(0)
      }
      assert.equal((await raw.wait(1))[0].status, 200)
      const text = Buffer.from(get(raw, '/api/v1/session').repeat(20))
      for (let at = 0, size = 1; at < text.length; at += size, size = (size * 7 + 3) % 97 + 1) {
        raw.send(text.subarray(at, at + size))
        if (at % 5 === 0) await sleep(0)
      }
      assert.deepEqual((await raw.wait(21)).map(({ status }) => status), Array(21).fill(200))
      raw.close()
    })

    test(`S4: who sends no more still gets his answer; half a request gets none that does anything (${kind})`, async () => {
      const whole = await Raw.open(ports[kind], { ca: tls.ca, allowHalfOpen: true })
      whole.send(get(whole, '/api/v1/session'))
      whole.socket.end()
      assert.equal((await whole.wait(1))[0]?.status, 200)
      whole.close()
      for (const cut of [10, 60, -30, -1]) {
        const half = await Raw.open(ports[kind], { ca: tls.ca, allowHalfOpen: true })
        half.send(contraband(half).slice(0, cut))
        half.socket.end()
        assert.equal(await half.ended(5000), true, `cut at ${cut}`)
        assert.ok(half.answers.every(({ status }) => status === 400 || status === 408), `cut at ${cut}`)
        half.close()
      }
      await nobodySmuggled()
    })

    test(`S4: resets in the middle of heads, bodies, answers and handshakes (${kind})`, async (t) => {
      await served(t, 'resets', async () => {
        for (let round = 0; round < 10; round++) {
          const many = await Promise.all(Array.from({ length: 40 }, () => Raw.open(ports[kind], { ca: tls.ca })))
          many.forEach((raw, i) => raw.send([
            get(raw, '/api/v1/session').slice(0, 30), contraband(raw).slice(0, -5), get(raw, '/api/v1/leads?limit=200'),
            get(raw, '/api/v1/metadata').repeat(5), get(raw, '/api/v1/leads?limit=200').repeat(3) + 'GET /api'][i % 5]))
          await sleep(round)
          for (const raw of many) raw.reset()
        }
      })
      await nobodySmuggled()
    })

    test(`S4: a flood of connections and of requests (${kind})`, async (t) => {
      const n = kind === 'plain' ? 4000 : 800
      await served(t, `${n} connections`, async () => {
        for (let done = 0; done < n; done += 200) {
          const many = await Promise.all(Array.from({ length: 200 }, () => Raw.open(ports[kind], { ca: tls.ca })))
          for (const raw of many) raw.close()
        }
      })
      await served(t, '6000 requests without a session', async () => {
        const many = await Promise.all(Array.from({ length: 60 }, () => Raw.open(ports[kind], { ca: tls.ca })))
        for (const raw of many) raw.send(`GET /api/v1/leads HTTP/1.1\r\nHost: ${raw.host}\r\n\r\n`.repeat(100))
        for (const raw of many) {
          assert.deepEqual([...new Set((await raw.wait(100, 60_000)).map(({ status }) => status))], [401])
          raw.close()
        }
      })
    })

    test(`S4: who takes no answers holds up nobody, and is dropped from memory when gone (${kind})`, async (t) => {
      await served(t, 'clients that do not read', async () => {
        const many = await Promise.all(Array.from({ length: 20 }, () => Raw.open(ports[kind], { ca: tls.ca })))
        for (const raw of many) {
          raw.socket.pause()
          raw.send(get(raw, '/api/v1/metadata').repeat(200))
        }
        await sleep(2000)
        for (const raw of many) raw.reset()
      })
    })
  }

  test('S4: heads and bodies that drip are ended at their time, by the clock and not by the byte', { timeout: 90_000 }, async (t) => {
    const drip = async (kind, what, statuses, least, most) => {
      const raw = await Raw.open(ports[kind], { ca: tls.ca })
      const began = Date.now()
      raw.send(what === 'head' ? 'GET /api/v1/session HTTP/1.1\r\n' : `POST /api/v1/leads HTTP/1.1\r\n${fields(raw, ['Content-Type: application/json', 'Content-Length: 5000'])}\r\n{`)
      const timer = setInterval(() => raw.closed || raw.send(what === 'head' ? 'X: ' : ' '), 300)
      await raw.ended(60_000)
      clearInterval(timer)
      const took = Date.now() - began
      assert.ok(raw.closed && took >= least && took <= most, `${kind} ${what}: ${raw.closed} after ${took} ms`)
      assert.ok(raw.answers.every(({ status }) => statuses.includes(status)))
    }
    await served(t, 'slow clients', () => Promise.all(['plain', 'tls'].flatMap((kind) => [
      ...Array.from({ length: 100 }, () => drip(kind, 'head', [408], 8_000, 20_000)),
      ...Array.from({ length: 100 }, () => drip(kind, 'body', [408], 25_000, 50_000)),
    ])))
  })

  test('S4: handshakes that never end', async (t) => {
    await served(t, 'half handshakes', async () => {
      const many = await Promise.all(Array.from({ length: 200 }, () => Raw.open(ports.tls.replace('https', 'http'))))
      many.forEach((raw, i) => raw.send(Buffer.from(['16', '1603010200', '160301ffff', 'ffffffff'][i % 4], 'hex')))
      for (const raw of many) assert.equal(await raw.ended(15_000), true)
    })
  })

  test('S4: ten thousand idle connections, and others are served', { timeout: 180_000 }, async (t) => {
    const limit = (who) => Number(/^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${who}/limits`, 'utf8'))[1])
    const n = Math.min(10_000, limit('self') - 600, limit(suite.pid('gateway')) - 600)
    if (n < 10_000) t.diagnostic(`only ${n}: open files are limited to ${limit('self')} and ${limit(suite.pid('gateway'))}`)
    const before = memory().gateway
    const idle = []
    await served(t, `opening ${n}`, async () => {
      while (idle.length < n) {
        const address = `127.0.0.${2 + (idle.length / 1000 | 0)}`
        idle.push(...await Promise.all(Array.from({ length: Math.min(250, n - idle.length) }, () => Raw.open(ports.plain, { localAddress: address }))))
      }
    })
    await served(t, `${n} idle connections`, () => sleep(3000))
    assert.ok(await gauge('gateway', 'cauce_http_connections') >= n)
    const each = (memory().gateway - before) / n
    t.diagnostic(`${n} idle connections: ${(each * 1024).toFixed(0)} bytes each`)
    assert.ok(each < IDLE_KB, `${each} kB each`)
    // They are not forgotten: one of a hundred asks.
    const some = idle.filter((_, i) => i % 100 === 0)
    for (const raw of some) raw.send(get(raw, '/api/v1/session'))
    for (const raw of some) assert.equal((await raw.wait(1))[0]?.status, 200)
    for (const raw of idle) raw.close()
    await settled()
  })
})

test('S4: after all of it the gateways are the same processes, nothing was smuggled, and their memory is what it was', async (t) => {
  await nobodySmuggled()
  await settled()
  const now = memory()
  for (const part of Object.keys(now)) {
    t.diagnostic(`${part}: ${bare[part]} kB before, ${now[part]} kB after`)
    assert.ok(now[part] - bare[part] < MEMORY_KB, `${part} grew from ${bare[part]} to ${now[part]} kB`)
  }
  for (const part of ['gateway', 'gateway-2']) {
    assert.equal((suite.log(part, 1 << 22).match(/"event":"started"/g) ?? []).length, 1, `${part} was restarted`)
    assert.doesNotMatch(suite.log(part, 1 << 22), /"level":"error"/)
  }
})
