/* What may be done with a field, by its kind alone. */
import type { Field, Kind, Module, Right, Section, View } from './types';

/* Fields that the system keeps for itself: never a column, a filter or an input. */
const INNER: ReadonlySet<Kind> = new Set<Kind>(['labels', 'custom']);
const INNER_NAMES: ReadonlySet<string> = new Set(['id', 'version', 'deleted_at']);
const UNSORTABLE: ReadonlySet<Kind> = new Set<Kind>(['long_text', 'multi_picklist', 'reference', 'city']);
const NUMERIC: ReadonlySet<Kind> = new Set<Kind>(['integer', 'decimal', 'money', 'percent', 'number']);

/* What people can be told of: in a history, in the rights of a profile. */
export const isTold = (f: Field): boolean => !INNER.has(f.kind) && !INNER_NAMES.has(f.name);
export const isShown = (f: Field): boolean => isTold(f) && !f.apart;
export const isEditable = (f: Field): boolean => isShown(f) && !f.read_only && f.kind !== 'number' && f.kind !== 'uuid';
/* What the person may give in a new record, or change in one there is. */
export const isInput = (f: Field, moment: 'create' | 'change'): boolean => isEditable(f) && f[moment] !== false;
export const isChangeable = (f: Field): boolean => isInput(f, 'change');
export const isCreatable = (f: Field): boolean => isInput(f, 'create');
export const may = (module: Module, right: Right): boolean => module.rights.includes(right);
export const isFilter = (f: Field): boolean => isShown(f) && f.name !== 'label' && f.kind !== 'uuid';
export const isSortable = (f: Field): boolean => isShown(f) && f.sort !== false && !UNSORTABLE.has(f.kind);
export const isNumeric = (f: Field): boolean => NUMERIC.has(f.kind);

/* What people work on, not what is administered or made by the system: only there it matters whose a record is. */
export const isWorkedOn = (module: Module): boolean => !module.administrators && !module.made_by_system;

/* The fields whose values can be columns of a board, and those that can be added up there. */
export const boardFields = (module: Module): Field[] =>
  isWorkedOn(module) ? module.fields.filter((f) => f.kind === 'picklist' && isShown(f) && !!f.options?.length) : [];
const SUMMED: ReadonlySet<Kind> = new Set<Kind>(['money', 'decimal', 'integer']);
export const sumFields = (module: Module): Field[] => module.fields.filter((f) => SUMMED.has(f.kind) && isShown(f));

/* The column that names the record and opens it. */
export function titleField(module: Module, names?: string[]): Field | undefined {
  const listed = names ? module.fields.filter((f) => names.includes(f.name)) : module.fields.filter((f) => f.list);
  return (
    listed.find((f) => f.name === 'label') ??
    listed.find((f) => f.kind === 'text' && f.searchable) ??
    module.fields.find((f) => f.name === 'label')
  );
}

/* The field that this record's name is made of. */
export function namingField(module: Module, filled: (f: Field) => boolean): Field | undefined {
  return (module.label_from ?? []).flatMap((name) => module.fields.filter((f) => f.name === name)).find(filled);
}

/* Columns of the list: the view's own order, or the listed fields as the record page has them: title first, the system's last. */
export function columnsOf(module: Module, view: View | undefined): Field[] {
  const title = titleField(module, view?.columns);
  if (view?.columns?.length) {
    const columns = view.columns.flatMap((name) => module.fields.filter((f) => f.name === name));
    return title && !columns.includes(title) ? [title, ...columns] : columns;
  }
  const listed = module.fields.filter((f) => f.list && f !== title && isShown(f));
  const rank = (f: Field): number => {
    const at = module.sections.findIndex((s) => s.name === f.section);
    if (at >= 0) return at;
    return module.sections.length + (f.custom ? 0 : f.read_only ? 2 : 1);
  };
  return [...(title ? [title] : []), ...listed.sort((a, b) => rank(a) - rank(b))];
}

export interface FieldGroup {
  section: Section | null;
  /* which of the client's own titles to show when the module has no section for these */
  kind: 'section' | 'other' | 'own' | 'system';
  fields: Field[];
}

/* Fields of the record page by section; those without one, the custom ones and the system's follow. */
export function groupsOf(module: Module, keep: (f: Field) => boolean): FieldGroup[] {
  const known = new Set(module.sections.map((s) => s.name));
  const fields = module.fields.filter((f) => keep(f) && f.name !== 'label');
  const loose = fields.filter((f) => !f.section || !known.has(f.section));
  const groups: FieldGroup[] = module.sections.map((section) => ({
    section,
    kind: 'section',
    fields: fields.filter((f) => f.section === section.name),
  }));
  groups.push({ section: null, kind: 'other', fields: loose.filter((f) => !f.custom && !f.read_only && f.kind !== 'number') });
  groups.push({ section: null, kind: 'own', fields: loose.filter((f) => f.custom) });
  groups.push({
    section: null,
    kind: 'system',
    fields: loose.filter((f) => !f.custom && (f.read_only || f.kind === 'number')),
  });
  return groups.filter((g) => g.fields.length);
}
