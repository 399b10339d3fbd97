/* How many records a list has: counted up to a limit when its first page is there, whole for whoever asks. */
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { count, narrowing } from '../api/client';
import { formatQuery, type ListQuery } from '../api/filters';
import type { Pages } from './usePages';

export interface Counted {
  /* undefined: not known yet */
  count: number | undefined;
  /* there are more than that */
  capped: boolean;
  counting: boolean;
  error: unknown;
  askExact: () => void;
}

/* `pages` undefined: nothing is open, so nothing is counted */
export function useCount(path: string, query: ListQuery, pages: Pages | undefined): Counted {
  const key = formatQuery(narrowing(query));
  const [exactFor, setExactFor] = useState<string>();
  const exact = exactFor === key;
  const whole = pages?.complete ? pages.loaded : undefined;
  const { data, error, isFetching } = useQuery({
    queryKey: [path, 'getCount', key, exact],
    queryFn: ({ signal }) => count(path, query, { exact }, signal),
    enabled: !!pages && pages.loaded > 0 && whole === undefined,
  });
  return {
    count: whole ?? data?.count,
    capped: whole === undefined && !!data?.capped,
    counting: isFetching && whole === undefined,
    error,
    askExact: () => setExactFor(key),
  };
}
