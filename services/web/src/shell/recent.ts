/* The records that were open last, for the palette. */
import { useEffect } from 'react';
import { useQuery } from '@tanstack/react-query';
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
  /* never asks: sees what the page reads */
  const { data } = useQuery<Rec>({ queryKey: [path, 'getOne', { id }], enabled: false, queryFn: () => Promise.reject(new Error('not asked')) });
  const module = byPath(path)?.key;
  const label = data?.label;
  useEffect(() => {
    if (!module || !id || !label) return;
    const others = readRecent(user).filter((r) => r.id !== id);
    writePersonal(user, NAME, [{ module, id, label }, ...others].slice(0, MAX));
  }, [user, module, id, label]);
}
