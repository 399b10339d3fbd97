/*
 * react-admin's data provider over the REST contract. Lists are read by cursor: `meta.cursor` names the page, and for
 * callers that know page numbers alone the provider remembers the chain of cursors.
 */
import type { CreateParams, DataProvider, DeleteParams, GetListParams, Identifier, UpdateParams } from 'ra-core';
import * as client from './client';
import { emptyChain, link, type Chain } from './cursors';
import { formatQuery, type Condition, type ListQuery } from './filters';
import { changesBetween, type Values } from './patch';
import type { Rec } from './records';

/* What callers of getList may put into `meta`. */
export interface ListMeta {
  cursor?: string;
  fields?: string[];
  /* as in the URL: "-created_at,name"; wins over `sort` */
  sort?: string;
}

type WithSignal = { signal?: AbortSignal };

/* react-admin's filter object: `q`, `view`, `conditions`, and any other key as "equals". */
function toConditions(filter: Values): Condition[] {
  const out = [...((filter.conditions as Condition[] | undefined) ?? [])];
  for (const [field, value] of Object.entries(filter)) {
    if (field === 'q' || field === 'view' || field === 'conditions' || value == null || value === '') continue;
    if (Array.isArray(value)) out.push({ field, op: 'in', values: value.map(String) });
    else out.push({ field, op: 'eq', values: [String(value)] });
  }
  return out;
}

export function toListQuery(params: Partial<GetListParams>): ListQuery {
  const { filter = {}, sort, pagination } = params;
  const meta: ListMeta = params.meta ?? {};
  const order = sort?.field ? (sort.order === 'DESC' ? `-${sort.field}` : sort.field) : undefined;
  return {
    q: filter.q || undefined,
    view: filter.view || undefined,
    filters: toConditions(filter),
    sort: meta.sort ?? order,
    fields: meta.fields,
    limit: pagination?.perPage,
    cursor: meta.cursor || undefined,
  };
}

/* Sends what differs from `before`, if its version is still in force. */
export async function update(resource: string, before: Rec, after: Values): Promise<Rec> {
  const changes = changesBetween(before, after);
  return Object.keys(changes).length ? client.patch(resource, before.id, before.version, changes) : before;
}

export function createDataProvider(): DataProvider {
  const chains = new Map<string, Chain>();

  /* Walks to a page whose cursor isn't known yet; null when the list ends before it. */
  async function cursorOf(resource: string, query: ListQuery, page: number, signal?: AbortSignal): Promise<string | null> {
    const key = `${resource}?${formatQuery(query)}`;
    let chain = chains.get(key) ?? emptyChain();
    while (chain.cursors.length <= page && !chain.complete) {
      const last = chain.cursors.length - 1;
      const { next } = await client.listPage(resource, { ...query, cursor: chain.cursors[last] || undefined }, signal);
      chain = link(chain, last, next);
      chains.set(key, chain);
    }
    return chain.cursors[page] ?? null;
  }

  async function getList(resource: string, params: Partial<GetListParams> & WithSignal) {
    const query = toListQuery(params);
    const page = (params.pagination?.page ?? 1) - 1;
    if (page > 0 && params.meta?.cursor === undefined) {
      const cursor = await cursorOf(resource, query, page, params.signal);
      if (cursor === null) return { data: [], pageInfo: { hasNextPage: false, hasPreviousPage: true } };
      query.cursor = cursor || undefined;
    }
    const { items, next } = await client.listPage(resource, query, params.signal);
    return { data: items, pageInfo: { hasNextPage: !!next, hasPreviousPage: !!query.cursor } };
  }

  async function getMany(resource: string, { ids, meta, signal }: { ids: Identifier[]; meta?: ListMeta } & WithSignal) {
    const data: Rec[] = [];
    for (let i = 0; i < ids.length; i += 100) {
      const values = ids.slice(i, i + 100).map(String);
      const filters: Condition[] = [{ field: 'id', op: 'in', values }];
      data.push(...(await client.listPage(resource, { filters, fields: meta?.fields, limit: 100 }, signal)).items);
    }
    return { data };
  }

  async function fresh(resource: string, ids: Identifier[]): Promise<Rec[]> {
    return Promise.all(ids.map((id) => client.readOne(resource, String(id))));
  }

  const provider = {
    supportAbortSignal: true,
    getList,
    getMany,
    getOne: async (resource: string, { id, signal }: { id: Identifier } & WithSignal) => ({
      data: await client.readOne(resource, String(id), signal),
    }),
    getManyReference: (resource: string, { target, id, filter, ...rest }: GetListParams & { target: string; id: Identifier }) =>
      getList(resource, { ...rest, filter: { ...filter, [target]: id } }),
    create: async (resource: string, { data, meta }: CreateParams) => ({
      data: await client.create(resource, data, meta?.key ?? crypto.randomUUID()),
    }),
    update: async (resource: string, { data, previousData }: UpdateParams<Rec>) => ({
      data: await update(resource, previousData as Rec, data),
    }),
    updateMany: async (resource: string, { ids, data }: { ids: Identifier[]; data: Values }) => {
      for (const r of await fresh(resource, ids)) await client.patch(resource, r.id, r.version, data);
      return { data: ids };
    },
    delete: async (resource: string, { previousData }: DeleteParams<Rec>) => {
      if (previousData) await client.remove(resource, previousData.id, previousData.version);
      return { data: previousData };
    },
    deleteMany: async (resource: string, { ids }: { ids: Identifier[] }) => {
      for (const r of await fresh(resource, ids)) await client.remove(resource, r.id, r.version);
      return { data: ids };
    },
  };
  /* every record is a Rec; react-admin's own signature promises any record type its caller names */
  return provider as unknown as DataProvider;
}
