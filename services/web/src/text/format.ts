/*
 * How values read: dates and times in the company's zone, numbers and money by language. `relative` says a time as people
 * do: "hace 5 min", "hoy 15:00", "ayer 15:04"; <When> shows it and keeps it true.
 */
import { useMemo } from 'react';
import { useMetadata } from '../meta/metadata';
import { addDays, toWall } from '../lib/zone';
import type { Company, Lang } from '../meta/types';
import { say } from './dictionary';
import { useLang } from './i18n';

export interface Format {
  date: (value: string) => string;
  datetime: (value: string) => string;
  /* of an instant: minutes when it is near, else the day in a word and the time */
  relative: (value: string, now?: Date) => string;
  /* of a date: hoy, ayer, mañana, else the date; without the year when it is this one */
  day: (value: string, now?: Date) => string;
  integer: (value: number | string) => string;
  decimal: (value: number | string) => string;
  money: (value: number | string) => string;
  percent: (value: number | string) => string;
  size: (bytes: number) => string;
  zone: string;
}

/* Colombian figures; dates in the shorter form that es-ES has ("21 nov 2026") */
const LOCALES: Record<Lang, { numbers: string; dates: string }> = {
  es: { numbers: 'es-CO', dates: 'es-ES' },
  en: { numbers: 'en-US', dates: 'en-US' },
};

export function createFormat(company: Pick<Company, 'zone' | 'currency'>, lang: Lang): Format {
  const { numbers, dates } = LOCALES[lang];
  const day = { day: 'numeric', month: 'short', year: 'numeric' } as const;
  const date = new Intl.DateTimeFormat(dates, { ...day, timeZone: 'UTC' });
  const datetime = new Intl.DateTimeFormat(dates, {
    ...day, hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: company.zone,
  });
  const near = new Intl.DateTimeFormat(dates, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const word = (key: string, count = 0): string => say(lang, `when.${key}`, { count }) ?? '';
  const dayOf = (value: string, now: Date): string => {
    const [d, today] = [value.slice(0, 10), toWall(now.toISOString(), company.zone).slice(0, 10)];
    if (d === today) return word('today');
    if (d === addDays(today, -1)) return word('yesterday');
    if (d === addDays(today, 1)) return word('tomorrow');
    return time(d.slice(0, 4) === today.slice(0, 4) ? near : date, d);
  };
  const relative = (value: string, now: Date): string => {
    const at = Date.parse(value);
    if (Number.isNaN(at)) return value;
    const minutes = Math.round((at - now.getTime()) / 60_000);
    if (minutes === 0) return word('now');
    if (Math.abs(minutes) < 60) return word(minutes < 0 ? 'ago' : 'soon', Math.abs(minutes));
    const wall = toWall(value, company.zone);
    return `${dayOf(wall, now)} ${wall.slice(11)}`;
  };
  const decimal = new Intl.NumberFormat(numbers, { maximumFractionDigits: 6 });
  const money = new Intl.NumberFormat(numbers, {
    style: 'currency', currency: company.currency, currencyDisplay: 'narrowSymbol', minimumFractionDigits: 0, maximumFractionDigits: 2,
  });
  const time = (f: Intl.DateTimeFormat, text: string): string => {
    const at = new Date(text);
    return Number.isNaN(at.getTime()) ? text : f.format(at);
  };
  /* a decimal string keeps its digits: format() takes it as it is */
  const number = (f: Intl.NumberFormat, v: number | string): string => f.format(v as number);
  return {
    date: (v) => time(date, v.slice(0, 10)),
    datetime: (v) => time(datetime, v),
    relative: (v, now = new Date()) => relative(v, now),
    day: (v, now = new Date()) => dayOf(v, now),
    integer: (v) => number(decimal, v),
    decimal: (v) => number(decimal, v),
    money: (v) => number(money, v),
    percent: (v) => `${number(decimal, v)}${lang === 'es' ? '\u00a0%' : '%'}`,
    size: (bytes) => (bytes < 1_000_000 ? `${decimal.format(Math.ceil(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`),
    zone: company.zone,
  };
}

export function useFormat(): Format {
  const lang = useLang();
  const { company } = useMetadata();
  return useMemo(() => createFormat(company, lang), [company, lang]);
}
