/*
 * How a list is arranged: by its person, else by an administrator for everybody, else by the metadata. The keys are those of
 * the settings ("list.leads.lead"); the board keeps its own there too.
 */
import { useCallback, useMemo } from 'react';
import { columnsOf, isShown, isWorkedOn, titleField } from '../meta/fields';
import { fieldOf } from '../meta/metadata';
import type { Field, Module, View } from '../meta/types';
import { useSetting } from '../settings/settings';

export interface Column {
  name: string;
  /* in pixels; what is not arranged is drawn as wide as its kind asks for */
  width?: number;
}

export type Density = 'dense' | 'comfortable';

export interface Arrangement {
  columns?: Column[];
  /* of views that bring columns of their own, by the view's name */
  view_columns?: Record<string, Column[]>;
  density?: Density;
  mine?: boolean;
  view?: string;
  sort?: string;
  mode?: 'list' | 'board';
  by?: string;
}

/* A field of the list and how wide it is drawn. */
export interface Shown {
  field: Field;
  width?: number;
}

/* Whether "mine" means anything there. */
export function hasMine(module: Module): boolean {
  const held = ['owner', 'assigned_to'].some((name) => module.fields.some((f) => f.name === name));
  return held && isWorkedOn(module);
}

const arranged = (a: Arrangement | undefined, view: View | undefined): Column[] | undefined =>
  view?.columns?.length ? a?.view_columns?.[view.name] : a?.columns;

/* Columns as they are drawn. The one that names the record is always there; what may not be seen any more is left out. */
export function shownColumns(module: Module, view: View | undefined, own?: Arrangement, company?: Arrangement): Shown[] {
  const columns = arranged(own, view) ?? arranged(company, view);
  if (!columns) return columnsOf(module, view).map((field) => ({ field }));
  const title = titleField(module, view?.columns);
  const shown = columns.flatMap<Shown>(({ name, width }) => {
    const field = fieldOf(module, name);
    return field && isShown(field) ? [{ field, width }] : [];
  });
  return title && !shown.some((s) => s.field === title) ? [{ field: title }, ...shown] : shown;
}

/* The same arrangement with these columns for this view; undefined: as the metadata has it. */
export function withColumns(a: Arrangement | undefined, view: View | undefined, shown: Shown[] | undefined): Arrangement {
  const columns = shown?.map<Column>(({ field, width }) => (width ? { name: field.name, width: Math.round(width) } : { name: field.name }));
  const next = { ...a };
  if (!view?.columns?.length) {
    next.columns = columns;
  } else {
    next.view_columns = { ...a?.view_columns };
    if (columns) next.view_columns[view.name] = columns;
    else delete next.view_columns[view.name];
  }
  return next;
}

export function useArrangement(module: Module) {
  const { ready, own, company, save, saveForAll } = useSetting<Arrangement>(`list.${module.key}`);
  const present = useMemo<Arrangement>(() => ({ ...company, ...own }), [company, own]);
  const change = useCallback((next: Partial<Arrangement>) => save({ ...own, ...next }), [save, own]);
  return { ready, own, company, present, change, save, saveForAll };
}
