import { describe, expect, test } from 'vitest';
import { decode, headOf, readRows, withNames } from '../../src/import/csv';
import { namesFor, NEW, planOf, SKIP } from '../../src/import/mapping';
import { fileReasons, reasonsOf } from '../../src/import/reasons';
import { rateOf } from '../../src/jobs/useRate';
import type { Field, Module } from '../../src/meta/types';

const utf8 = (text: string) => new TextEncoder().encode(text);
const latin = (text: string) => Uint8Array.from([...text].map((c) => c.charCodeAt(0)));
const wide = (text: string) => Uint8Array.from([0xff, 0xfe, ...[...text].flatMap((c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8])]);

describe('a file as the server reads it', () => {
  test('its encoding', () => {
    expect(decode(utf8('\ufeffaño')).text).toBe('año');
    expect(decode(latin('año'))).toMatchObject({ encoding: 'windows-1252', text: 'año' });
    expect(decode(wide('año;b'))).toMatchObject({ encoding: 'utf-16le', text: 'año;b', mark: 2 });
    expect(decode(utf8('añ').slice(0, 2)).encoding).toBe('utf-8');
  });
  test('its rows: quotes, lines in cells, empty lines, the delimiter it names', () => {
    expect(readRows('a,"b ""c""\nd"\r\n\r\n,\nz', ',', 0, 9, true).map((r) => r.cells)).toEqual([['a', 'b "c"\nd'], ['', ''], ['z']]);
    expect(headOf(utf8('sep=;\r\nx,y;z\r\n1;2\r\n'), true)).toMatchObject({ delimiter: ';', names: ['x,y', 'z'], rows: [['1', '2']] });
    expect(headOf(utf8('a\tb,c\td\n'), true)?.delimiter).toBe('\t');
    expect(headOf(utf8(''), true)).toBeUndefined();
  });
  test('other names, the same bytes behind them', async () => {
    for (const bytes of [utf8('\ufeffNombre;Año\r\nPeña;1\r\n'), latin('Nombre;Año\nPeña;1\n'), wide('Nombre;Año\nPeña;1\n'), utf8('sep=;\nNombre;Año\nPeña;1\n')]) {
      const head = headOf(bytes, true);
      if (!head) throw new Error('no head');
      const changed = new Uint8Array(await withNames(new File([bytes as BlobPart], 'x.csv'), head, ['name', '']).arrayBuffer());
      expect(headOf(changed, true)).toMatchObject({ encoding: head.encoding, names: ['name', ''], rows: [['Peña', '1']] });
    }
  });
});

const field = (name: string, es: string, more: Partial<Field> = {}): Field => ({ name, kind: 'text', label: { es, en: name }, ...more });
const MODULE = {
  fields: [field('name', 'Nombre'), field('phone', 'Teléfono', { create: false }), field('number', 'Número', { read_only: true }), field('custom.size', 'Tamaño', { custom: true })],
} as unknown as Module;
const plan = (header: string[], creates = false) => planOf(MODULE, header, [], creates);

describe('what a column becomes', () => {
  test('by its name, accents and case aside; once; never what may not be filled', () => {
    expect(plan(['nombre', 'TELEFONO', 'Número', 'tamano', 'Name', 'Otra']).map((c) => c.target)).toEqual(['name', SKIP, SKIP, 'custom.size', SKIP, SKIP]);
    expect(plan(['Otra', '', 'Nombre'], true).map((c) => c.target)).toEqual([NEW, SKIP, 'name']);
  });
  test('the names that say so: none when the file’s own do', () => {
    expect(namesFor(MODULE, plan(['Nombre', 'Otra']))).toBeUndefined();
    expect(namesFor(MODULE, plan(['Nombre', 'TELEFONO']))).toEqual(['Nombre', '']);
    const chosen = plan(['Quién', 'Talla', 'Otra', 'Nombre'], true).map((c, i) => ({ ...c, target: ['name', 'custom.size', NEW, SKIP][i] ?? SKIP }));
    expect(namesFor(MODULE, chosen)).toEqual(['name', 'Tamaño', 'Otra', '']);
    const partly = plan(['Una', 'Otra'], true).map((c, i) => (i ? { ...c, target: SKIP } : c));
    expect(namesFor(MODULE, partly)).toEqual(['Una', '']);
  });
});

describe('rejects', () => {
  test('by reason, with what varies as examples', () => {
    const rejects = ['Mumbai', 'Delhi', 'Mumbai'].map((v, i) => ({ row: i + 2, field: 'Ciudad', message: `«${v}» no está en la lista.` }));
    expect(reasonsOf([...rejects, { row: 9, field: 'Correo', message: 'El valor no es válido: x.' }])).toEqual([
      { field: 'Ciudad', message: '«…» no está en la lista.', examples: ['Mumbai', 'Delhi'], count: 3, lines: [2, 3, 4] },
      { field: 'Correo', message: 'El valor no es válido: x.', examples: ['x'], count: 1, lines: [9] },
    ]);
  });
  test('out of their file', () => {
    expect(fileReasons('\ufeffRechazo: línea,Rechazo: campo,Rechazo: motivo,Nombre\n3,Correo,"Mal, muy mal",Ana\n')).toMatchObject([{ field: 'Correo', message: 'Mal, muy mal', count: 1, lines: [3] }]);
  });
});

test('a rate is told once it is known', () => {
  expect(rateOf([{ at: 0, worked: 0 }])).toBeUndefined();
  expect(rateOf([{ at: 0, worked: 0 }, { at: 500, worked: 50 }])).toBeUndefined();
  expect(rateOf([{ at: 0, worked: 100 }, { at: 2000, worked: 500 }])).toBe(200);
});
