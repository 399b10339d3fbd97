/* What others change while the board is looked at. Held back while a card is in the hand. */
import { useEffect, useRef } from 'react';
import { useLive, type LiveChange } from '../live/live';
import type { Module } from '../meta/types';
import type { BoardStore } from './store';

const GATHER_MS = 150;
const MANY = 100;
/* without the live stream it is read again on focus, and now and then */
const REST_MS = 60_000;

interface Heard {
  ids: Map<string, { isNew: boolean }>;
  all: boolean;
}

const nothing = (): Heard => ({ ids: new Map(), all: false });

async function readAgain(store: BoardStore, heard: Heard, signal: AbortSignal): Promise<void> {
  const ids = [...heard.ids.keys()].filter((id) => !store.pending.has(id));
  if (!ids.length) return;
  const records = await store.options.api.some(ids, signal);
  const here = new Set(records.map((r) => r.id));
  for (const id of ids) {
    if (!here.has(id) && store.cards.has(id)) store.drop(id);
  }
  for (const record of records) {
    const known = store.cards.get(record.id);
    if (known && known.version >= record.version && store.isShown(record.id)) continue;
    store.notices.delete(record.id);
    store.place(record, false, !known && heard.ids.get(record.id)?.isNew);
  }
  store.changed(ids);
}

export function useBoardLive(module: Module, store: BoardStore, held: boolean): void {
  const heard = useRef<Heard>(nothing());
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const holding = useRef(held);
  holding.current = held;

  const flush = useRef(() => undefined as void);
  flush.current = () => {
    timer.current = undefined;
    if (holding.current) return;
    const now = heard.current;
    heard.current = nothing();
    if (now.all || now.ids.size > MANY) return store.refresh();
    const control = new AbortController();
    readAgain(store, now, control.signal).catch(() => store.refresh());
  };
  const soon = () => {
    timer.current ??= setTimeout(() => flush.current(), GATHER_MS);
  };

  useLive(module.key, (change: LiveChange) => {
    if (change.kind !== 'record') {
      heard.current.all = true;
    } else if (change.type === 'gone' || change.type === 'deleted' || change.type === 'erased') {
      heard.current.ids.delete(change.id);
      if (store.cards.has(change.id)) heard.current.ids.set(change.id, { isNew: false });
      else store.countSoon();
    } else {
      const known = store.cards.get(change.id);
      if (known && change.version !== undefined && known.version >= change.version) return;
      heard.current.ids.set(change.id, { isNew: change.type === 'created' || !!heard.current.ids.get(change.id)?.isNew });
    }
    soon();
  });

  useEffect(() => {
    if (!held && (heard.current.all || heard.current.ids.size)) timer.current ??= setTimeout(() => flush.current(), GATHER_MS);
  }, [held]);

  useEffect(() => {
    let read = Date.now();
    const look = () => {
      if (document.visibilityState !== 'visible' || holding.current || Date.now() - read < REST_MS) return;
      read = Date.now();
      store.refresh();
    };
    window.addEventListener('focus', look);
    return () => {
      window.removeEventListener('focus', look);
      clearTimeout(timer.current);
      timer.current = undefined;
      heard.current = nothing();
    };
  }, [store]);
}
