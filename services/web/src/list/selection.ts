/* What is selected in a list: some records, or all that the list's filter finds but for some. */
import type { Rec } from '../api/records';

export interface Selection {
  all: boolean;
  /* labels by id: of the chosen ones, or with `all` of those left out */
  ids: ReadonlyMap<string, string>;
}

export const NOTHING: Selection = { all: false, ids: new Map() };
export const EVERYTHING: Selection = { all: true, ids: new Map() };

export const isSelected = (s: Selection, id: string): boolean => s.ids.has(id) !== s.all;
export const isNothing = (s: Selection): boolean => !s.all && s.ids.size === 0;

/* How many, where `total` is how many the list has; undefined while that is not known. */
export function selectedCount(s: Selection, total: number | undefined): number | undefined {
  if (!s.all) return s.ids.size;
  return total === undefined ? undefined : Math.max(0, total - s.ids.size);
}

/* These records chosen (`on`) or not; the same selection when nothing changes. */
export function select(s: Selection, records: Pick<Rec, 'id' | 'label'>[], on: boolean): Selection {
  const changed = records.filter((r) => isSelected(s, r.id) !== on);
  if (!changed.length) return s;
  const ids = new Map(s.ids);
  for (const r of changed) {
    if (on !== s.all) ids.set(r.id, r.label ?? '');
    else ids.delete(r.id);
  }
  return { all: s.all, ids };
}

export const toggle = (s: Selection, record: Pick<Rec, 'id' | 'label'>): Selection => select(s, [record], !isSelected(s, record.id));
