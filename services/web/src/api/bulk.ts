/* Many records in one request, all that a filter finds as a job, and jobs. */
import { narrowing } from './client';
import { formatQuery, type ListQuery } from './filters';
import { BASE, call } from './http';
import type { Values } from './patch';
import type { Job } from './records';

/* of one request */
export const OPERATIONS_MAX = 1000;
/* ids of one export */
export const EXPORT_MAX = 10_000;

export type Operation =
  | { op: 'update'; id: string; version: number; record: Values }
  | { op: 'delete'; id: string; version: number }
  | { op: 'restore' | 'duplicate'; id: string };

export interface Result {
  status: number;
  id?: string;
  version?: number;
  problem?: { code?: string; detail?: string; title?: string; errors?: { pointer?: string; detail?: string }[] };
}

/* Each operation by itself; answers in their order. */
export async function bulk(resource: string, operations: Operation[], key: string): Promise<Result[]> {
  const headers = { 'Idempotency-Key': key };
  return (await call<{ results: Result[] }>(`/${resource}/bulk`, { method: 'POST', headers, body: { operations } })).data.results;
}

export type ChangeOfAll = { set: Values } | { delete: true };

/* What a list shows, but for `except`, as the body of a search. */
export function asFilter(query: ListQuery, except: string[]) {
  const all: unknown[] = query.filters.map(({ field, op, values }) => ({ field, op, values }));
  if (except.length) all.push({ field: 'id', op: 'nin', values: except });
  /* a filter is asked for even of what has none */
  if (!all.length) all.push({ field: 'created_at', op: 'filled', values: [] });
  return { filter: { all }, q: query.q, view: query.view, mine: query.mine || undefined };
}

export async function changeAll(resource: string, query: ListQuery, except: string[], change: ChangeOfAll, key: string): Promise<Job> {
  const headers = { 'Idempotency-Key': key };
  return (await call<Job>(`/${resource}/bulk`, { method: 'POST', headers, body: { ...asFilter(query, except), ...change } })).data;
}

/* A CSV file of the list: its columns, filters and order; `ids`: of these alone. */
export async function startExport(resource: string, query: ListQuery, key: string, ids?: string[]): Promise<Job> {
  const { sort, fields } = query;
  const headers = { 'Idempotency-Key': key };
  const body = ids && { ids };
  return (await call<Job>(`/${resource}/exports?${formatQuery({ ...narrowing(query), sort, fields })}&bom=true`, { method: 'POST', headers, body })).data;
}

export async function cancelJob(resource: string, id: string): Promise<void> {
  await call(`/${resource}/jobs/${encodeURIComponent(id)}/cancel`, { method: 'POST' });
}

export const jobFileUrl = (resource: string, id: string): string => `${BASE}/${resource}/jobs/${encodeURIComponent(id)}/file`;
export const jobRejectsUrl = (resource: string, id: string): string => `${BASE}/${resource}/jobs/${encodeURIComponent(id)}/rejects`;
