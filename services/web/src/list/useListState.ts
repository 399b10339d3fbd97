/* The list's state is its address: view, whose, search, sort, filters, open group. What is absent is as the list is arranged. */
import { useCallback, useEffect, useMemo } from 'react';
import { useLocation, useNavigate } from 'react-router-dom';
import { formatListState, parseListState, type ListState } from '../api/filters';
import { useModule } from '../meta/metadata';
import type { Module, View } from '../meta/types';
import { hasMine, useArrangement } from './arrangement';

/* The view that stands for "everything": what a list shows when neither the address nor the person names one. */
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
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  const arrangement = useArrangement(module);
  const { present } = arrangement;
  const state = useMemo(() => parseListState(search), [search]);

  /* what follows the module's path: "?q=ana", "/board?by=stage" */
  const rest = `${pathname.slice(module.path.length + 1)}${search}`;
  useEffect(() => sessionStorage.setItem(backKey(module.path), rest), [module.path, rest]);

  /* `replace` for what changes letter by letter */
  const change = useCallback(
    (next: Partial<ListState>, replace = false) => {
      const query = formatListState({ ...parseListState(window.location.search), ...next });
      navigate({ search: query ? `?${query}` : '' }, { replace });
    },
    [navigate],
  );

  const named = (name: string | undefined) => module.views.find((v) => v.name === name);
  const opening = named(present.view) ?? defaultView(module);
  const view = named(state.view) ?? opening;
  const mayBeMine = hasMine(module);
  const openingMine = mayBeMine && !state.deleted && (present.mine ?? true);
  const mine = mayBeMine && (state.mine ?? openingMine);
  const sort = state.sort ?? (view === opening ? present.sort : undefined) ?? view?.sort ?? module.sort ?? '-created_at';

  const chooseView = useCallback(
    (v: View) => change({ view: v === opening ? undefined : v.name, sort: undefined, group: undefined }),
    [change, opening],
  );
  const chooseMine = useCallback(
    (wanted: boolean) => change({ mine: wanted === openingMine ? undefined : wanted, group: undefined }),
    [change, openingMine],
  );
  return { module, state, view, opening, mayBeMine, mine, sort, change, chooseView, chooseMine, arrangement };
}
