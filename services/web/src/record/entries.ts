/* A record's history as it is read: by day, each entry with the fields that may be named. */
import { same, type Values } from '../api/patch';
import type { Change, HistoryEntry } from '../api/records';
import { isEmpty } from '../fields/text';
import { toWall } from '../lib/zone';
import { isTold } from '../meta/fields';
import { fieldOf } from '../meta/metadata';
import type { Field, Module } from '../meta/types';

export interface Line {
  field: Field;
  change: Change;
}

/* Custom fields change inside one field: each is a change of its own. */
function flat({ field, before, after }: Change): Change[] {
  if (field !== 'custom') return [{ field, before, after }];
  const [b, a] = [(before ?? {}) as Values, (after ?? {}) as Values];
  const keys = [...new Set([...Object.keys(b), ...Object.keys(a)])].filter((k) => !same(b[k], a[k]));
  return keys.map((k) => ({ field: `custom.${k}`, before: b[k], after: a[k] }));
}

export function linesOf(module: Module, entry: HistoryEntry): Line[] {
  const created = entry.type === 'created';
  return (entry.changes ?? []).flatMap(flat).flatMap((change) => {
    const field = fieldOf(module, change.field);
    return field && isTold(field) && field.name !== 'label' && !(created && isEmpty(change.after)) ? [{ field, change }] : [];
  });
}

export interface Day {
  /* "2026-11-22", in the company's zone */
  day: string;
  entries: { entry: HistoryEntry; lines: Line[] }[];
}

/* Newest first, as they come; `only`: entries that changed this field. */
export function byDay(module: Module, entries: HistoryEntry[], zone: string, only?: string): Day[] {
  const days: Day[] = [];
  for (const entry of entries) {
    const lines = linesOf(module, entry).filter((l) => !only || l.field.name === only);
    if (only && !lines.length) continue;
    const day = toWall(entry.at, zone).slice(0, 10);
    if (days.at(-1)?.day !== day) days.push({ day, entries: [] });
    days.at(-1)?.entries.push({ entry, lines });
  }
  return days;
}
