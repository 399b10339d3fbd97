/* What a board asks of the server. */
import { count, listPage, patch } from '../api/client';
import type { Condition, ListQuery } from '../api/filters';
import { call } from '../api/http';
import { Problem, type ProblemBody } from '../api/problem';
import { setAt, type Values } from '../api/patch';
import type { Count, ListPage, Rec } from '../api/records';
import type { Field } from '../meta/types';

export interface Moving {
  id: string;
  version: number;
}

export type Outcome = { version: number; record?: Rec } | { error: unknown };

export interface BoardApi {
  /* a page of a column; '' stands for the records where the field is empty */
  page: (key: string, cursor: string, signal: AbortSignal) => Promise<ListPage>;
  counts: (signal: AbortSignal) => Promise<Count>;
  /* those of them that are on this board */
  some: (ids: string[], signal: AbortSignal) => Promise<Rec[]>;
  move: (records: Moving[], key: string) => Promise<Outcome[]>;
}

/* the first page is there soon, those that are scrolled to are fewer */
const FIRST = 50;
const NEXT = 100;
const MANY = 500;

interface BulkResult {
  status: number;
  version?: number;
  problem?: ProblemBody;
}

const columnCondition = (field: Field, key: string): Condition =>
  key === '' ? { field: field.name, op: 'empty', values: [] } : { field: field.name, op: 'eq', values: [key] };

/* The column says more than these about its own field. */
const implied = (c: Condition, field: Field): boolean => c.field === field.name && (c.op === 'in' || c.op === 'eq');

export function createBoardApi(path: string, field: Field, query: ListQuery, sum: string | undefined): BoardApi {
  async function one({ id, version }: Moving, changes: Values): Promise<Outcome> {
    try {
      const record = await patch(path, id, version, changes);
      return { version: record.version, record };
    } catch (error) {
      return { error };
    }
  }

  async function many(records: Moving[], changes: Values): Promise<Outcome[]> {
    const operations = records.map(({ id, version }) => ({ op: 'update', id, version, record: changes }));
    try {
      const headers = { 'Idempotency-Key': crypto.randomUUID() };
      const { data } = await call<{ results: BulkResult[] }>(`/${path}/bulk`, { method: 'POST', body: { operations }, headers });
      return records.map((_, i) => {
        const r = data.results[i];
        return r && r.status < 300 && r.version ? { version: r.version } : { error: new Problem(r?.status ?? 500, r?.problem) };
      });
    } catch (error) {
      return records.map(() => ({ error }));
    }
  }

  return {
    page: (key, cursor, signal) => {
      const filters = [...query.filters.filter((c) => !implied(c, field)), columnCondition(field, key)];
      return listPage(path, { ...query, filters, limit: cursor ? NEXT : FIRST, cursor: cursor || undefined }, signal);
    },
    counts: (signal) => count(path, query, { groupBy: field.name, sum }, signal),
    some: async (ids, signal) => {
      const filters: Condition[] = [...query.filters, { field: 'id', op: 'in', values: ids }];
      return (await listPage(path, { ...query, sort: undefined, filters, limit: 200 }, signal)).items;
    },
    move: async (records, key) => {
      const changes: Values = {};
      setAt(changes, field.name, key || null);
      if (records.length === 1 && records[0]) return [await one(records[0], changes)];
      const out: Outcome[] = [];
      for (let i = 0; i < records.length; i += MANY) out.push(...(await many(records.slice(i, i + MANY), changes)));
      return out;
    },
  };
}
