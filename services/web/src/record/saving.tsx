/*
 * Saving one value of a record: shown at once, sent one after the other, taken back when refused. A change of somebody
 * else in another field is no hindrance: the value is saved on top of it. In the same field the person chooses.
 */
import { useCallback, useMemo, useRef, useState } from 'react';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useNotify } from 'ra-core';
import { patch, readOne } from '../api/client';
import { same, setAt, valueAt, type Values } from '../api/patch';
import { formErrors, isProblem } from '../api/problem';
import type { Rec } from '../api/records';
import { useExplain } from '../app/explain';
import { putRecords } from '../list/pageCache';
import type { Field, Module } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import type { Conflict } from './ConflictDialog';
import { UndoNote } from './undo';

/* The record as it is now, wherever it is shown. */
export function putRecord(client: QueryClient, path: string, saved: Rec): void {
  client.setQueryData([path, 'getOne', { id: saved.id }], saved);
  putRecords(client, path, [saved]);
  /* where it stands in a list may be another place now: read when the list is shown */
  void client.invalidateQueries({ queryKey: [path, 'getList'] });
  void client.invalidateQueries({ queryKey: [path, 'getGroups'] });
}

export const withValue = (record: Rec, field: Field, value: unknown): Rec => {
  const next = structuredClone(record);
  setAt(next, field.name, value);
  if (next.labels) delete next.labels[field.name];
  return next;
};

/* Both changed the same field. */
class Clash extends Error {
  constructor(readonly theirs: Rec) {
    super();
  }
}

/* What was to be undone has been changed since. */
class Changed extends Error {
  override name = 'Changed';
}

/*
 * `seen`: the value that was there when the change was begun. `over`: somebody else had saved in between, `met` is told
 * what.
 */
async function put(path: string, base: Rec, field: Field, seen: unknown, value: unknown, met: (theirs: Rec) => void): Promise<{ saved: Rec; over: boolean }> {
  const changes: Values = {};
  setAt(changes, field.name, value ?? null);
  let version = base.version;
  for (let tries = 1; ; tries++) {
    try {
      return { saved: await patch(path, base.id, version, changes), over: tries > 1 };
    } catch (e) {
      if (!isProblem(e) || e.status !== 412 || tries > 3) throw e;
      const theirs = e.current ?? (await readOne(path, base.id));
      const now = valueAt(theirs, field.name);
      if (!same(now, seen) && !same(now, value)) throw new Clash(theirs);
      version = theirs.version;
      met(theirs);
    }
  }
}

export interface Doing {
  value: unknown;
  /* why it was refused; absent: on its way */
  message?: string;
}

export interface Saver {
  /* the record with the values that are on their way */
  shown: Rec;
  doing: Readonly<Record<string, Doing>>;
  save: (field: Field, value: unknown, seen: unknown) => void;
  /* a refused value is given up */
  drop: (field: Field) => void;
  conflict: Conflict | null;
  /* null: given up; else what stays in the field and the record it was chosen on */
  settle: (chosen: { value: unknown; theirs: Rec } | null) => void;
  /* versions that were made here */
  own: ReadonlySet<number>;
}

export function useSaver(module: Module, record: Rec): Saver {
  const t = useT();
  const labelOf = useLabel();
  const client = useQueryClient();
  const notify = useNotify();
  const explain = useExplain();
  const [doing, setDoing] = useState<Readonly<Record<string, Doing>>>({});
  const [clash, setClash] = useState<{ field: Field; value: unknown; conflict: Conflict } | null>(null);
  const latest = useRef(record);
  if (record.version > latest.current.version) latest.current = record;
  const queue = useRef<Promise<void>>(Promise.resolve());
  const own = useRef(new Set<number>()).current;

  const tell = useCallback((field: Field, state: Doing | null) => {
    setDoing((old) => {
      const next = { ...old };
      if (state) next[field.name] = state;
      else delete next[field.name];
      return next;
    });
  }, []);

  const take = useCallback((saved: Rec) => {
    own.add(saved.version);
    latest.current = saved;
    putRecord(client, module.path, saved);
  }, [client, module.path, own]);

  const meet = useCallback((theirs: Rec) => client.setQueryData([module.path, 'getOne', { id: theirs.id }], theirs), [client, module.path]);

  const save = useCallback(
    (field: Field, value: unknown, seen: unknown) => {
      const name = labelOf(field.label);
      const send = async () => {
        try {
          const base = latest.current;
          const { saved, over } = await put(module.path, base, field, seen, value, meet);
          take(saved);
          tell(field, null);
          const undo = async () => {
            const now = latest.current;
            if (!same(valueAt(now, field.name), valueAt(saved, field.name))) throw new Changed(t('record.changed_since', { field: name }));
            take((await put(module.path, now, field, valueAt(saved, field.name), seen, meet)).saved);
            return t('record.undone', { field: name });
          };
          const message = t(over ? 'record.saved_over' : 'record.saved_field', { field: name });
          notify(<UndoNote message={message} undo={undo} failed={t('record.not_undone')} />, { autoHideDuration: 6000 });
        } catch (e) {
          if (e instanceof Clash) {
            const base = withValue(latest.current, field, seen);
            setClash({ field, value, conflict: { base, mine: withValue(latest.current, field, value), theirs: e.theirs } });
            return;
          }
          const found = isProblem(e) ? formErrors(e, new Set([field.name])) : undefined;
          const message = found?.fields[field.name] ?? (isProblem(e) && e.errors.length ? found?.rest.join(' ') : '') ?? '';
          tell(field, { value, message: message || explain(e) });
          if (isProblem(e) && e.status === 404) void client.invalidateQueries({ queryKey: [module.path, 'getOne', { id: record.id }] });
        }
      };
      tell(field, { value });
      queue.current = queue.current.then(send);
    },
    [client, explain, labelOf, module.path, notify, record.id, t, take, tell, meet],
  );

  const drop = useCallback((field: Field) => tell(field, null), [tell]);
  const settle = (chosen: { value: unknown; theirs: Rec } | null) => {
    if (!clash) return;
    const { field, value, conflict } = clash;
    setClash(null);
    latest.current = conflict.theirs;
    client.setQueryData([module.path, 'getOne', { id: record.id }], conflict.theirs);
    const theirs = valueAt(conflict.theirs, field.name);
    if (!chosen) tell(field, { value, message: t('record.not_decided') });
    else if (same(chosen.value, theirs)) tell(field, null);
    else save(field, chosen.value, theirs);
  };

  const shown = useMemo(() => {
    let out = record;
    for (const [name, { value, message }] of Object.entries(doing)) {
      const field = module.fields.find((f) => f.name === name);
      if (field && message === undefined) out = withValue(out, field, value);
    }
    return out;
  }, [doing, module, record]);
  return { shown, doing, save, drop, conflict: clash?.conflict ?? null, settle, own };
}
