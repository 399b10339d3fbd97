/* How a person likes to see a module: what is kept under "list.<module key>". */
import { useMemo } from 'react';
import type { Module } from '../meta/types';
import { useSetting } from './settings';

export interface ListSetting {
  columns?: { name: string; width?: number }[];
  density?: 'dense' | 'comfortable';
  mine?: boolean;
  view?: string;
  sort?: string;
  /* how it was seen last, and by which field its board stands in columns */
  mode?: 'list' | 'board';
  by?: string;
}

/* The person's own wins over the company's, part by part. */
export function useListSetting(module: Module) {
  const { ready, own, company, save } = useSetting<ListSetting>(`list.${module.key}`);
  const value = useMemo<ListSetting>(() => ({ ...company, ...own }), [own, company]);
  return { ready, value, own, save };
}
