/*
 * The records before and after one, in the list it was opened from: read from the pages that the list left in the cache,
 * and on by its chain of cursors. After a reload the list is known by what the tab kept.
 */
import { useCallback, useEffect, useState } from 'react';
import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { call } from '../api/http';
import { emptyChain, link, type Chain } from '../api/cursors';
import type { Count, ListPage } from '../api/records';
import { size } from '../theme/tokens';
import type { Page } from './pageCache';
import { readPosition, writePosition } from './position';
import { PAGE_ROWS } from './usePages';

export interface Place {
  /* the list's query, with the fields it reads */
  list: string;
  /* which page of its chain, and which row of that */
  page: number;
  row: number;
}

const walkKey = (path: string): string => `cauce.walk.${path}`;
const chainKey = (path: string, list: string): string => `cauce.chain.${path}?${list}`;
const pageKey = (path: string, list: string, cursor: string) => [path, 'getList', { list, cursor }];

function stored<V>(key: string): V | undefined {
  try {
    return (JSON.parse(sessionStorage.getItem(key) ?? 'null') as V | null) ?? undefined;
  } catch {
    return undefined;
  }
}

const chainOf = (path: string, list: string): Chain => stored<Chain>(chainKey(path, list)) ?? emptyChain();

/* Among the lists in the cache that hold the record, the one that was read last. */
export function findPlace(client: QueryClient, path: string, id: string): Place | undefined {
  const last = stored<Place>(walkKey(path))?.list;
  const found = client
    .getQueryCache()
    .findAll({ queryKey: [path, 'getList'] })
    .flatMap((q) => {
      const { list, cursor } = (q.queryKey[2] ?? {}) as { list?: string; cursor?: string };
      const row = (q.state.data as Page | undefined)?.data?.findIndex?.((r) => r.id === id) ?? -1;
      if (row < 0 || list === undefined || cursor === undefined) return [];
      const page = chainOf(path, list).cursors.indexOf(cursor);
      return page < 0 ? [] : [{ place: { list, page, row }, at: q.state.dataUpdatedAt + (list === last ? 1e9 : 0) }];
    });
  return found.sort((a, b) => b.at - a.at)[0]?.place;
}

async function readPage(client: QueryClient, path: string, list: string, page: number): Promise<Page | undefined> {
  const cursor = chainOf(path, list).cursors[page];
  if (cursor === undefined) return undefined;
  const read = await client.fetchQuery({
    queryKey: pageKey(path, list, cursor),
    staleTime: 5 * 60_000,
    queryFn: async ({ signal }): Promise<Page> => {
      const query = [list, `limit=${PAGE_ROWS}`, cursor && `cursor=${encodeURIComponent(cursor)}`].filter(Boolean).join('&');
      const { items, next } = (await call<ListPage>(`/${path}?${query}`, { signal })).data;
      return { data: items, pageInfo: { hasNextPage: !!next, hasPreviousPage: page > 0 }, next };
    },
  });
  const chain = chainOf(path, list);
  const grown = link(chain, page, read.next);
  if (grown !== chain) sessionStorage.setItem(chainKey(path, list), JSON.stringify(grown));
  return read;
}

/* One row on or back; undefined at either end. */
export async function step(client: QueryClient, path: string, place: Place, by: 1 | -1): Promise<{ place: Place; id: string } | undefined> {
  const rows = (await readPage(client, path, place.list, place.page))?.data ?? [];
  const row = place.row + by;
  const near = rows[row];
  if (near) return { place: { ...place, row }, id: near.id };
  const page = place.page + by;
  if (page < 0) return undefined;
  const next = (await readPage(client, path, place.list, page))?.data ?? [];
  const at = by > 0 ? 0 : next.length - 1;
  const far = next[at];
  return far && { place: { ...place, page, row: at }, id: far.id };
}

/* The list's row follows, so that the way back leads to the record that was looked at last. */
function follow(path: string, place: Place): number {
  const key = `${path}?${place.list}`;
  const index = place.page * PAGE_ROWS + place.row;
  const { active, top, row = size.row } = readPosition(key);
  if (active !== index) writePosition(key, { active: index, top: active < 0 ? top : Math.max(0, top + (index - active) * row) });
  sessionStorage.setItem(walkKey(path), JSON.stringify(place));
  return index;
}

/* What of the list's query says which records are in it. */
function condition(list: string): string {
  return list.split('&').filter((part) => part && !/^(fields|sort|limit|cursor)=/.test(part)).join('&');
}

export interface Neighbours {
  /* from 0; undefined: the record was not opened from a list */
  index: number | undefined;
  total: number | undefined;
  capped: boolean;
  first: boolean;
  last: boolean;
  /* gives the id to open, undefined at the end */
  move: (by: 1 | -1) => Promise<string | undefined>;
}

export function useNeighbours(path: string, id: string): Neighbours {
  const client = useQueryClient();
  const [place, setPlace] = useState<Place>();
  const [last, setLast] = useState(false);

  useEffect(() => {
    let gone = false;
    setLast(false);
    const settle = (found: Place | undefined) => {
      if (gone) return;
      setPlace(found);
      if (!found) return;
      follow(path, found);
      /* the next page is there before it is asked for */
      step(client, path, found, 1).then((next) => !gone && setLast(!next), () => undefined);
    };
    const found = findPlace(client, path, id);
    const kept = stored<Place>(walkKey(path));
    if (found || !kept) settle(found);
    else readPage(client, path, kept.list, kept.page).then(() => settle(findPlace(client, path, id)), () => settle(undefined));
    return () => {
      gone = true;
    };
  }, [client, path, id]);

  const where = place && condition(place.list);
  const { data: count } = useQuery({
    queryKey: [path, 'getCount', where, 'walk'],
    queryFn: async ({ signal }) => (await call<Count>(`/${path}/count?${where ?? ''}`, { signal })).data,
    enabled: where !== undefined,
    staleTime: 60_000,
  });

  const move = useCallback(
    async (by: 1 | -1) => {
      const next = place && (await step(client, path, place, by));
      if (next) follow(path, next.place);
      return next?.id;
    },
    [client, path, place],
  );
  const index = place && place.page * PAGE_ROWS + place.row;
  return { index, total: count?.count, capped: !!count?.capped, first: index === 0, last, move };
}
