/* What can be said of a value before it is sent. The server decides; this only spares a round trip. */
import { useMemo } from 'react';
import type { Validator } from 'ra-core';
import type { Field } from '../meta/types';
import { useT, type T } from '../text/i18n';
import { isEmpty } from './text';

type Check = (value: unknown) => string | undefined;

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

function checksOf(field: Field, t: T): Check[] {
  const checks: Check[] = [];
  const text = (test: (s: string) => boolean, message: string) =>
    checks.push((v) => (isEmpty(v) || test(String(v)) ? undefined : message));
  if (field.required && field.kind !== 'bool') checks.push((v) => (isEmpty(v) ? t('format.required') : undefined));
  switch (field.kind) {
    case 'integer':
      text((s) => /^-?\d+$/.test(s), t('format.integer'));
      break;
    case 'decimal':
    case 'money':
    case 'percent':
    case 'geo_latitude':
    case 'geo_longitude':
      text((s) => /^-?\d+(\.\d+)?$/.test(s), t('format.decimal'));
      break;
    case 'email':
      text((s) => EMAIL.test(s.trim()), t('format.email'));
      break;
    case 'url':
      text((s) => /^https?:\/\/\S+$/i.test(s.trim()), t('format.url'));
      break;
    default:
  }
  const { max } = field;
  if (max && field.kind !== 'multi_picklist') text((s) => [...s].length <= max, t('format.max', { max }));
  return checks;
}

export function useValidators(field: Field): Validator[] {
  const t = useT();
  return useMemo(() => {
    const validators: Validator[] = checksOf(field, t);
    /* react-admin marks the label of a required input by this */
    if (field.required && field.kind !== 'bool' && validators[0]) (validators[0] as { isRequired?: boolean }).isRequired = true;
    return validators;
  }, [field, t]);
}
