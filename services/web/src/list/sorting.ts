/* The order of a list as the address has it: "-created_at,name". */

export interface SortKey {
  name: string;
  descending: boolean;
}

/* keys of an order; what the server takes at most */
const KEYS_MAX = 3;

export function parseSort(sort: string): SortKey[] {
  return sort.split(',').filter(Boolean).map((s) => ({ name: s.replace(/^-/, ''), descending: s.startsWith('-') }));
}

export const formatSort = (keys: SortKey[]): string => keys.map((k) => (k.descending ? '-' : '') + k.name).join(',');

/*
 * A click makes the column the order, ascending first, then turned round. With `more` it joins the order as its last key, is
 * turned round there, and the third time leaves it.
 */
export function clicked(sort: string, name: string, more: boolean): string {
  const keys = parseSort(sort);
  const at = keys.findIndex((k) => k.name === name);
  const key = keys[at];
  if (!more) return formatSort([{ name, descending: key !== undefined && at === 0 && !key.descending }]);
  if (!key) return formatSort([...keys.slice(0, KEYS_MAX - 1), { name, descending: false }]);
  if (!key.descending) return formatSort(keys.with(at, { name, descending: true }));
  return formatSort(keys.length > 1 ? keys.toSpliced(at, 1) : [{ name, descending: false }]);
}
