/*
 * Values that their kind alone doesn't make readable, in words: the device behind a User-Agent. A field says which words
 * it wants (Field.words); they are fetched when the first such value is shown.
 */
import { useSyncExternalStore } from 'react';
import type { Lang } from '../meta/types';

export type Words = 'device';
type Say = (value: string, lang: Lang) => string;

const LOADERS: Record<Words, () => Promise<Say>> = {
  device: async () => (await import('../account/device')).deviceWords,
};

const loaded = new Map<Words, Say>();
const asked = new Set<Words>();
const watchers = new Set<() => void>();

function ask(words: Words): void {
  if (asked.has(words)) return;
  asked.add(words);
  LOADERS[words]()
    .then((say) => {
      loaded.set(words, say);
      for (const watcher of [...watchers]) watcher();
    })
    .catch(() => asked.delete(words));
}

/* The value as it is until the words are there. */
export function inWords(words: Words, value: string, lang: Lang): string {
  const say = loaded.get(words);
  if (!say) ask(words);
  return say?.(value, lang) || value;
}

const watch = (watcher: () => void): (() => void) => {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
};

/* Draws again when words have come. */
export const useWordsLoaded = (): number => useSyncExternalStore(watch, () => loaded.size);
