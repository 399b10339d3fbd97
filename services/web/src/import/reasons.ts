/* What was refused, by reason: those that the job tells of, or all of them out of its file. */
import type { JobReject } from '../api/records';
import { BASE } from '../api/http';
import { delimiterOf, readRows } from './csv';

export interface Reason {
  field: string;
  message: string;
  count: number;
  /* the first lines of the file where it is so */
  lines: number[];
}

const LINES = 5;

export function reasonsOf(rejects: { row: number; field: string; message: string }[]): Reason[] {
  const reasons = new Map<string, Reason>();
  for (const { row, field, message } of rejects) {
    const key = `${field}\n${message}`;
    let reason = reasons.get(key);
    if (!reason) reasons.set(key, (reason = { field, message, count: 0, lines: [] }));
    reason.count++;
    if (reason.lines.length < LINES) reason.lines.push(row);
  }
  return [...reasons.values()].sort((a, b) => b.count - a.count);
}

export const toldReasons = (rejects: JobReject[]): Reason[] =>
  reasonsOf(rejects.map((r) => ({ row: r.row, field: r.label ?? r.field?.replace(/^\//, '') ?? '', message: r.message ?? r.code ?? '' })));

/* The file of rejects has their line, field and reason in columns of their own. */
export function fileReasons(text: string): Reason[] {
  const plain = text.replace(/^\ufeff/, '');
  const [names, ...rows] = readRows(plain, delimiterOf(plain), 0, Infinity, true).map((r) => r.cells);
  const at = (pattern: RegExp): number => names?.findIndex((n) => pattern.test(n)) ?? -1;
  const [line, field, why] = [at(/^(Rechazo: línea|Reject: line)/), at(/^(Rechazo: campo|Reject: field)/), at(/^(Rechazo: motivo|Reject: reason)/)];
  return reasonsOf(rows.map((r) => ({ row: Number(r[line]), field: r[field] ?? '', message: r[why] ?? '' })));
}

/* More than these are not read for their reasons alone. */
export const READ_REJECTS = 20_000;

export async function readReasons(path: string, job: string, lang: string, signal: AbortSignal): Promise<Reason[]> {
  const res = await fetch(`${BASE}/${path}/jobs/${encodeURIComponent(job)}/rejects`, { headers: { 'Accept-Language': lang }, credentials: 'same-origin', signal });
  if (!res.ok) throw new Error(String(res.status));
  return fileReasons(await res.text());
}
