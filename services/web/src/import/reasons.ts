/* What was refused, by reason: those that the job tells of, or all of them out of its file. */
import type { JobReject } from '../api/records';
import { BASE } from '../api/http';
import { delimiterOf, readRows } from './csv';

export interface Reason {
  field: string;
  /* without the value, where it stands for several */
  message: string;
  /* a few of these values */
  examples: string[];
  count: number;
  /* the first lines of the file where it is so */
  lines: number[];
}

const LINES = 5;
const EXAMPLES = 3;

/* "«Mumbai» no está en la lista.", "El valor no es válido: x.": what varies, and what is said of it. */
function apart(message: string): { key: string; value: string } {
  const found = /«([^»]*)»/.exec(message) ?? /“([^”]*)”/.exec(message) ?? /: (.+?)\.?$/s.exec(message);
  if (!found) return { key: message, value: '' };
  const value = found[1] ?? '';
  return { key: message.replace(found[0], () => found[0].replace(value, () => '…')), value };
}

export function reasonsOf(rejects: { row: number; field: string; message: string }[]): Reason[] {
  const reasons = new Map<string, Reason>();
  for (const { row, field, message } of rejects) {
    const { key, value } = apart(message);
    const id = `${field}\n${key}`;
    let reason = reasons.get(id);
    if (!reason) reasons.set(id, (reason = { field, message, examples: [value], count: 0, lines: [] }));
    if (!reason.examples.includes(value)) {
      reason.message = key;
      if (reason.examples.length < EXAMPLES) reason.examples.push(value);
    }
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
