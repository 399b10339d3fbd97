/*
 * What was being written, kept for the tab: after a reload, a lost connection or a new sign-in it stands in the form
 * again. Only what differs from the record is kept, beside what the record had there.
 */
import { same, setAt, valueAt, type Values } from '../api/patch';
import { isFault } from '../fields/dates';
import type { Field } from '../meta/types';

export interface Draft {
  /* by field */
  written: Record<string, unknown>;
  had: Record<string, unknown>;
  /* of the record it was written on; absent for a new one */
  version?: number;
  at: string;
}

/* `where`: the record's id, or what the new one is for */
export const draftKey = (user: string, path: string, where: string): string => `cauce.draft.${user}.${path}.${where}`;

export function readDraft(key: string): Draft | undefined {
  try {
    const draft = JSON.parse(sessionStorage.getItem(key) ?? 'null') as Draft | null;
    return draft && Object.keys(draft.written).length ? draft : undefined;
  } catch {
    return undefined;
  }
}

export const clearDraft = (key: string): void => sessionStorage.removeItem(key);

/* Keeps what differs; nothing, when nothing does. */
export function writeDraft(key: string, fields: Field[], base: Values, values: Values): void {
  const draft: Draft = { written: {}, had: {}, version: base.version as number | undefined, at: new Date().toISOString() };
  for (const { name } of fields) {
    const [had, written] = [valueAt(base, name), valueAt(values, name)];
    /* half a date is none yet */
    if (same(had, written) || isFault(written)) continue;
    draft.written[name] = written ?? null;
    draft.had[name] = had ?? null;
  }
  if (!Object.keys(draft.written).length) return clearDraft(key);
  try {
    sessionStorage.setItem(key, JSON.stringify(draft));
  } catch {
    /* no room: the form itself still has it */
  }
}

/*
 * The draft on the record as it is now: what the form starts with, and what it is compared with. A field that somebody
 * changed meanwhile is compared with what it was, at the version of then, so that saving asks.
 */
export function resume(record: Values, fields: Field[], draft: Draft): { start: Values; base: Values } {
  const start = structuredClone(record);
  const base = structuredClone(record);
  for (const { name } of fields) {
    if (!(name in draft.written)) continue;
    setAt(start, name, draft.written[name]);
    if (same(draft.had[name], valueAt(record, name))) continue;
    setAt(base, name, draft.had[name]);
    base.version = draft.version;
  }
  return { start, base };
}
