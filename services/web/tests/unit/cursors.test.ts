import { describe, expect, test } from 'vitest';
import { emptyChain, link, offsets, pagesBetween } from '../../src/api/cursors';

describe('the chain of cursors', () => {
  const long = ['b', 'c', 'd'].reduce((chain, next, page) => link(chain, page, next), emptyChain());

  test('grows page by page and ends', () => {
    expect(long).toEqual({ cursors: ['', 'b', 'c', 'd'], complete: false });
    expect(link(long, 3, undefined)).toEqual({ cursors: ['', 'b', 'c', 'd'], complete: true });
  });

  test('reading a page again changes nothing when nothing moved', () => {
    expect(link(long, 1, 'c')).toBe(long);
  });

  test('what lies behind moved rows is forgotten', () => {
    expect(link(long, 1, 'x')).toEqual({ cursors: ['', 'b', 'x'], complete: false });
    expect(link(link(long, 3, undefined), 0, undefined)).toEqual({ cursors: [''], complete: true });
  });

  test('an answer for a page that is gone is ignored', () => {
    expect(link(emptyChain(), 2, 'x')).toEqual(emptyChain());
  });

  test('rows stand where the pages before them end, read or not', () => {
    const starts = offsets(long, [100, undefined, 98, undefined], 100);
    expect(starts).toEqual([0, 100, 200, 298, 308]);
    expect(pagesBetween(starts, 0, 30)).toEqual([0, 0]);
    expect(pagesBetween(starts, 190, 300)).toEqual([1, 3]);
    expect(pagesBetween(starts, 5000, 5040)).toEqual([3, 3]);
  });
});
