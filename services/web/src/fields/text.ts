/* A value as text, by its field's kind: for cells, chips, conflicts and history alike. */
import { useCallback } from 'react';
import { valueAt } from '../api/patch';
import type { Rec } from '../api/records';
import { editDecimal } from '../lib/numbers';
import { readPhone } from '../lib/phone';
import { fieldOf } from '../meta/metadata';
import type { Field, Module } from '../meta/types';
import { useFormat } from '../text/format';
import { useLabel, useLang, useT } from '../text/i18n';
import { inWords, useWordsLoaded } from './words';

export const isEmpty = (v: unknown): boolean => v == null || v === '' || (Array.isArray(v) && v.length === 0);

/* `label` is the text the server gave for an id or a code. Empty values give ''. */
export type TextOf = (field: Field, value: unknown, label?: string) => string;

export function useTextOf(): TextOf {
  const t = useT();
  const labelOf = useLabel();
  const format = useFormat();
  const lang = useLang();
  const loaded = useWordsLoaded();
  return useCallback<TextOf>(
    (field, value, label) => {
      if (isEmpty(value)) return '';
      if (field.words) return inWords(field.words, String(value), lang);
      const option = (key: unknown) => labelOf(field.options?.find((o) => o.key === key)?.label) || String(key);
      switch (field.kind) {
        case 'bool': return t(value ? 'value.yes' : 'value.no');
        case 'picklist': return label || option(value);
        case 'multi_picklist': return Array.isArray(value) ? value.map(option).join(', ') : option(value);
        case 'date': return format.date(String(value));
        case 'datetime': return format.datetime(String(value));
        case 'integer': return format.integer(value as number);
        case 'decimal': return format.decimal(value as string);
        case 'money': return format.money(value as string);
        case 'percent': return format.percent(value as string);
        case 'phone': return readPhone(String(value));
        case 'geo_latitude':
        case 'geo_longitude': return editDecimal(String(value), lang);
        case 'reference':
        case 'city': return label || String(value);
        default: return typeof value === 'object' ? JSON.stringify(value) : String(value);
      }
    },
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `loaded`: words that came since are said
    [t, labelOf, format, lang, loaded],
  );
}

/* The server's text for a field of a record. */
export function labelIn(record: Rec, field: Field): string | undefined {
  return record.labels?.[field.name];
}

export function useFieldText(): (record: Rec, field: Field) => string {
  const text = useTextOf();
  return useCallback((record, field) => text(field, valueAt(record, field.name), labelIn(record, field)), [text]);
}

/* What a record is called; '' when it has no name. */
export function useNameOf(): (module: Module, record: Rec) => string {
  const text = useTextOf();
  return useCallback(
    (module, record) => {
      const field = fieldOf(module, 'label');
      return field ? text(field, record.label) : (record.label ?? '');
    },
    [text],
  );
}
