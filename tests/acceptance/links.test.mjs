// Invitations, forgotten passwords and the mail that carries them; the first administrator of a new installation.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { administrator, person, soon } from '../lib/people.mjs'
import { Rest, problem } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'
import { MailServer, certificate, tokenOf } from '../stand-ins/smtp.mjs'

const PUBLIC = 'https://crm.andina.example'
const PASSWORD = 'caballo correcto batería'
const services = ['identity', 'gateway']

let suite, server, rest, anybody, tls
before(async () => {
  server = await new MailServer({ user: 'cauce', password: 'pa:ss@wörd' }).listen()
  suite = await startSuite({
    services,
    env: { CAUCE_PUBLIC_URL: PUBLIC, CAUCE_COMPANY: 'Compañía Ñandú & Hijos — distribuidora mayorista de todo el país S.A.S.' },
    daemonEnv: {
      identity: {
        CAUCE_SMTP: `smtp://cauce:${encodeURIComponent('pa:ss@wörd')}@127.0.0.1:${server.port}`,
        CAUCE_MAIL_FROM: '"Cauce Ñandú" <no-responder@andina.example>',
      },
    },
  })
  rest = await administrator(suite)
  anybody = new Rest(suite.url)
})
after(async () => {
  await suite?.stop()
  await server?.close()
  await tls?.close()
})

let made = 0
const makeUser = (fields) => rest.create('users', { name: `Ana ${++made}`, email: `ana${made}@andina.example`, ...fields })
const invite = async (user) => (await rest.want(200, 'POST', '/invitations', { body: { user: user.id } })).body
const use = (token, password = PASSWORD) => anybody.call('POST', '/link', { body: { token, password } })
const signIn = (email, password = PASSWORD) => anybody.call('POST', '/session', { body: { email, password } })
const forget = (email) => anybody.want(200, 'POST', '/forgotten-password', { body: { email } })
// Tries are counted by address; here all come from one.
const forgive = () => suite.sql('DELETE FROM identity.guess')
const log = (user) => suite.sql(`SELECT event, method FROM identity.access_log WHERE person = '${user.id}' ORDER BY created_at, id`)

test('USER-03: an invitation lets its user choose a password, once', async () => {
  const user = await makeUser()
  const invitation = await invite(user)
  assert.match(invitation.token, /^[\w-]{22}$/)
  assert.equal(invitation.mailed, true)
  const days = (Date.parse(invitation.expires_at) - Date.now()) / 86_400_000
  assert.ok(days > 2.99 && days <= 3, String(days))
  problem(await signIn(user.email), 401, 'bad_credentials')
  problem(await use(invitation.token, 'corta'), 422, 'password_short', { '/password': 'password_short' })
  const answer = await use(invitation.token)
  assert.equal(answer.status, 200, answer.text)
  assert.deepEqual(answer.body, { email: user.email })
  assert.equal(answer.headers.get('set-cookie'), null)
  assert.equal((await signIn(user.email)).status, 200)
  problem(await use(invitation.token, 'otra frase bien distinta'), 410, 'bad_link')
  assert.equal((await signIn(user.email)).status, 200)
  assert.deepEqual((await log(user)).map(([event]) => event).filter((event) => event !== 'refused'), ['invited', 'password_changed', 'sign_in', 'sign_in'])
})

test('USER-03: the invitation goes by mail, in the language of its user', async () => {
  const spanish = await makeUser({ name: 'José Peñalosa' })
  const english = await makeUser({ name: 'Joan', lang: 'en' })
  for (const [user, subject, hello, days] of [[spanish, 'Su usuario de Cauce en', 'Hola, José Peñalosa:', 'tres días'], [english, 'Your user of Cauce at', 'Hello, Joan:', 'three days']]) {
    const invitation = await invite(user)
    const mail = await server.mail(user.email)
    assert.equal(mail.from, 'no-responder@andina.example')
    assert.equal(mail.headers.get('from'), 'Cauce Ñandú <no-responder@andina.example>')
    assert.equal(mail.headers.get('subject'), `${subject} Compañía Ñandú & Hijos — distribuidora mayorista de todo el país S.A.S.`)
    assert.ok(mail.text.startsWith(hello), mail.text)
    assert.ok(mail.text.includes(days), mail.text)
    assert.equal(mail.user, 'cauce')
    assert.equal(tokenOf(mail, PUBLIC), invitation.token)
  }
  assert.deepEqual(server.faults, [])
  await soon(async () => assert.deepEqual(await suite.sql("SELECT count(*) FROM identity.mail_out WHERE purpose = 'invite'"), [['0']]))
})

test('USER-03: only administrators invite, and only active users', async () => {
  const user = await makeUser()
  const agent = await person(suite, { grants: ['identity.user:see', 'identity.user:change'] })
  problem(await agent.call('POST', '/invitations', { body: { user: user.id } }), 403, 'administrators_only')
  problem(await anybody.call('POST', '/invitations', { body: { user: user.id } }), 401, 'sign_in')
  problem(await rest.call('POST', '/invitations', { body: {} }), 422, 'required', { '/user': 'required' })
  problem(await rest.call('POST', '/invitations', { body: { user: '01900000-0000-7000-8000-000000000000' } }), 422, 'reference', { '/user': 'reference' })
  const invitation = await invite(user)
  await rest.change('users', user, { inactive: true })
  problem(await rest.call('POST', '/invitations', { body: { user: user.id } }), 422, 'reference')
  problem(await use(invitation.token), 410, 'bad_link')
})

test('USER-03: a link ends when it expires and when a new one is made', async () => {
  const user = await makeUser()
  const first = await invite(user)
  const second = await invite(user)
  problem(await use(first.token), 410, 'bad_link')
  await suite.sql(`UPDATE identity.link SET expires_at = now() - interval '1 s' WHERE person = '${user.id}'`)
  problem(await use(second.token), 410, 'bad_link')
  problem(await use('x'.repeat(22)), 410, 'bad_link')
  problem(await use('x'.repeat(101)), 422, 'too_long')
  problem(await anybody.call('POST', '/link', { body: {} }), 422, 'required', { '/token': 'required', '/password': 'required' })
  await forgive()
})

test('USER-03: a link ends with the address that it was made for, and when the password is changed otherwise', async () => {
  const user = await makeUser()
  const { token } = await invite(user)
  await rest.change('users', user, { email: 'nueva.direccion@andina.example' })
  problem(await use(token), 410, 'bad_link')
  const who = await person(suite)
  const other = await invite(who.user)
  await who.want(200, 'POST', '/password', { body: { current: who.password, password: PASSWORD } })
  problem(await use(other.token), 410, 'bad_link')
  await forgive()
})

test('USER-03: of twenty at once with one link, one chooses the password', async () => {
  const user = await makeUser()
  const { token } = await invite(user)
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => use(token, `una frase bien larga ${n}`)))
  const won = answers.findIndex((answer) => answer.status === 200)
  assert.equal(answers.filter((answer) => answer.status === 200).length, 1)
  for (const answer of answers) assert.ok([200, 410, 503].includes(answer.status), answer.text)
  assert.equal((await signIn(user.email, `una frase bien larga ${won}`)).status, 200)
  await forgive()
})

test('USER-03: the token is stored nowhere', async () => {
  const user = await makeUser()
  await server.close()
  try {
    const { token } = await invite(user)
    await soon(async () => assert.deepEqual(await suite.sql(`SELECT count(*) FROM identity.mail_out WHERE person = '${user.id}' AND tries > 0`), [['1']]))
    const dump = await suite.sql('SELECT l::text FROM identity.link l UNION ALL SELECT m::text FROM identity.mail_out m UNION ALL SELECT e::text FROM identity.event e')
    const hex = Buffer.from(token).toString('hex')
    for (const [row] of dump) assert.ok(!row.includes(token) && !row.includes(hex), row)
    assert.ok(!suite.log('identity', 1e6).includes(token))
  } finally {
    server = await new MailServer({ user: 'cauce', password: 'pa:ss@wörd' }).listen(server.port)
  }
})

test('USER-03: mail waits for a server that is away, and for one that says later', async () => {
  const { port } = server
  await server.close()
  const user = await makeUser()
  const { token } = await invite(user)
  const due = (person) => suite.sql(`SELECT tries, round(extract(epoch FROM due_at - now())) FROM identity.mail_out WHERE person = '${person.id}'`)
  for (const [tries, low, high] of [['1', 50, 60], ['2', 290, 300], ['3', 1790, 1800], ['4', 1790, 1800]]) {
    await soon(async () => {
      const [[tried, seconds]] = await due(user)
      assert.equal(tried, tries)
      assert.ok(Number(seconds) >= low && Number(seconds) <= high, seconds)
    }, 15_000)
    await suite.sql('UPDATE identity.mail_out SET due_at = now()')
  }
  server = await new MailServer({ user: 'cauce', password: 'pa:ss@wörd', refuse: 1 }).listen(port)
  await suite.sql('UPDATE identity.mail_out SET due_at = now()')
  const end = Date.now() + 15_000
  while (server.mails.length === 0 && Date.now() < end) { // what it refused waits again
    await suite.sql("UPDATE identity.mail_out SET due_at = now() WHERE due_at > now() + interval '40 s' AND due_at < now() + interval '119 s' OR due_at > now() + interval '121 s'")
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  assert.equal(tokenOf(await server.mail(user.email), PUBLIC), token)
  assert.match(suite.log('identity', 1e6), /"event":"mail not sent".*"status":451/)
  assert.equal((await use(token)).status, 200)
})

test('USER-03: after a day mail is given up', async () => {
  const { port } = server
  await server.close()
  try {
    const user = await makeUser()
    await invite(user)
    await suite.sql(`UPDATE identity.mail_out SET created_at = now() - interval '25 hours', due_at = now() WHERE person = '${user.id}'`)
    await soon(async () => assert.deepEqual(await suite.sql(`SELECT count(*) FROM identity.mail_out WHERE person = '${user.id}'`), [['0']]), 15_000)
    assert.match(suite.log('identity', 1e6), /"event":"mail given up"/)
  } finally {
    server = await new MailServer({ user: 'cauce', password: 'pa:ss@wörd' }).listen(port)
  }
})

test('USER-03: a forgotten password: a link by mail, for an hour, that ends every session', async () => {
  const user = await person(suite)
  await forget(`  ${user.email.toUpperCase()} `)
  const mail = await server.mail(user.email, 'Elija una contraseña nueva')
  const token = tokenOf(mail, PUBLIC)
  const [[seconds]] = await suite.sql(`SELECT extract(epoch FROM expires_at - created_at) FROM identity.link WHERE person = '${user.user.id}' AND purpose = 'reset'`)
  assert.ok(Math.abs(Number(seconds) - 3600) < 5, seconds)
  await user.want(200, 'GET', '/session')
  assert.equal((await signIn(user.email, user.password)).status, 200) // until it is used, nothing changes
  assert.equal((await use(token)).status, 200)
  await soon(async () => assert.equal((await user.call('GET', '/session')).status, 401))
  problem(await signIn(user.email, user.password), 401, 'bad_credentials')
  assert.equal((await signIn(user.email)).status, 200)
  const events = (await log(user.user)).map(([event]) => event)
  for (const event of ['link_asked', 'password_changed', 'revoked']) assert.ok(events.includes(event), `${event}: ${events}`)
  await forgive()
})

test('USER-03: nobody learns who has an account', async () => {
  const known = await makeUser()
  const inactive = await makeUser()
  await rest.change('users', inactive, { inactive: true })
  const answers = []
  for (const email of [known.email, inactive.email, 'nadie@andina.example', 'no es un correo']) answers.push(await forget(email))
  for (const answer of answers) {
    assert.equal(answer.text, answers[0].text)
    const names = (one) => [...one.headers.keys()].filter((name) => !/^ratelimit/.test(name))
    assert.deepEqual(names(answer), names(answers[0]))
  }
  await server.mail(known.email)
  await soon(async () => assert.deepEqual(await suite.sql("SELECT count(*) FROM identity.mail_out WHERE purpose = 'reset'"), [['0']]))
  assert.deepEqual(server.mails.filter((mail) => mail.to[0] !== known.email && mail.headers.get('subject').startsWith('Elija')), [])
  await forgive()
})

test('USER-03: asking for links again and again is refused, whether there is an account or not', async () => {
  const known = await makeUser()
  for (const email of [known.email, 'otro@andina.example']) {
    const statuses = []
    for (let n = 0; n < 7; n++) statuses.push((await anybody.call('POST', '/forgotten-password', { body: { email } })).status)
    assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429, 429], email)
  }
  assert.equal((await signIn(suite.email, suite.password)).status, 200)
  problem(await signIn(known.email, 'equivocada de verdad'), 401, 'bad_credentials') // signing in has a count of its own
  await forgive()
})

test('USER-03: what a name holds cannot make a header or a line of the mail', async () => {
  const user = await makeUser({ name: 'Eva\r\nBcc: otro@malo.example\r\n\r\nhola' })
  await forget(user.email)
  const mail = await server.mail(user.email)
  assert.equal(mail.headers.has('bcc'), false)
  assert.match(mail.text.split('\n')[0], /^Hola, Eva .*hola:$/)
  problem(await rest.call('POST', '/users', { body: { name: 'Eva', email: 'eva@andina.example\r\nBcc: otro@malo.example' } }), 422, 'invalid_field')
  assert.deepEqual(server.faults, [])
  await forgive()
})

test('USER-03: mail goes by STARTTLS and by TLS, and only to a server with a good certificate', async () => {
  mkdirSync(join(suite.folder, 'tls'), { recursive: true, mode: 0o755 })
  const pair = certificate(join(suite.folder, 'tls'))
  const other = certificate(suite.folder)
  const send = async (scheme, mode, keys, ca) => {
    tls = await new MailServer({ tls: mode, user: 'u', password: 'p', ...keys }).listen()
    suite.setEnv('identity', { CAUCE_SMTP: `${scheme}://u:p@127.0.0.1:${tls.port}`, CAUCE_MAIL_FROM: 'cauce@andina.example', CAUCE_MAIL_CA: ca })
    await suite.run()
    const user = await makeUser()
    await suite.sql('DELETE FROM identity.mail_out')
    await invite(user)
    return user
  }
  for (const [scheme, mode] of [['smtp', 'starttls'], ['smtps', 'first']]) {
    const user = await send(scheme, mode, pair, pair.ca)
    const mail = await tls.mail(user.email)
    assert.equal(mail.secure, true)
    assert.equal(mail.headers.get('from'), 'cauce@andina.example')
    assert.deepEqual(tls.faults, [])
    await tls.close()
  }
  for (const [scheme, mode, keys] of [['smtp', 'none', {}], ['smtp', 'starttls', other], ['smtps', 'first', other]]) {
    const user = await send(scheme, mode, keys, pair.ca)
    await soon(async () => {
      const [[tries, waits]] = await suite.sql(`SELECT tries, due_at < now() + interval '100 s' FROM identity.mail_out WHERE person = '${user.id}'`)
      assert.deepEqual([tries, waits], ['1', 't'])
    }, 15_000)
    assert.deepEqual(tls.mails, [])
    await tls.close()
  }
  tls = undefined
})

test('USER-03: a new installation is set up by whoever can read its log', async () => {
  const fresh = await startSuite({ services, replicas: { identity: 2 }, daemonEnv: { identity: { CAUCE_ADMIN_EMAIL: '' }, 'identity-2': { CAUCE_ADMIN_EMAIL: '' } } })
  try {
    const nobody = new Rest(fresh.url)
    const setUp = (fields) => nobody.call('POST', '/set-up', { body: { name: 'Eva', email: 'eva@nueva.example', password: PASSWORD, ...fields } })
    assert.deepEqual(await nobody.get('/sign-in-options'), { set_up: true, forgotten: false })
    const codes = ['identity', 'identity-2'].flatMap((part) => [...fresh.log(part, 1e6).matchAll(/"code":"([\w-]{22})"/g)].map(([, code]) => code))
    assert.equal(codes.length, 1)
    assert.deepEqual((await fresh.sql('SELECT s::text FROM identity.set_up s'))[0][0].includes(codes[0]), false)
    problem(await setUp({ code: 'x'.repeat(22) }), 422, 'wrong_code', { '/code': 'wrong_code' })
    problem(await setUp({ code: codes[0], password: 'corta' }), 422, 'password_short')
    problem(await setUp({ code: codes[0], email: 'eva' }), 422, 'invalid_field')
    problem(await nobody.call('POST', '/set-up', { body: {} }), 422, 'required', { '/code': 'required', '/name': 'required', '/email': 'required', '/password': 'required' })
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => setUp({ code: codes[0], email: `eva${n % 4}@nueva.example`, password: `${PASSWORD} ${n}` })))
    const won = answers.findIndex((answer) => answer.status === 200)
    assert.equal(answers.filter((answer) => answer.status === 200).length, 1, answers.map((answer) => answer.text).join('\n'))
    for (const [n, answer] of answers.entries()) if (n !== won) problem(answer, 409, 'set_up_done')
    assert.deepEqual(await fresh.sql('SELECT count(*), bool_and(administrator) FROM identity.person'), [['1', 't']])
    problem(await setUp({ code: codes[0] }), 409, 'set_up_done')
    assert.deepEqual(await nobody.get('/sign-in-options'), { set_up: false, forgotten: false })
    const { body } = await nobody.want(200, 'POST', '/session', { body: { email: `eva${won % 4}@nueva.example`, password: `${PASSWORD} ${won}` } })
    await new Rest(fresh.url, body.token).create('users', { name: 'Otra', email: 'otra@nueva.example' })
    await fresh.restart('identity')
    await fresh.ready()
    assert.equal([...fresh.log('identity', 1e6).matchAll(/set up with this code/g)].length + [...fresh.log('identity-2', 1e6).matchAll(/set up with this code/g)].length, 1)
  } finally {
    await fresh.stop()
  }
})
