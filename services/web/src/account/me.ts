/* Oneself, whatever the profile says of users: read by GET /me, changed by POST /me. */
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../api/http';
import { useSetLang } from '../text/i18n';
import type { Lang } from '../meta/types';

export interface Me {
  id: string;
  name: string;
  email: string;
  administrator?: boolean;
  lang?: string;
  phone?: string;
  job_title?: string;
  away?: boolean;
  away_until?: string;
  second_factor?: boolean;
  /* labels */
  role?: string;
  profile?: string;
}

export interface MeChanges {
  lang?: Lang;
  phone?: string;
  away?: boolean;
  away_until?: string | null;
}

const KEY = ['me'];

export function useMe() {
  return useQuery(
    queryOptions({ queryKey: KEY, queryFn: async ({ signal }): Promise<Me> => (await call<Me>('/me', { signal })).data }),
  );
}

/* Keeps the changes and reads what is in force then. Rejects with Problem. */
export function useSaveMe(): (changes: MeChanges) => Promise<void> {
  const client = useQueryClient();
  const setLang = useSetLang();
  return async (changes) => {
    await call('/me', { method: 'POST', body: changes });
    if (changes.lang) setLang(changes.lang);
    client.setQueryData<Me>(KEY, (me) => me && { ...me, ...changes, away_until: changes.away_until ?? (changes.away === undefined ? me.away_until : undefined) });
    await Promise.all([client.invalidateQueries({ queryKey: KEY }), client.invalidateQueries({ queryKey: ['users'] })]);
  };
}

/* Something of oneself changed otherwise: the second factor. */
export function useRefreshMe(): () => Promise<unknown> {
  const client = useQueryClient();
  return () => Promise.all([client.invalidateQueries({ queryKey: KEY }), client.invalidateQueries({ queryKey: ['session'] })]);
}
