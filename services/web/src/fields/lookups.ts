/* Searching what a reference or a city field may hold, and the text of what it holds. */
import { useCallback } from 'react';
import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { cities, listPage, readOne } from '../api/client';
import type { City } from '../api/records';
import { useMetadata } from '../meta/metadata';
import type { Field } from '../meta/types';

export interface Choice {
  id: string;
  text: string;
}

export const isLookup = (field: Field): boolean => field.kind === 'reference' || field.kind === 'city';

const cityText = (c: City): string => (c.department && c.department !== c.name ? `${c.name}, ${c.department}` : c.name);
const textKey = (field: Field, id: string) => ['text', field.kind === 'city' ? 'city' : field.ref, id];

export function rememberText(client: QueryClient, field: Field, choice: Choice): void {
  client.setQueryData(textKey(field, choice.id), choice.text);
}

export function rememberedText(client: QueryClient, field: Field, id: string): string | undefined {
  return isLookup(field) ? client.getQueryData(textKey(field, id)) : undefined;
}

/* Up to twenty choices for what was typed. */
export function useSearch(field: Field): (q: string, signal: AbortSignal) => Promise<Choice[]> {
  const { byKey } = useMetadata();
  const path = byKey(field.ref)?.path;
  return useCallback(
    async (q, signal) => {
      if (field.kind === 'city') {
        return (await cities(q, signal)).map((c) => ({ id: c.code, text: cityText(c) }));
      }
      if (!path) return [];
      const { items } = await listPage(path, { q, filters: [], fields: ['id', 'label'], limit: 20 }, signal);
      return items.map((r) => ({ id: r.id, text: r.label || r.id }));
    },
    [field.kind, path],
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
