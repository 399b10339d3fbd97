/*
 * The arithmetic of one column of a board: the cards of its pages, read by cursor from the top, and cards that were put
 * into it meanwhile. A column is never changed: each function answers the column as it is afterwards.
 */

export interface Page {
  /* where it begins; the first page's is '' */
  cursor: string;
  ids: string[];
  /* to be read again when it is seen */
  stale?: boolean;
}

export interface Column {
  key: string;
  pages: Page[];
  /* where the next page begins; '' before the first one; undefined: there is none */
  next: string | undefined;
  /* cards whose place lies beyond what has been read */
  loose: string[];
}

export type Before = (a: string, b: string) => boolean;

export const emptyColumn = (key: string): Column => ({ key, pages: [], next: '', loose: [] });

export const isComplete = (column: Column): boolean => column.next === undefined;

const flat = new WeakMap<Column, string[]>();

/* The cards in their order. */
export function shownIds(column: Column): string[] {
  let ids = flat.get(column);
  if (!ids) flat.set(column, (ids = [...column.pages.flatMap((p) => p.ids), ...column.loose]));
  return ids;
}

export function withoutCards(column: Column, gone: ReadonlySet<string>): Column {
  const stays = (id: string): boolean => !gone.has(id);
  if (shownIds(column).every(stays)) return column;
  return {
    ...column,
    pages: column.pages.map((p) => (p.ids.every(stays) ? p : { ...p, ids: p.ids.filter(stays) })),
    loose: column.loose.filter(stays),
  };
}

/* First place in `ids` that `id` stands before. */
function placeOf(ids: string[], id: string, before: Before): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(id, ids[middle] ?? '')) high = middle;
    else low = middle + 1;
  }
  return low;
}

/* Puts a card at its place; once, wherever it stood before. */
export function withCard(old: Column, id: string, before: Before): Column {
  const column = withoutCards(old, new Set([id]));
  const read = column.pages.flatMap((p) => p.ids);
  const at = placeOf(read, id, before);
  if (at === read.length && !isComplete(column)) {
    return { ...column, loose: column.loose.toSpliced(placeOf(column.loose, id, before), 0, id) };
  }
  if (!column.pages.length) return { ...column, pages: [{ cursor: '', ids: [id] }] };
  let start = 0;
  let index = 0;
  for (let page = column.pages[0]; page && at > start + page.ids.length; page = column.pages[index]) {
    start += page.ids.length;
    index++;
  }
  return { ...column, pages: column.pages.map((p, i) => (i === index ? { ...p, ids: p.ids.toSpliced(at - start, 0, id) } : p)) };
}

/* Whether the card's place has been read: what lies beyond is shown when it is. */
export function isWithin(column: Column, id: string, before: Before): boolean {
  if (isComplete(column)) return true;
  const read = column.pages.flatMap((p) => p.ids);
  return placeOf(read, id, before) < read.length;
}

/* Page `index` was read, and says where the one after it begins. */
export function withPage(old: Column, index: number, ids: string[], next: string | undefined): Column {
  const column = withoutCards({ ...old, pages: old.pages.map((p, i) => (i === index ? { ...p, ids: [] } : p)) }, new Set(ids));
  const after = next || undefined;
  if (index > column.pages.length) return old;
  const cursor = index === column.pages.length ? (column.next ?? '') : (column.pages[index]?.cursor ?? '');
  const page: Page = { cursor, ids };
  const goesOn = index + 1 < column.pages.length && column.pages[index + 1]?.cursor === after;
  return {
    ...column,
    pages: [...column.pages.slice(0, index), page, ...(goesOn ? column.pages.slice(index + 1) : [])],
    next: goesOn ? column.next : after,
  };
}

export const withStale = (column: Column): Column =>
  column.pages.length ? { ...column, pages: column.pages.map((p) => ({ ...p, stale: true })) } : column;

/* The pages that must be read for cards from..to: stale ones that are seen, and the next one when its place comes near. */
export function wantedPages(column: Column, from: number, to: number): number[] {
  const wanted: number[] = [];
  let start = 0;
  column.pages.forEach((p, i) => {
    const end = start + p.ids.length;
    const seen = start <= to && (end > from || (i === 0 && from === 0));
    if (p.stale && seen) wanted.push(i);
    start = end;
  });
  if (!isComplete(column) && to >= start && !wanted.length) wanted.push(column.pages.length);
  return wanted;
}
