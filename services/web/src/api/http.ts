/* The way to the API: headers that every request carries, answers, and failures as Problem. */
import { noteRead } from '../offline/readAt';
import { Problem, readProblem } from './problem';

export const BASE = '/api/v1';
const TIMEOUT_MS = 30_000;

export interface Call {
  method?: string;
  /* written as JSON unless it is a Blob */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface Answer<T> {
  data: T;
  status: number;
  headers: Headers;
}

let language = 'es';
let onTheirWay = 0;
const arrived: (() => void)[] = [];
let wrote: (path: string, data: unknown) => void = () => undefined;
let signedOut: () => void = () => undefined;

/* The language that messages of the API come in. */
export function setApiLanguage(lang: string): void {
  language = lang;
}

/* Called when the session has ended: any 401 except a refused sign-in. */
export function onSignedOut(fn: () => void): void {
  signedOut = fn;
}

/* Called with the answer of every write. */
export function onWritten(fn: (path: string, data: unknown) => void): void {
  wrote = fn;
}

/* When no write is under way any more. */
export const allWritten = (): Promise<void> => (onTheirWay ? new Promise((resolve) => void arrived.push(resolve)) : Promise.resolve());

/* The live stream heard it. */
export function sessionEnded(): void {
  signedOut();
}

/* Sends one request. `path` starts with "/". Rejects with Problem, or AbortError when `signal` was aborted. */
export async function call<T>(path: string, given: Call = {}): Promise<Answer<T>> {
  if ((given.method ?? 'GET') === 'GET') return send<T>(path, given);
  onTheirWay++;
  try {
    return await send<T>(path, given);
  } finally {
    if (!--onTheirWay) arrived.splice(0).forEach((tell) => tell());
  }
}

async function send<T>(path: string, { method = 'GET', body, headers = {}, signal }: Call): Promise<Answer<T>> {
  const h: Record<string, string> = { Accept: 'application/json', 'Accept-Language': language, ...headers };
  if (method !== 'GET') h['X-Cauce'] = '1';
  let payload: BodyInit | undefined;
  if (body instanceof Blob) {
    payload = body;
  } else if (body !== undefined) {
    payload = JSON.stringify(body);
    h['Content-Type'] ??= 'application/json';
  }
  const limit = AbortSignal.timeout(body instanceof Blob ? TIMEOUT_MS * 20 : TIMEOUT_MS);
  let res: Response;
  try {
    res = await fetch(BASE + path, {
      method,
      headers: h,
      body: payload,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      credentials: 'same-origin',
    });
  } catch (e) {
    if (signal?.aborted) throw e;
    throw new Problem(0, { code: limit.aborted ? 'timeout' : 'network' });
  }
  if (!res.ok) {
    if (res.status === 401 && path !== '/session') signedOut();
    throw await readProblem(res);
  }
  const data = res.status === 204 ? undefined : await res.json();
  if (method === 'GET') noteRead(res.headers.get('X-Cauce-Read-At'));
  else wrote(path, data);
  return { data: data as T, status: res.status, headers: res.headers };
}
