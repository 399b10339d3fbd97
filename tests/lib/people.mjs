// People of a suite for tests: a user with a role, a profile and a way in, made as an administrator makes them.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { Rest, signIn } from './rest.mjs'

const administrators = new WeakMap()
let made = 0

// The signed-in administrator of a suite, the same one each time.
export function administrator(suite) {
  if (!administrators.has(suite)) administrators.set(suite, signIn(suite))
  return administrators.get(suite)
}

export const RIGHTS = ['see', 'create', 'change', 'delete', 'import', 'export', 'mass_delete', 'duplicate', 'mass_duplicate', 'settings']
// grant('leads.lead') is every right; grant('leads.lead', 'see', 'change') those.
export const grant = (module, ...rights) => (rights.length ? rights : RIGHTS).map((right) => `${module}:${right}`)

// Makes a user and signs it in. Gives a Rest with `user` (the record), `email` and `password`.
//   grants, denials: a profile of its own is made of them; profile, role: of one there is (its record or id)
//   administrator, name, email, …: fields of the user
export async function person(suite, { grants, denials, role, profile, ...fields } = {}) {
  const admin = await administrator(suite)
  const id = (record) => record?.id ?? record
  const n = ++made
  if (grants) profile = await admin.create('profiles', { name: `Perfil ${n}`, grants, denials: denials ?? [] })
  const user = await admin.create('users', {
    name: `Persona ${n}`, email: `persona${n}@andina.example`, role: id(role), profile: id(profile), ...fields,
  })
  const password = `la clave de ${n} personas`
  const { body: { token } } = await admin.want(200, 'POST', '/invitations', { body: { user: user.id } })
  await new Rest(suite.url).want(200, 'POST', '/link', { body: { token, password } })
  return signedIn(suite, user, password)
}

async function signedIn(suite, user, password) {
  const { body } = await new Rest(suite.url).want(200, 'POST', '/session', { body: { email: user.email, password } })
  const rest = new Rest(suite.url, body.token)
  return Object.assign(rest, { user, email: user.email, password })
}

// A key of this person with its secret, as a Rest with `key` (the record).
export async function apiKey(rest, { days = 30, ...fields } = {}) {
  const key = await rest.create('api-keys', {
    name: 'Llave', expires_at: new Date(Date.now() + days * 86_400_000).toISOString(), ...fields,
  })
  return Object.assign(await issueKey(rest, key), { key })
}

export async function issueKey(rest, key) {
  const { body } = await rest.want(200, 'POST', '/api-key-secrets', { body: { key: key.id } })
  return new Rest(rest.base.replace(/\/api\/v1$/, ''), body.token)
}

// Tries until it does not throw: what one service says is known to the others within a second.
export async function soon(check, limit = 5000) {
  for (const end = Date.now() + limit; ;) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() > end) throw error
      await sleep(25)
    }
  }
}

// The status that this call answers, soon.
export const answers = (status, rest, method, path, options) => soon(async () => {
  const answer = await rest.call(method, path, options)
  assert.equal(answer.status, status, `${method} ${path}: ${answer.status} ${answer.text}`)
  return answer
})
