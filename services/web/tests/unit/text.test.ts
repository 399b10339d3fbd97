import { beforeAll, describe, expect, test } from 'vitest';
import { loadDictionary, say } from '../../src/text/dictionary';
import { en } from '../../src/text/en';
import { es } from '../../src/text/es';
import { inSentence } from '../../src/text/sentence';

beforeAll(() => loadDictionary('en'));

describe('counted texts', () => {
  test.each([
    ['history.rest', 1, '1 campo más', '1 more field'],
    ['history.rest', 2, '2 campos más', '2 more fields'],
    ['admin.people', 1, '1 persona', '1 person'],
    ['admin.people', 0, '0 personas', '0 people'],
    ['bulk.selected', '1', '1 seleccionado', '1 selected'],
    ['bulk.selected', '1.000', '1.000 seleccionados', '1.000 selected'],
    ['span.last_w', '1', 'en la última semana', 'in the last week'],
    ['span.last_w', '2', 'en las últimas 2 semanas', 'in the last 2 weeks'],
    ['board.whole', 1, '1 en total', '1 in all'],
  ])('%s of %s', (key, count, spanish, english) => {
    expect([say('es', key, { count }), say('en', key, { count })]).toEqual([spanish, english]);
  });
  test('without a count the text is as it stands', () => expect(say('es', 'op.last')).toBe('en los últimos'));
  test('what has no text says so', () => expect(say('es', 'no.such', { count: 1 })).toBeUndefined());

  const texts = (node: object, path = ''): [string, string][] =>
    Object.entries(node).flatMap(([key, value]) => (typeof value === 'string' ? [[`${path}${key}`, value] as [string, string]] : texts(value as object, `${path}${key}.`)));
  test.each([['es', es], ['en', en]] as const)('%s: a singular has a plural, a number before a plural has a singular', (_, dictionary) => {
    const all = new Map(texts(dictionary));
    const alone = [...all.keys()].filter((key) => key.endsWith('_one') && !all.has(key.slice(0, -4)));
    expect(alone).toEqual([]);
    /* "%{count} campos", and whatever else follows a number and ends like a plural; "más", "unos" do not count */
    const bare = [...all].filter(([key, text]) => /%\{count\} (?!más\b)\p{L}+s\b/u.test(text) && !key.endsWith('_one') && !all.has(`${key}_one`)).map(([key]) => key);
    expect(bare.filter((key) => !['sharing.matches_more'].includes(key))).toEqual([]);
  });
});

test.each([
  ['Llaves de API', 'llaves de API'], ['API keys', 'API keys'], ['Prospectos', 'prospectos'], ['Órdenes', 'órdenes'], ['NITs', 'NITs'], ['A', 'A'], ['', ''],
])('%s inside of a sentence', (name, inside) => expect(inSentence(name)).toBe(inside));
