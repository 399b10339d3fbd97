/* What the panel of columns does, with what is said when it has been done or refused. */
import { useNotify } from 'ra-core';
import { useExplain } from '../app/explain';
import type { Field } from '../meta/types';
import { useT } from '../text/i18n';
import { shownColumns, withColumns, type Arrangement, type Density, type Shown } from './arrangement';
import type { useListState } from './useListState';

export function useArranging(list: ReturnType<typeof useListState>) {
  const { module, view, mine, mayBeMine, sort, arrangement } = list;
  const { own, company, present } = arrangement;
  const t = useT();
  const notify = useNotify();
  const explain = useExplain();

  const told = async (done: Promise<void>, message?: string) => {
    try {
      await done;
      if (message) notify(message, { type: 'success' });
    } catch (e) {
      notify(`${t('columns.not_saved')}: ${explain(e)}`, { type: 'error' });
    }
  };
  const save = (next: Arrangement | undefined, message?: string) => void told(arrangement.save(next), message);
  /* the columns that are named so far are kept when others are arranged */
  const onColumns = (columns: Shown[]) => save(withColumns(own, view, columns));
  return {
    onColumns,
    onDensity: (density: Density) => save({ ...own, density }),
    onOpenSo: () => save({ ...own, view: view?.name, sort, mine: mayBeMine ? mine : undefined }, t('columns.opens_so')),
    onReset: () => save(undefined, t('columns.is_reset')),
    onForAll: () => void told(arrangement.saveForAll({ ...company, ...own, columns: own?.columns ?? company?.columns }), t('columns.is_for_all')),
    arranged: own !== undefined,
    density: present.density ?? 'dense',
    columns: shownColumns(module, view, own, company),
  };
}

export type Arranging = ReturnType<typeof useArranging>;

/* The names of the fields that a list asks for. */
export const fieldNames = (fields: Field[]): string[] => [...new Set(['label', ...fields.map((f) => f.name)])];
