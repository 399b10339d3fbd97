/* Changing one record of administration: the version is the newest one that is known, and everything read of it follows. */
import { useCallback, useMemo } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { create, patch, readOne, remove, restore } from '../api/client';
import type { Values } from '../api/patch';
import type { Rec } from '../api/records';

export interface Writing {
  add: (values: Values) => Promise<Rec>;
  change: (record: Rec, values: Values) => Promise<Rec>;
  /* whatever its version is by now: for undoing what was just done */
  force: (id: string, values: Values) => Promise<Rec>;
  drop: (record: Rec) => Promise<void>;
  bring: (id: string) => Promise<Rec>;
}

export function useWriting(path: string): Writing {
  const client = useQueryClient();
  const after = useCallback(
    async <V>(result: V): Promise<V> => {
      await client.invalidateQueries({ queryKey: [path] });
      return result;
    },
    [client, path],
  );
  return useMemo<Writing>(
    () => ({
      add: async (values) => after(await create(path, values, crypto.randomUUID())),
      change: async (record, values) => after(await patch(path, record.id, record.version, values)),
      force: async (id, values) => {
        const now = await readOne(path, id);
        return after(await patch(path, id, now.version, values));
      },
      drop: async (record) => after(await remove(path, record.id, record.version)),
      bring: async (id) => after(await restore(path, id, crypto.randomUUID())),
    }),
    [path, after],
  );
}
