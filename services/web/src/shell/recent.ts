/* The records that were open last, for the palette. */
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'react-router-dom';
import type { Rec } from '../api/records';
import { readPersonal, writePersonal } from '../lib/personal';
import { useMetadata } from '../meta/metadata';
import { useSession } from '../session/session';

export interface Recent {
  /* key of the module */
  module: string;
  id: string;
  label: string;
}

const NAME = 'recent';
const MAX = 12;
const RECORD = /^\/([^/]+)\/([0-9a-f]{8}-[0-9a-f-]{27})(\/|$)/;

export const readRecent = (user: string): Recent[] => readPersonal<Recent[]>(user, NAME) ?? [];

/* Notes the record of the page once it has been read. */
export function useRemember(): void {
  const user = useSession().session.user.id;
  const { byPath } = useMetadata();
  const [, path = '', id = ''] = RECORD.exec(useLocation().pathname) ?? [];
  const module = byPath(path)?.key;
  /* looks at what the page reads; an observer of its own would have a say in how it is read */
  const client = useQueryClient();
  const watch = useCallback((changed: () => void) => client.getQueryCache().subscribe(changed), [client]);
  const label = useSyncExternalStore(watch, () => client.getQueryData<Rec>([path, 'getOne', { id }])?.label);
  useEffect(() => {
    if (!module || !id || !label) return;
    const others = readRecent(user).filter((r) => r.id !== id);
    writePersonal(user, NAME, [{ module, id, label }, ...others].slice(0, MAX));
  }, [user, module, id, label]);
}
