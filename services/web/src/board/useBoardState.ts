/* The board's state is the list's own address, with the field it stands in columns by and the one that is added up. */
import { useMemo } from 'react';
import { useListState } from '../list/useListState';
import { boardFields, sumFields } from '../meta/fields';
import { stepField } from '../meta/standout';
import type { Field, Module } from '../meta/types';

/* By what: the address, the view's groups, what the person chose last, the steps of the record, the first picklist. */
function columnsField(module: Module, names: (string | undefined)[]): Field | undefined {
  const fields = boardFields(module);
  const [named] = names.flatMap((name) => fields.filter((f) => f.name === name));
  return named ?? fields.find((f) => f === stepField(module)) ?? fields[0];
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
