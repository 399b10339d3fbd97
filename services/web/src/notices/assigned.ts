/*
 * Records that were assigned to me by somebody else. The stream names what changed; one question a module tells which of it
 * is mine now, and the history of those alone tells since when and by whom.
 */
import { history, listPage } from '../api/client';
import type { HistoryPage } from '../api/records';
import { listen, type LiveChange } from '../live/live';
import type { Module } from '../meta/types';
import type { Assigned } from './notices';

const FIELD = 'assigned_to';
const USERS = 'identity.user';
const GATHER_MS = 1500;
const ASKED_MAX = 100;
/* an older change was told of when it happened, or nobody was here to be told */
const FRESH_MS = 10 * 60_000;

const ASSIGNING = new Set(['created', 'updated', 'restored']);

export const isAssignable = (m: Module): boolean => m.fields.some((f) => f.name === FIELD && f.ref === USERS);

/* The change that made the record mine, when somebody else made it, lately. */
export function madeMine({ items }: HistoryPage, me: string, now: number): { at: string; actor?: string; version: number } | null {
  const entry = items.find((e) => e.changes?.some((c) => c.field === FIELD));
  const mine = entry?.changes.some((c) => c.field === FIELD && c.after === me && c.before !== me);
  if (!entry || !mine || entry.actor === me || now - Date.parse(entry.at) > FRESH_MS) return null;
  return { at: entry.at, actor: entry.actor, version: entry.version };
}

async function look(module: Module, ids: string[], me: string, found: (n: Assigned) => void): Promise<void> {
  const filters = [{ field: 'id', op: 'in' as const, values: ids }, { field: FIELD, op: 'eq' as const, values: [me] }];
  const { items } = await listPage(module.path, { filters, fields: ['id', 'label'], limit: ASKED_MAX });
  for (const { id, label } of items) {
    const page = await history(module.path, id);
    const change = madeMine(page, me, Date.now());
    if (!change) continue;
    const { at, actor, version } = change;
    found({ kind: 'assigned', id: `${id} ${version}`, at, module: module.key, record: id, label: label ?? '', actor: actor && page.actors?.[actor] });
  }
}

/* Gives what ends it. */
export function watchAssigned(me: string, moduleOf: (key: string) => Module | undefined, found: (n: Assigned) => void): () => void {
  const gathered = new Map<string, Set<string>>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = () => {
    timer = undefined;
    for (const [key, ids] of gathered) {
      const module = moduleOf(key);
      const all = [...ids];
      for (let i = 0; module && i < all.length; i += ASKED_MAX) void look(module, all.slice(i, i + ASKED_MAX), me, found).catch(() => undefined);
    }
    gathered.clear();
  };
  const hear = (change: LiveChange) => {
    if (change.kind !== 'record' || !ASSIGNING.has(change.type)) return;
    const module = moduleOf(change.module);
    if (!module || !isAssignable(module)) return;
    gathered.set(change.module, (gathered.get(change.module) ?? new Set()).add(change.id));
    timer ??= setTimeout(ask, GATHER_MS);
  };
  const stop = listen(hear);
  return () => {
    stop();
    clearTimeout(timer);
  };
}
