/*
 * Records of every module that fit what was typed: all modules are asked at once, and each one's answer goes below those
 * that are there, so that nothing moves. What was found before stays until the first answer.
 */
import { useEffect, useState } from 'react';
import { listPage } from '../api/client';
import type { Rec } from '../api/records';
import { columnsOf, isShown, titleField } from '../meta/fields';
import { useMetadata } from '../meta/metadata';
import type { Field, Module } from '../meta/types';

export const FOUND_MAX = 5;
const LEAST = 2;
const PAUSE_MS = 120;

export interface Found {
  module: Module;
  records: Rec[];
  /* there are more than are shown */
  more: boolean;
  /* facts that tell namesakes apart */
  facts: Field[];
}

interface State {
  q: string;
  groups: Found[];
  failed: Module[];
  waiting: boolean;
}

const IDLE: State = { q: '', groups: [], failed: [], waiting: false };
const FACTS = new Set<Field['kind']>(['text', 'city', 'picklist', 'phone', 'email', 'reference']);

function factsOf(module: Module): Field[] {
  const title = titleField(module);
  return columnsOf(module, undefined).filter((f) => f !== title && isShown(f) && FACTS.has(f.kind)).slice(0, 2);
}

export function useFind(typed: string, open: boolean): State {
  const { modules } = useMetadata();
  const [state, setState] = useState<State>(IDLE);
  const q = typed.trim();
  useEffect(() => {
    if (!open || q.length < LEAST) return setState(IDLE);
    const abort = new AbortController();
    const ask = async () => {
      const searched = modules.filter((m) => m.fields.some((f) => f.searchable));
      let first = true;
      const put = (change: (s: State) => State) => {
        if (abort.signal.aborted) return;
        const fresh = first;
        first = false;
        setState((s) => change(fresh ? { ...IDLE, q, waiting: true } : s));
      };
      await Promise.all(searched.map(async (module) => {
        const facts = factsOf(module);
        try {
          const fields = ['id', 'label', ...facts.map((f) => f.name)];
          const { items, next } = await listPage(module.path, { q, filters: [], fields, limit: FOUND_MAX }, abort.signal);
          if (items.length) put((s) => ({ ...s, groups: [...s.groups, { module, records: items, more: !!next, facts }] }));
        } catch {
          put((s) => ({ ...s, failed: [...s.failed, module] }));
        }
      }));
      put((s) => s);
      if (!abort.signal.aborted) setState((s) => ({ ...s, waiting: false }));
    };
    setState((s) => ({ ...s, waiting: true }));
    const timer = setTimeout(() => void ask(), PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [q, open, modules]);
  return state;
}
