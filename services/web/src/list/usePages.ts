/*
 * Rows of a list of any length: only the pages on the screen are read, each by its cursor. The chain of cursors is kept
 * for the tab, so a reload or the way back stands at the same row without reading what lies before it.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { useQueries, useQueryClient, type UseQueryOptions } from '@tanstack/react-query';
import { listPage } from '../api/client';
import { emptyChain, link, offsets, pagesBetween, type Chain } from '../api/cursors';
import { formatQuery, type ListQuery } from '../api/filters';
import { isProblem } from '../api/problem';
import type { Rec } from '../api/records';
import type { Page } from './pageCache';

export const PAGE_ROWS = 100;

export interface Pages {
  /* rows that may be scrolled over; the tail of an unread page is a guess */
  total: number;
  /* rows that are known to exist */
  loaded: number;
  complete: boolean;
  rowAt: (i: number) => Rec | undefined;
  /* those that were read and are still held */
  held: () => ReadonlyMap<string, Rec>;
  error: unknown;
  pending: boolean;
  fetching: boolean;
  refresh: () => void;
}

const stored = (key: string): Chain => {
  try {
    const chain = JSON.parse(sessionStorage.getItem(`cauce.chain.${key}`) ?? 'null') as Chain | null;
    return chain?.cursors.length ? chain : emptyChain();
  } catch {
    return emptyChain();
  }
};

/* `from`, `to`: the rows on the screen. */
export function usePages(path: string, query: ListQuery, from: number, to: number): Pages {
  const client = useQueryClient();
  const key = `${path}?${formatQuery(query)}`;
  const [held, setHeld] = useState({ key, chain: stored(key) });
  const chain = held.key === key ? held.chain : stored(key);

  /* rows last seen by page: what a page shows while it is read anew */
  const seen = useRef({ key, rows: new Map<number, Rec[]>() });
  if (seen.current.key !== key) seen.current = { key, rows: new Map() };
  const rows = seen.current.rows;
  const sizes = chain.cursors.map((_, i) => rows.get(i)?.length);
  const [first, last] = pagesBetween(offsets(chain, sizes, PAGE_ROWS), from, to);

  const shown = chain.cursors.slice(first, last + 1);
  const results = useQueries({
    queries: shown.map((cursor, i): UseQueryOptions<Page> => ({
      /* what comes while it is shown is useLiveRows' matter: a page read anew by itself would move the rows */
      refetchOnWindowFocus: false,
      /* in react-admin's shape, so that its own mutations find the rows */
      queryKey: [path, 'getList', { list: formatQuery(query), cursor }],
      queryFn: async ({ signal }) => {
        const { items, next } = await listPage(path, { ...query, limit: PAGE_ROWS, cursor: cursor || undefined }, signal);
        return { data: items, pageInfo: { hasNextPage: !!next, hasPreviousPage: first + i > 0 }, next };
      },
    })),
  });

  results.forEach((r, i) => {
    if (r.data) rows.set(first + i, r.data.data);
  });
  const starts = offsets(chain, chain.cursors.map((_, i) => rows.get(i)?.length), PAGE_ROWS);
  const total = starts.at(-1) ?? 0;

  const keep = useCallback((next: Chain) => {
    sessionStorage.setItem(`cauce.chain.${key}`, JSON.stringify(next));
    setHeld({ key, chain: next });
  }, [key]);

  useEffect(() => {
    let next = chain;
    results.forEach((r, i) => {
      if (r.data && !r.isPlaceholderData) next = link(next, first + i, r.data.next);
    });
    if (next !== chain) keep(next);
  });

  /* a cursor that is no longer accepted: begin again */
  const broken = results.some((r, i) => first + i > 0 && isProblem(r.error) && r.error.status === 400);
  useEffect(() => {
    if (!broken) return;
    rows.clear();
    keep(emptyChain());
  }, [broken, keep, rows]);

  const rowAt = (i: number): Rec | undefined => {
    const [page] = pagesBetween(starts, i, i);
    return rows.get(page)?.[i - (starts[page] ?? 0)];
  };
  const unread = chain.complete || rows.has(chain.cursors.length - 1) ? 0 : total - (starts.at(-2) ?? 0);
  return {
    total,
    loaded: total - unread,
    complete: chain.complete,
    rowAt,
    held: () => new Map([...rows.values()].flat().map((r) => [r.id, r])),
    error: results.find((r) => r.error && !r.data)?.error ?? results.find((r) => r.error)?.error ?? null,
    pending: results.some((r) => r.isPending) && !rows.size,
    fetching: results.some((r) => r.isFetching),
    refresh: () => void client.invalidateQueries({ queryKey: [path, 'getList'] }),
  };
}
