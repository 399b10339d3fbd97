import { afterEach, describe, expect, test, vi } from 'vitest';
import { createDataProvider, toListQuery } from '../../src/api/data-provider';
import { onSignedOut } from '../../src/api/http';
import { isProblem } from '../../src/api/problem';

interface Sent {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: unknown;
}

/* Answers requests from `replies`, in order, and remembers them. */
function server(...replies: [status: number, body: unknown][]): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    sent.push({ url, method: init.method ?? 'GET', headers: init.headers as Record<string, string>, body: init.body && JSON.parse(String(init.body)) });
    const [status, body] = replies.shift() ?? [500, {}];
    return new Response(status === 204 ? null : JSON.stringify(body), { status });
  });
  return sent;
}

afterEach(() => vi.unstubAllGlobals());
const provider = createDataProvider();
const list = (page: number, extra: object = {}) =>
  provider.getList('leads', { pagination: { page, perPage: 2 }, sort: { field: 'name', order: 'ASC' }, filter: { q: 'x', ...extra } });

describe('data provider', () => {
  test('react-admin’s filter, sort and page become the contract’s query', () => {
    expect(
      toListQuery({ pagination: { page: 1, perPage: 25 }, sort: { field: 'created_at', order: 'DESC' }, filter: { q: 'ana', view: 'all', stage: ['a', 'b'], city: '05001', empty: '' } }),
    ).toEqual({
      q: 'ana', view: 'all', sort: '-created_at', fields: undefined, limit: 25, cursor: undefined,
      filters: [{ field: 'stage', op: 'in', values: ['a', 'b'] }, { field: 'city', op: 'eq', values: ['05001'] }],
    });
  });

  test('pages are reached by cursor, and the chain is remembered', async () => {
    const sent = server([200, { items: [{ id: '1' }], next: 'c1' }], [200, { items: [{ id: '2' }], next: 'c2' }], [200, { items: [{ id: '3' }] }], [200, { items: [{ id: '3' }] }]);
    const third = await list(3);
    expect(third.data).toEqual([{ id: '3' }]);
    expect(third.pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: true });
    expect(sent.map((s) => /cursor=(\w+)/.exec(s.url)?.[1])).toEqual([undefined, 'c1', 'c2']);
    await list(3);
    expect(sent).toHaveLength(4);
  });

  test('a change sends what differs, with the version it is for', async () => {
    const sent = server([200, { id: '1', version: 8 }]);
    const previousData = { id: '1', version: 7, name: 'Ana', stage: 'offer', labels: { city: 'Cali' }, custom: { a: 1, b: 2 } };
    const data = { ...previousData, name: 'Ana M.', stage: '', email: '', labels: {}, custom: { a: 1, b: 3 } };
    await provider.update('leads', { id: '1', data, previousData });
    expect(sent[0]).toMatchObject({ method: 'PATCH', body: { name: 'Ana M.', stage: null, custom: { b: 3 } } });
    expect(sent[0]?.headers).toMatchObject({ 'If-Match': '"7"', 'Content-Type': 'application/merge-patch+json', 'X-Cauce': '1' });
  });

  test('a change of nothing sends nothing', async () => {
    const sent = server();
    const previousData = { id: '1', version: 7, name: 'Ana', tags: [] };
    await provider.update('leads', { id: '1', data: { ...previousData, email: null }, previousData });
    expect(sent).toHaveLength(0);
  });

  test('every try of one submit carries the same key', async () => {
    const sent = server([504, { code: 'timeout' }], [201, { id: '9', version: 1 }]);
    const params = { data: { name: 'Ana', email: '' }, meta: { key: 'k-1' } };
    await expect(provider.create('leads', params)).rejects.toThrow();
    await provider.create('leads', params);
    expect(sent.map((s) => s.headers['Idempotency-Key'])).toEqual(['k-1', 'k-1']);
    expect(sent[1]?.body).toEqual({ name: 'Ana' });
  });

  test('a 401 says that the session is over; a failed answer is a Problem', async () => {
    const over = vi.fn();
    onSignedOut(over);
    server([401, { code: 'sign_in' }]);
    const error: unknown = await provider.getOne('leads', { id: '1' }).catch((e: unknown) => e);
    expect(over).toHaveBeenCalledOnce();
    expect(isProblem(error) && error.code).toBe('sign_in');
  });

  test('no answer at all is a Problem too', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(provider.getOne('leads', { id: '1' })).rejects.toMatchObject({ status: 0, code: 'network' });
  });
});
