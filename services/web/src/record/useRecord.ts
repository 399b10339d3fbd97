/*
 * A record and what happens to it while it is looked at: read again when somebody saved it (the live stream says so; without
 * it, when one comes back and every minute), with what they changed; known to be gone when it was deleted or is not seen.
 */
import { useEffect, useRef, useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { readOne } from '../api/client';
import { same, valueAt } from '../api/patch';
import { isProblem } from '../api/problem';
import type { Rec } from '../api/records';
import { isShown } from '../meta/fields';
import type { Field, Module } from '../meta/types';
import { useSession } from '../session/session';

const MINUTE = 60_000;

const missing = (error: unknown): boolean => isProblem(error) && (error.status === 404 || error.status === 400);

export function useRecord(module: Module, id: string) {
  const client = useQueryClient();
  const query = useQuery({
    /* as react-admin names it, so that its own mutations find it */
    queryKey: [module.path, 'getOne', { id }],
    queryFn: async ({ signal }) => {
      const read = await readOne(module.path, id, signal);
      /* an answer that was overtaken by a change made here */
      const held = client.getQueryData<Rec>([module.path, 'getOne', { id }]);
      return held && held.version > read.version ? held : read;
    },
    refetchOnWindowFocus: 'always',
    refetchInterval: MINUTE,
    retry: (count, error) => count < 2 && isProblem(error) && error.passing,
  });
  const { data, refetch } = query;
  return { record: data, error: query.error, gone: missing(query.error), refetch };
}

export interface News {
  /* empty: unknown to us */
  who: string;
  /* nobody did it: a rule, the assigner */
  system: boolean;
  /* it was this person, in another window */
  me: boolean;
  at: string;
  fields: Field[];
  version: number;
}

/* System fields that change with every save say nothing. */
const tells = (f: Field): boolean => isShown(f) && f.name !== 'label' && !(f.read_only && /^(updated|created)_(at|by)$/.test(f.name));

export function changedFields(module: Module, before: Rec, after: Rec): Field[] {
  return module.fields.filter((f) => tells(f) && !same(valueAt(before, f.name), valueAt(after, f.name)));
}

/* What others changed since the record was opened here, the last of it first; `flash`: what changed just now. */
export function useNews(module: Module, record: Rec, own: ReadonlySet<number>) {
  const me = useSession().session.user.id;
  const last = useRef(record);
  const [news, setNews] = useState<News | null>(null);
  const [flash, setFlash] = useState<ReadonlySet<string>>(new Set());

  useEffect(() => {
    const before = last.current;
    last.current = record;
    if (record.version <= before.version || own.has(record.version)) return;
    const fields = changedFields(module, before, record);
    if (!fields.length) return;
    setNews((old) => ({
      who: record.labels?.updated_by ?? '',
      system: record.updated_by == null && module.fields.some((f) => f.name === 'updated_by'),
      me: record.updated_by === me,
      at: typeof record.updated_at === 'string' ? record.updated_at : new Date().toISOString(),
      fields: [...new Set([...fields, ...(old?.fields ?? [])])],
      version: record.version,
    }));
    setFlash(new Set(fields.map((f) => f.name)));
    const timer = setTimeout(() => setFlash(new Set()), 2500);
    return () => clearTimeout(timer);
  }, [module, record, own, me]);

  return { news, flash, dismiss: () => setNews(null) };
}
