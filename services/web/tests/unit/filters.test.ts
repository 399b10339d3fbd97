import { describe, expect, test } from 'vitest';
import { formatListState, formatQuery, parseListState, type ListState } from '../../src/api/filters';
import { choiceOf, choicesOf, toCondition, toForm } from '../../src/list/conditions';
import type { Field, Kind } from '../../src/meta/types';

const round = (s: ListState): ListState => parseListState(`?${formatListState(s)}`);

describe('filters and the URL', () => {
  test('every shape of condition survives the way there and back', () => {
    const state: ListState = {
      view: 'by_stage',
      q: 'soluciones & tic = más',
      sort: '-created_at,name',
      group: 'offer',
      filters: [
        { field: 'stage', op: 'in', values: ['offer', 'decision'] },
        { field: 'name', op: 'contains', values: ['Ñáñez, 50% #1'] },
        { field: 'custom.total_visits', op: 'gt', values: ['3'] },
        { field: 'created_at', op: 'between', values: ['2026-01-01T05:00:00Z', '2026-02-01T04:59:59.999Z'] },
        { field: 'created_at', op: 'last', values: ['7d'] },
        { field: 'referrer', op: 'filled', values: [] },
        { field: 'due_at', op: 'today', values: [] },
      ],
    };
    expect(round(state)).toEqual(state);
  });

  test('is written as the contract writes it', () => {
    const filters = [{ field: 'city', op: 'eq' as const, values: ['05001'] }, { field: 'stage', op: 'in' as const, values: ['a', 'b'] }];
    expect(formatListState({ filters })).toBe('city[eq]=05001&stage[in]=a,b');
  });

  test('a view’s filter reads like an address', () => {
    expect(parseListState('done[ne]=true&due_at[today]=').filters).toEqual([
      { field: 'done', op: 'ne', values: ['true'] },
      { field: 'due_at', op: 'today', values: [] },
    ]);
  });

  test('the group of the empty ones is not the same as no group', () => {
    expect(parseListState('?group=').group).toBe('');
    expect(parseListState('?view=by_stage').group).toBeUndefined();
    expect(round({ group: '', filters: [] }).group).toBe('');
  });

  test('what is no condition is left out', () => {
    const odd = 'stage[drop]=1&stage[in]=&name[contains]=&%5B%5D=x&utm_source=mail&stage=offer&__proto__[eq]=1';
    expect(parseListState(odd).filters).toEqual([{ field: '__proto__', op: 'eq', values: ['1'] }]);
  });

  test('a request carries fields, limit and cursor but not the open group', () => {
    const query = formatQuery({ view: 'v', group: 'offer', filters: [], fields: ['label', 'custom.x'], limit: 100, cursor: 'a+b/c=' });
    expect(query).toBe('view=v&fields=label,custom.x&limit=100&cursor=a%2Bb%2Fc%3D');
  });
});

describe('a filter as people write it', () => {
  const zone = 'America/Bogota';
  const field = (kind: Kind): Field => ({ name: 'f', kind, label: { es: 'F', en: 'F' } });
  const choice = (kind: Kind, id: string) => choicesOf(field(kind)).find((c) => c.id === id)!;

  test('days of a date-time are whole days of the company, both ends included', () => {
    const c = toCondition(field('datetime'), choice('datetime', 'between'), { from: '2026-11-01', to: '2026-11-30' }, zone)!;
    expect(c.values).toEqual(['2026-11-01T05:00:00Z', '2026-12-01T04:59:59.999Z']);
    expect(toForm(field('datetime'), c, zone)).toMatchObject({ from: '2026-11-01', to: '2026-11-30' });
  });

  test('"no" takes in the empty ones', () => {
    expect(toCondition(field('bool'), choice('bool', 'no'), {}, zone)).toEqual({ field: 'f', op: 'ne', values: ['true'] });
    expect(choiceOf(field('bool'), { field: 'f', op: 'eq', values: ['false'] })?.id).toBe('no');
  });

  test('one option is a list of one; nothing written is no filter', () => {
    expect(choiceOf(field('picklist'), { field: 'f', op: 'eq', values: ['a'] })?.id).toBe('in');
    expect(toCondition(field('picklist'), choice('picklist', 'in'), { many: [] }, zone)).toBeNull();
    expect(toCondition(field('text'), choice('text', 'contains'), { value: ' ' }, zone)).toBeNull();
    expect(toCondition(field('date'), choice('date', 'last'), { amount: 2, unit: 'w' }, zone)?.values).toEqual(['2w']);
  });
});
