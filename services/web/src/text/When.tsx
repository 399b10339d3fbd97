/* A time as people say it, kept true while it is on screen; the exact one is told to whoever points at it. */
import { useSyncExternalStore } from 'react';
import { useFormat } from './format';

const TICK_MS = 30_000;
const watchers = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const w of [...watchers]) w();
  }, TICK_MS);
  return () => {
    watchers.delete(watcher);
    if (watchers.size) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/* The time, half a minute exact: who uses it is drawn again as it goes on. */
export function useNow(): Date {
  const at = useSyncExternalStore(watch, () => now);
  /* nobody looked for a while: the clock stood still */
  return new Date(Math.max(at, Date.now() - TICK_MS));
}

export function When({ value }: { value: string }) {
  const format = useFormat();
  const at = useNow();
  return <time dateTime={value} title={format.datetime(value)}>{format.relative(value, at)}</time>;
}
