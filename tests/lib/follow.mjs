// The example for integrators as a process, and the events that it prints.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ROOT } from './suite.mjs'

export async function follow(suite) {
  const child = spawn('node', [join(ROOT, 'tests', 'examples', 'leads-events.mjs')], {
    env: { ...process.env, CAUCE_NATS_URL: suite.natsUrl, CAUCE_NATS_PASSWORD: suite.secret('nats-integrator') },
  })
  const events = []
  createInterface({ input: child.stdout }).on('line', (line) => events.push(JSON.parse(line)))
  let said = ''
  child.stderr.on('data', (text) => { said += text })
  await Promise.race([once(child.stderr, 'data'), once(child, 'exit')])
  assert.match(said, /listening/)
  const ended = once(child, 'exit')
  return {
    events,
    ofJob: (job) => events.filter((event) => event.job === job),
    async close(signal = 'SIGTERM') {
      child.kill(signal)
      await ended
    },
  }
}
