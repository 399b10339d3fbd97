/*
 * The service worker: the client's own files are on the device; what was read of the API last is answered when there is no
 * connection. All of that belongs to one person: it is erased when he signs out, when his session is over, and before
 * anything of somebody else is kept.
 */
import { CacheExpiration, ExpirationPlugin } from 'workbox-expiration';
import { cleanupOutdatedCaches, matchPrecache, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { NetworkFirst } from 'workbox-strategies';
import { isReadable } from './readable';

/* in the place of the name, vite.config.ts writes what there is */
declare const __FILES__: { url: string; revision: string | null }[];

interface Worker {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(type: 'activate' | 'message', fn: (e: MessageEvent & { waitUntil(p: Promise<unknown>): void }) => void): void;
}
const worker = self as unknown as Worker;

const API_CACHE = 'cauce-api';
const WHO_CACHE = 'cauce-who';
const KEPT_MAX = 300;
const KEPT_S = 7 * 24 * 3600;
/* a line this slow gets the page that is on the device */
const PAGE_MS = 1500;
const READ_AT = 'X-Cauce-Read-At';

/* ---- whose it is ---- */

/* what was asked for before an erasure is not kept after it */
let generation = 0;

/* what was read, and the addresses that the expiration notes */
async function forgetRead(): Promise<void> {
  generation++;
  await Promise.all([caches.delete(API_CACHE), new CacheExpiration(API_CACHE, { maxEntries: KEPT_MAX }).delete()]);
}

async function forget(): Promise<void> {
  await Promise.all([forgetRead(), caches.delete(WHO_CACHE)]);
}

async function belongsTo(user: string): Promise<void> {
  const cache = await caches.open(WHO_CACHE);
  const known = await cache.match('/who');
  if ((await known?.text()) === user) return;
  if (known) await forgetRead();
  await cache.put('/who', new Response(user));
}

async function learn(response: Response): Promise<void> {
  if (response.status === 401) return forget();
  if (!response.ok) return;
  const { user } = (await response.clone().json().catch(() => ({}))) as { user?: { id?: string } };
  if (user?.id) await belongsTo(user.id);
}

/* ---- pages and their files ---- */

async function page({ request }: { request: Request }): Promise<Response> {
  const network = fetch(request);
  network.catch(() => undefined);
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, PAGE_MS));
  const answer = await Promise.race([network, late]).catch(() => undefined);
  if (answer?.ok) return answer;
  return (await matchPrecache('/index.html')) ?? answer ?? network;
}

registerRoute(new NavigationRoute(page, { denylist: [/^\/api\//] }));
cleanupOutdatedCaches();
precacheAndRoute(__FILES__, { directoryIndex: '', cleanURLs: false });

/* ---- the API ---- */

const keeping = {
  handlerWillStart: async ({ state }: { state?: Record<string, unknown> }) => {
    if (state) state.generation = generation;
  },
  cacheWillUpdate: async ({ response, state }: { response: Response; state?: Record<string, unknown> }) => {
    if (response.status !== 200 || state?.generation !== generation) return null;
    const headers = new Headers(response.headers);
    headers.set(READ_AT, new Date().toISOString());
    return new Response(response.body, { status: 200, headers });
  },
};
const expiration = new ExpirationPlugin({ maxEntries: KEPT_MAX, maxAgeSeconds: KEPT_S, purgeOnQuotaError: true });
const plugins = [keeping, expiration];
const reading = new NetworkFirst({ cacheName: API_CACHE, plugins });
const session = new NetworkFirst({
  cacheName: API_CACHE,
  plugins: [{ fetchDidSucceed: async ({ response }) => (await learn(response), response) }, ...plugins],
});
const isSession = ({ url }: { url: URL }): boolean => url.pathname === '/api/v1/session';

registerRoute(isSession, session);
registerRoute(({ url, request, sameOrigin }) => sameOrigin && request.mode !== 'navigate' && isReadable(url), reading);
for (const method of ['POST', 'DELETE'] as const) {
  registerRoute(isSession, async ({ request }) => {
    const response = await fetch(request);
    if (method === 'POST') await learn(response);
    else if (response.ok) await forget();
    return response;
  }, method);
}

/* ---- a new version ---- */

worker.addEventListener('activate', (e) => e.waitUntil(worker.clients.claim()));
worker.addEventListener('message', (e) => {
  if (e.data === 'take over') void worker.skipWaiting();
  if (e.data === 'forget') e.waitUntil(forgetRead());
});
