import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { HistoryEntry, Rec } from '../../src/api/records';
import { callLink, geoLink, safeUrl, whatsAppLink } from '../../src/fields/links';
import { assigneeField, factFields, hintFields, mayRelate, nameField, relationsTo, stepField } from '../../src/meta/standout';
import type { Field, Module } from '../../src/meta/types';
import { rebase } from '../../src/record/conflict';
import { clearDraft, readDraft, resume, writeDraft } from '../../src/record/draft';
import { byDay } from '../../src/record/entries';
import { changedFields } from '../../src/record/useRecord';

const text = { es: '', en: '' };
const field = (name: string, more: Partial<Field> = {}): Field => ({ name, kind: 'text', label: text, section: 'main', ...more });
const options = (...keys: string[]) => keys.map((key) => ({ key, label: text, color: 'blue' }));
const module = (key: string, fields: Field[], more: Partial<Module> = {}): Module => ({
  key, service: '', name: '', path: key, label: text, plural: text, rights: ['see', 'create', 'change'], sections: [{ name: 'main', label: text }], views: [], fields, ...more,
});

describe('links', () => {
  test.each([
    ['+573001234567', 'https://wa.me/573001234567'], ['+57 300 123 45 67', 'https://wa.me/573001234567'], ['+576012345678', undefined],
    ['3001234567', undefined], ['+525512345678', 'https://wa.me/525512345678'], ['+57300', undefined], ['', undefined],
  ])('WhatsApp of %s is %s', (phone, link) => expect(whatsAppLink(phone)).toBe(link));
  test('a call keeps digits alone', () => expect(callLink('+57 (300) 123-45')).toBe('tel:+5730012345'));
  test('only the web is opened', () => {
    expect(safeUrl('javascript:alert(1)')).toBeUndefined();
    expect(safeUrl('HTTPS://x.example')).toBe('HTTPS://x.example');
  });
  test('a place needs both', () => {
    const [lat, lon] = [field('latitude', { kind: 'geo_latitude' }), field('longitude', { kind: 'geo_longitude' })];
    const m = module('m', [lat, lon]);
    expect(geoLink({ id: '1', version: 1, latitude: '6.2', longitude: '-75' } as Rec, lon, m)).toBe('geo:6.2,-75');
    expect(geoLink({ id: '1', version: 1, latitude: '6.2' } as Rec, lat, m)).toBeUndefined();
  });
});

describe('what stands out of a module', () => {
  const status = field('status', { kind: 'picklist', options: options('a', 'b'), list: true });
  const stage = field('stage', { kind: 'picklist', options: options('c', 'd') });
  const person = field('assigned_to', { kind: 'reference', ref: 'identity.user', list: true });
  test('steps: what a view groups by, else the first coloured one', () => {
    expect(stepField(module('m', [status, stage]))).toBe(status);
    expect(stepField(module('m', [status, stage], { views: [{ name: 'v', label: text, group_by: 'stage' }] }))).toBe(stage);
    expect(stepField(module('m', [status, stage], { views: [{ name: 'v', label: text, group_by: 'withheld' }] }))).toBe(status);
    expect(stepField(module('m', [field('plain', { kind: 'picklist', options: [{ key: 'x', label: text }] })]))).toBeUndefined();
  });
  test('facts are neither the steps nor who has it', () => {
    const m = module('m', [status, stage, person, field('total', { kind: 'money', list: true }), field('made', { kind: 'datetime', list: true, read_only: true })]);
    expect(factFields(m).map((f) => f.name)).toEqual(['total']);
    expect(assigneeField(m)).toBe(person);
  });
  test('relations: every field that names this module, the system’s own left out', () => {
    const tasks = module('t', [
      field('lead', { kind: 'reference', ref: 'm' }), field('other', { kind: 'reference', ref: 'm' }), field('made_by', { kind: 'reference', ref: 'm', read_only: true }),
      field('owner', { kind: 'reference', ref: 'm', list: true }), field('elsewhere', { kind: 'reference', ref: 'x' }),
    ]);
    const found = relationsTo(module('m', []), [tasks]);
    expect(found.map((r) => [r.key, r.several])).toEqual([['t.lead', true], ['t.other', true]]);
    expect(found.map(mayRelate)).toEqual([true, true]);
    expect(mayRelate({ ...found[0]!, module: { ...tasks, rights: ['see'] } })).toBe(false);
    expect(mayRelate({ ...found[0]!, field: { ...found[0]!.field, create: false } })).toBe(false);
  });
  test('a new one’s name, and what tells two of the same name apart', () => {
    const m = module('m', [field('name', { searchable: true }), field('company', { list: true, searchable: true }), field('email', { kind: 'email', searchable: true }), status]);
    expect(nameField(m)?.name).toBe('name');
    expect(hintFields(m).map((f) => f.name)).toEqual(['company', 'email']);
  });
});

describe('while somebody else saves', () => {
  const fields = ['name', 'company', 'campaign'].map((name) => field(name));
  const base = { version: 1, name: 'Ana', company: 'Antes', campaign: 'Vieja' };
  test('what is not written in follows, the version too', () => {
    const { base: next, taken, clashes } = rebase(fields, base, { ...base, name: 'Ana M.' }, { ...base, version: 2, company: 'Nueva' });
    expect([next.version, next.company, taken.map((f) => f.name), clashes]).toEqual([2, 'Nueva', ['company'], []]);
  });
  test('a clash keeps the base, so that saving asks', () => {
    const { base: next, clashes } = rebase(fields, base, { ...base, company: 'Mía' }, { ...base, version: 2, company: 'Suya', campaign: 'Feria' });
    expect([next.version, next.company, next.campaign, clashes.map((f) => f.name)]).toEqual([1, 'Antes', 'Feria', ['company']]);
  });
  test('what the system notes with every save is no news', () => {
    const m = module('m', [...fields, field('updated_at', { kind: 'datetime', read_only: true }), field('label')]);
    const after = { id: '1', ...base, version: 2, label: 'x', updated_at: 'y', campaign: 'Feria' } as Rec;
    expect(changedFields(m, { id: '1', ...base } as Rec, after).map((f) => f.name)).toEqual(['campaign']);
  });
});

describe('drafts', () => {
  beforeEach(() => {
    const held = new Map<string, string>();
    vi.stubGlobal('sessionStorage', { getItem: (k: string) => held.get(k) ?? null, setItem: (k: string, v: string) => held.set(k, v), removeItem: (k: string) => held.delete(k) });
  });
  afterEach(() => void vi.unstubAllGlobals());
  const fields = [field('name'), field('company'), field('custom.x')];
  const record = { id: '1', version: 3, name: 'Ana', company: 'Uno', custom: { x: 1 } };
  test('only what differs is kept, and comes back on the record', () => {
    writeDraft('k', fields, record, { name: 'Ana', company: 'Dos', custom: { x: 2 } });
    const draft = readDraft('k');
    expect(draft?.written).toEqual({ company: 'Dos', 'custom.x': 2 });
    const { start, base } = resume(record, fields, draft!);
    expect([start.company, start.custom, base.company, base.version]).toEqual(['Dos', { x: 2 }, 'Uno', 3]);
  });
  test('a field that changed meanwhile is compared with what it was', () => {
    writeDraft('k', fields, record, { ...record, company: 'Dos' });
    const { start, base } = resume({ ...record, version: 4, name: 'Otra', company: 'Tres' }, fields, readDraft('k')!);
    expect([start.name, start.company, base.company, base.version]).toEqual(['Otra', 'Dos', 'Uno', 3]);
  });
  test('nothing written is no draft', () => {
    writeDraft('k', fields, record, { ...record, company: 'Dos' });
    writeDraft('k', fields, record, record);
    expect(readDraft('k')).toBeUndefined();
    clearDraft('k');
  });
});

describe('time line', () => {
  const m = module('m', [field('name'), field('stage'), field('custom.x', { custom: true })]);
  const entry = (seq: number, at: string, changes: HistoryEntry['changes'], type = 'updated'): HistoryEntry => ({ seq, at, type, version: seq, changes });
  const entries = [
    entry(3, '2026-11-22T04:30:00Z', [{ field: 'custom', before: { x: 1, y: 1 }, after: { x: 2, y: 1 } }]),
    entry(2, '2026-11-21T15:00:00Z', [{ field: 'stage', before: 'a', after: 'b' }, { field: 'secret', before: 1, after: 2 }]),
    entry(1, '2026-11-20T15:00:00Z', [{ field: 'name', after: 'Ana' }, { field: 'stage', after: null }], 'created'),
  ];
  test('by the company’s day; custom fields one by one; nothing of what is not shown', () => {
    const days = byDay(m, entries, 'America/Bogota');
    expect(days.map((d) => [d.day, d.entries.map((e) => e.lines.map((l) => l.field.name))])).toEqual([
      ['2026-11-21', [['custom.x'], ['stage']]],
      ['2026-11-20', [['name']]],
    ]);
  });
  test('of one field alone', () => {
    expect(byDay(m, entries, 'America/Bogota', 'stage').flatMap((d) => d.entries.map((e) => e.entry.seq))).toEqual([2]);
  });
});
