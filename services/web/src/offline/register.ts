/*
 * The service worker in this window, and a new version of the client: it waits until it is asked for, or until somebody goes
 * to another page. Nothing is being written then, and the page that is gone to comes from the new version.
 */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useLocation } from 'react-router-dom';
import { loadAgain } from '../app/leaving';

const QUIET_MS = 2000;
const LOOK_MS = 30 * 60_000;

let registration: ServiceWorkerRegistration | undefined;
/* another window took the new version: the files of this one are gone */
let stale = false;
let looked = Date.now();
const watchers = new Set<() => void>();

const container = (): ServiceWorkerContainer | undefined => (import.meta.env.PROD && 'serviceWorker' in navigator ? navigator.serviceWorker : undefined);
const isNew = (): boolean => stale || (!!registration?.waiting && !!container()?.controller);
const tell = (): void => watchers.forEach((watcher) => watcher());

/* From time to time, and when a window is looked at again after a time. */
function look(): void {
  if (document.visibilityState !== 'visible' || Date.now() - looked < LOOK_MS) return;
  looked = Date.now();
  registration?.update().catch(() => undefined);
}

/* nothing is found where workers are refused */
function follow(found: ServiceWorkerRegistration | undefined): void {
  if (!found) return;
  registration = found;
  found.addEventListener('updatefound', () => found.installing?.addEventListener('statechange', tell));
  tell();
  setInterval(look, LOOK_MS / 10);
  document.addEventListener('visibilitychange', look);
}

export function registerWorker(): void {
  const workers = container();
  if (!workers) return;
  let controlled = !!workers.controller;
  workers.addEventListener('controllerchange', () => {
    stale = controlled;
    controlled = true;
    tell();
  });
  window.addEventListener('load', () => setTimeout(() => workers.register('/sw.js').then(follow, () => undefined), QUIET_MS));
}

/* Rights have changed, or the session is over: what was kept may be more than may be seen. */
export function forgetKept(): void {
  container()?.controller?.postMessage('forget');
}

/* Loads the page again, of the new version. */
export function takeNewVersion(): void {
  if (stale || !registration?.waiting) return void loadAgain();
  container()?.addEventListener('controllerchange', () => void loadAgain(), { once: true });
  registration.waiting.postMessage('take over');
}

/* Whether one is there; going to another page takes it. */
export function useNewVersion(): boolean {
  const { pathname } = useLocation();
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    if (isNew()) takeNewVersion();
  }, [pathname]);
  return useSyncExternalStore((w) => { watchers.add(w); return () => void watchers.delete(w); }, isNew);
}
