/* The keys of the rows: moving, opening, selecting, editing. A key that has nothing to do here is left to the browser. */
import { useRef } from 'react';
import type { Rec } from '../api/records';
import { useKeys } from '../lib/keys';
import { EVERYTHING, isNothing, NOTHING, select, toggle, type Selection } from './selection';
import type { Active } from './useActive';
import type { Pages } from './usePages';

interface Given {
  pages: Pages;
  active: Active;
  columns: number;
  home: number;
  phone: boolean;
  selectable: boolean;
  selection: Selection;
  onSelection: (s: Selection) => void;
  /* rows of a screenful */
  page: () => number;
  onOpen: ((r: Rec) => void) | undefined;
  onEdit: ((r: Rec) => void) | undefined;
  onEditCell: (row: number, cell: number) => void;
  onAssign: ((r: Rec) => void) | undefined;
}

const inRow = (): boolean => document.activeElement?.hasAttribute('data-row') ?? false;

export function useRowKeys(g: Given): { pickRange: (row: number) => void; forget: () => void } {
  const { pages, active, selection, onSelection } = g;
  /* where a range began, and what was selected before it */
  const range = useRef<{ from: number; before: Selection } | null>(null);
  const record = active.row >= 0 ? pages.rowAt(active.row) : undefined;

  const pickRange = (to: number) => {
    range.current ??= { from: Math.max(active.row, 0), before: selection };
    const { from, before } = range.current;
    const records: Rec[] = [];
    for (let i = Math.min(from, to); i <= Math.max(from, to); i++) {
      const r = pages.rowAt(i);
      if (r) records.push(r);
    }
    onSelection(select(before, records, true));
  };

  const to = (row: number, e: KeyboardEvent) => {
    if (!pages.loaded) return false;
    const next = Math.min(Math.max(row, 0), Math.max(pages.total - 1, 0));
    if (e.shiftKey && g.selectable) pickRange(next);
    else range.current = null;
    if (next === active.row && inRow()) return;
    active.go(next, active.cell);
  };
  const by = (n: number) => (e: KeyboardEvent) => to(active.row < 0 ? 0 : active.row + n, e);
  const aside = (n: number) => {
    if (!record || g.phone) return false;
    active.go(active.row, Math.min(Math.max(active.cell + n, 0), g.columns - 1));
  };
  const pick = (e: KeyboardEvent) => {
    if (!record || !g.selectable) return false;
    if (e.target instanceof HTMLElement && e.key === ' ' && e.target.closest('button, input')) return false;
    range.current = null;
    onSelection(toggle(selection, record));
  };

  useKeys({
    j: by(1),
    k: by(-1),
    ArrowDown: by(1),
    ArrowUp: by(-1),
    PageDown: (e) => to(Math.max(active.row, 0) + g.page(), e),
    PageUp: (e) => to(Math.max(active.row, 0) - g.page(), e),
    Home: (e) => to(0, e),
    End: (e) => to(pages.total - 1, e),
    ArrowRight: () => aside(1),
    ArrowLeft: () => aside(-1),
    Enter: (e) => {
      if (e.target instanceof HTMLElement && e.target.closest('button, a:not([data-row]), input')) return false;
      if (!record || !g.onOpen) return false;
      g.onOpen(record);
    },
    ' ': pick,
    x: pick,
    'mod+a': (e) => {
      if (!g.selectable || !pages.loaded || (e.target instanceof HTMLElement && e.target.matches('input:not([type=checkbox]), textarea'))) return false;
      onSelection(EVERYTHING);
    },
    Escape: () => {
      range.current = null;
      if (!isNothing(selection)) return onSelection(NOTHING);
      if (active.row < 0) return false;
      if (document.activeElement instanceof HTMLElement && inRow()) document.activeElement.blur();
      active.set(-1);
    },
    e: () => (record && g.onEdit ? g.onEdit(record) : false),
    a: () => (g.onAssign && (record || !isNothing(selection)) ? g.onAssign(record as Rec) : false),
    F2: () => (record ? g.onEditCell(active.row, active.cell) : false),
  });
  return { pickRange, forget: () => void (range.current = null) };
}
