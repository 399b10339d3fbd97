/* Searching what a reference or a city field may hold, and the text of what it holds. */
import { useCallback, useMemo } from 'react';
import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { cities, listPage, readOne } from '../api/client';
import type { City } from '../api/records';
import { useMetadata } from '../meta/metadata';
import { hintFields } from '../meta/standout';
import type { Field } from '../meta/types';
import { useFieldText } from './text';

export interface Choice {
  id: string;
  text: string;
  /* what tells it from others of the same name */
  hint?: string;
  /* chosen before in this window */
  recent?: boolean;
}

const RECENT = 5;

export const isLookup = (field: Field): boolean => field.kind === 'reference' || field.kind === 'city';

const cityText = (c: City): string => (c.department && c.department !== c.name ? `${c.name}, ${c.department}` : c.name);
const kindOf = (field: Field): string => (field.kind === 'city' ? 'city' : (field.ref ?? ''));
const textKey = (field: Field, id: string) => ['text', kindOf(field), id];
const recentKey = (field: Field): string => `cauce.recent.${kindOf(field)}`;

export function rememberText(client: QueryClient, field: Field, choice: Choice): void {
  client.setQueryData(textKey(field, choice.id), choice.text);
}

export function rememberedText(client: QueryClient, field: Field, id: string): string | undefined {
  return isLookup(field) ? client.getQueryData(textKey(field, id)) : undefined;
}

/* What was chosen last in fields like this one. It goes with the tab and the session. */
export function recentChoices(field: Field): Choice[] {
  try {
    return JSON.parse(sessionStorage.getItem(recentKey(field)) ?? '[]') as Choice[];
  } catch {
    return [];
  }
}

export function rememberChoice(field: Field, { id, text, hint }: Choice): void {
  const others = recentChoices(field).filter((c) => c.id !== id);
  sessionStorage.setItem(recentKey(field), JSON.stringify([{ id, text, hint, recent: true }, ...others].slice(0, RECENT)));
}

/* Up to twenty choices for what was typed. */
export function useSearch(field: Field): (q: string, signal: AbortSignal) => Promise<Choice[]> {
  const { byKey } = useMetadata();
  const text = useFieldText();
  const module = byKey(field.ref);
  const path = module?.path;
  const hints = useMemo(() => (module ? hintFields(module) : []), [module]);
  return useCallback(
    async (q, signal) => {
      if (field.kind === 'city') {
        return (await cities(q, signal)).map((c) => ({ id: c.code, text: cityText(c) }));
      }
      if (!path) return [];
      const { items } = await listPage(path, { q, filters: [], fields: ['id', 'label', ...hints.map((f) => f.name)], limit: 20 }, signal);
      return items.map((r) => {
        const name = r.label || r.id;
        const hint = hints.map((f) => text(r, f)).filter((s) => s && s !== name).join(' · ');
        return { id: r.id, text: name, ...(hint ? { hint } : {}) };
      });
    },
    [field.kind, path, hints, text],
  );
}

/* The text for an id or a code: the one that is known, else what was chosen before, else asked for. */
export function useRefText(field: Field, id: string | undefined, known?: string): string | undefined {
  const client = useQueryClient();
  const { byKey } = useMetadata();
  const path = byKey(field.ref)?.path;
  const ask = isLookup(field) && !known && !!id && (field.kind === 'city' || !!path);
  const { data } = useQuery({
    queryKey: textKey(field, id ?? ''),
    enabled: ask,
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      if (field.kind === 'city') {
        const city = (await cities(id ?? '', signal)).find((c) => c.code === id);
        return city ? cityText(city) : (id ?? '');
      }
      return (await readOne(path ?? '', id ?? '', signal)).label ?? id ?? '';
    },
  });
  if (known) {
    if (id && isLookup(field) && client.getQueryData(textKey(field, id)) === undefined) rememberText(client, field, { id, text: known });
    return known;
  }
  return ask ? data : undefined;
}
