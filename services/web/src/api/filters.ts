/*
 * The filter language of the URL: `stage[in]=a,b&created_at[this]=week`. The same text stands in the browser's address,
 * in a ready-made view and in a request, so there is one writer and one reader.
 */

export const OPS = [
  'eq', 'ne', 'lt', 'le', 'gt', 'ge', 'in', 'nin', 'contains', 'starts', 'empty', 'filled', 'between', 'this', 'last',
  'next', 'today',
] as const;
export type Op = (typeof OPS)[number];

export interface Condition {
  field: string;
  op: Op;
  values: string[];
}

/*
 * What of a list stands in the address. `group` is the open group of a grouped view; '' = the empty one. `mine`: what the
 * person owns or has in hand; absent = as the list is arranged. `deleted`: the recycle bin.
 */
export interface ListState {
  view?: string;
  q?: string;
  sort?: string;
  group?: string;
  mine?: boolean;
  deleted?: boolean;
  /* a board's: the field it stands in columns by, and the one that is added up ('none': nothing is) */
  by?: string;
  sum?: string;
  filters: Condition[];
}

const NO_VALUE: ReadonlySet<Op> = new Set<Op>(['empty', 'filled', 'today']);
const MANY: ReadonlySet<Op> = new Set<Op>(['in', 'nin', 'between']);
const CONDITION = /^([a-z0-9_.]+)\[([a-z]+)\]$/;

export const takesNoValue = (op: Op): boolean => NO_VALUE.has(op);

/* Percent-encodes a value but leaves readable what a query may hold. */
function encode(s: string): string {
  return encodeURIComponent(s).replace(/%2C/g, ',').replace(/%3A/g, ':').replace(/%40/g, '@');
}

export function conditionToPair(c: Condition): string {
  const value = takesNoValue(c.op) ? '' : c.values.map(encode).join(',');
  return `${c.field}[${c.op}]=${value}`;
}

/* null when the parameter is no condition. */
export function pairToCondition(key: string, value: string): Condition | null {
  const m = CONDITION.exec(key);
  if (!m?.[1] || !OPS.includes(m[2] as Op)) return null;
  const op = m[2] as Op;
  if (takesNoValue(op)) return { field: m[1], op, values: [] };
  const values = MANY.has(op) ? value.split(',').filter((v) => v !== '') : [value];
  if (!values.length || values[0] === '') return null;
  return { field: m[1], op, values };
}

/* Reads the part after "?"; parameters it doesn't know are left out. */
export function parseListState(search: string): ListState {
  const state: ListState = { filters: [] };
  for (const [key, value] of new URLSearchParams(search)) {
    if (key === 'view' || key === 'q' || key === 'sort' || key === 'by' || key === 'sum') {
      if (value) state[key] = value;
    } else if (key === 'group') {
      state.group = value;
    } else if (key === 'mine' || key === 'deleted') {
      if (value === 'true' || value === 'false') state[key] = value === 'true';
    } else {
      const c = pairToCondition(key, value);
      if (c) state.filters.push(c);
    }
  }
  return state;
}

/* Writes the part after "?"; empty when nothing is set. */
export function formatListState(s: ListState): string {
  const out: string[] = [];
  if (s.by) out.push(`by=${encode(s.by)}`);
  if (s.sum) out.push(`sum=${encode(s.sum)}`);
  if (s.view) out.push(`view=${encode(s.view)}`);
  if (s.mine !== undefined) out.push(`mine=${s.mine}`);
  if (s.deleted) out.push('deleted=true');
  if (s.q) out.push(`q=${encode(s.q)}`);
  if (s.sort) out.push(`sort=${encode(s.sort)}`);
  if (s.group !== undefined) out.push(`group=${encode(s.group)}`);
  out.push(...s.filters.map(conditionToPair));
  return out.join('&');
}

/* The address of a list of everybody's records: where a number, or "all of these", leads. */
export function listAddressOf(path: string, state: Partial<ListState>): string {
  return `/${path}?${formatListState({ filters: [], mine: false, ...state })}`;
}

export interface ListQuery extends ListState {
  fields?: string[];
  limit?: number;
  cursor?: string;
}

/* The query of GET /{path} and GET /{path}/count. `group`, `by` and `sum` belong to the address alone; everybody's is what is not `mine`. */
export function formatQuery(s: ListQuery): string {
  const out = [formatListState({ ...s, group: undefined, by: undefined, sum: undefined, mine: s.mine || undefined })].filter(Boolean);
  if (s.fields?.length) out.push(`fields=${s.fields.join(',')}`);
  if (s.limit) out.push(`limit=${s.limit}`);
  if (s.cursor) out.push(`cursor=${encode(s.cursor)}`);
  return out.join('&');
}
