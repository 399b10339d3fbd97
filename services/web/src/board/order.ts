/* Which of two records stands first in a list of that order: where a card that was moved belongs. */
import { valueAt } from '../api/patch';
import type { Rec } from '../api/records';
import { compareDecimals } from '../lib/decimal';
import { fieldOf } from '../meta/metadata';
import type { Field, Module } from '../meta/types';

const collator = new Intl.Collator('es', { sensitivity: 'variant' });

function compareValues(field: Field | undefined, a: unknown, b: unknown): number {
  switch (field?.kind) {
    case 'integer':
    case 'number':
    case 'decimal':
    case 'money':
    case 'percent': return compareDecimals(a, b);
    case 'bool': return Number(!!a) - Number(!!b);
    case 'text':
    case 'email':
    case 'url': return collator.compare(String(a), String(b));
    default: return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
  }
}

export const sortKeys = (sort: string): string[] => sort.split(',').map((s) => s.replace(/^-/, '')).filter(Boolean);

/* `sort` as in the URL: "-created_at,label". What has no value comes last, either way. */
export function comparator(module: Module, sort: string): (a: Rec, b: Rec) => number {
  const keys = sort.split(',').filter(Boolean).map((s) => ({ name: s.replace(/^-/, ''), sign: s.startsWith('-') ? -1 : 1 }));
  const fields = new Map(keys.map(({ name }) => [name, fieldOf(module, name)]));
  const last = keys.at(-1)?.sign ?? 1;
  return (a, b) => {
    for (const { name, sign } of keys) {
      const [x, y] = [valueAt(a, name), valueAt(b, name)];
      if (x == null || y == null) {
        if (x == null && y == null) continue;
        return x == null ? 1 : -1;
      }
      const by = compareValues(fields.get(name), x, y);
      if (by) return by * sign;
    }
    return (a.id < b.id ? -1 : a.id > b.id ? 1 : 0) * last;
  };
}
