import { describe, expect, test } from 'vitest';
import { movesFor, nextPosition, takesAll } from '../../src/admin/assigning';
import { formatFilter, parseFilter } from '../../src/admin/condition';
import { membersOf, parseWeight } from '../../src/admin/members';
import { partyOf, partyValues } from '../../src/admin/party';
import { allowedOf, difference, fieldsOf, grant, isGrantable, momentsOf, open, parse, rebase, signature, warningsOf } from '../../src/admin/rights';
import { buildTree, descendants, isBelow, rowsOf } from '../../src/admin/tree';
import type { Rec } from '../../src/api/records';
import type { Field, Module } from '../../src/meta/types';

const text = (es: string) => ({ es, en: es });
const field = (name: string, more: Partial<Field> = {}): Field => ({ name, kind: 'text', label: text(name), ...more });
const module = (key: string, more: Partial<Module> = {}): Module => ({
  key, service: key.split('.')[0] ?? '', name: key.split('.')[1] ?? '', path: key, label: text(key), plural: text(key), rights: [], sections: [], views: [],
  fields: [field('id', { kind: 'uuid' }), field('name', { required: true }), field('phone'), field('created_at', { kind: 'datetime', read_only: true }), field('custom', { kind: 'custom' }), field('stamp', { read_only: true })],
  ...more,
});
const rec = (id: string, more: Record<string, unknown> = {}): Rec => ({ id, version: 1, label: id, ...more });
const lead = module('leads.lead');
const user = module('identity.user', { administrators: true });
const session = module('identity.user_session', { made_by_system: true });

describe('rights', () => {
  const none = allowedOf({});

  test('granting grants seeing too, and what the right needs; withdrawing takes that one alone', () => {
    const now = grant(none, lead, ['mass_delete'], true);
    expect([...now.grants].sort()).toEqual(['leads.lead:delete', 'leads.lead:mass_delete', 'leads.lead:see']);
    expect([...grant(now, lead, ['delete'], false).grants].sort()).toEqual(['leads.lead:mass_delete', 'leads.lead:see']);
    expect(grant(now, lead, ['see'], true)).toBe(now);
  });
  test('what a profile can grant of a module', () => {
    expect(isGrantable(lead, 'settings')).toBe(true);
    expect(isGrantable(user, 'change')).toBe(false);
    expect(isGrantable(user, 'export')).toBe(true);
    expect(isGrantable(session, 'delete')).toBe(true);
    expect(isGrantable(session, 'change')).toBe(false);
    expect(isGrantable(module('x.y', { kept: true }), 'mass_delete')).toBe(false);
  });
  test('fields that can be withheld', () => {
    expect(fieldsOf(lead).map((f) => f.name)).toEqual(['name', 'phone', 'stamp']);
    expect(momentsOf(lead, field('stamp', { read_only: true }))).toEqual(['view']);
    const closed = open(none, lead, fieldsOf(lead), 'create', false);
    expect([...closed.denials]).toEqual(['leads.lead.name:create', 'leads.lead.phone:create']);
    expect([...open(closed, lead, fieldsOf(lead), 'create', true).denials]).toEqual([]);
  });
  test('warnings: blind rights, and a required field that cannot be given', () => {
    expect(warningsOf(lead, allowedOf({ grants: ['leads.lead:change'] })).blind).toBe(true);
    const creates = allowedOf({ grants: ['leads.lead:see', 'leads.lead:create'], denials: ['leads.lead.name:create', 'leads.lead.phone:create'] });
    expect(warningsOf(lead, creates).stuck.map((f) => f.name)).toEqual(['name']);
    expect(warningsOf(lead, allowedOf({ grants: ['leads.lead:see'], denials: ['leads.lead.name:create'] })).stuck).toEqual([]);
  });
  test('my changes go on top of what somebody else saved; what is not known stays', () => {
    const base = allowedOf({ grants: ['gone.module:see', 'leads.lead:see'] });
    const mine = allowedOf({ grants: ['gone.module:see', 'leads.lead:see', 'leads.lead:create'] });
    const theirs = allowedOf({ grants: ['gone.module:see', 'leads.lead:export'] });
    expect([...rebase(base, mine, theirs).grants].sort()).toEqual(['gone.module:see', 'leads.lead:create', 'leads.lead:export']);
    expect(difference(base.grants, mine.grants)).toEqual({ added: ['leads.lead:create'], removed: [] });
  });
  test('texts are read back', () => {
    expect(parse('leads.lead.custom.visits:view', [lead])).toEqual({ module: lead, key: 'leads.lead', field: 'custom.visits', what: 'view' });
    expect(parse('identity.user_session:see', [user, session]).module).toBe(session);
    expect(parse('gone.module:see', [lead])).toEqual({ key: 'gone.module', what: 'see' });
  });
  test('the signature of a module sees that module alone', () => {
    const a = allowedOf({ grants: ['identity.user:see'] });
    const b = allowedOf({ grants: ['identity.user:see', 'identity.user_session:see'] });
    expect(signature(a, 'identity.user')).toBe(signature(b, 'identity.user'));
    expect(signature(a, 'identity.user_session')).not.toBe(signature(b, 'identity.user_session'));
  });
});

describe('tree of roles', () => {
  const roles = [rec('b', { parent: 'a' }), rec('a'), rec('c', { parent: 'b' }), rec('x', { parent: 'y' }), rec('y', { parent: 'x' }), rec('lost', { parent: 'gone' })];
  const tree = buildTree(roles);
  const at = (id: string) => tree.byId.get(id)!;

  test('every role stands in it once; a cycle and a lost parent stand at the top', () => {
    expect(rowsOf(tree, new Set()).map((n) => `${n.depth}${n.role.id}`)).toEqual(['0a', '1b', '2c', '0lost', '0x', '0y']);
  });
  test('closed rows and a search', () => {
    expect(rowsOf(tree, new Set(['b'])).map((n) => n.role.id)).toEqual(['a', 'b', 'lost', 'x', 'y']);
    expect(rowsOf(tree, new Set(['a']), new Set(['c'])).map((n) => n.role.id)).toEqual(['a', 'b', 'c']);
  });
  test('below', () => {
    expect(descendants(at('a')).map((n) => n.role.id)).toEqual(['b', 'c']);
    expect(isBelow(at('c'), at('a'))).toBe(true);
    expect(isBelow(at('a'), at('c'))).toBe(false);
    expect(isBelow(undefined, at('a'))).toBe(false);
  });
});

describe('assignment', () => {
  const rules = [rec('a', { position: 10, filter: 'x[eq]=1' }), rec('b', { position: 20 }), rec('c', { position: 21 })];
  const moved = (from: number, to: number) => movesFor(rules, from, to).map((m) => [m.rule.id, m.position]);

  test('one change where there is room, all anew where there is none', () => {
    expect(moved(2, 1)).toEqual([['c', 15]]);
    expect(moved(0, 1)).toEqual([['b', 10], ['a', 20], ['c', 30]]);
    expect(moved(0, 2)).toEqual([['a', 31]]);
    expect(moved(2, 0)).toEqual([['c', 0]]);
    expect(moved(1, 1)).toEqual([]);
    expect(moved(0, -1)).toEqual([]);
    expect(nextPosition(rules)).toBe(31);
  });
  test('what is never reached', () => {
    expect(takesAll(rules, 2)?.id).toBe('b');
    expect(takesAll(rules, 1)).toBeUndefined();
  });
  test('members as the assigner takes them', () => {
    const people = new Map([rec('ana'), rec('bea', { away: true, away_until: '2026-01-01T00:00:00Z' }), rec('cam', { away: true }), rec('dan', { inactive: true })].map((p) => [p.id, p]));
    const members = membersOf([rec('1', { person: 'ana', weight: 3 }), rec('2', { person: 'bea' }), rec('3', { person: 'cam' }), rec('4', { person: 'dan' })], people, Date.parse('2026-06-01'));
    expect(members.map((m) => [m.label, m.state, m.share])).toEqual([['ana', 'available', 0.75], ['bea', 'available', 0.25], ['cam', 'away', 0], ['dan', 'inactive', 0]]);
    expect([parseWeight(''), parseWeight('0'), parseWeight('12'), parseWeight('-1'), parseWeight('a')]).toEqual([undefined, 0, 12, null, null]);
  });
});

describe('rules', () => {
  test('a condition comes back as it was, what the editor does not know too', () => {
    const filter = 'city[eq]=05001&stage[in]=offer,decision&created_at[last]=7d&me';
    expect(formatFilter(parseFilter(filter))).toBe(filter);
    expect(parseFilter(filter).rest).toEqual(['me']);
    expect(formatFilter(parseFilter(undefined))).toBe('');
  });
  test('parties', () => {
    expect(partyOf(rec('r', { from_branch: 'x' }), 'from')).toEqual({ kind: 'branch', id: 'x' });
    expect(partyOf(rec('r'), 'from')).toEqual({ kind: 'everybody', id: null });
    expect(partyValues('to', { kind: 'group', id: 'g' })).toEqual({ to_user: null, to_role: null, to_branch: null, to_group: 'g' });
  });
});
