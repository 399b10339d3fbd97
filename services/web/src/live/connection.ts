/*
 * This window's end of the stream: what it says becomes LiveChange for whoever listens, what react-query holds is read
 * again, and the frame knows whether there is a connection.
 */
import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { sessionEnded } from '../api/http';
import { leaveToOther } from '../app/leaving';
import { metadataQuery } from '../app/queries';
import { hasKept } from '../offline/readAt';
import { freshen, freshenAll } from './freshen';
import type { Down, LiveMessage, Telling, Up } from './hub';
import { lead } from './leader';
import { listen, tell } from './live';

/* `back`: it has just returned */
export type Line = 'online' | 'offline' | 'back';

const OFFLINE_AFTER_MS = 5000;
const BACK_MS = 4000;
/* all windows of all people would ask at once */
const SPREAD_MS = 2000;

let line: Line = 'online';
const watchers = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;

function setLine(next: Line): void {
  if (next === line) return;
  line = next;
  for (const watcher of [...watchers]) watcher();
}

function lost(): void {
  if (line === 'offline') return;
  clearTimeout(timer);
  timer = setTimeout(() => setLine('offline'), OFFLINE_AFTER_MS);
}

function found(): void {
  clearTimeout(timer);
  if (line !== 'offline') return;
  setLine('back');
  timer = setTimeout(() => setLine('online'), BACK_MS);
}

export function useLine(): Line {
  return useSyncExternalStore((w) => { watchers.add(w); return () => void watchers.delete(w); }, () => line);
}

function tellAll(message: LiveMessage): void {
  const { module, id, type, version } = message;
  if (module && id && type) tell({ kind: 'record', module, id, type, version });
  for (const [key, count] of Object.entries(message.many ?? {})) tell({ kind: 'many', module: key, count });
  if (message.reset) tell({ kind: 'reset' });
}

function readModules(client: QueryClient, modules: string[], telling: Telling): void {
  const known = client.getQueryData(metadataQuery.queryKey)?.modules.map((m) => m.key) ?? [];
  const same = known.length === modules.length && modules.every((m) => known.includes(m));
  if (telling === 'first' && same) return;
  if (telling === 'changed' || !same) return freshenAll(client);
  setTimeout(() => void client.invalidateQueries(metadataQuery), Math.random() * SPREAD_MS);
}

type Send = (up: Up) => void;

function openPort(take: (down: Down) => void): Send {
  if (typeof SharedWorker === 'undefined') return lead(take);
  try {
    const worker = new SharedWorker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'cauce-live' });
    let send: Send = (up) => worker.port.postMessage(up);
    let joined: Up | undefined;
    worker.onerror = () => {
      send = lead(take);
      if (joined) send(joined);
    };
    worker.port.onmessage = ({ data }: MessageEvent<Down>) => take(data);
    return (up) => {
      if (up.kind === 'join') joined = up;
      send(up);
    };
  } catch {
    return lead(take);
  }
}

let port: Send | undefined;
let heard: (down: Down) => void = () => undefined;

/* Begins to hear for this person. Gives what ends it. */
export function connect(client: QueryClient, who: string): () => void {
  heard = (down) => {
    if (down.kind === 'message') return tellAll(down.message);
    if (down.kind === 'modules') return readModules(client, down.modules, down.telling);
    if (down.kind === 'who') {
      /* another window signed in as somebody else: what is on screen here is not theirs to see */
      if (down.who !== who) leaveToOther();
      return;
    }
    if (down.state === 'open' && navigator.onLine) {
      /* what the device answered meanwhile is read from the server */
      if (hasKept()) void client.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' });
      found();
    }
    if (down.state === 'waiting') lost();
    else if (down.state === 'ended') sessionEnded();
  };
  port ??= openPort((down) => heard(down));
  const send = port;
  const join = () => send({ kind: 'join', who });
  const bye = () => send({ kind: 'bye' });
  const wake = () => send({ kind: 'wake' });
  const online = () => {
    wake();
    join();
  };
  const shown = (e: PageTransitionEvent) => e.persisted && join();
  const seen = () => document.visibilityState === 'visible' && wake();
  join();
  const stop = listen((change) => freshen(client, change));
  /* signed in again, after the end of a session */
  const again = client.getQueryCache().subscribe(({ type, query }) => {
    if (type === 'updated' && query.queryKey[0] === 'session' && query.state.status === 'success') join();
  });
  window.addEventListener('pagehide', bye);
  window.addEventListener('pageshow', shown);
  window.addEventListener('online', online);
  window.addEventListener('offline', lost);
  document.addEventListener('visibilitychange', seen);
  return () => {
    stop();
    again();
    heard = () => undefined;
    window.removeEventListener('pagehide', bye);
    window.removeEventListener('pageshow', shown);
    window.removeEventListener('online', online);
    window.removeEventListener('offline', lost);
    document.removeEventListener('visibilitychange', seen);
  };
}
