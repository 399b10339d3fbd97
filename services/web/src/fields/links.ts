/* Addresses that a value leads to: calls, messages, maps. Only what a browser may safely open. */
import { valueAt } from '../api/patch';
import type { Rec } from '../api/records';
import type { Field, Module } from '../meta/types';

/* Never javascript: or data:. */
export const safeUrl = (url: string): string | undefined => (/^https?:\/\//i.test(url) ? url : undefined);

export const callLink = (phone: string): string => `tel:${phone.replace(/[^\d+]/g, '')}`;

/*
 * A chat with a mobile number in E.164. In Colombia mobiles begin with 3; of other countries the number does not say, so
 * it is offered.
 */
export function whatsAppLink(phone: string): string | undefined {
  const digits = /^\+(\d{8,15})$/.exec(phone.replace(/[\s().-]/g, ''))?.[1];
  if (!digits || (digits.startsWith('57') && !/^573\d{9}$/.test(digits))) return undefined;
  return `https://wa.me/${digits}`;
}

/* The place that a latitude and the longitude beside it name. */
export function geoLink(record: Rec, field: Field, module: Module): string | undefined {
  const other = field.kind === 'geo_latitude' ? 'geo_longitude' : 'geo_latitude';
  const pair = module.fields.find((f) => f.kind === other && f.section === field.section && !!f.custom === !!field.custom);
  const [here, there] = [valueAt(record, field.name), pair && valueAt(record, pair.name)];
  if (here == null || there == null) return undefined;
  return field.kind === 'geo_latitude' ? `geo:${String(here)},${String(there)}` : `geo:${String(there)},${String(here)}`;
}
