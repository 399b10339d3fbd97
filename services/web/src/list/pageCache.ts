/* The pages of lists that react-query holds, changed in place: a record anew, or without it. */
import type { QueryClient } from '@tanstack/react-query';
import type { Rec } from '../api/records';

export interface Page {
  data: Rec[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean };
  next?: string;
}

/* `change` gives the record as it stands now, the same one, or null when it goes; `list`: in pages of that query alone. */
export function changeRecords(client: QueryClient, path: string, change: (record: Rec) => Rec | null, list?: string): void {
  client.setQueriesData<Page>({ queryKey: list === undefined ? [path, 'getList'] : [path, 'getList', { list }] }, (page) => {
    if (!page?.data) return page;
    let touched = false;
    const data = page.data.flatMap((r) => {
      const next = change(r);
      if (next !== r) touched = true;
      return next ? [next] : [];
    });
    return touched ? { ...page, data } : page;
  });
}

/* These records as they are now: whole ones, or as `list` reads them. */
export function putRecords(client: QueryClient, path: string, records: Rec[], list?: string): void {
  const fresh = new Map(records.map((r) => [r.id, r]));
  changeRecords(client, path, (r) => {
    const next = fresh.get(r.id);
    return next && next.version >= r.version ? next : r;
  }, list);
}

/* Without these records, unless they were read again since: `versions` by id, as they were when they went. */
export function dropRecords(client: QueryClient, path: string, versions: ReadonlyMap<string, number>, list?: string): void {
  changeRecords(client, path, (r) => (r.version <= (versions.get(r.id) ?? -1) ? null : r), list);
}
