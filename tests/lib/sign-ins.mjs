// What the tests of signing in share: clients, the tries that are counted, and what the gateways remember.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from './client.mjs'
import { grant, soon } from './people.mjs'
import { problem, Rest } from './rest.mjs'

export const OWN_SESSIONS = [...grant('identity.user_session', 'see', 'delete'), ...grant('identity.user', 'see')]
export const WRONG = 'no es esta, seguro'
export const nobody = (n) => `nadie${n}@andina.example`

// Of a suite: its clients, and what to ask and to change behind its back.
export class SignIns {
  #clients = []

  constructor(suite) {
    this.suite = suite
  }

  client(options, url = this.suite.url) {
    this.#clients.push(new Client(url, options))
    return this.#clients.at(-1)
  }

  close() {
    for (const each of this.#clients) each.close()
  }

  // No try was ever made.
  async forget() {
    await this.suite.sql('DELETE FROM identity.guess')
  }

  // Moves the clock of one account's tries.
  async setTries(email, set) {
    const id = createHash('sha256').update(`account\0${email}`).digest('hex').slice(0, 32)
    await this.suite.sql(`UPDATE identity.guess SET ${set} WHERE id = '${id}'`)
  }

  // What the gateways remember of sessions: a second in memory, longer in Redis.
  async forgetSessions() {
    execFileSync('redis-cli', ['-s', this.suite.redisSocket, 'FLUSHALL'])
    await sleep(1100)
  }

  async events(email, event) {
    return Number((await this.suite.sql(
      `SELECT count(*) FROM identity.access_log WHERE email = '${email}' AND event = '${event}'`))[0][0])
  }

  // The id of the session behind a token.
  async sessionOf(rest) {
    return (await this.suite.sql(`SELECT session FROM identity.user_session_token WHERE token_hash = sha256('${rest.token}')`))[0][0]
  }

  // The same person once more.
  async again(who) {
    const { body } = await new Rest(this.suite.url).want(200, 'POST', '/session', { body: { email: who.email, password: who.password } })
    return Object.assign(new Rest(this.suite.url, body.token), { email: who.email, password: who.password, user: who.user })
  }

  // It is over, soon.
  gone(rest) {
    return soon(async () => problem(await rest.call('GET', '/session'), 401, 'sign_in'))
  }
}

// How many answers there are of each status.
export const statuses = (answers) => answers.reduce((counts, { status }) => ({ ...counts, [status]: (counts[status] ?? 0) + 1 }), {})

export const onlyStatuses = (counts, allowed) =>
  assert.deepEqual(Object.keys(counts).filter((status) => !allowed.includes(Number(status))), [], JSON.stringify(counts))
