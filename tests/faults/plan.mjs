// Which faults come in which order: a pure function of the seed. A deck holds each kind of fault once; twenty faults
// are the whole deck.
import { Rng } from './rng.mjs'

const DOUBLE = 0.25
const PAUSE_MS = [1000, 8000]
const HANG_MS = [10_500, 13_000] // longer than a lease: another takes over, and the one that wakes must notice
const HANG = 0.2
const TWINS = { gateway: 2, leads: 2, activities: 2 }
export const REPLICAS = TWINS

const deck = [
  ...['gateway', 'leads', 'activities', 'identity'].flatMap((part) => [
    { kind: 'kill', part },
    { kind: 'pause', part },
    { kind: 'term', part },
  ]),
  { kind: 'any', part: 'maintain' },
  { kind: 'kill', part: 'pg' },
  { kind: 'pause', part: 'pg' },
  { kind: 'backend', part: 'pg' },
  { kind: 'kill', part: 'nats' },
  { kind: 'pause', part: 'nats' },
  { kind: 'kill', part: 'redis' },
  { kind: 'pause', part: 'redis' },
]

// One card with what was left open: the replica, for how long, which backend of PostgreSQL and how it goes.
function deal(rng, card) {
  const kind = card.kind === 'any' ? rng.pick(['kill', 'pause', 'term'])
    : card.kind === 'backend' ? rng.pick(['backend-end', 'backend-kill']) : card.kind
  const replica = rng.between(1, TWINS[card.part] ?? 1)
  return {
    kind,
    part: replica > 1 ? `${card.part}-${replica}` : card.part,
    ms: kind === 'pause' ? rng.between(...(rng.chance(HANG) ? HANG_MS : PAUSE_MS)) : 0,
    pick: rng.next(),
  }
}

// [{ faults: [one or two], apart: ms between them, rest: ms of work after all is ready }], `n` faults in all.
export function planFaults(seed, n) {
  const rng = new Rng(seed)
  const steps = []
  let cards = []
  const draw = () => {
    if (cards.length === 0) cards = rng.shuffled(deck)
    return deal(rng, cards.pop())
  }
  for (let left = n; left > 0;) {
    const faults = [draw()]
    if (left > 1 && rng.chance(DOUBLE)) faults.push(draw())
    if (faults.length === 2 && faults[0].part === faults[1].part) {
      steps.push({ faults: [faults[0]], apart: 0, rest: rng.between(300, 1500) })
      faults.shift()
      left--
    }
    steps.push({ faults, apart: rng.between(0, 400), rest: rng.between(300, 1500) })
    left -= faults.length
  }
  return steps
}

export function faultName(fault) {
  return `${fault.kind} ${fault.part}${fault.ms ? ` ${(fault.ms / 1000).toFixed(1)} s` : ''}`
}
