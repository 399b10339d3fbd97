/* The conditions that people can choose for a field, and their way into the filter language and back. */
import type { Condition, Op } from '../api/filters';
import { addDays, fromWall, toWall } from '../lib/zone';
import type { Field, Kind } from '../meta/types';
import type { MessageKey } from '../text/messages';

/* none: nothing to write · value · many: several options · range: from, to · span: "7 days" · period: this week… */
export type Shape = 'none' | 'value' | 'many' | 'range' | 'span' | 'period';

export interface Choice {
  id: string;
  label: MessageKey;
  op: Op;
  shape: Shape;
  /* the value of a choice that leaves nothing to write */
  fixed?: string;
}

const choice = (op: Op, shape: Shape, label: MessageKey = `op.${op}`): Choice => ({ id: op, op, shape, label });
const EMPTY = [choice('empty', 'none'), choice('filled', 'none')];
const TEXT = [choice('contains', 'value'), choice('eq', 'value'), choice('ne', 'value'), choice('starts', 'value'), ...EMPTY];
const NUMBER = [choice('eq', 'value'), choice('ne', 'value'), choice('ge', 'value'), choice('le', 'value'), choice('between', 'range'), ...EMPTY];
const OPTIONS = [choice('in', 'many'), choice('nin', 'many'), ...EMPTY];
const LOOKUP = [choice('eq', 'value'), choice('ne', 'value'), ...EMPTY];
const DATE = [
  choice('today', 'none'), choice('this', 'period'), choice('last', 'span'), choice('next', 'span'),
  choice('lt', 'value', 'op.before'), choice('ge', 'value', 'op.since'), choice('between', 'range'), ...EMPTY,
];
/* "no" is whatever isn't yes, the empty ones included */
const BOOL: Choice[] = [
  { id: 'yes', op: 'eq', shape: 'none', label: 'value.yes', fixed: 'true' },
  { id: 'no', op: 'ne', shape: 'none', label: 'value.no', fixed: 'true' },
];

const BY_KIND: Partial<Record<Kind, Choice[]>> = {
  integer: NUMBER, number: NUMBER, decimal: NUMBER, money: NUMBER, percent: NUMBER, geo_latitude: NUMBER, geo_longitude: NUMBER,
  bool: BOOL, picklist: OPTIONS, multi_picklist: OPTIONS, reference: LOOKUP, city: LOOKUP, date: DATE, datetime: DATE,
};

export const choicesOf = (field: Field): Choice[] => BY_KIND[field.kind] ?? TEXT;

export function choiceOf(field: Field, c: Condition): Choice | undefined {
  const choices = choicesOf(field);
  if (field.kind === 'bool') {
    const yes = (c.op === 'eq') === (c.values[0] === 'true');
    return choices.find((x) => x.id === (yes ? 'yes' : 'no'));
  }
  /* one option is the same as a list of one */
  if (choices === OPTIONS && (c.op === 'eq' || c.op === 'ne')) return choices.find((x) => x.op === (c.op === 'eq' ? 'in' : 'nin'));
  return choices.find((x) => x.op === c.op);
}

export interface FormValues {
  value?: unknown;
  many?: string[];
  from?: unknown;
  to?: unknown;
  amount?: number | string;
  unit?: string;
  period?: string;
}

/* A whole day of a date-time field: its first instant, or its last. */
function instant(day: string, end: boolean, zone: string): string {
  if (!end) return fromWall(day, zone);
  return new Date(Date.parse(fromWall(addDays(day, 1), zone)) - 1).toISOString();
}

/* Two days the wrong way round mean the days between all the same. */
function inOrder(from: unknown, to: unknown, kind: Kind): [unknown, unknown] {
  const turned = (kind === 'date' || kind === 'datetime') && !!from && !!to && String(to) < String(from);
  return turned ? [to, from] : [from, to];
}

/* null while something is missing. */
export function toCondition(field: Field, c: Choice, form: FormValues, zone: string): Condition | null {
  const make = (...values: string[]): Condition | null =>
    values.every((v) => v !== '') ? { field: field.name, op: c.op, values } : null;
  const text = (v: unknown, end = false): string => {
    const s = v == null ? '' : String(v).trim();
    return s && field.kind === 'datetime' ? instant(s, end, zone) : s;
  };
  switch (c.shape) {
    case 'none': return { field: field.name, op: c.op, values: c.fixed ? [c.fixed] : [] };
    case 'value': return make(text(form.value));
    case 'many': return form.many?.length ? { field: field.name, op: c.op, values: form.many } : null;
    case 'range': {
      const [from, to] = inOrder(form.from, form.to, field.kind);
      return make(text(from), text(to, true));
    }
    case 'span': return Number(form.amount) > 0 ? make(`${form.amount}${form.unit || 'd'}`) : null;
    case 'period': return make(form.period || 'week');
  }
}

/* The form that writes this condition. */
export function toForm(field: Field, c: Condition | undefined, zone: string): FormValues {
  const start: FormValues = { amount: 7, unit: 'd', period: 'week' };
  if (!c) return start;
  const day = (v = ''): string => (field.kind === 'datetime' ? toWall(v, zone).slice(0, 10) : v);
  const [first = '', second = ''] = c.values;
  const span = /^(\d+)([dwm])$/.exec(first);
  return {
    value: day(first),
    many: c.values,
    from: day(first),
    to: day(second),
    amount: span ? Number(span[1]) : start.amount,
    unit: span?.[2] ?? start.unit,
    period: c.op === 'this' ? first : start.period,
  };
}
