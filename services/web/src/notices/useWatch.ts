/* One window of the browser finds the notices out; all of them show them. */
import { useEffect, useRef } from 'react';
import { useMetadata } from '../meta/metadata';
import { watchAssigned } from './assigned';
import { noteJobs, watchJobs } from './jobs';
import { addNotice, type Notice } from './notices';

const LOCK = 'cauce-notices';

/* `onNew` is told in the window that found it. */
export function useWatch(me: string, onNew: (notice: Notice) => void): void {
  const meta = useMetadata();
  const current = useRef({ meta, onNew });
  current.current = { meta, onNew };
  useEffect(() => {
    const stopNoting = noteJobs(me);
    const stops: (() => void)[] = [];
    const abort = new AbortController();
    const found = (notice: Notice) => addNotice(me, notice) && current.current.onNew(notice);
    const start = () => {
      stops.push(watchAssigned(me, (key) => current.current.meta.byKey(key), found));
      stops.push(watchJobs(me, (path) => current.current.meta.byPath(path), found));
    };
    if (!navigator.locks) start();
    else {
      navigator.locks.request(LOCK, { signal: abort.signal }, () => {
        start();
        return new Promise<void>((resolve) => stops.push(resolve));
      }).catch(() => undefined);
    }
    return () => {
      abort.abort();
      stopNoting();
      for (const stop of stops) stop();
    };
  }, [me]);
}
