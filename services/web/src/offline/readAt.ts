/* Whether what is on screen was read now, or is what the device kept, and since when. */
import { useSyncExternalStore } from 'react';

let at: string | null = null;
const watchers = new Set<() => void>();

/* The time of a kept answer, null for one that came from the server. */
export function noteRead(next: string | null): void {
  /* the oldest of what is on screen */
  if (next && at && next >= at) return;
  if (next === at) return;
  at = next;
  for (const watcher of [...watchers]) watcher();
}

export function useReadAt(): string | null {
  return useSyncExternalStore((w) => { watchers.add(w); return () => void watchers.delete(w); }, () => at);
}

export const hasKept = (): boolean => at !== null;
