/*
 * The service worker in this window. A new version waits until somebody goes to another page: nothing is being written
 * then, and the page that is gone to comes from the new version.
 */
import { useEffect, useRef } from 'react';
import { useLocation } from 'react-router-dom';

const QUIET_MS = 2000;
const LOOK_MS = 30 * 60_000;

let registration: ServiceWorkerRegistration | undefined;
/* another window took the new version: the files of this one are gone */
let stale = false;

const container = (): ServiceWorkerContainer | undefined => (import.meta.env.PROD && 'serviceWorker' in navigator ? navigator.serviceWorker : undefined);

export function registerWorker(): void {
  const workers = container();
  if (!workers) return;
  const controlled = !!workers.controller;
  workers.addEventListener('controllerchange', () => (stale = controlled));
  window.addEventListener('load', () => setTimeout(() => {
    workers.register('/sw.js').then((r) => {
      registration = r;
      setInterval(() => document.visibilityState === 'visible' && void r.update().catch(() => undefined), LOOK_MS);
    }, () => undefined);
  }, QUIET_MS));
}

/* Rights have changed: what was kept may be more than may be seen. */
export function forgetKept(): void {
  container()?.controller?.postMessage('forget');
}

export function useNewVersion(): void {
  const { pathname } = useLocation();
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    if (stale) return window.location.reload();
    if (!registration?.waiting) return;
    container()?.addEventListener('controllerchange', () => window.location.reload(), { once: true });
    registration.waiting.postMessage('take over');
  }, [pathname]);
}
