/* Keys of the board: arrows go from card to card, Alt and arrows move it. */
import { useCallback, useRef, type KeyboardEvent, type MutableRefObject } from 'react';
import { useKeys } from '../lib/keys';
import type { BoardStore } from './store';

interface Options {
  store: BoardStore;
  /* the columns that are open, in their order */
  keys: string[];
  active: string | undefined;
  activate: (id: string) => void;
  wanted: MutableRefObject<string | null>;
  reveal: (key: string) => void;
  /* the chosen ones, if the card is one of them; else the card alone */
  group: (id: string) => string[];
  movable: (key: string) => boolean;
  move: (ids: string[], to: string) => void;
  undo: () => void;
  choose: (id: string, range: boolean) => void;
  escape: () => void;
  menu: (id: string, anchor: HTMLElement) => void;
}

export function useBoardKeys(o: Options) {
  /* where it was last, for when the card has gone from under the hand */
  const last = useRef({ key: o.keys[0] ?? '', index: 0 });

  const here = useCallback(() => {
    const record = o.active ? o.store.cards.get(o.active) : undefined;
    const key = record ? o.store.keyOf(record) : '';
    const index = record ? o.store.state(key).ids.indexOf(record.id) : -1;
    if (index >= 0) last.current = { key, index };
    return { ...last.current, known: index >= 0 };
  }, [o.active, o.store]);

  const go = (key: string, index: number) => {
    const { ids } = o.store.state(key);
    const id = ids[Math.min(Math.max(index, 0), ids.length - 1)];
    if (!id) return false;
    o.wanted.current = id;
    o.activate(id);
    o.reveal(key);
    return true;
  };
  const vertical = (by: number, range: boolean) => {
    const { key, index, known } = here();
    if (!known) return void (go(key, index) || horizontal(1));
    if (go(key, index + by) && range && o.wanted.current) o.choose(o.wanted.current, true);
  };
  const horizontal = (by: number) => {
    const { key, index } = here();
    for (let at = o.keys.indexOf(key) + by; at >= 0 && at < o.keys.length; at += by) {
      if (go(o.keys[at] ?? '', index)) return;
    }
  };
  const withActive = (run: (id: string) => void) => () => {
    if (here().known && o.active) run(o.active);
  };
  const element = (id: string) => document.querySelector<HTMLElement>(`[data-card="${id}"]`);

  useKeys({
    ArrowDown: (e) => vertical(1, e.shiftKey),
    ArrowUp: (e) => vertical(-1, e.shiftKey),
    j: () => vertical(1, false),
    k: () => vertical(-1, false),
    ArrowRight: () => horizontal(1),
    ArrowLeft: () => horizontal(-1),
    Home: () => go(here().key, 0),
    End: () => go(here().key, Number.MAX_SAFE_INTEGER),
    x: withActive((id) => o.choose(id, false)),
    s: withActive((id) => {
      const anchor = element(id)?.parentElement;
      if (anchor) o.menu(id, anchor);
    }),
    Enter: (e) => {
      const target = e.target instanceof HTMLElement ? e.target.closest<HTMLElement>('a, button') : null;
      if (target) target.click();
      else withActive((id) => element(id)?.click())();
    },
    Escape: () => o.escape(),
  });

  /* these would be the browser's, were the focus not on a card */
  const onKeyDown = (e: KeyboardEvent) => {
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'z') {
      e.preventDefault();
      return o.undo();
    }
    if (!e.altKey || (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight')) return;
    e.preventDefault();
    const { known, ...place } = here();
    if (!known || !o.active) return;
    const key = o.store.heading.get(o.active) ?? place.key;
    const by = e.key === 'ArrowRight' ? 1 : -1;
    for (let at = o.keys.indexOf(key) + by; at >= 0 && at < o.keys.length; at += by) {
      const to = o.keys[at] ?? '';
      if (!o.movable(to)) continue;
      o.wanted.current = o.active;
      o.move(o.group(o.active), to);
      o.reveal(to);
      return;
    }
  };
  return { onKeyDown };
}
