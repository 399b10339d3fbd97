/* How values read: dates and times in the company's zone, numbers and money by language. */
import { useMemo } from 'react';
import { useMetadata } from '../meta/metadata';
import type { Company, Lang } from '../meta/types';
import { useLang } from './i18n';

export interface Format {
  date: (value: string) => string;
  datetime: (value: string) => string;
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
