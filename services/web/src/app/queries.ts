/* The cache of what was read, and the two readings that every page stands on. */
import { QueryClient, queryOptions } from '@tanstack/react-query';
import { call } from '../api/http';
import { isProblem } from '../api/problem';
import type { Metadata } from '../meta/types';
import { prepared } from '../meta/prepare';

export const queryClient = new QueryClient({
  defaultOptions: {
    /* without a connection, too: the service worker answers what it kept, and a change that can't be sent says so at once */
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      refetchOnReconnect: true,
      staleTime: 20_000,
      gcTime: 10 * 60_000,
      retry: (count, error) => count < 2 && isProblem(error) && error.passing,
      retryDelay: (count) => 400 * 2 ** count,
    },
  },
});

export const metadataQuery = queryOptions({
  queryKey: ['metadata'],
  queryFn: async ({ signal }) => prepared((await call<Metadata>('/metadata', { signal })).data),
  staleTime: 5 * 60_000,
  gcTime: Infinity,
});
