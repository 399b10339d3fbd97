/*
 * What a person is told of: records that somebody else assigned to him, jobs of his that ended. They are found out here,
 * from the live stream and the API, and kept on the device. A service that keeps notices on the server would only be
 * needed for people to be told of what happened while no window was open; it would fill this same list.
 */
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { readPersonal, watchPersonal, writePersonal } from '../lib/personal';

interface Base {
  id: string;
  at: string;
  /* key of the module */
  module: string;
  read?: boolean;
}

export interface Assigned extends Base {
  kind: 'assigned';
  record: string;
  label: string;
  /* absent: the system */
  actor?: string;
}

export interface Ended extends Base {
  kind: 'job';
  job: string;
  state: 'done' | 'failed' | 'cancelled';
  done: number;
  rejected: number;
}

export type Notice = Assigned | Ended;

const NAME = 'notices';
const MAX = 50;
const NONE: Notice[] = [];

let held: { user: string; notices: Notice[] } = { user: '', notices: NONE };
const watchers = new Set<() => void>();

const read = (user: string): Notice[] => readPersonal<Notice[]>(user, NAME) ?? NONE;

function put(user: string, notices: Notice[]): void {
  held = { user, notices };
  for (const watcher of [...watchers]) watcher();
}

function write(user: string, notices: Notice[]): void {
  writePersonal(user, NAME, notices);
  put(user, notices);
}

/* False when it is there already. */
export function addNotice(user: string, notice: Notice): boolean {
  const notices = read(user);
  if (notices.some((n) => n.id === notice.id)) return false;
  write(user, [notice, ...notices].slice(0, MAX));
  return true;
}

export interface UseNotices {
  notices: Notice[];
  unread: number;
  /* without an id: all of them */
  markRead: (id?: string) => void;
}

export function useNotices(user: string): UseNotices {
  const watch = useCallback(
    (watcher: () => void) => {
      watchers.add(watcher);
      const stop = watchPersonal(user, NAME, () => put(user, read(user)));
      return () => {
        watchers.delete(watcher);
        stop();
      };
    },
    [user],
  );
  const notices = useSyncExternalStore(watch, () => {
    if (held.user !== user) held = { user, notices: read(user) };
    return held.notices;
  });
  const markRead = useCallback((id?: string) => write(user, read(user).map((n) => (!id || n.id === id ? { ...n, read: true } : n))), [user]);
  return useMemo(() => ({ notices, unread: notices.filter((n) => !n.read).length, markRead }), [notices, markRead]);
}
