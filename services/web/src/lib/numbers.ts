/* Decimal strings of the API ("1234.5") and how people write them. Nothing passes through a float. */
import type { Lang } from '../meta/types';

/*
 * What a person wrote → decimal string, or null when it is no number. Spanish: "1.234,5", "1234,5", and "12.5" too, because
 * a single point that doesn't stand before three digits can only be a decimal one. English the other way round.
 */
export function parseDecimal(text: string, lang: Lang): string | null {
  const [group, point] = lang === 'es' ? ['.', ','] : [',', '.'];
  let s = text.replace(/[\s\u00a0]/g, '');
  if (s === '') return null;
  const groups = s.split(group).length - 1;
  if (!s.includes(point) && groups === 1 && !/^-?[1-9]\d{0,2}[.,]\d{3}$/.test(s)) {
    s = s.replace(group, '.');
  } else {
    const [whole = '', ...rest] = s.split(point);
    if (groups && !/^-?\d{1,3}([.,]\d{3})+$/.test(whole)) return null;
    s = [whole.replaceAll(group, ''), ...rest].join('.');
  }
  if (!/^-?\d*\.?\d*$/.test(s) || !/\d/.test(s)) return null;
  const [whole = '', fraction = ''] = s.replace('-', '').split('.');
  const digits = `${whole.replace(/^0+(?=\d)/, '') || '0'}${fraction ? `.${fraction}` : ''}`;
  return s.startsWith('-') && /[1-9]/.test(digits) ? `-${digits}` : digits;
}

/* Decimal string → what stands in an input: no groups, the language's decimal sign. */
export function editDecimal(value: string | number, lang: Lang): string {
  const s = String(value);
  const trimmed = s.includes('.') ? s.replace(/\.?0+$/, '') : s;
  return lang === 'es' ? trimmed.replace('.', ',') : trimmed;
}
