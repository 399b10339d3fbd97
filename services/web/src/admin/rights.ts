/*
 * What a profile grants and withholds. Stored as texts: grants "leads.lead:see", denials "leads.lead.phone:view". Here they
 * are sets that are toggled, compared and put together; texts of modules that are gone are carried along untouched.
 */
import type { Values } from '../api/patch';
import type { Rec } from '../api/records';
import { isEditable, isTold } from '../meta/fields';
import type { Field, Module, Right } from '../meta/types';

export const RIGHTS: Right[] = ['see', 'create', 'change', 'delete', 'import', 'export', 'mass_delete', 'duplicate', 'mass_duplicate', 'settings'];
export const MOMENTS = ['create', 'view', 'change'] as const;
export type Moment = (typeof MOMENTS)[number];

export interface Allowed {
  grants: ReadonlySet<string>;
  denials: ReadonlySet<string>;
}

const WRITES: ReadonlySet<Right> = new Set<Right>(['create', 'change', 'delete', 'import', 'mass_delete', 'duplicate', 'mass_duplicate', 'settings']);
const MAKES: ReadonlySet<Right> = new Set<Right>(['create', 'change', 'import', 'duplicate', 'mass_duplicate']);
/* never withheld: every answer has them */
const ALWAYS: ReadonlySet<string> = new Set(['id', 'version', 'label', 'created_at', 'updated_at', 'deleted_at', 'number']);

export const grantOf = (module: string, right: Right): string => `${module}:${right}`;
export const denialOf = (module: string, field: string, moment: Moment): string => `${module}.${field}:${moment}`;

const texts = (v: unknown): string[] => (Array.isArray(v) ? v.map(String) : []);
export const allowedOf = (profile: Pick<Rec, 'grants' | 'denials'> | Values): Allowed => ({
  grants: new Set(texts(profile.grants)),
  denials: new Set(texts(profile.denials)),
});

/* A right that means something for people with a profile: the system's modules and the administrators' have fewer. */
export function isGrantable(module: Module, right: Right): boolean {
  if (module.administrators && WRITES.has(right)) return false;
  if (module.made_by_system && MAKES.has(right)) return false;
  return !(module.kept && (right === 'delete' || right === 'mass_delete'));
}

/* Fields that can be withheld, and when: what nobody writes has nothing to withhold on writing. */
export const fieldsOf = (module: Module): Field[] => module.fields.filter((f) => isTold(f) && !ALWAYS.has(f.name));
export const momentsOf = (module: Module, field: Field): Moment[] =>
  isEditable(field) && !module.administrators && !module.made_by_system ? [...MOMENTS] : ['view'];

function put(set: ReadonlySet<string>, text: string, there: boolean): ReadonlySet<string> {
  if (set.has(text) === there) return set;
  const next = new Set(set);
  if (there) next.add(text);
  else next.delete(text);
  return next;
}

/* What a right needs in order to mean anything. */
const NEEDS: Partial<Record<Right, Right>> = { mass_delete: 'delete', mass_duplicate: 'duplicate' };

/* Granting anything grants what it needs too, seeing above all. */
export function grant(allowed: Allowed, module: Module, rights: Right[], on: boolean): Allowed {
  let { grants } = allowed;
  for (const right of rights) {
    grants = put(grants, grantOf(module.key, right), on);
    const needed = NEEDS[right];
    if (on && needed) grants = put(grants, grantOf(module.key, needed), true);
  }
  if (on && rights.length) grants = put(grants, grantOf(module.key, 'see'), true);
  return grants === allowed.grants ? allowed : { ...allowed, grants };
}

export function open(allowed: Allowed, module: Module, fields: Field[], moment: Moment, on: boolean): Allowed {
  let { denials } = allowed;
  for (const f of fields) {
    if (momentsOf(module, f).includes(moment)) denials = put(denials, denialOf(module.key, f.name, moment), !on);
  }
  return denials === allowed.denials ? allowed : { ...allowed, denials };
}

export interface Difference {
  added: string[];
  removed: string[];
}

export function difference(before: ReadonlySet<string>, after: ReadonlySet<string>): Difference {
  return { added: [...after].filter((x) => !before.has(x)), removed: [...before].filter((x) => !after.has(x)) };
}

export const sizeOf = (d: Difference): number => d.added.length + d.removed.length;

/* My changes since `base`, made on what is there now: a set of yes and no has nothing to clash. */
export function rebase(base: Allowed, mine: Allowed, theirs: Allowed): Allowed {
  const on = (b: ReadonlySet<string>, m: ReadonlySet<string>, now: ReadonlySet<string>): ReadonlySet<string> => {
    const { added, removed } = difference(b, m);
    const next = new Set(now);
    for (const x of added) next.add(x);
    for (const x of removed) next.delete(x);
    return next;
  };
  return { grants: on(base.grants, mine.grants, theirs.grants), denials: on(base.denials, mine.denials, theirs.denials) };
}

/* Everything that this module's rows show of what is allowed; equal texts, equal row. */
export function signature(allowed: Allowed, module: string): string {
  const own = (text: string): boolean => text.startsWith(`${module}:`) || text.startsWith(`${module}.`);
  return [...[...allowed.grants].filter(own), '|', ...[...allowed.denials].filter(own)].join(' ');
}

export interface Warnings {
  /* rights without seeing */
  blind: boolean;
  /* creating is granted, but these required fields can't be given */
  stuck: Field[];
}

export function warningsOf(module: Module, { grants, denials }: Allowed): Warnings {
  const has = (right: Right): boolean => grants.has(grantOf(module.key, right));
  const creates = has('create') || has('import') || has('duplicate') || has('mass_duplicate');
  const withheld = (f: Field): boolean => denials.has(denialOf(module.key, f.name, 'create')) || denials.has(denialOf(module.key, f.name, 'view'));
  return {
    blind: !has('see') && RIGHTS.some((right) => right !== 'see' && has(right)),
    stuck: creates ? module.fields.filter((f) => f.required && isEditable(f) && withheld(f)) : [],
  };
}

/* "leads.lead.custom.visits:view" → the module it is of, the field, and the right or the moment. */
export function parse(text: string, modules: Module[]): { module?: Module; key: string; field?: string; what: string } {
  const at = text.lastIndexOf(':');
  const path = text.slice(0, at);
  const what = text.slice(at + 1);
  const module = modules.find((m) => path === m.key || path.startsWith(`${m.key}.`));
  if (!module) return { key: path, what };
  return { module, key: module.key, field: path.length > module.key.length ? path.slice(module.key.length + 1) : undefined, what };
}
