/* Which field each column of a file becomes. The server goes by the names alone; so does this, and what people choose is said by other names. */
import { isShown } from '../meta/fields';
import type { Field, Module } from '../meta/types';

/* '' = left out, '+' = a new field; else the field's name */
export type Target = string;
export const SKIP: Target = '';
export const NEW: Target = '+';

export interface ColumnPlan {
  name: string;
  samples: string[];
  /* what its name alone makes of it; one that may not be filled stays out */
  natural: Target;
  target: Target;
  /* the person may not fill the field that the name stands for */
  withheld: boolean;
}

const fold = (text: string): string => text.trim().toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
const SAMPLES = 3;

export const importable = (f: Field): boolean => isShown(f) && !f.read_only && f.kind !== 'multi_picklist' && f.name !== 'label';
export const fillable = (f: Field): boolean => importable(f) && f.create !== false;

const names = (f: Field): string[] => [f.name.replace(/^custom\./, ''), f.label.es, f.label.en].map(fold);

function matching(module: Module, name: string): Field | undefined {
  const wanted = fold(name);
  if (!wanted) return undefined;
  const found = (custom: boolean) => module.fields.find((f) => !!f.custom === custom && importable(f) && names(f).includes(wanted));
  return found(false) ?? found(true);
}

/* Names of the columns that a file of rejected rows has in front. */
export const isRejectName = (name: string): boolean => /^(Rechazo|Reject): /.test(name);

export function planOf(module: Module, header: string[], rows: string[][], createFields: boolean): ColumnPlan[] {
  const taken = new Set<string>();
  return header.map((name, i) => {
    const field = isRejectName(name) ? undefined : matching(module, name);
    const free = field && !taken.has(field.name) ? field : undefined;
    if (free) taken.add(free.name);
    const samples = [...new Set(rows.map((r) => r[i]?.trim() ?? '').filter(Boolean))].slice(0, SAMPLES);
    const withheld = !!free && !fillable(free);
    const natural = free ? free.name : SKIP;
    const mayBeNew = !field && !!name && !isRejectName(name);
    return { name, samples, natural, withheld, target: withheld ? SKIP : natural || (createFields && mayBeNew ? NEW : SKIP) };
  });
}

export const makesFields = (plan: ColumnPlan[]): boolean => plan.some((c) => c.target === NEW);

/* Names that make the server do what was chosen; undefined: those of the file do. */
export function namesFor(module: Module, plan: ColumnPlan[]): string[] | undefined {
  const creates = makesFields(plan);
  const chosen = plan.map((c) => {
    if (c.target === c.natural && (c.target !== SKIP || !creates)) return c.name;
    if (c.target === NEW) return c.name;
    if (c.target === SKIP) return c.natural === SKIP && !creates ? c.name : '';
    const field = module.fields.find((f) => f.name === c.target);
    return field?.custom ? field.label.es : c.target;
  });
  return chosen.every((name, i) => name === plan[i]?.name) ? undefined : chosen;
}
