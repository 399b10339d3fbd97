// While clients write, everything is killed, paused and cut in turn; then nothing that was acknowledged may be missing,
// nothing may have happened twice, and nobody may have had to help.
//   FAULTS=20 (or CAUCE_FAULTS)   SEED=1   CAUCE_CONFIG=asan   CAUCE_KEEP=1: the suite's folder stays
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { startSuite } from '../lib/suite.mjs'
import * as checks from './checks.mjs'
import { READY_LIMIT_MS, REPLICAS, run } from './run.mjs'
import { readStream } from './stream.mjs'
import { table } from './table.mjs'

const FAULTS = Number(process.env.FAULTS ?? process.env.CAUCE_FAULTS ?? 20)
const SEED = Number(process.env.SEED ?? 1)

function none(wrong) {
  assert.equal(wrong.length, 0, `${wrong.length} in all:\n${wrong.slice(0, 20).join('\n')}`)
}

describe(`${FAULTS} faults of seed ${SEED}`, { timeout: (300 + FAULTS * 60) * 1000 }, () => {
  let suite, result, events, streams

  before(async () => {
    suite = await startSuite({ replicas: REPLICAS })
    result = await run(suite, { seed: SEED, faults: FAULTS, say: (line) => console.log(line) })
    events = { leads: await checks.readEvents(suite, 'leads'), activities: await checks.readEvents(suite, 'activities') }
    streams = { leads: await readStream(suite, 'leads'), activities: await readStream(suite, 'activities') }
    console.log(table(result, streams))
  })
  after(() => suite?.stop())

  test('an acknowledged create is there once, one without an answer at most once', () => {
    none(checks.wrongCreates(result.ledger, events))
  })

  test('an acknowledged change is in the history once, a refused one never', () => {
    none(checks.wrongChanges(result.ledger, events))
  })

  for (const [service, relation] of [['leads', 'lead'], ['activities', 'task']]) {
    test(`versions of ${service} have no gap and no repeat`, async () => {
      const rows = await suite.sql(`SELECT id, version FROM ${service}.${relation}`)
      none(checks.wrongVersions(events[service], rows.map(([id, version]) => [id, Number(version)])))
    })

    test(`the stream of ${service} holds every event, each record's in order`, () => {
      none(checks.wrongStream(events[service], streams[service]))
    })
  }

  for (const service of ['leads', 'activities']) {
    test(`who follows the events of ${service} gets each once`, () => {
      none(checks.wrongStream(events[service], result.followed[service]))
      assert.equal(checks.repeats(result.followed[service]), 0)
    })
  }

  test('the copies equal their records', async () => {
    none(await checks.wrongCopies(suite))
  })

  test('nothing is a dead letter', async () => {
    none(await checks.deadLetters(suite))
  })

  test('rows of an import are there once', () => {
    none(checks.wrongImports(result.ledger, events))
  })

  test('nothing waits any more', () => {
    none(result.settled.left)
  })

  test('every answer was one that the API knows, nobody was signed out', () => {
    none(result.ledger.wrong)
    assert.deepEqual(result.signedIn.filter((status) => status !== 200), [])
  })

  test(`all was ready again within ${READY_LIMIT_MS / 1000} s`, () => {
    none(result.steps.filter((step) => step.ready > READY_LIMIT_MS || step.left.length > 0)
      .map((step) => `${step.name}: ${Math.round(step.ready)} ms ${step.left}`))
  })

  test('no process ended that nobody had harmed', () => {
    none(result.steps.filter((step) => step.ended.length > 0).map((step) => `${step.name}: ${step.ended}`))
    none(result.cries)
  })
})
