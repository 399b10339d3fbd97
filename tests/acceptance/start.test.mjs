// What an operator relies on: a suite starts by itself, comes back by itself, changes only what changed, leaves nothing.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { ROOT, startSuite } from '../lib/suite.mjs'

let suite
before(async () => {
  suite = await startSuite({ replicas: { leads: 2 } })
})
after(() => suite?.stop())

// Processes whose folder is the suite's.
const processes = () => execFileSync('sh', ['-c', `find /proc -maxdepth 2 -name cwd -lname '${suite.folder}*' 2>/dev/null || true`])
  .toString().split('\n').filter(Boolean)

test('a running suite is brought up to date without touching what did not change', async () => {
  const pids = () => Object.fromEntries(suite.parts().map((part) => [part, suite.pid(part)]))
  const before = pids()
  await suite.run()
  assert.deepEqual(pids(), before)
  suite.setEnv('leads-2', { CAUCE_TEST_PROBE: '1' })
  await suite.run()
  assert.notEqual(suite.pid('leads-2'), before['leads-2'])
  assert.deepEqual({ ...pids(), 'leads-2': 0 }, { ...before, 'leads-2': 0 })
})

test('whatever is killed comes back by itself, and all is ready again', async () => {
  for (const part of ['leads', 'gateway', 'redis', 'nats', 'pg']) {
    const pid = suite.pid(part)
    suite.kill(part)
    while (suite.pid(part) === pid) await new Promise((resolve) => setTimeout(resolve, 10))
    await suite.ready([])
    await suite.ready()
  }
})

test('stopped and started again it has its data, its ports and its passwords', async () => {
  const { url, password } = suite
  await suite.sql("CREATE TABLE public.kept AS SELECT 'kept' AS what")
  await suite.stop({ keep: true })
  assert.deepEqual(processes(), [])
  await suite.run()
  assert.deepEqual(await suite.sql('SELECT what FROM public.kept'), [['kept']])
  assert.deepEqual([suite.url, suite.password], [url, password])
})

test('a kept port that something else took in the meantime is avoided', async () => {
  const { url } = suite
  await suite.stop({ keep: true })
  const intruder = createServer().listen(Number(new URL(url).port), '127.0.0.1')
  await once(intruder, 'listening')
  try {
    await suite.run()
    assert.notEqual(suite.url, url)
    await suite.ready()
  } finally {
    intruder.close()
  }
})

test('no server runs as root, and what is secret is closed to others', () => {
  for (const part of suite.parts()) assert.notEqual(statSync(`/proc/${suite.pid(part)}`).uid, 0, part)
  for (const path of ['etc', 'etc/secret', 'etc/secret/admin', 'etc/leads.env', 'pg', 'pgsock']) {
    assert.equal(statSync(join(suite.folder, path)).mode & 0o077, 0, path)
  }
})

test('two suites live side by side', async () => {
  const other = await startSuite({ services: ['identity', 'leads'] })
  try {
    assert.notEqual(other.natsUrl, suite.natsUrl)
    await other.ready(['leads', 'maintain'])
    await suite.ready()
  } finally {
    await other.stop()
  }
})

test('a suite says what is wrong when its folder can not be used', () => {
  const long = join('/tmp', 'x'.repeat(100))
  assert.throws(() => execFileSync(join(ROOT, 'scripts', 'run'), { env: { ...process.env, CAUCE_RUN: long }, stdio: 'pipe' }),
    /too long for a unix socket/)
})
