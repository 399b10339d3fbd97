/* What a form may change of a record: the rest stands in it only to be looked at. */
import { setAt, valueAt, type Values } from '../api/patch';
import type { Field } from '../meta/types';

/* A switch that is off says nothing about a field that was empty. */
export function own(fields: Field[], record: Values, values: Values): Values {
  const out: Values = {};
  for (const f of fields) {
    const value = valueAt(values, f.name) ?? null;
    setAt(out, f.name, value === false && valueAt(record, f.name) == null ? null : value);
  }
  return out;
}
