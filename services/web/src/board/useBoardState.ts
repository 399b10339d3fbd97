/* The board's state is the list's own address, with the field it stands in columns by and the one that is added up. */
import { useMemo } from 'react';
import { useListState } from '../list/useListState';
import { boardFields, sumFields } from '../meta/fields';
import type { Field, Module } from '../meta/types';

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

export type BoardState = ReturnType<typeof useBoardState>;

export function useBoardState() {
  const list = useListState();
  const { module, state, view, arrangement } = list;
  const field = columnsField(module, [state.by, state.view ? view?.group_by : undefined, arrangement.present.by]);
  const sum = useMemo(() => {
    const fields = sumFields(module);
    return state.sum ? fields.find((f) => f.name === state.sum) : fields.find((f) => f.kind === 'money');
  }, [module, state.sum]);
  return { ...list, field, sum };
}
