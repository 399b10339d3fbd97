/* Comparing what I wrote with what someone else saved meanwhile. */
import { same, setAt, valueAt, type Values } from '../api/patch';
import type { Field } from '../meta/types';

export interface Comparison {
  /* changed by both, differently: someone has to choose */
  clashes: Field[];
  /* changed by the other one alone */
  theirs: Field[];
}

export function compare(fields: Field[], base: Values, mine: Values, theirs: Values): Comparison {
  const out: Comparison = { clashes: [], theirs: [] };
  for (const f of fields) {
    const [b, m, o] = [base, mine, theirs].map((r) => valueAt(r, f.name));
    if (same(b, o)) continue;
    if (same(b, m)) out.theirs.push(f);
    else if (!same(m, o)) out.clashes.push(f);
  }
  return out;
}

/* The record as they left it, with my changes where they don't clash and where I chose mine. */
export function merge(fields: Field[], base: Values, mine: Values, theirs: Values, keepMine: ReadonlySet<string>): Values {
  const out = structuredClone(theirs);
  const { clashes } = compare(fields, base, mine, theirs);
  for (const f of fields) {
    const value = valueAt(mine, f.name);
    if (same(valueAt(base, f.name), value)) continue;
    if (!clashes.includes(f) || keepMine.has(f.name)) setAt(out, f.name, value ?? null);
  }
  return out;
}

/*
 * Somebody saved while the form is being written: what the form is compared with from here on. Fields that are not
 * written in take their values; where both changed one the base stays at its version, and saving asks.
 */
export function rebase(fields: Field[], base: Values, mine: Values, theirs: Values): { base: Values; taken: Field[]; clashes: Field[] } {
  const { clashes } = compare(fields, base, mine, theirs);
  const next = structuredClone(theirs);
  for (const f of clashes) setAt(next, f.name, valueAt(base, f.name) ?? null);
  if (clashes.length) next.version = base.version;
  const taken = fields.filter((f) => same(valueAt(base, f.name), valueAt(mine, f.name)) && !same(valueAt(mine, f.name), valueAt(theirs, f.name)));
  return { base: next, taken, clashes };
}
