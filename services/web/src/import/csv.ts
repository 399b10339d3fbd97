/* A CSV file as the server will read it: its encoding, its delimiter, its first rows. Nothing is sent for that. */

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export interface Head {
  encoding: Encoding;
  delimiter: string;
  /* where the line of the names lies in the decoded text, and how many bytes of mark come before the text */
  start: number;
  end: number;
  mark: number;
  text: string;
  names: string[];
  rows: string[][];
}

const HEAD_BYTES = 512 * 1024;
const DELIMITERS = [',', ';', '\t'];

/* UTF-16 by its mark, or by the zeros that Latin letters leave at every other place. */
function wide(bytes: Uint8Array): Encoding | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const zeros = [0, 0];
  const n = Math.min(bytes.length, 4096);
  for (let i = 0; i < n; i++) if (bytes[i] === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (!even && odd * 5 > n * 2) return 'utf-16le';
  return !odd && even * 5 > n * 2 ? 'utf-16be' : undefined;
}

/* A sequence that is cut at the end is no fault. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

export function decode(bytes: Uint8Array): { encoding: Encoding; text: string; mark: number } {
  const two = wide(bytes);
  const encoding = two ?? (isUtf8(bytes) ? 'utf-8' : 'windows-1252');
  const marked = two ? (bytes[0] ?? 0) >= 0xfe : encoding === 'utf-8' && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const mark = marked ? (two ? 2 : 3) : 0;
  return { encoding, mark, text: new TextDecoder(encoding).decode(bytes.subarray(mark), { stream: true }) };
}

/* The most frequent one in the first line, outside of quotes. */
export function delimiterOf(text: string): string {
  const counts = DELIMITERS.map(() => 0);
  let quoted = false;
  for (const c of text) {
    if (c === '"') quoted = !quoted;
    if (!quoted && (c === '\n' || c === '\r')) break;
    const i = quoted ? -1 : DELIMITERS.indexOf(c);
    if (i >= 0) counts[i] = (counts[i] ?? 0) + 1;
  }
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

export interface Row {
  cells: string[];
  start: number;
  end: number;
}

/* Rows from `at` on, at most `limit` of them; a row that the text does not end is left out unless `whole`. */
export function readRows(text: string, delimiter: string, at: number, limit: number, whole: boolean): Row[] {
  const rows: Row[] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let start = at;
  const close = (end: number) => {
    cells.push(cell);
    if (cells.length > 1 || cells[0]) rows.push({ cells, start, end });
    cells = [];
    cell = '';
  };
  for (let i = at; i < text.length && rows.length < limit; i++) {
    const c = text[i] as string;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') cell += text[++i];
      else quoted = false;
    } else if (c === '"' && cell === '') {
      quoted = true;
    } else if (c === delimiter) {
      cells.push(cell);
      cell = '';
    } else if (c === '\n' || c === '\r') {
      close(i);
      if (c === '\r' && text[i + 1] === '\n') i++;
      start = i + 1;
    } else {
      cell += c;
    }
  }
  if (whole && rows.length < limit && (cell || cells.length)) close(text.length);
  return rows;
}

const SAMPLE_ROWS = 200;

export function headOf(bytes: Uint8Array, whole: boolean): Head | undefined {
  const { encoding, text, mark } = decode(bytes);
  /* a line "sep=;" before the names says which one it is */
  const named = /^"?sep=([,;\t])"?\r?\n/.exec(text);
  const delimiter = named?.[1] ?? delimiterOf(text);
  const [names, ...rows] = readRows(text, delimiter, named?.[0].length ?? 0, SAMPLE_ROWS + 1, whole);
  if (!names) return undefined;
  return { encoding, delimiter, mark, text, start: names.start, end: names.end, names: names.cells.map((n) => n.trim()), rows: rows.map((r) => r.cells) };
}

export async function readHead(file: File): Promise<Head | undefined> {
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  return headOf(bytes, file.size <= HEAD_BYTES);
}

const COUNTED_BYTES = 16 * 1024 * 1024;

/* How many rows come after the names: counted, or guessed of a long file. */
export async function countRows(file: File, head: Head): Promise<{ count: number; guess: boolean }> {
  const rowsOf = (text: string): number => readRows(text, head.delimiter, head.end, Infinity, true).length;
  if (file.size <= HEAD_BYTES) return { count: rowsOf(head.text), guess: false };
  if (file.size > COUNTED_BYTES) return { count: Math.round((rowsOf(head.text) * file.size) / HEAD_BYTES), guess: true };
  const bytes = new Uint8Array(await file.arrayBuffer());
  return { count: rowsOf(new TextDecoder(head.encoding).decode(bytes.subarray(head.mark))), guess: false };
}

function encode(text: string, encoding: Encoding): Uint8Array {
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  const wide = encoding !== 'windows-1252';
  const out = new Uint8Array(text.length * (wide ? 2 : 1));
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (!wide) out[i] = code;
    else out.set(encoding === 'utf-16le' ? [code & 0xff, code >> 8] : [code >> 8, code & 0xff], i * 2);
  }
  return out;
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/* The same file with other names in its first line; these hold nothing that its encoding can't say. */
export function withNames(file: File, head: Head, names: string[]): File {
  const bytes = (text: string): number => (head.encoding === 'utf-8' ? new TextEncoder().encode(text).length : text.length * (head.encoding === 'windows-1252' ? 1 : 2));
  const start = head.mark + bytes(head.text.slice(0, head.start));
  const end = start + bytes(head.text.slice(head.start, head.end));
  const line = encode(names.map(quote).join(head.delimiter), head.encoding);
  return new File([file.slice(0, start), line as BlobPart, file.slice(end)], file.name, { type: file.type });
}
