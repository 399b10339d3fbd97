/*
 * The chain of cursors of one list. Page 0 has none; page i + 1 is known once page i has been read. A chain can be kept
 * and used later: reading page 7 again needs its cursor, not the six pages before it.
 */

export interface Chain {
  /* cursor of each known page; the first is '' */
  cursors: string[];
  /* the last page has been seen */
  complete: boolean;
}

export const emptyChain = (): Chain => ({ cursors: [''], complete: false });

/*
 * Page `page` was read and says where the next one begins. Where that differs from what the chain holds, rows have moved:
 * what comes after is forgotten and read anew. The same chain is returned when nothing changed.
 */
export function link(chain: Chain, page: number, next: string | undefined): Chain {
  if (page >= chain.cursors.length) return chain;
  if (next === undefined || next === '') {
    if (chain.complete && chain.cursors.length === page + 1) return chain;
    return { cursors: chain.cursors.slice(0, page + 1), complete: true };
  }
  if (chain.cursors[page + 1] === next) return chain;
  return { cursors: [...chain.cursors.slice(0, page + 1), next], complete: false };
}

/* Rows before each page and, last, the rows of all; `sizes[i]` is undefined while page i has not been read. */
export function offsets(chain: Chain, sizes: (number | undefined)[], limit: number): number[] {
  const out = [0];
  chain.cursors.forEach((_, i) => {
    const last = i === chain.cursors.length - 1;
    /* an unread last page is held open by a few empty rows; reaching them reads it */
    const guess = last ? Math.min(limit, 10) : limit;
    out.push((out[i] ?? 0) + (sizes[i] ?? guess));
  });
  return out;
}

/* First and last page that show rows from..to. */
export function pagesBetween(starts: number[], from: number, to: number): [number, number] {
  let first = 0;
  while (first + 2 < starts.length && (starts[first + 1] ?? 0) <= from) first++;
  let last = first;
  while (last + 2 < starts.length && (starts[last + 1] ?? 0) <= to) last++;
  return [first, last];
}
