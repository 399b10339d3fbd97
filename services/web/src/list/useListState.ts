/* The list's state is its address: view, search, sort, filters, open group. */
import { useCallback, useEffect, useMemo } from 'react';
import { useLocation, useNavigate } from 'react-router-dom';
import { formatListState, parseListState, type ListState } from '../api/filters';
import { useModule } from '../meta/metadata';
import type { Module, View } from '../meta/types';

/* The view that stands for "everything": what a list shows when the address names none. */
export function defaultView(module: Module): View | undefined {
  return module.views.find((v) => !v.filter && !v.group_by && !v.columns?.length);
}

const backKey = (path: string): string => `cauce.back.${path}`;

/* Where "back to the list" leads: to the list as it was left. */
export function listAddress(path: string): string {
  return `/${path}${sessionStorage.getItem(backKey(path)) ?? ''}`;
}

export function useListState() {
  const module = useModule();
  const { search } = useLocation();
  const navigate = useNavigate();
  const state = useMemo(() => parseListState(search), [search]);

  useEffect(() => sessionStorage.setItem(backKey(module.path), search), [module.path, search]);

  /* `replace` for what changes letter by letter */
  const change = useCallback(
    (next: Partial<ListState>, replace = false) => {
      const query = formatListState({ ...parseListState(window.location.search), ...next });
      navigate({ search: query ? `?${query}` : '' }, { replace });
    },
    [navigate],
  );

  const view = module.views.find((v) => v.name === state.view) ?? defaultView(module);
  return { module, state, view, change };
}
