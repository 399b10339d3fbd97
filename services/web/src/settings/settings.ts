/*
 * What a person arranged for himself, and what an administrator arranged for everybody: columns of a list, its density…
 * Small JSON values by key, kept by the server, so that they are there on every device.
 */
import { useCallback } from 'react';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../api/http';

interface Setting {
  key: string;
  /* JSON */
  value: string;
  /* everybody's */
  company?: boolean;
}

const KEY = ['settings'];

async function read({ signal }: { signal: AbortSignal }): Promise<Setting[]> {
  return (await call<{ settings?: Setting[] }>('/settings', { signal })).data.settings ?? [];
}

/* Asked for beside the metadata: a list waits for it. */
export const settingsQuery = queryOptions({ queryKey: KEY, queryFn: read, staleTime: 5 * 60_000, gcTime: Infinity });

function parse<V>(settings: Setting[], key: string, company: boolean): V | undefined {
  const found = settings.find((s) => s.key === key && !!s.company === company);
  try {
    return found && (JSON.parse(found.value) as V);
  } catch {
    return undefined;
  }
}

export interface UseSetting<V> {
  /* false until the server has answered once; a refusal counts as nothing arranged */
  ready: boolean;
  own: V | undefined;
  company: V | undefined;
  /* undefined takes it away. Shown at once; taken back, and rejected with Problem, when the server refuses. */
  save: (value: V | undefined) => Promise<void>;
  /* the same for everybody; for administrators */
  saveForAll: (value: V | undefined) => Promise<void>;
}

export function useSetting<V>(key: string): UseSetting<V> {
  const client = useQueryClient();
  const { data, isError } = useQuery(settingsQuery);

  const write = useCallback(
    async (value: V | undefined, company: boolean) => {
      const text = value === undefined ? undefined : JSON.stringify(value);
      const before = client.getQueryData<Setting[]>(KEY) ?? [];
      const others = before.filter((s) => s.key !== key || !!s.company !== company);
      await client.cancelQueries({ queryKey: KEY });
      client.setQueryData<Setting[]>(KEY, text === undefined ? others : [...others, { key, value: text, company }]);
      try {
        await call('/settings', { method: 'POST', body: { key, value: text, company } });
      } catch (e) {
        client.setQueryData(KEY, before);
        throw e;
      }
    },
    [client, key],
  );
  const save = useCallback((value: V | undefined) => write(value, false), [write]);
  const saveForAll = useCallback((value: V | undefined) => write(value, true), [write]);
  const settings = data ?? [];
  return { ready: data !== undefined || isError, own: parse<V>(settings, key, false), company: parse<V>(settings, key, true), save, saveForAll };
}
