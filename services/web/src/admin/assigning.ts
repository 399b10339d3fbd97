/* The order of assignment rules: the smallest position is tried first. */
import type { Rec } from '../api/records';

export const LEADS = 'leads.lead';
const GAP = 10;

export const positionOf = (rule: Rec): number => Number(rule.position ?? 0);
export const nextPosition = (rules: Rec[]): number => Math.max(0, ...rules.map(positionOf)) + GAP;
export const inOrder = (rules: Rec[]): Rec[] => [...rules].sort((a, b) => positionOf(a) - positionOf(b) || a.id.localeCompare(b.id));

export interface Move {
  rule: Rec;
  position: number;
}

/* The changes that put rule `from` at place `to`: that one alone when there is room between its neighbours, else all anew. */
export function movesFor(rules: Rec[], from: number, to: number): Move[] {
  const rule = rules[from];
  if (!rule || from === to || to < 0 || to >= rules.length) return [];
  const after = [...rules.slice(0, from), ...rules.slice(from + 1)];
  after.splice(to, 0, rule);
  const before = after[to - 1];
  const next = after[to + 1];
  const low = before ? positionOf(before) : next ? positionOf(next) - 2 * GAP : 0;
  const high = next ? positionOf(next) : low + 2 * GAP;
  const middle = Math.floor((low + high) / 2);
  if (middle > low && middle < high && middle >= 0) return [{ rule, position: middle }];
  return after.map((r, i) => ({ rule: r, position: (i + 1) * GAP })).filter((m) => positionOf(m.rule) !== m.position);
}

/* The active rule above that takes everything, after which nothing is reached. */
export function takesAll(rules: Rec[], at: number): Rec | undefined {
  return rules.slice(0, at).find((r) => !r.inactive && !r.filter);
}
