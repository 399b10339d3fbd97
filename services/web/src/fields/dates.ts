/*
 * Dates and times as a field holds them. A date is "2026-11-22", a date-time is written as the clock of the company's zone
 * shows it ("2026-11-22T15:00") and held as an instant in UTC. What is not written to its end, or is no date, is a fault: a
 * text that begins with "?", which no form sends.
 */
import { addDays, fromWall, toWall } from '../lib/zone';
import type { Lang } from '../meta/types';
import type { MessageKey } from '../text/messages';

export type DateKind = 'date' | 'datetime';
export type DateFault = '?half' | '?impossible' | '?range' | '?skipped';

/* The years that can be written. */
export const FIRST_YEAR = 1900;
export const LAST_YEAR = 2199;

export const isFault = (value: unknown): value is DateFault => typeof value === 'string' && value.startsWith('?');

/* Why it is refused; nothing when it is not. */
export function faultText(value: unknown, kind: DateKind): MessageKey | undefined {
  if (!isFault(value)) return undefined;
  if (value === '?half') return kind === 'date' ? 'format.date_half' : 'format.datetime_half';
  return `format.date_${value.slice(1)}` as MessageKey;
}

export const faultArgs = { first: FIRST_YEAR, last: LAST_YEAR };

/* In the form that dayjs reads. */
export function pattern(kind: DateKind, lang: Lang): string {
  const day = lang === 'es' ? 'DD/MM/YYYY' : 'MM/DD/YYYY';
  if (kind === 'date') return day;
  return `${day} ${lang === 'es' ? 'HH:mm' : 'h:mm A'}`;
}

/* A wall clock as it stands in an input. */
export function written(wall: string, kind: DateKind, lang: Lang): string {
  const m = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d))?/.exec(wall);
  if (!m) return '';
  const [, year, month, date, hour = '00', minute = '00'] = m;
  const day = lang === 'es' ? `${date}/${month}/${year}` : `${month}/${date}/${year}`;
  if (kind === 'date') return day;
  if (lang === 'es') return `${day} ${hour}:${minute}`;
  return `${day} ${Number(hour) % 12 || 12}:${minute} ${Number(hour) < 12 ? 'AM' : 'PM'}`;
}

/* What a form holds → wall clock; faults stay as they are. */
export function toWritten(value: unknown, kind: DateKind, zone: string): string {
  if (value == null || value === '') return '';
  if (isFault(value)) return value;
  return kind === 'date' ? String(value).slice(0, 10) : toWall(String(value), zone);
}

/*
 * Wall clock → what a form holds. `before`: what it held; in the same minute its seconds stay. A time that the zone's clock
 * leaps over is none.
 */
export function toHeld(wall: string, kind: DateKind, zone: string, before?: unknown): string | null {
  if (!wall) return null;
  if (kind === 'date' || isFault(wall)) return wall;
  if (typeof before === 'string' && toWall(before, zone) === wall) return before;
  const instant = fromWall(wall, zone);
  return toWall(instant, zone) === wall ? instant : '?skipped';
}

/*
 * Days by a word: h, t = today; m = tomorrow; "+3" = in three days. null: it is none. `now`: the wall clock; a date-time
 * keeps its time, or takes that of now.
 */
export function byWord(word: string, kind: DateKind, now: string, before: string): string | null {
  const found = /^\+(\d{1,3})$/.exec(word);
  const days = found ? Number(found[1]) : word === 'h' || word === 't' ? 0 : word === 'm' ? 1 : null;
  if (days === null) return null;
  const day = addDays(now.slice(0, 10), days);
  if (kind === 'date') return day;
  return `${day}T${(isFault(before) ? '' : before).slice(11, 16) || now.slice(11, 16)}`;
}
