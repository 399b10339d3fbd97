/* What a change of a record sends: JSON Merge Patch with the changed fields alone. */

export type Values = Record<string, unknown>;

const isObject = (v: unknown): v is Values => typeof v === 'object' && v !== null && !Array.isArray(v);

/* Absent, null, '' and [] are the same thing to the API: empty. */
function canonical(v: unknown): unknown {
  if (v === undefined || v === '') return null;
  if (Array.isArray(v) && v.length === 0) return null;
  return v;
}

export function same(a: unknown, b: unknown): boolean {
  const x = canonical(a);
  const y = canonical(b);
  if (x === y) return true;
  return x !== null && y !== null && typeof x === 'object' && JSON.stringify(x) === JSON.stringify(y);
}

/* Value at "stage" or "custom.total_visits". */
export function valueAt(record: Values | undefined, name: string): unknown {
  return name.split('.').reduce<unknown>((v, key) => (isObject(v) ? v[key] : undefined), record);
}

export function setAt(record: Values, name: string, value: unknown): void {
  const keys = name.split('.');
  const last = keys.pop() ?? name;
  let at = record;
  for (const key of keys) {
    if (!isObject(at[key])) at[key] = {};
    at = at[key] as Values;
  }
  at[last] = value;
}

/* Fields of `after` that differ from `before`, emptied ones as null; `labels` is computed by the server. */
export function changesBetween(before: Values, after: Values): Values {
  const out: Values = {};
  for (const key of Object.keys(after)) {
    if (key === 'labels' || same(before[key], after[key])) continue;
    const value = after[key];
    if (key === 'custom' && isObject(value)) {
      const inner = changesBetween(isObject(before.custom) ? before.custom : {}, value);
      if (Object.keys(inner).length) out.custom = inner;
    } else {
      out[key] = canonical(value);
    }
  }
  return out;
}

/* A new record without its empty fields. */
export function withoutEmpty(values: Values): Values {
  return changesBetween({}, values);
}
