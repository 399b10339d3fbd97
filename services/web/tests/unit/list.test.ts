import { QueryClient } from '@tanstack/react-query';
import { describe, expect, test } from 'vitest';
import { asFilter } from '../../src/api/bulk';
import { formatListState, formatQuery, parseListState } from '../../src/api/filters';
import { hasMine, shownColumns, withColumns, type Arrangement } from '../../src/list/arrangement';
import { dropRecords } from '../../src/list/pageCache';
import { EVERYTHING, isSelected, NOTHING, select, selectedCount, toggle } from '../../src/list/selection';
import { clicked } from '../../src/list/sorting';
import type { Field, Kind, Module, View } from '../../src/meta/types';

const text = (s: string) => ({ es: s, en: s });
const field = (name: string, kind: Kind = 'text', list = true): Field => ({ name, kind, label: text(name), list });
const own: View = { name: 'own', label: text('own'), columns: ['label', 'city'] };
const plain: View = { name: 'all', label: text('all') };
const module: Module = {
  key: 'a.b', service: 'a', name: 'b', path: 'b', label: text('b'), plural: text('bs'), rights: ['see'], sections: [], views: [plain, own],
  fields: [field('id', 'uuid'), field('label'), field('owner', 'reference', false), field('city', 'city'), field('score', 'integer', false)],
};
const names = (view: View, mine?: Arrangement, company?: Arrangement) => shownColumns(module, view, mine, company).map((c) => c.field.name);

describe('columns', () => {
  test('one’s own, else everybody’s, else the metadata’s', () => {
    expect(names(plain)).toEqual(['label', 'city']);
    expect(names(plain, undefined, { columns: [{ name: 'label' }, { name: 'score' }] })).toEqual(['label', 'score']);
    expect(names(plain, { columns: [{ name: 'score' }, { name: 'label' }] }, { columns: [{ name: 'city' }] })).toEqual(['score', 'label']);
  });
  test('the title stays; what is no field, or none to be seen, is left out', () => {
    expect(names(plain, { columns: [{ name: 'score' }, { name: 'gone' }, { name: 'id' }] })).toEqual(['label', 'score']);
  });
  test('a view with columns of its own is arranged by itself', () => {
    const shown = [{ field: field('label') }, { field: field('score'), width: 80.4 }];
    const first = withColumns({ density: 'dense' }, own, shown);
    expect(first).toEqual({ density: 'dense', view_columns: { own: [{ name: 'label' }, { name: 'score', width: 80 }] } });
    expect(names(own, first)).toEqual(['label', 'score']);
    expect(names(plain, first)).toEqual(['label', 'city']);
    expect(withColumns(first, own, undefined)).toEqual({ density: 'dense', view_columns: {} });
  });
  test('mine is for what people work on', () => {
    expect(hasMine(module)).toBe(true);
    expect(hasMine({ ...module, administrators: true })).toBe(false);
    expect(hasMine({ ...module, fields: [field('label')] })).toBe(false);
  });
});

describe('order', () => {
  test('a click orders, and turns round', () => {
    expect(clicked('-created_at', 'name', false)).toBe('name');
    expect(clicked('name', 'name', false)).toBe('-name');
    expect(clicked('-name,city', 'name', false)).toBe('name');
    expect(clicked('city,name', 'name', false)).toBe('name');
  });
  test('with Shift a column joins, is turned round, and leaves; three at most', () => {
    expect(clicked('a', 'b', true)).toBe('a,b');
    expect(clicked('a,b', 'b', true)).toBe('a,-b');
    expect(clicked('a,-b', 'b', true)).toBe('a');
    expect(clicked('a,b,c', 'd', true)).toBe('a,b,d');
    expect(clicked('-a', 'a', true)).toBe('a');
  });
});

describe('selection', () => {
  const [a, b] = [{ id: '1', label: 'uno' }, { id: '2', label: 'dos' }];
  test('some of them', () => {
    const one = toggle(NOTHING, a);
    expect([isSelected(one, '1'), isSelected(one, '2'), selectedCount(one, 10)]).toEqual([true, false, 1]);
    expect(toggle(one, a).ids.size).toBe(0);
    expect(select(one, [a], true)).toBe(one);
  });
  test('all but some', () => {
    const rest = toggle(EVERYTHING, b);
    expect([isSelected(rest, '1'), isSelected(rest, '2'), selectedCount(rest, 10), selectedCount(rest, undefined)]).toEqual([true, false, 9, undefined]);
    expect(selectedCount(toggle(rest, b), 10)).toBe(10);
  });
  test('as the filter of a change of all', () => {
    expect(asFilter({ filters: [{ field: 'city', op: 'eq', values: ['1'] }], mine: true }, ['9'])).toEqual({
      filter: { all: [{ field: 'city', op: 'eq', values: ['1'] }, { field: 'id', op: 'nin', values: ['9'] }] }, q: undefined, view: undefined, mine: true,
    });
    expect(asFilter({ filters: [], mine: false }, []).filter.all).toHaveLength(1);
  });
});

describe('the address', () => {
  test('says whose, and of the recycle bin', () => {
    expect(parseListState('?mine=false&deleted=true')).toEqual({ mine: false, deleted: true, filters: [] });
    expect(parseListState('?mine=maybe')).toEqual({ filters: [] });
    expect(formatListState({ mine: false, filters: [] })).toBe('mine=false');
    expect(formatQuery({ mine: false, filters: [] })).toBe('');
    expect(formatQuery({ mine: true, filters: [] })).toBe('mine=true');
  });
});

test('what went is taken out of the pages, unless it came back meanwhile', () => {
  const client = new QueryClient();
  const key = ['b', 'getList', { list: 'q', cursor: '' }];
  const page = (...versions: number[]) => ({ data: versions.map((version, i) => ({ id: `r${i}`, version })), pageInfo: { hasNextPage: false, hasPreviousPage: false } });
  client.setQueryData(key, page(1, 3, 2));
  dropRecords(client, 'b', new Map([['r0', 1], ['r1', 1]]), 'q');
  expect(client.getQueryData<ReturnType<typeof page>>(key)?.data.map((r) => r.id)).toEqual(['r1', 'r2']);
});
