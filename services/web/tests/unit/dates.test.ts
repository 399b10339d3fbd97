import { describe, expect, test } from 'vitest';
import { adapterOf, fromText, toText } from '../../src/fields/dateAdapter';
import { byWord, faultText, isFault, pattern, toHeld, toWritten, written, type DateKind } from '../../src/fields/dates';
import { readPhone } from '../../src/lib/phone';
import { choicesOf, toCondition } from '../../src/list/conditions';
import type { Field } from '../../src/meta/types';
import { toWall } from '../../src/lib/zone';

const bogota = 'America/Bogota';

describe('as they stand in an input', () => {
  test.each([
    ['2026-11-22', 'date', '22/11/2026', '11/22/2026'],
    ['2026-01-02T15:00', 'datetime', '02/01/2026 15:00', '01/02/2026 3:00 PM'],
    ['2026-01-02T00:05', 'datetime', '02/01/2026 00:05', '01/02/2026 12:05 AM'],
    ['2026-01-02T12:00', 'datetime', '02/01/2026 12:00', '01/02/2026 12:00 PM'],
    ['', 'date', '', ''],
    ['?half', 'date', '', ''],
  ] as const)('%s', (wall, kind, es, en) => {
    expect([written(wall, kind, 'es'), written(wall, kind, 'en')]).toEqual([es, en]);
    if (es) for (const lang of ['es', 'en'] as const) expect(fromText(wall, lang)?.format(pattern(kind, lang))).toBe(written(wall, kind, lang));
  });
});

describe('between what a form holds and the wall clock', () => {
  test('an instant is written in the company’s zone and comes back', () => {
    expect(toWritten('2026-11-22T20:00:30Z', 'datetime', bogota)).toBe('2026-11-22T15:00');
    expect(toHeld('2026-11-22T15:00', 'datetime', bogota)).toBe('2026-11-22T20:00:00Z');
  });
  test('in the same minute the seconds that were there stay', () => {
    expect(toHeld('2026-11-22T15:00', 'datetime', bogota, '2026-11-22T20:00:30.5Z')).toBe('2026-11-22T20:00:30.5Z');
    expect(toHeld('2026-11-22T15:01', 'datetime', bogota, '2026-11-22T20:00:30.5Z')).toBe('2026-11-22T20:01:00Z');
  });
  test('a day is a day, whatever the zone', () => {
    expect([toWritten('2026-11-22', 'date', 'Asia/Tokyo'), toHeld('2026-11-22', 'date', 'Asia/Tokyo')]).toEqual(['2026-11-22', '2026-11-22']);
  });
  test.each(['date', 'datetime'] as DateKind[])('an empty %s is null', (kind) => {
    expect([toHeld('', kind, bogota), toWritten(null, kind, bogota), toWritten(undefined, kind, bogota)]).toEqual([null, '', '']);
  });
  test('a time that the clock leaps over is refused, the one after it is not', () => {
    expect(toHeld('2026-03-08T02:30', 'datetime', 'America/New_York')).toBe('?skipped');
    expect(toHeld('2026-03-08T03:30', 'datetime', 'America/New_York')).toBe('2026-03-08T07:30:00Z');
  });
  test('a fault stays one, with its sentence', () => {
    expect(toHeld('?half', 'datetime', bogota)).toBe('?half');
    expect(toWritten('?impossible', 'date', bogota)).toBe('?impossible');
    expect([faultText('?half', 'date'), faultText('?half', 'datetime'), faultText('?range', 'date'), faultText('2026-01-01', 'date')]).toEqual(
      ['format.date_half', 'format.datetime_half', 'format.date_range', undefined]);
    expect([isFault('?half'), isFault('2026-01-01'), isFault(null)]).toEqual([true, false, false]);
  });
});

test.each([
  ['h', 'date', '2026-11-22'], ['t', 'date', '2026-11-22'], ['m', 'date', '2026-11-23'], ['+3', 'date', '2026-11-25'], ['+40', 'date', '2027-01-01'],
  ['+', 'date', null], ['x', 'date', null], ['m', 'datetime', '2026-11-23T08:30'],
] as const)('the word %s in a %s', (word, kind, wall) => {
  expect(byWord(word, kind, '2026-11-22T21:10', kind === 'date' ? '' : '2026-01-01T08:30')).toBe(wall);
});
test('a word without a time takes that of now', () => expect(byWord('h', 'datetime', '2026-11-22T21:10', '?half')).toBe('2026-11-22T21:10'));

test('the picker’s now is the company’s, its days those that were written', () => {
  const adapter = new (adapterOf('Asia/Tokyo'))({ locale: 'es' });
  const before = toWall(new Date().toISOString(), 'Asia/Tokyo');
  const now = toText(adapter.date(undefined, 'UTC')!, true);
  expect([before, toWall(new Date().toISOString(), 'Asia/Tokyo')]).toContain(now);
  expect(toText(fromText('2026-03-08T02:30', 'en')!, true)).toBe('2026-03-08T02:30');
});

test('two days the wrong way round are the days between', () => {
  const field = { name: 'f', kind: 'date', label: { es: 'f', en: 'f' } } as Field;
  const between = choicesOf(field).find((c) => c.id === 'between')!;
  expect(toCondition(field, between, { from: '2026-11-30', to: '2026-11-01' }, bogota)?.values).toEqual(['2026-11-01', '2026-11-30']);
});

test.each([
  ['+573155927755', '+57 315 592 7755'], ['+576011234567', '+57 601 123 4567'], ['+12025550123', '+12025550123'], ['+57123', '+57123'], ['', ''],
])('the phone %s reads %s', (kept, read) => expect(readPhone(kept)).toBe(read));
