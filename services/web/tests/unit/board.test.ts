import { describe, expect, test } from 'vitest';
import { Problem } from '../../src/api/problem';
import type { Count, ListPage, Rec } from '../../src/api/records';
import type { BoardApi, Moving, Outcome } from '../../src/board/api';
import { emptyColumn, isWithin, shownIds, wantedPages, withCard, withoutCards, withPage, withStale } from '../../src/board/column';
import { moveBack, moveCards } from '../../src/board/moving';
import { comparator } from '../../src/board/order';
import { BoardStore } from '../../src/board/store';
import { afterSteps, wholeOf } from '../../src/board/totals';
import { addDecimals, compareDecimals, subtractDecimals } from '../../src/lib/decimal';
import type { Module } from '../../src/meta/types';

const before = (a: string, b: string): boolean => a < b;
const two = () => withPage(withPage(emptyColumn('x'), 0, ['b', 'd'], 'c1'), 1, ['f', 'h'], 'c2');

describe('decimals', () => {
  test('sums keep their digits', () => {
    expect(addDecimals('0.1', '0.2')).toBe('0.3');
    expect(addDecimals('9007199254740993', '1')).toBe('9007199254740994');
    expect(subtractDecimals('1.50', '3')).toBe('-1.5');
    expect(subtractDecimals('-0.5', '-0.5')).toBe('0');
    expect(addDecimals(undefined, null)).toBe('0');
    expect(compareDecimals('-2', '1.5')).toBe(-1);
  });
});

describe('a column', () => {
  test('pages follow each other, and one that says otherwise ends what came after', () => {
    const column = two();
    expect(shownIds(column)).toEqual(['b', 'd', 'f', 'h']);
    expect(column.next).toBe('c2');
    expect(shownIds(withPage(column, 0, ['a', 'b'], 'c1'))).toEqual(['a', 'b', 'f', 'h']);
    const moved = withPage(column, 0, ['a', 'b'], 'c9');
    expect([shownIds(moved), moved.next]).toEqual([['a', 'b'], 'c9']);
  });

  test('a card stands once, at its place', () => {
    expect(shownIds(withCard(two(), 'e', before))).toEqual(['b', 'd', 'e', 'f', 'h']);
    expect(shownIds(withCard(two(), 'a', before))).toEqual(['a', 'b', 'd', 'f', 'h']);
    expect(shownIds(withCard(withCard(two(), 'e', before), 'e', before))).toEqual(['b', 'd', 'e', 'f', 'h']);
    expect(shownIds(withCard(emptyColumn('x'), 'a', before))).toEqual(['a']);
  });

  test('one whose place has not been read waits at the end, and the page that has it takes it in', () => {
    const column = withCard(two(), 'k', before);
    expect([shownIds(column), column.loose]).toEqual([['b', 'd', 'f', 'h', 'k'], ['k']]);
    expect([isWithin(two(), 'k', before), isWithin(two(), 'e', before)]).toEqual([false, true]);
    const read = withPage(column, 2, ['j', 'k'], undefined);
    expect([shownIds(read), read.loose, read.next]).toEqual([['b', 'd', 'f', 'h', 'j', 'k'], [], undefined]);
  });

  test('what is gone is gone from every page', () => {
    expect(shownIds(withoutCards(withCard(two(), 'k', before), new Set(['d', 'f', 'k'])))).toEqual(['b', 'h']);
  });

  test('only what is seen is read', () => {
    expect(wantedPages(emptyColumn('x'), 0, 10)).toEqual([0]);
    expect(wantedPages(two(), 0, 3)).toEqual([]);
    expect(wantedPages(two(), 0, 4)).toEqual([2]);
    expect(wantedPages(withStale(two()), 3, 3)).toEqual([1]);
    expect(wantedPages(withPage(two(), 2, [], undefined), 0, 50)).toEqual([]);
  });
});

describe('totals', () => {
  const totals = new Map([['a', { count: 3, sum: '10.50' }], ['b', { count: 0, sum: '0' }]]);
  test('a card takes its count and its amount along', () => {
    const next = afterSteps(totals, [{ key: 'a', by: -1, amount: '0.75' }, { key: 'c', by: 1, amount: '0.75' }]);
    expect([next.get('a'), next.get('c')]).toEqual([{ count: 2, sum: '9.75' }, { count: 1, sum: '0.75' }]);
    expect(wholeOf(next)).toEqual({ count: 3, sum: '10.5' });
  });
  test('nothing is summed where nothing was asked for', () => {
    expect(afterSteps(new Map([['a', { count: 1 }]]), [{ key: 'a', by: 1 }]).get('a')).toEqual({ count: 2, sum: undefined });
  });
});

const MODULE = { fields: [{ name: 'score', kind: 'integer' }, { name: 'label', kind: 'text' }] } as unknown as Module;
const rec = (id: string, stage: string | null, more: object = {}): Rec => ({ id, version: 1, stage, ...more }) as Rec;

test('the order is the list’s: what has no value last, either way', () => {
  const rows = [rec('1', 'a', { score: 5 }), rec('2', 'a'), rec('3', 'a', { score: 30 }), rec('4', 'a', { score: 5 })];
  expect([...rows].sort(comparator(MODULE, '-score')).map((r) => r.id)).toEqual(['3', '4', '1', '2']);
  expect([...rows].sort(comparator(MODULE, 'score')).map((r) => r.id)).toEqual(['1', '4', '3', '2']);
});

/* A server with three cards in "a", none in "b". */
class Fake implements BoardApi {
  outcomes: ((m: Moving) => Outcome)[] = [];
  sent: Moving[][] = [];
  page = async (key: string): Promise<ListPage> => ({ items: key === 'a' ? ['1', '2', '3'].map((id) => rec(id, 'a', { score: Number(id) })) : [] });
  counts = async (): Promise<Count> => ({ count: 3, groups: [{ key: 'a', count: 3, sum: '6' }] });
  some = async (): Promise<Rec[]> => [];
  move = async (records: Moving[]): Promise<Outcome[]> => {
    this.sent.push(records);
    const answer = this.outcomes.shift() ?? ((m: Moving) => ({ version: m.version + 1 }));
    return records.map(answer);
  };
}

async function board() {
  const api = new Fake();
  const store = new BoardStore({ api, by: 'stage', sum: 'score', compare: comparator(MODULE, 'score') });
  for (const key of ['a', 'b']) store.want(key, 0, 10);
  store.count();
  await new Promise((done) => setTimeout(done));
  const here = () => ({ a: store.state('a').ids, b: store.state('b').ids, counts: ['a', 'b'].map((k) => store.totals?.get(k)?.count ?? 0), sums: ['a', 'b'].map((k) => store.totals?.get(k)?.sum ?? '0') });
  return { api, store, here };
}

describe('moving', () => {
  test('is shown before it is saved, totals too, and goes back', async () => {
    const { api, store, here } = await board();
    const moving = moveCards(store, ['3', '1'], 'b');
    expect(here()).toEqual({ a: ['2'], b: ['1', '3'], counts: [1, 2], sums: ['2', '4'] });
    const moved = await moving;
    expect(api.sent).toEqual([[{ id: '3', version: 1 }, { id: '1', version: 1 }]]);
    await moveBack(store, moved.done);
    expect(here()).toEqual({ a: ['1', '2', '3'], b: [], counts: [3, 0], sums: ['6', '0'] });
    expect(store.cards.get('1')?.version).toBe(3);
  });

  test('what is refused goes back alone, with the reason', async () => {
    const { api, store, here } = await board();
    const error = new Problem(403, { code: 'forbidden', detail: 'No puede' });
    api.outcomes.push((m) => (m.id === '2' ? { error } : { version: 2 }));
    const moved = await moveCards(store, ['1', '2'], 'b');
    expect([moved.done.map((m) => m.id), moved.refused]).toEqual([['1'], 1]);
    expect(here()).toMatchObject({ a: ['2', '3'], b: ['1'], counts: [2, 1] });
    expect(store.notices.get('2')).toEqual({ kind: 'refused', error });
  });

  test('a change of something else is no conflict: it moves in its present version', async () => {
    const { api, store, here } = await board();
    api.outcomes.push(() => ({ error: new Problem(412, { version: 7, current: { ...rec('1', 'a', { score: 50 }), version: 7 } }) }));
    await moveCards(store, ['1'], 'b');
    expect(api.sent[1]).toEqual([{ id: '1', version: 7 }]);
    expect(here()).toMatchObject({ a: ['2', '3'], b: ['1'] });
    expect(store.cards.get('1')).toMatchObject({ stage: 'b', score: 50, version: 8 });
  });

  test('somebody else moved it: it stands where they put it, and says so', async () => {
    const { api, store, here } = await board();
    api.outcomes.push(() => ({ error: new Problem(412, { version: 2, current: { ...rec('1', 'c', { score: 1 }), version: 2 } }) }));
    await moveCards(store, ['1'], 'b');
    expect(api.sent).toHaveLength(1);
    expect(here()).toMatchObject({ a: ['2', '3'], b: [], counts: [2, 0] });
    expect(store.state('c').ids).toEqual(['1']);
    expect(store.notices.get('1')).toEqual({ kind: 'moved', key: 'c' });
  });

  test('a card that is moved on before it has arrived arrives first, in the version of the move before', async () => {
    const { api, store, here } = await board();
    const moves = [moveCards(store, ['1'], 'b'), moveCards(store, ['1'], 'c'), moveCards(store, ['1'], 'd')];
    expect(here()).toMatchObject({ a: ['2', '3'], b: ['1'] });
    expect(store.heading.get('1')).toBe('d');
    expect((await Promise.all(moves)).map((m) => m.done.length)).toEqual([1, 1, 1]);
    expect(api.sent).toEqual([[{ id: '1', version: 1 }], [{ id: '1', version: 2 }], [{ id: '1', version: 3 }]]);
    expect(store.state('d').ids).toEqual(['1']);
    expect([store.heading.size, store.pending.size]).toEqual([0, 0]);
  });

  test('what was sent back is not sent on', async () => {
    const { api, store, here } = await board();
    api.outcomes.push(() => ({ error: new Problem(403, { code: 'forbidden', detail: 'No puede' }) }));
    const [first, second] = await Promise.all([moveCards(store, ['1'], 'b'), moveCards(store, ['1'], 'c')]);
    expect([first.refused, second.done, api.sent.length]).toEqual([1, [], 1]);
    expect(here()).toMatchObject({ a: ['1', '2', '3'], b: [] });
  });

  test('what a page says is older than a move does not undo it', async () => {
    const { store, here } = await board();
    let answer: (page: ListPage) => void = () => undefined;
    store.options.api.page = () => new Promise((done) => (answer = done));
    store.refresh();
    store.want('a', 0, 10);
    await moveCards(store, ['1'], 'b');
    answer({ items: ['1', '2', '3'].map((id) => rec(id, 'a', { score: Number(id) })) });
    await new Promise((done) => setTimeout(done));
    expect(here()).toMatchObject({ a: ['2', '3'], b: ['1'] });
  });
});
