/* Count and sum by column, and what becomes of them when cards come, go and move. */
import type { Count } from '../api/records';
import { addDecimals, subtractDecimals } from '../lib/decimal';

export interface Total {
  count: number;
  /* decimal text; absent while nothing is summed */
  sum?: string;
}

export type Totals = ReadonlyMap<string, Total>;

/* A card that came into a column, or left it. */
export interface Step {
  key: string;
  by: 1 | -1;
  /* the value of the summed field */
  amount?: unknown;
}

export function totalsOf(count: Count): Totals {
  return new Map((count.groups ?? []).map((g) => [g.key ?? '', { count: g.count, sum: g.sum }]));
}

export function afterSteps(totals: Totals, steps: Step[]): Totals {
  if (!steps.length) return totals;
  const next = new Map(totals);
  for (const { key, by, amount } of steps) {
    const old = next.get(key) ?? { count: 0 };
    const summed = old.sum !== undefined || [...totals.values()].some((t) => t.sum !== undefined);
    const sum = summed ? (by > 0 ? addDecimals(old.sum, amount) : subtractDecimals(old.sum, amount)) : undefined;
    next.set(key, { count: Math.max(0, old.count + by), sum });
  }
  return next;
}

/* What all columns hold together. */
export function wholeOf(totals: Totals): Total {
  let whole: Total = { count: 0 };
  for (const t of totals.values()) {
    whole = { count: whole.count + t.count, sum: t.sum === undefined ? whole.sum : addDecimals(whole.sum, t.sum) };
  }
  return whole;
}
