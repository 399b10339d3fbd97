/* The REST contract, one function a route. `resource` is a module's path ("leads"). All reject with Problem. */
import { formatQuery, type ListQuery } from './filters';
import { call } from './http';
import { withoutEmpty, type Values } from './patch';
import type { City, Count, HistoryPage, Job, ListPage, Rec } from './records';

const etag = (version: number): string => `"${version}"`;
const at = (resource: string, id: string): string => `/${resource}/${encodeURIComponent(id)}`;

export async function listPage(resource: string, query: ListQuery, signal?: AbortSignal): Promise<ListPage> {
  return (await call<ListPage>(`/${resource}?${formatQuery(query)}`, { signal })).data;
}

/* What of a query says which records, without order and page. */
export function narrowing({ view, q, filters, mine, deleted }: ListQuery): ListQuery {
  return { view, q, filters, mine, deleted };
}

export interface CountOptions {
  groupBy?: string;
  /* a number field to add up, by group */
  sum?: string;
  /* without the cap */
  exact?: boolean;
}

export async function count(resource: string, query: ListQuery, { groupBy, sum, exact }: CountOptions, signal?: AbortSignal) {
  const parts = [formatQuery(narrowing(query)), groupBy && `group_by=${groupBy}`, sum && `sum=${sum}`, exact && 'cap=0'];
  return (await call<Count>(`/${resource}/count?${parts.filter(Boolean).join('&')}`, { signal })).data;
}

export async function readOne(resource: string, id: string, signal?: AbortSignal): Promise<Rec> {
  return (await call<Rec>(at(resource, id), { signal })).data;
}

/* `key` names the submit: the same for every try of it, so that a repeat creates nothing. */
export async function create(resource: string, values: Values, key: string): Promise<Rec> {
  const headers = { 'Idempotency-Key': key };
  return (await call<Rec>(`/${resource}`, { method: 'POST', headers, body: withoutEmpty(values) })).data;
}

/* Changes the record if `version` is still in force; 412 otherwise. */
export async function patch(resource: string, id: string, version: number, changes: Values): Promise<Rec> {
  const headers = { 'If-Match': etag(version), 'Content-Type': 'application/merge-patch+json' };
  return (await call<Rec>(at(resource, id), { method: 'PATCH', headers, body: changes })).data;
}

export async function remove(resource: string, id: string, version: number): Promise<void> {
  await call(at(resource, id), { method: 'DELETE', headers: { 'If-Match': etag(version) } });
}

export async function restore(resource: string, id: string, key: string): Promise<Rec> {
  return (await call<Rec>(`${at(resource, id)}/restore`, { method: 'POST', headers: { 'Idempotency-Key': key } })).data;
}

export async function duplicate(resource: string, id: string, key: string): Promise<Rec> {
  return (await call<Rec>(`${at(resource, id)}/duplicate`, { method: 'POST', headers: { 'Idempotency-Key': key } })).data;
}

/* Newest first; `before` is the seq to go on from. */
export async function history(resource: string, id: string, before?: number, signal?: AbortSignal): Promise<HistoryPage> {
  const query = before === undefined ? '' : `?before=${before}`;
  return (await call<HistoryPage>(`${at(resource, id)}/history${query}`, { signal })).data;
}

export interface ImportOptions {
  /* a new field for each column that matches none */
  createFields: boolean;
  /* given out by the rules, as new records are */
  assign: boolean;
}

/* Starts an import. */
export async function startImport(resource: string, file: File, { createFields, assign }: ImportOptions, key: string): Promise<Job> {
  const query = [`filename=${encodeURIComponent(file.name)}`, createFields && 'create_fields=true', assign && 'assign=true'];
  const headers = { 'Content-Type': 'text/csv', 'Idempotency-Key': key };
  const path = `/${resource}/import?${query.filter(Boolean).join('&')}`;
  return (await call<Job>(path, { method: 'POST', headers, body: file })).data;
}

export async function readJob(resource: string, id: string, signal?: AbortSignal): Promise<Job> {
  return (await call<Job>(`/${resource}/jobs/${encodeURIComponent(id)}`, { signal })).data;
}

export async function cities(q: string, signal?: AbortSignal): Promise<City[]> {
  return (await call<{ items: City[] }>(`/cities?q=${encodeURIComponent(q)}`, { signal })).data.items;
}
