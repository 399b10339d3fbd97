/* The board's state is its address: the list's own, the field it stands in columns by, and the field that is summed. */
import { useCallback, useEffect, useMemo } from 'react';
import { useLocation, useNavigate } from 'react-router-dom';
import { formatListState, parseListState, type ListState } from '../api/filters';
import { defaultView, rememberAddress } from '../list/useListState';
import { boardFields, sumFields } from '../meta/fields';
import { useModule } from '../meta/metadata';
import type { Field, Module } from '../meta/types';
import { useListSetting } from '../settings/list-setting';

export interface BoardState extends ListState {
  by?: string;
  /* 'none': nothing is summed */
  sum?: string;
}

export function parseBoardState(search: string): BoardState {
  const params = new URLSearchParams(search);
  return { ...parseListState(search), group: undefined, by: params.get('by') || undefined, sum: params.get('sum') || undefined };
}

export function formatBoardState({ by, sum, ...list }: BoardState): string {
  const own = [by && `by=${encodeURIComponent(by)}`, sum && `sum=${encodeURIComponent(sum)}`];
  return [...own, formatListState({ ...list, group: undefined })].filter(Boolean).join('&');
}

/* By what: the address, the view's groups, what the person chose last, the groups of a ready-made view, the list's first picklist. */
function columnsField(module: Module, names: (string | undefined)[]): Field | undefined {
  const fields = boardFields(module);
  const grouped = module.views.map((v) => v.group_by);
  for (const name of [...names, ...grouped]) {
    const field = fields.find((f) => f.name === name);
    if (field) return field;
  }
  return fields.find((f) => f.list) ?? fields[0];
}

export function useBoardState() {
  const module = useModule();
  const { search } = useLocation();
  const navigate = useNavigate();
  const setting = useListSetting(module);
  const state = useMemo(() => parseBoardState(search), [search]);
  useEffect(() => rememberAddress(module.path, `/board${search}`), [module.path, search]);

  const change = useCallback(
    (next: Partial<BoardState>, replace = false) => {
      const query = formatBoardState({ ...parseBoardState(window.location.search), ...next });
      navigate({ search: query ? `?${query}` : '' }, { replace });
    },
    [navigate],
  );

  const view = module.views.find((v) => v.name === state.view) ?? defaultView(module);
  const field = columnsField(module, [state.by, state.view ? view?.group_by : undefined, setting.value.by]);
  const sum = useMemo(() => {
    const fields = sumFields(module);
    if (state.sum) return fields.find((f) => f.name === state.sum);
    return fields.find((f) => f.kind === 'money');
  }, [module, state.sum]);
  return { module, state, view, field, sum, change, setting };
}
