import { describe, expect, test } from 'vitest';
import { lettersOf, matches } from '../../src/shell/plain';

describe('what is typed finds', () => {
  test.each([
    ['Reglas de asignación', 'asignacion', true],
    ['Reglas de asignación', 'ASIG reg', true],
    ['Reglas de asignación', 'signa', false],
    ['Crear en Prospectos', 'crear prosp', true],
    ['¿Por qué se ve?', 'por que', true],
    ['Peña Ñáñez', 'nanez', true],
  ])('%s by %s: %s', (text, typed, found) => expect(matches(text, typed)).toBe(found));
});

test('each name gets the first of its letters that is free', () => {
  expect(lettersOf(['Prospectos', 'Tareas', 'Perfiles', 'Éxitos', 'PPT', '123'])).toEqual(['p', 't', 'e', 'x', '', '']);
});
