// The checks themselves: each finds what it is there for, and nothing in a run that went well.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import * as checks from './checks.mjs'
import { Ledger } from './ledger.mjs'
import { planFaults } from './plan.mjs'

// One lead, made, changed and deleted; an import of two rows.
function good() {
  const ledger = new Ledger()
  ledger.creates.set('c1.1', { path: 'leads', key: 'key-c1.1', id: 'A' })
  ledger.creates.set('c1.2', { path: 'leads', key: 'key-c1.2' })
  ledger.changes.push({ path: 'leads', id: 'A', version: 2, type: 'updated', mark: 'c1.3' },
    { path: 'leads', id: 'A', version: 3, type: 'deleted' })
  ledger.refused.add('c1.4')
  ledger.unknown.add('c1.5')
  ledger.imports.push({ mark: 'imp-1', path: 'leads', rows: 2, job: 'J', state: 'done' }, { mark: 'imp-2', path: 'leads', rows: 2 })
  const event = (seq, record, version, type, mark, imported = false) => ({ seq, id: `e${seq}`, record, version, type, mark, imported })
  const leads = [event(1, 'A', 1, 1, 'c1.1'), event(2, 'A', 2, 2, 'c1.3'), event(3, 'A', 3, 3, ''),
    event(4, 'I', 1, 1, 'imp-1.1', true), event(5, 'K', 1, 1, 'imp-1.2', true)]
  return { ledger, events: { leads, activities: [] }, event }
}

function all({ ledger, events }) {
  return [...checks.wrongCreates(ledger, events), ...checks.wrongChanges(ledger, events), ...checks.wrongImports(ledger, events),
    ...checks.wrongVersions(events.leads, [['A', 3], ['I', 1], ['K', 1]])]
}

test('a good run has nothing wrong', () => {
  const run = good()
  assert.deepEqual(all(run), [])
  assert.deepEqual(checks.wrongStream(run.events.leads, run.events.leads), [])
})

const harms = {
  'a create that is lost': ['c1.1 was acknowledged and is lost',
    ({ events }) => events.leads.splice(0, 1)],
  'a create done twice': ['c1.1 was made 2 times',
    ({ events, event }) => events.leads.push(event(6, 'B', 1, 1, 'c1.1'))],
  'a create without an answer done twice': ['c1.2 was made 2 times',
    ({ events, event }) => events.leads.push(event(6, 'B', 1, 1, 'c1.2'), event(7, 'C', 1, 1, 'c1.2'))],
  'a record that nobody asked for': ['x was asked for by nobody',
    ({ events, event }) => events.leads.push(event(6, 'B', 1, 1, 'x'))],
  'a change that is lost': ['A version 2 was acknowledged and is lost',
    ({ events }) => events.leads.splice(1, 1)],
  'a change that another has taken the place of': ['A version 2 is 2 c1.9, acknowledged was updated c1.3',
    ({ events }) => { events.leads[1].mark = 'c1.9' }],
  'a deletion that is lost': ['A version 3 was acknowledged and is lost',
    ({ events }) => events.leads.splice(2, 1)],
  'a change done twice': ['c1.3 was done 2 times',
    ({ events, event }) => events.leads.push(event(6, 'A', 4, 2, 'c1.3'))],
  'a refused change that was done': ['c1.4 was answered "not done" and was done',
    ({ events, event }) => events.leads.push(event(6, 'A', 4, 2, 'c1.4'))],
  'an unknown change done twice': ['c1.5 was done twice',
    ({ events, event }) => events.leads.push(event(6, 'A', 4, 2, 'c1.5'), event(7, 'A', 5, 2, 'c1.5'))],
  'versions out of order': ['A goes from version 0 to 2',
    ({ events }) => events.leads.splice(0, 2, events.leads[1], events.leads[0])],
  'a row that is missing': ['row imp-1.2 was imported 0 times',
    ({ events }) => events.leads.pop()],
  'a row imported twice': ['row imp-1.1 was imported 2 times',
    ({ events, event }) => events.leads.push(event(6, 'L', 1, 1, 'imp-1.1', true))],
  'a row of an import without an answer twice': ['row imp-2.1 was imported 2 times',
    ({ events, event }) => events.leads.push(event(6, 'L', 1, 1, 'imp-2.1', true), event(7, 'M', 1, 1, 'imp-2.1', true))],
}
for (const [name, [told, harm]] of Object.entries(harms)) {
  test(`${name} is found`, () => {
    const run = good()
    harm(run)
    assert.ok(all(run).includes(told), all(run).join('\n'))
  })
}

test('a stream that lacks one, has one too many or turns two round is found', () => {
  const { leads } = good().events
  assert.equal(checks.wrongStream(leads, leads.slice(1)).length, 1)
  assert.equal(checks.wrongStream(leads.slice(1), leads).length, 1)
  assert.equal(checks.wrongStream(leads, [leads[1], leads[0], ...leads.slice(2)]).length, 1)
  const repeated = [leads[0], leads[1], leads[0], ...leads.slice(2)]
  assert.deepEqual(checks.wrongStream(leads, repeated), [])
  assert.equal(checks.repeats(repeated), 1)
})

test('a seed is a plan: the same each time, twenty faults are each kind once', () => {
  assert.deepEqual(planFaults(7, 40), planFaults(7, 40))
  assert.notDeepEqual(planFaults(7, 20), planFaults(8, 20))
  for (let seed = 1; seed < 50; seed++) {
    const faults = planFaults(seed, 20).flatMap((step) => step.faults)
    assert.equal(faults.length, 20)
    const kinds = faults.map(({ kind, part }) => `${part.replace(/-\d/, '')} ${kind.replace(/-.*/, '')}`)
    assert.equal(new Set(kinds).size, 20)
  }
})
