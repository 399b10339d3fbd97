/* What the pages of administration stand on: whole sets of records, small enough to be read at once, kept fresh. */
import { useEffect, useRef } from 'react';
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { listPage } from '../api/client';
import type { Condition } from '../api/filters';
import type { Rec } from '../api/records';
import { Problem } from '../api/problem';
import { useLive } from '../live/live';
import { useMetadata } from '../meta/metadata';

const PAGE = 200;
/* changes often come in bursts: a profile for twenty people, an import */
const SETTLE_MS = 300;

export async function readAll(path: string, fields: string[], filters: Condition[] = [], signal?: AbortSignal): Promise<Rec[]> {
  const all: Rec[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await listPage(path, { fields, filters, limit: PAGE, cursor }, signal);
    all.push(...items);
    cursor = next;
  } while (cursor);
  return all;
}

interface Options {
  filters?: Condition[];
  enabled?: boolean;
}

/* Every record of a module ("identity.role") that meets the filters, read again when one of them changes. */
export function useAll(key: string, fields: string[], { filters = [], enabled = true }: Options = {}): UseQueryResult<Rec[]> {
  const client = useQueryClient();
  const path = useMetadata().byKey(key)?.path;
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => () => clearTimeout(timer.current), []);
  useLive(key, () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void client.invalidateQueries({ queryKey: [path] }), SETTLE_MS);
  });
  return useQuery({
    queryKey: [path, 'all', fields, filters],
    queryFn: async ({ signal }) => {
      /* the module isn't shown to this person */
      if (!path) throw new Problem(403);
      return readAll(path, fields, filters, signal);
    },
    enabled,
  });
}

const PERSON = ['id', 'version', 'label', 'role', 'profile', 'inactive', 'away', 'away_until', 'administrator'];

/* Everybody, with what their place and their rights are. */
export const usePeople = (enabled = true): UseQueryResult<Rec[]> => useAll('identity.user', PERSON, { enabled });

/* Records by the value of one of their fields. */
export function groupBy(records: Rec[], field: string): Map<string, Rec[]> {
  const out = new Map<string, Rec[]>();
  for (const record of records) {
    const key = String(record[field] ?? '');
    const at = out.get(key);
    if (at) at.push(record);
    else out.set(key, [record]);
  }
  return out;
}

export const byLabel = (a: Rec, b: Rec): number => (a.label ?? '').localeCompare(b.label ?? '', undefined, { numeric: true, sensitivity: 'base' });

/* Is not given anything by itself, now: as the assigner sees it. */
export function isAway(person: Rec | undefined, now = Date.now()): boolean {
  if (!person?.away) return false;
  return !person.away_until || Date.parse(String(person.away_until)) > now;
}
