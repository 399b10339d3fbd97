import { describe, expect, test } from 'vitest';
import { loadDictionary } from '../../src/text/dictionary';
import { createFormat } from '../../src/text/format';

const bogota = { zone: 'America/Bogota', currency: 'COP' };
const now = new Date('2026-11-22T03:30:00Z'); // 21 November, 22:30 in Bogotá
const es = createFormat(bogota, 'es');

describe('times as people say them', () => {
  test.each([
    ['2026-11-22T03:30:20Z', 'ahora'],
    ['2026-11-22T03:25:00Z', 'hace 5 min'],
    ['2026-11-22T04:15:00Z', 'en 45 min'],
    ['2026-11-21T20:00:00Z', 'hoy 15:00'],
    ['2026-11-21T02:00:00Z', 'ayer 21:00'],
    ['2026-11-22T20:04:00Z', 'mañana 15:04'],
    ['2026-11-01T15:00:00Z', '1 nov 10:00'],
    ['2025-11-01T15:00:00Z', '1 nov 2025 10:00'],
    ['nonsense', 'nonsense'],
  ])('%s is %s', (at, words) => expect(es.relative(at, now)).toBe(words));

  test.each([
    ['2026-11-21', 'hoy'],
    ['2026-11-20', 'ayer'],
    ['2026-11-22', 'mañana'],
    ['2026-12-24', '24 dic'],
    ['2027-01-02', '2 ene 2027'],
  ])('the date %s is %s', (day, words) => expect(es.day(day, now)).toBe(words));

  test('in English', async () => {
    await loadDictionary('en');
    const en = createFormat(bogota, 'en');
    expect(en.relative('2026-11-22T03:25:00Z', now)).toBe('5 min ago');
    expect(en.relative('2026-11-21T02:00:00Z', now)).toBe('yesterday 21:00');
  });
});
