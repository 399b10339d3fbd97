/* What of a module people steer by, found in its metadata: the picklist of its steps, who has it in hand, the facts, its relatives. */
import { isChangeable, isShown, may } from './fields';
import type { Field, Module } from './types';

const options = (f: Field): boolean => f.kind === 'picklist' && !!f.options?.length && isShown(f);

/*
 * The picklist that a record goes through and that a board has as its columns: the one the module's first grouped view
 * groups by, else the first whose options are coloured.
 */
export function stepField(module: Module): Field | undefined {
  const picklists = module.fields.filter(options);
  const grouped = module.views.flatMap((v) => picklists.filter((f) => f.name === v.group_by));
  return grouped[0] ?? picklists.find((f) => !f.read_only && f.options?.some((o) => o.color));
}

/* Who works on the record; every module has it, unless it is withheld. */
export function assigneeField(module: Module): Field | undefined {
  const person = (name: string) => module.fields.find((f) => f.name === name && f.kind === 'reference' && isShown(f));
  return person('assigned_to') ?? person('owner');
}

/* The few that stand beside the name: what the list shows too, picklists and amounts first. */
export function factFields(module: Module): Field[] {
  const skip = new Set([stepField(module), assigneeField(module)]);
  const rank = (f: Field): number => (f.kind === 'money' ? 0 : f.kind === 'picklist' ? 1 : f.kind === 'date' || f.kind === 'datetime' ? 2 : 3);
  const kinds = new Set(['money', 'picklist', 'date', 'datetime', 'city', 'reference']);
  return module.fields
    .filter((f) => f.list && isShown(f) && kinds.has(f.kind) && !f.read_only && !skip.has(f))
    .sort((a, b) => rank(a) - rank(b));
}

export interface Relation {
  /* "activities.task.lead", as it stands in the address */
  key: string;
  module: Module;
  field: Field;
  /* the module is related by several fields: its name alone does not say which */
  several: boolean;
}

/* The modules whose records name a record of this one, by the field that does. */
export function relationsTo(module: Module, modules: Module[]): Relation[] {
  return modules.flatMap((m) => {
    const fields = m.fields.filter(
      (f) => f.kind === 'reference' && f.ref === module.key && !f.read_only && f.name !== 'owner' && (f.section || f.list || f.custom),
    );
    return fields.map((field) => ({ key: `${m.key}.${field.name}`, module: m, field, several: fields.length > 1 }));
  });
}

/* Whether a record that names this one can be made there. */
export const mayRelate = ({ module, field }: Relation): boolean => may(module, 'create') && field.create !== false;

/* Where a text that was typed to find a record goes when it becomes a new one. */
export function nameField(module: Module): Field | undefined {
  const texts = module.fields.filter((f) => f.kind === 'text' && isShown(f) && !f.read_only && f.create !== false);
  return texts.find((f) => f.name === 'name') ?? texts.find((f) => f.required) ?? texts.find((f) => f.searchable);
}

/* The two columns that tell records of the same name apart. */
export function hintFields(module: Module): Field[] {
  const told = module.fields.filter((f) => isShown(f) && f.name !== 'label' && f.name !== 'name' && !f.read_only);
  const kinds = new Set(['text', 'email', 'phone', 'tax_id', 'city', 'picklist', 'reference', 'datetime']);
  const listed = told.filter((f) => f.list && kinds.has(f.kind));
  const found = told.filter((f) => f.searchable && !f.list);
  return [...listed.filter((f) => f.searchable), ...found, ...listed.filter((f) => !f.searchable)].slice(0, 2);
}

export const canChange = (module: Module, field: Field): boolean => may(module, 'change') && isChangeable(field);
