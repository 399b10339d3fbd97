/* One value changed in its place: shown at once, taken back when it is refused, undone from the note that says it is saved. */
import type { QueryClient } from '@tanstack/react-query';
import { patch, readOne } from '../api/client';
import { same, setAt, valueAt, type Values } from '../api/patch';
import { isProblem } from '../api/problem';
import type { Rec } from '../api/records';
import type { Field, Module } from '../meta/types';
import { changeRecords, putRecords } from './pageCache';

/* Somebody else has changed the same field meanwhile. */
export class Overtaken extends Error {
  constructor(readonly current: Rec) {
    super();
  }
}

export const changesOf = (field: Field, value: unknown): Values => {
  const changes: Values = {};
  setAt(changes, field.name, value ?? null);
  return changes;
};

function withValue(record: Rec, field: Field, value: unknown, label: string | undefined): Rec {
  const next: Rec = { ...record, custom: { ...record.custom }, labels: { ...record.labels } };
  /* the name that it gave the record */
  if (typeof value === 'string' && value && next.label !== undefined && next.label === valueAt(record, field.name)) next.label = value;
  setAt(next, field.name, value);
  if (next.labels) {
    if (label) next.labels[field.name] = label;
    else delete next.labels[field.name];
  }
  return next;
}

/* `label`: the text of a reference or city. Gives the record as it is now; rejects with Problem or Overtaken. */
export async function saveCell(client: QueryClient, module: Module, record: Rec, field: Field, value: unknown, label?: string): Promise<Rec> {
  const { path } = module;
  const put = (next: Rec) => changeRecords(client, path, (r) => (r.id === record.id ? next : r));
  put(withValue(record, field, value, label));
  const send = (version: number) => patch(path, record.id, version, changesOf(field, value));
  try {
    let saved: Rec;
    try {
      saved = await send(record.version);
    } catch (e) {
      if (!isProblem(e) || e.status !== 412) throw e;
      const current = await readOne(path, record.id);
      if (!same(valueAt(current, field.name), valueAt(record, field.name))) {
        put(current);
        throw new Overtaken(current);
      }
      saved = await send(current.version);
    }
    putRecords(client, path, [saved]);
    void client.invalidateQueries({ queryKey: [path, 'getOne', { id: record.id }] });
    void client.invalidateQueries({ queryKey: [path, 'getGroups'] });
    return saved;
  } catch (e) {
    if (!(e instanceof Overtaken)) put(record);
    throw e;
  }
}
