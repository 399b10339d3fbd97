// USER-03: guessing a password, one by one, at once, over replicas and from many addresses.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { administrator, person } from '../lib/people.mjs'
import { OWN_SESSIONS, SignIns, nobody, onlyStatuses, statuses, WRONG } from '../lib/sign-ins.mjs'
import { startSuite } from '../lib/suite.mjs'

let suite, its, admin, profile
before(async () => {
  suite = await startSuite({ services: ['identity', 'gateway'], replicas: { identity: 2, gateway: 2 } })
  its = new SignIns(suite)
  admin = await administrator(suite)
  profile = await admin.create('profiles', { name: 'Sus sesiones', grants: OWN_SESSIONS })
})
after(() => its?.close())
after(() => suite?.stop())

describe('USER-03: guessing', () => {
  beforeEach(() => its.forget())

  // Tries that a policy of five at once, then one after 2, 4, 8… seconds lets through in so many seconds.
  const allowed = (seconds) => {
    let n = 5
    for (let wait = 2, at = 2; at <= seconds; wait *= 2, at += wait) n++
    return n
  }
  const guess = async (email, url, connections, count, serial) => {
    const guesser = its.client({ address: '127.0.2.1', connections }, url)
    const began = performance.now()
    const answers = []
    if (serial) for (let n = 0; n < count; n++) answers.push(await guesser.signIn(email, `${WRONG} ${n}`))
    else answers.push(...await Promise.all(Array.from({ length: count }, (_, n) => guesser.signIn(email, `${WRONG} ${n}`))))
    return { answers, seconds: (performance.now() - began) / 1000 }
  }
  const judge = async (email, { answers, seconds }) => {
    const counts = statuses(answers)
    onlyStatuses(counts, [401, 429])
    assert.ok(counts[401] >= 5 && counts[401] <= allowed(seconds), `${counts[401]} tries in ${seconds} s`)
    for (const answer of answers.filter(({ status }) => status === 429)) {
      assert.equal(answer.body.code, 'rate_limit')
      const wait = Number(answer.headers['retry-after'])
      assert.ok(wait >= 1 && wait <= 900, `${wait}`)
      assert.ok(answer.body.detail.includes(` ${wait} `), answer.body.detail)
    }
    assert.equal(await its.events(email, 'refused'), counts[401])
    assert.equal(await its.events(email, 'locked'), 1)
    return counts
  }

  test('USER-03: a hundred guesses in a row', async () => {
    const ana = await person(suite, { profile })
    const result = await guess(ana.email, suite.url, 1, 100, true)
    await judge(ana.email, result)
    // Even the right one waits, and from anywhere.
    const elsewhere = await its.client({ address: '127.0.2.2' }).signIn(ana.email, ana.password)
    assert.equal(elsewhere.status, 429)
    assert.ok(Number(elsewhere.headers['retry-after']) >= 1)
    await ana.want(200, 'GET', '/session')
  })

  test('USER-03: a hundred at once over two connections, and over a hundred', async () => {
    for (const connections of [2, 100]) {
      await its.forget()
      const ana = await person(suite, { profile })
      await judge(ana.email, await guess(ana.email, suite.url, connections, 100))
    }
  })

  test('USER-03: two replicas of both daemons count together', async () => {
    const ana = await person(suite, { profile })
    const results = await Promise.all(suite.urls.map((url) => guess(ana.email, url, 20, 50)))
    await judge(ana.email, { answers: results.flatMap(({ answers }) => answers), seconds: Math.max(...results.map(({ seconds }) => seconds)) })
  })

  test('USER-03: an account that does not exist locks in the same way', async () => {
    await judge(nobody('-cien'), await guess(nobody('-cien'), suite.url, 2, 100))
  })

  test('USER-03: the lock ends, and a right password starts anew', async () => {
    const ana = await person(suite, { profile })
    await guess(ana.email, suite.url, 5, 10)
    assert.equal((await its.client().signIn(ana.email, ana.password)).status, 429)
    await its.setTries(ana.email, "wait_until = now() - interval '1 s'")
    const late = await its.client().signIn(ana.email, WRONG)
    assert.equal(late.status, 401, 'one try')
    const wait = await its.client().signIn(ana.email, WRONG)
    assert.equal(wait.status, 429)
    for (const [tries, least, most] of [[9, 32, 64], [12, 256, 512], [13, 600, 900], [60, 600, 900]]) {
      await its.setTries(ana.email, `tries = ${tries}, wait_until = now() - interval '1 s'`)
      assert.equal((await its.client().signIn(ana.email, WRONG)).status, 401)
      const after = Number((await its.client().signIn(ana.email, WRONG)).headers['retry-after'])
      assert.ok(after > least && after <= most, `after ${tries} failures and one more it waits ${after} s`)
    }
    await its.setTries(ana.email, "wait_until = now() - interval '1 s'")
    assert.equal((await its.client().signIn(ana.email, ana.password)).status, 200)
    for (let n = 0; n < 5; n++) assert.equal((await its.client().signIn(ana.email, WRONG)).status, 401)
    assert.equal((await its.client().signIn(ana.email, WRONG)).status, 429)
    await its.setTries(ana.email, "wait_until = now() - interval '16 min'")
    for (let n = 0; n < 5; n++) assert.equal((await its.client().signIn(ana.email, WRONG)).status, 401, 'after a quiet quarter of an hour')
  })

  test('USER-03: an address that tries many accounts waits, whatever it knows; a right password between does not help', async () => {
    const guesser = its.client({ address: '127.0.2.9', connections: 1 })
    for (let n = 0; n < 50; n++) {
      if (n === 40) assert.equal((await guesser.signIn(suite.email, suite.password)).status, 200)
      assert.equal((await guesser.signIn(nobody(`-rociado-${n}`), WRONG)).status, 401, `${n}`)
    }
    const refused = await guesser.signIn(suite.email, suite.password)
    assert.equal(refused.status, 429)
    assert.ok(Number(refused.headers['retry-after']) > 600)
    assert.equal((await its.client({ address: '127.0.2.10' }).signIn(suite.email, suite.password)).status, 200)
    await suite.sql("UPDATE identity.guess SET since = since - interval '16 min', wait_until = wait_until - interval '16 min'")
    assert.equal((await guesser.signIn(suite.email, suite.password)).status, 200)
  })

  test('USER-03: a flood of tries leaves everybody else served', async () => {
    await suite.sql('DELETE FROM identity.guess') // what the tests before have left
    const people = []
    for (let i = 0; i < 3; i++) people.push(await person(suite, { profile }))
    const flood = Array.from({ length: 8 }, (_, i) => its.client({ address: `127.0.3.${i}`, connections: 40 }))
    let over = false
    const answers = Promise.all(flood.flatMap((each, i) =>
      Array.from({ length: 40 }, (_, n) => each.signIn(nobody(`-${i}-${n}`), WRONG)))).finally(() => { over = true })
    const times = []
    while (!over) {
      for (const each of people) {
        const began = performance.now()
        await each.want(200, 'GET', '/sessions')
        times.push(performance.now() - began)
      }
    }
    const counts = statuses(await answers)
    onlyStatuses(counts, [401, 429, 503])
    assert.ok(counts[401] > 0)
    assert.ok(times.length > 10, `others were served ${times.length} times meanwhile`)
    // A try that found no room was not counted.
    assert.ok(Number((await suite.sql('SELECT max(tries) FROM identity.guess'))[0][0]) <= 50)
  })
})
