/* Lists of the stand-in: the filter language, search, sort and cursors over arrays in memory. */
import { fold } from './stand-in-data.mjs';

export class Refused extends Error {
  constructor(status, code, detail, more = {}) {
    super(detail);
    Object.assign(this, { status, code, more });
  }
}

const OPS = new Set(['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'in', 'nin', 'contains', 'starts', 'empty', 'filled', 'between', 'this', 'last', 'next', 'today']);
const LIST = new Set(['limit', 'cursor', 'sort', 'fields', 'q', 'view']);
export const COUNT = new Set(['q', 'view', 'cap', 'group_by']);
const NUMERIC = new Set(['integer', 'number', 'decimal', 'money', 'percent', 'geo_latitude', 'geo_longitude']);
const BOGOTA = 5 * 3_600_000;

export const valueOf = (record, name) => (name.startsWith('custom.') ? record.custom?.[name.slice(7)] : record[name]);
const isEmpty = (v) => v == null || v === '' || (Array.isArray(v) && !v.length);

/* Start of the day, week, month or year in Bogotá that holds `ms`, shifted by n of them. */
function start(unit, ms, n = 0) {
  const d = new Date(ms - BOGOTA);
  let [y, m, day] = [d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate()];
  if (unit === 'week') day -= (d.getUTCDay() + 6) % 7;
  if (unit === 'month' || unit === 'year') day = 1;
  if (unit === 'year') m = 0;
  return Date.UTC(y + (unit === 'year' ? n : 0), m + (unit === 'month' ? n : 0), day + (unit === 'day' ? n : unit === 'week' ? 7 * n : 0)) + BOGOTA;
}

function span(text) {
  const m = /^(\d+)([dwm])$/.exec(text);
  if (!m) throw new Refused(400, 'bad_value', 'El periodo se escribe como 7d, 2w o 3m.');
  return Number(m[1]) * { d: 1, w: 7, m: 30 }[m[2]] * 86_400_000;
}

function test(field, op, values) {
  const number = NUMERIC.has(field.kind);
  const cast = (v) => (number ? Number(v) : field.kind === 'bool' ? String(v) : v);
  const [a, b] = values.map(cast);
  const now = Date.now();
  const within = (from, to) => (v) => !isEmpty(v) && Date.parse(v) >= from && Date.parse(v) < to;
  const some = (v, list) => (Array.isArray(v) ? v : [v]).some((x) => list.includes(String(x)));
  switch (op) {
    case 'eq': return (v) => !isEmpty(v) && (Array.isArray(v) ? v.includes(a) : cast(v) === a);
    case 'ne': return (v) => isEmpty(v) || cast(v) !== a;
    case 'lt': return (v) => !isEmpty(v) && cast(v) < a;
    case 'le': return (v) => !isEmpty(v) && cast(v) <= a;
    case 'gt': return (v) => !isEmpty(v) && cast(v) > a;
    case 'ge': return (v) => !isEmpty(v) && cast(v) >= a;
    case 'in': return (v) => !isEmpty(v) && some(v, values);
    case 'nin': return (v) => isEmpty(v) || !some(v, values);
    case 'contains': return (v) => !isEmpty(v) && fold(String(v)).includes(fold(values[0]));
    case 'starts': return (v) => !isEmpty(v) && fold(String(v)).startsWith(fold(values[0]));
    case 'empty': return isEmpty;
    case 'filled': return (v) => !isEmpty(v);
    case 'between': return (v) => !isEmpty(v) && cast(v) >= a && cast(v) <= b;
    case 'today': return within(start('day', now), start('day', now, 1));
    case 'this': return within(start(values[0], now), start(values[0], now, 1));
    case 'last': return within(now - span(values[0]), now);
    case 'next': return within(now, now + span(values[0]));
    default: throw new Refused(400, 'unknown_parameter', `Condición desconocida: ${op}`);
  }
}

function conditions(module, pairs) {
  const out = [];
  for (const [key, value] of pairs) {
    const m = /^([a-z0-9_.]+)\[([a-z]+)\]$/.exec(key);
    if (!m) continue;
    const field = module.fields.find((f) => f.name === m[1]);
    if (!field || !OPS.has(m[2])) throw new Refused(400, 'unknown_parameter', `Parámetro desconocido: ${key}`);
    const values = ['in', 'nin', 'between'].includes(m[2]) ? value.split(',') : [value];
    const check = test(field, m[2], values);
    out.push((r) => check(valueOf(r, field.name)));
  }
  return out;
}

/* Records of a request, filtered; `params` is its URLSearchParams. */
export function select(module, table, params, known = LIST) {
  for (const key of params.keys()) {
    if (!known.has(key) && !key.includes('[')) throw new Refused(400, 'unknown_parameter', `Parámetro desconocido: ${key}`);
  }
  const view = module.views.find((v) => v.name === params.get('view'));
  if (params.get('view') && !view) throw new Refused(400, 'unknown_parameter', `Vista desconocida: ${params.get('view')}`);
  const checks = [...conditions(module, params), ...conditions(module, new URLSearchParams(view?.filter ?? ''))];
  const words = fold(params.get('q') ?? '').split(/\s+/).filter(Boolean);
  const searched = module.fields.filter((f) => f.searchable).map((f) => f.name);
  return table.filter((r) => {
    if (r.deleted_at || !checks.every((c) => c(r))) return false;
    if (!words.length) return true;
    const text = fold(searched.map((n) => r[n] ?? '').join(' '));
    return words.every((w) => text.includes(w));
  });
}

export function sorted(module, records, params) {
  const view = module.views.find((v) => v.name === params.get('view'));
  const keys = (params.get('sort') ?? view?.sort ?? module.sort).split(',').map((s) => ({ name: s.replace(/^-/, ''), way: s.startsWith('-') ? -1 : 1 }));
  for (const k of keys) {
    k.field = module.fields.find((f) => f.name === k.name);
    if (!k.field) throw new Refused(400, 'unknown_parameter', `No se puede ordenar por ${k.name}`);
  }
  const collator = new Intl.Collator('es');
  return [...records].sort((x, y) => {
    for (const { name, way, field } of keys) {
      const [a, b] = [valueOf(x, name), valueOf(y, name)];
      if (isEmpty(a) || isEmpty(b)) {
        if (isEmpty(a) !== isEmpty(b)) return isEmpty(a) ? 1 : -1;
        continue;
      }
      const c = NUMERIC.has(field.kind) ? Number(a) - Number(b) : collator.compare(String(a), String(b));
      if (c) return c * way;
    }
    return x.id < y.id ? -1 : 1;
  });
}

/* One page after the cursor: a cursor names the last record of the page before it. */
export function page(records, params, limit) {
  const cursor = params.get('cursor');
  const after = cursor ? Buffer.from(cursor, 'base64url').toString() : null;
  const from = after ? records.findIndex((r) => r.id === after) + 1 : 0;
  if (after && from === 0) throw new Refused(400, 'bad_cursor', 'El cursor ya no sirve.');
  const items = records.slice(from, from + limit);
  const next = from + limit < records.length ? Buffer.from(items.at(-1).id).toString('base64url') : undefined;
  return { items, next };
}
