/* All that a list of the recycle bin finds, taken back part by part from here: there is no job for it. */
import { bulk, type Result } from '../api/bulk';
import { listPage } from '../api/client';
import type { ListQuery } from '../api/filters';
import type { Rec } from '../api/records';

const PART = 200;

export interface Answer {
  record: Rec;
  result: Result;
}

/* `except`: ids that are left where they are; `goOn` is told of each part and says whether another one follows. */
export async function restoreAll(path: string, query: ListQuery, except: ReadonlyMap<string, string>, goOn: (part: Answer[]) => boolean): Promise<void> {
  for (let cursor: string | undefined; ;) {
    const page = await listPage(path, { ...query, fields: ['label'], limit: PART, cursor });
    const records = page.items.filter((r) => !except.has(r.id));
    const results = records.length ? await bulk(path, records.map((r) => ({ op: 'restore', id: r.id })), crypto.randomUUID()) : [];
    const part = records.flatMap((record, i) => (results[i] ? [{ record, result: results[i] }] : []));
    cursor = page.next;
    if (!goOn(part) || !cursor) return;
  }
}
