/* Whom a sharing rule takes from and gives to: everybody, a person, a role, a role and those below, a group. */
import type { Values } from '../api/patch';
import type { Rec } from '../api/records';

export const KINDS = ['user', 'role', 'branch', 'group'] as const;
export type PartyKind = (typeof KINDS)[number];
export type Side = 'from' | 'to';

export interface Party {
  kind: PartyKind | 'everybody';
  id: string | null;
}

/* The module that the party is a record of. */
export const partyModule: Record<PartyKind, string> = { user: 'identity.user', role: 'identity.role', branch: 'identity.role', group: 'identity.group' };

export function partyOf(rule: Rec | undefined, side: Side): Party {
  for (const kind of KINDS) {
    const id = rule?.[`${side}_${kind}`];
    if (typeof id === 'string' && id) return { kind, id };
  }
  return side === 'from' ? { kind: 'everybody', id: null } : { kind: 'role', id: null };
}

export function partyValues(side: Side, party: Party): Values {
  return Object.fromEntries(KINDS.map((kind) => [`${side}_${kind}`, party.kind === kind ? party.id : null]));
}

export const partyLabel = (rule: Rec, side: Side, party: Party): string | undefined => rule.labels?.[`${side}_${party.kind}`];

