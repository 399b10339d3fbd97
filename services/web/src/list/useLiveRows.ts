/*
 * What changes while a list is looked at. A record on the screen is read again in its place; one that is not of the list any
 * more fades and goes; a new one waits behind a pill unless nothing is being read. Nothing that is read moves by itself.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { listPage } from '../api/client';
import { formatQuery, type ListQuery } from '../api/filters';
import type { Rec } from '../api/records';
import { useLive, type LiveChange } from '../live/live';
import type { Module } from '../meta/types';
import { dropRecords, putRecords } from './pageCache';
import type { Pages } from './usePages';

const GATHER_MS = 150;
const FADE_MS = 220;
const EVERY_MS = 60_000;
const ASK_MAX = 100;
const HEAD_ROWS = 20;

const NONE: ReadonlySet<string> = new Set();

interface Watch {
  module: Module;
  query: ListQuery;
  pages: Pages;
  /* the rows on the screen */
  shown: () => Rec[];
  /* nothing is being read: new ones may come in by themselves */
  quiet: () => boolean;
}

export interface LiveRows {
  gone: ReadonlySet<string>;
  /* how many new ones wait */
  fresh: number;
  takeIn: () => void;
}

export function useLiveRows(watch: Watch): LiveRows {
  const { module, query } = watch;
  const client = useQueryClient();
  const list = formatQuery(query);
  const now = useRef(watch);
  now.current = watch;
  const waiting = useRef<{ ids: Map<string, boolean>; timer?: ReturnType<typeof setTimeout> }>({ ids: new Map() });
  const [gone, setGone] = useState(NONE);
  const [fresh, setFresh] = useState(NONE);

  const takeIn = useCallback(() => {
    setFresh(NONE);
    void client.invalidateQueries({ queryKey: [module.path, 'getList'] });
    void client.invalidateQueries({ queryKey: [module.path, 'getCount'] });
  }, [client, module.path]);

  const addFresh = useCallback((ids: string[]) => {
    if (!ids.length) return;
    if (now.current.quiet()) takeIn();
    else setFresh((old) => new Set([...old, ...ids]));
  }, [takeIn]);

  const leave = useCallback((ids: string[]) => {
    if (!ids.length) return;
    const held = now.current.pages.held();
    const versions = new Map(ids.map((id) => [id, held.get(id)?.version ?? 0]));
    setGone((old) => new Set([...old, ...ids]));
    setFresh((old) => (ids.some((id) => old.has(id)) ? new Set([...old].filter((id) => !ids.includes(id))) : old));
    setTimeout(() => {
      dropRecords(client, module.path, versions, list);
      setGone((old) => new Set([...old].filter((id) => !ids.includes(id))));
      void client.invalidateQueries({ queryKey: [module.path, 'getCount'] });
    }, FADE_MS);
  }, [client, module.path, list]);

  /* `ids`: whether each of them is new to the list if it is found there */
  const reread = useCallback(async (ids: Map<string, boolean>) => {
    const held = now.current.pages.held();
    const asked = [...ids.keys()];
    for (let i = 0; i < asked.length; i += ASK_MAX) {
      const part = asked.slice(i, i + ASK_MAX);
      const { items } = await listPage(module.path, { ...now.current.query, filters: [...now.current.query.filters, { field: 'id', op: 'in', values: part }], limit: ASK_MAX });
      const found = new Set(items.map((r) => r.id));
      putRecords(client, module.path, items, list);
      leave(part.filter((id) => held.has(id) && !found.has(id)));
      addFresh(part.filter((id) => found.has(id) && !held.has(id) && ids.get(id)));
    }
  }, [client, module.path, list, leave, addFresh]);

  const flush = useCallback(() => {
    const { ids } = waiting.current;
    waiting.current = { ids: new Map() };
    /* what could not be read now is read at the next change, or in a minute */
    void reread(ids).catch(() => undefined);
  }, [reread]);

  const later = useCallback((id: string, isNew: boolean) => {
    const { current } = waiting;
    current.ids.set(id, isNew || current.ids.get(id) === true);
    current.timer ??= setTimeout(flush, GATHER_MS);
  }, [flush]);

  /* Nobody said what has changed: what is on the screen is read again, and whether something stands above it. */
  const look = useCallback(async () => {
    const { pages, shown, quiet, query: q } = now.current;
    if (quiet()) return void client.invalidateQueries({ queryKey: [module.path, 'getList'] });
    await reread(new Map(shown().map((r) => [r.id, false])));
    const first = pages.rowAt(0);
    const held = pages.held();
    const { items } = await listPage(module.path, { ...q, limit: HEAD_ROWS });
    const end = items.findIndex((r) => r.id === first?.id || held.has(r.id));
    addFresh(items.slice(0, end < 0 ? items.length : end).map((r) => r.id));
  }, [client, module.path, reread, addFresh]);

  const onChange = useCallback((c: LiveChange) => {
    const { pages, query: q } = now.current;
    if (c.kind !== 'record') return void look().catch(() => undefined);
    const known = pages.held().get(c.id);
    const out = c.type === 'gone' || c.type === 'erased' || c.type === (q.deleted ? 'restored' : 'deleted');
    if (out) return known ? leave([c.id]) : undefined;
    if (known && c.version !== undefined && known.version >= c.version) return;
    const arrives = c.type === (q.deleted ? 'deleted' : 'created') || c.type === 'restored';
    /* whatever a list that is here as a whole doesn't hold is new to it */
    if (known || arrives || pages.complete) later(c.id, arrives || pages.complete);
  }, [look, leave, later]);
  useLive(module.key, onChange);

  useEffect(() => {
    setFresh(NONE);
    setGone(NONE);
    const check = () => {
      if (document.visibilityState === 'visible') void look().catch(() => undefined);
    };
    let last = Date.now();
    const back = () => {
      if (Date.now() - last < 5000) return;
      last = Date.now();
      check();
    };
    const timer = setInterval(check, EVERY_MS);
    window.addEventListener('focus', back);
    document.addEventListener('visibilitychange', back);
    const gathered = waiting.current;
    return () => {
      clearInterval(timer);
      clearTimeout(gathered.timer);
      waiting.current = { ids: new Map() };
      window.removeEventListener('focus', back);
      document.removeEventListener('visibilitychange', back);
    };
  }, [list, look]);

  return { gone, fresh: fresh.size, takeIn };
}
