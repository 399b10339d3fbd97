import { describe, expect, test } from 'vitest';
import { formErrors, Problem } from '../../src/api/problem';
import { editDecimal, parseDecimal } from '../../src/lib/numbers';
import { addDays, fromWall, toWall } from '../../src/lib/zone';
import type { Field } from '../../src/meta/types';
import { compare, merge } from '../../src/record/conflict';

describe('problem → form', () => {
  const sources = new Set(['tax_id', 'custom.total_visits']);
  test('each message goes to its field, the rest above the form', () => {
    const p = new Problem(422, {
      detail: 'Hay campos por corregir.',
      errors: [
        { pointer: '/tax_id', detail: 'Ya existe' },
        { pointer: '/tax_id', detail: 'Otra más' },
        { pointer: '/custom/total_visits', code: 'invalid' },
        { pointer: '/secret', detail: 'No se puede' },
      ],
    });
    expect(formErrors(p, sources)).toEqual({ fields: { tax_id: 'Ya existe', 'custom.total_visits': 'invalid' }, rest: ['No se puede'] });
  });
  test('a problem without fields keeps its sentence', () => {
    expect(formErrors(new Problem(409, { detail: 'No se puede convertir dos veces.' }), sources).rest).toEqual(['No se puede convertir dos veces.']);
  });
});

describe('mine and theirs', () => {
  const fields = ['name', 'stage', 'city', 'custom.x'].map((name) => ({ name }) as Field);
  const base = { name: 'Ana', stage: 'a', city: '05001', custom: { x: 1 } };
  const mine = { name: 'Ana M.', stage: 'b', city: '05001', custom: { x: 2 } };
  const theirs = { name: 'Ana', stage: 'c', city: '11001', custom: { x: 1 }, version: 9 };
  test('only what both changed differently has to be chosen', () => {
    const { clashes, theirs: alone } = compare(fields, base, mine, theirs);
    expect(clashes.map((f) => f.name)).toEqual(['stage']);
    expect(alone.map((f) => f.name)).toEqual(['city']);
  });
  test('the choice keeps what doesn’t clash from both', () => {
    expect(merge(fields, base, mine, theirs, new Set())).toEqual({ name: 'Ana M.', stage: 'c', city: '11001', custom: { x: 2 }, version: 9 });
    expect(merge(fields, base, mine, theirs, new Set(['stage'])).stage).toBe('b');
  });
});

describe('numbers as people write them', () => {
  test.each([
    ['1.234.567,89', 'es', '1234567.89'], ['1234,5', 'es', '1234.5'], ['12.500', 'es', '12500'], ['12.5', 'es', '12.5'], ['0.125', 'es', '0.125'],
    ['1,234.50', 'en', '1234.50'], ['-0,00', 'es', '0.00'], ['007', 'es', '7'], ['99999999999999999999.000001', 'en', '99999999999999999999.000001'],
    ['1.23.4', 'es', null], ['doce', 'es', null], ['', 'es', null], ['-', 'es', null], ['1,2,3', 'es', null],
  ] as const)('%s (%s) is %s', (text, lang, value) => expect(parseDecimal(text, lang)).toBe(value));
  test('and back', () => {
    expect(editDecimal('1234567.50', 'es')).toBe('1234567,5');
    expect(editDecimal(1200, 'es')).toBe('1200');
  });
});

describe('time in the company’s zone', () => {
  test('wall clock and instant', () => {
    expect(toWall('2026-11-22T04:30:00Z', 'America/Bogota')).toBe('2026-11-21T23:30');
    expect(fromWall('2026-11-21T23:30', 'America/Bogota')).toBe('2026-11-22T04:30:00Z');
    expect(fromWall('2026-11-21', 'America/Bogota')).toBe('2026-11-21T05:00:00Z');
  });
  test('where clocks change', () => {
    expect(fromWall('2026-03-29T12:00', 'Europe/Madrid')).toBe('2026-03-29T10:00:00Z');
    expect(fromWall('2026-01-15T12:00', 'Europe/Madrid')).toBe('2026-01-15T11:00:00Z');
  });
  test('days', () => expect(addDays('2026-02-28', 1)).toBe('2026-03-01'));
});
