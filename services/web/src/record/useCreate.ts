/* Making a new record: the same submit sent again makes nothing twice. */
import { useCallback, useRef } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { create } from '../api/client';
import type { Values } from '../api/patch';
import type { Rec } from '../api/records';
import type { Module } from '../meta/types';

export function useCreateRecord(module: Module): (values: Values) => Promise<Rec> {
  const client = useQueryClient();
  /* one key for each different content: something else is a new submit */
  const last = useRef({ body: '', key: '' });
  return useCallback(
    async (values) => {
      const body = JSON.stringify(values);
      if (last.current.body !== body) last.current = { body, key: crypto.randomUUID() };
      const made = await create(module.path, values, last.current.key);
      last.current = { body: '', key: '' };
      client.setQueryData([module.path, 'getOne', { id: made.id }], made);
      for (const what of ['getList', 'getGroups', 'getCount', 'getRelated']) void client.invalidateQueries({ queryKey: [module.path, what] });
      return made;
    },
    [client, module.path],
  );
}
