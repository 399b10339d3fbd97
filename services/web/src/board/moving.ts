/*
 * Moving cards: shown at once, saved, and taken back when it is refused. A record that somebody changed meanwhile is moved
 * in its present version, unless they had moved it themselves.
 */
import { isProblem } from '../api/problem';
import { setAt, type Values } from '../api/patch';
import type { Rec } from '../api/records';
import type { Outcome } from './api';
import type { BoardStore } from './store';

export interface Move {
  id: string;
  from: string;
}

export interface Moved {
  to: string;
  done: Move[];
  refused: number;
}

const TRIES = 4;

function inColumn(record: Rec, by: string, key: string): Rec {
  const copy = structuredClone(record);
  setAt(copy as Values, by, key || null);
  /* the server's text for the old value */
  if (copy.labels) delete copy.labels[by];
  return copy;
}

/* The record in force, out of a refusal that says the one here was stale. */
function inForce(outcome: Outcome): Rec | undefined {
  if (!('error' in outcome) || !isProblem(outcome.error)) return undefined;
  const { status, version, current } = outcome.error;
  if (status !== 412 || !current) return undefined;
  return { ...(current as unknown as Rec), version: version ?? (current as unknown as Rec).version };
}

const changed = (store: BoardStore): Promise<void> => new Promise((resolve) => {
  const leave = store.subscribe(() => {
    leave();
    resolve();
  });
});

/* Cards that stand in that column already stay. Those that are on their way arrive before they go on. */
export async function moveCards(store: BoardStore, ids: string[], to: string): Promise<Moved> {
  const late = ids.filter((id) => store.pending.has(id));
  if (!late.length) return sendCards(store, ids, to);
  for (const id of ids) store.heading.set(id, to);
  while (ids.some((id) => store.pending.has(id))) await changed(store);
  for (const id of ids) {
    if (store.heading.get(id) === to) store.heading.delete(id);
  }
  /* what was sent back is not sent on */
  return sendCards(store, ids.filter((id) => !late.includes(id) || !store.notices.has(id)), to);
}

async function sendCards(store: BoardStore, ids: string[], to: string): Promise<Moved> {
  const { by, api } = store.options;
  const moves: Move[] = [];
  for (const id of ids) {
    const record = store.cards.get(id);
    if (!record || store.keyOf(record) === to) continue;
    moves.push({ id, from: store.keyOf(record) });
    store.notices.delete(id);
    store.place(inColumn(record, by, to), true);
    store.pending.add(id);
  }
  store.changed(ids);
  const moved: Moved = { to, done: [], refused: 0 };
  let left = moves;
  for (let tries = 0; left.length; tries++) {
    left = left.filter((m) => store.cards.has(m.id));
    const sent = left.flatMap((m) => store.cards.get(m.id) ?? []).map(({ id, version }) => ({ id, version }));
    if (!sent.length) break;
    const outcomes = await api.move(sent, to);
    left = settle(store, moved, left, outcomes, tries < TRIES);
  }
  for (const { id } of moves) store.pending.delete(id);
  store.changed(moves.map((m) => m.id));
  return moved;
}

/* Gives those that are to be tried again. */
function settle(store: BoardStore, moved: Moved, moves: Move[], outcomes: Outcome[], again: boolean): Move[] {
  const { by } = store.options;
  const left: Move[] = [];
  moves.forEach((move, i) => {
    const outcome = outcomes[i];
    const record = store.cards.get(move.id);
    if (!outcome || !record) return;
    const current = inForce(outcome);
    if (current && again && store.keyOf(current) === move.from) {
      store.cards.set(move.id, { ...inColumn({ ...record, ...current }, by, moved.to) });
      left.push(move);
      /* its amount may be another one */
      store.countSoon();
      return;
    }
    store.pending.delete(move.id);
    if (!('error' in outcome)) {
      store.cards.set(move.id, outcome.record ? { ...record, ...outcome.record } : { ...record, version: outcome.version });
      moved.done.push(move);
      return;
    }
    moved.refused++;
    if (current) {
      store.place({ ...record, ...current }, true);
      store.notices.set(move.id, { kind: 'moved', key: store.keyOf(current) });
    } else {
      store.place(inColumn(record, by, move.from), true);
      store.notices.set(move.id, { kind: 'refused', error: outcome.error });
    }
  });
  return left;
}

/* Puts them back where they came from. */
export async function moveBack(store: BoardStore, moves: Move[]): Promise<Moved[]> {
  const keys = [...new Set(moves.map((m) => m.from))];
  return Promise.all(keys.map((key) => moveCards(store, moves.filter((m) => m.from === key).map((m) => m.id), key)));
}
