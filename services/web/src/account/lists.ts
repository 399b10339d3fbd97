/* Short lists of identity's records about one person, as the account's page and a user's panel show them. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { listPage, remove } from '../api/client';
import type { Condition } from '../api/filters';
import { isProblem } from '../api/problem';
import type { Rec } from '../api/records';

const MOST = 100;

export interface Short {
  items: Rec[];
  /* there are more than are shown */
  more: boolean;
}

/* `path` undefined: the person may not see such records. */
export function useShort(path: string | undefined, filters: Condition[], sort: string, limit = MOST) {
  return useQuery({
    queryKey: [path ?? '', 'short', filters, sort, limit],
    queryFn: async ({ signal }): Promise<Short> => {
      const { items, next } = await listPage(path ?? '', { filters, sort, limit }, signal);
      return { items, more: !!next };
    },
    enabled: !!path,
  });
}

/* Deletes one; that it is gone already is as good. */
export function useRemoveOne(path: string): (record: Rec) => Promise<void> {
  const client = useQueryClient();
  return async (record) => {
    try {
      await remove(path, record.id, record.version);
    } catch (e) {
      if (!isProblem(e) || e.status !== 404) throw e;
    }
    await client.invalidateQueries({ queryKey: [path] });
  };
}
