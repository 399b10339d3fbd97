/* The dictionaries that are loaded and how a text is found in one. */
import type { Lang } from '../meta/types';
import { es } from './es';
import type { Args, Messages } from './messages';

const loaded: Partial<Record<Lang, Messages>> = { es };

/* Spanish is in the first script; English is fetched when it is asked for. */
export async function loadDictionary(lang: Lang): Promise<void> {
  if (lang === 'en') loaded.en ??= (await import('./en')).en;
}

export const isLoaded = (lang: Lang): boolean => loaded[lang] !== undefined;

/* Puts `args` where the text says %{name}. */
export function fill(text: string, args: Args = {}): string {
  return text.replace(/%\{(\w+)\}/g, (_, name: string) => String(args[name] ?? ''));
}

/*
 * The text of that name with its arguments. With `count` 1 the one called `<name>_one`, if there is any: "1 campo más", and
 * "3 campos más".
 */
export function say(lang: Lang, key: string, args: Args = {}): string | undefined {
  const one = String(args.count) === '1' ? find(lang, `${key}_one`) : undefined;
  const text = one ?? find(lang, key);
  return text === undefined ? undefined : fill(text, args);
}

export function find(lang: Lang, key: string): string | undefined {
  let node: unknown = loaded[lang] ?? es;
  for (const part of key.split('.')) node = (node as Record<string, unknown> | undefined)?.[part];
  return typeof node === 'string' ? node : undefined;
}
