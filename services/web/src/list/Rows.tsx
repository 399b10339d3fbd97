/* The rows of one list, drawn where they are seen, with J, K and Enter. */
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import { useNavigate } from 'react-router-dom';
import { formatQuery, type ListQuery } from '../api/filters';
import type { Rec } from '../api/records';
import { useFieldText } from '../fields/text';
import { useKeys } from '../lib/keys';
import type { Field, Module } from '../meta/types';
import { useT } from '../text/i18n';
import { size } from '../theme/tokens';
import { HEAD_HEIGHT } from './grid';
import { readPosition, writePosition } from './position';
import { CardRow, TableRow } from './Row';
import { usePages, type Pages } from './usePages';
import { useWindow } from './useWindow';

interface Props {
  module: Module;
  query: ListQuery;
  columns: Field[];
  title: Field | undefined;
  phone: boolean;
  scroller: RefObject<HTMLElement>;
  label?: string;
  onPages: (pages: Pages) => void;
}

export function Rows({ module, query, columns, title, phone, scroller, label, onPages }: Props) {
  const navigate = useNavigate();
  const text = useFieldText();
  const nameless = useT()('list.no_name');
  const body = useRef<HTMLDivElement>(null);
  const height = phone ? size.card : size.row;
  const key = `${module.path}?${formatQuery(query)}`;
  const { from, to, reveal } = useWindow(scroller, body, height, phone ? 0 : HEAD_HEIGHT);
  const pages = usePages(module.path, query, from, to);
  const [active, setActive] = useState(() => readPosition(key).active);

  useEffect(() => onPages(pages));

  /* back at the place this list was left at; a list not seen before begins at its top */
  useEffect(() => {
    const position = readPosition(key);
    const box = scroller.current;
    setActive(position.active);
    if (!box) return;
    box.scrollTop = position.top;
    /* remembered as it moves: a box that is being taken down says 0 */
    let top = position.top;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const save = () => {
      timer = undefined;
      writePosition(key, { top });
    };
    const follow = () => {
      top = box.scrollTop;
      timer ??= setTimeout(save, 150);
    };
    box.addEventListener('scroll', follow, { passive: true });
    return () => {
      box.removeEventListener('scroll', follow);
      clearTimeout(timer);
      save();
    };
  }, [key, scroller]);

  const activate = useCallback((index: number) => {
    setActive(index);
    writePosition(key, { active: index });
  }, [key]);

  const focus = (index: number) =>
    body.current?.querySelector<HTMLElement>(`[data-row="${index}"]`)?.focus({ preventScroll: true });

  /* the row may first have to be drawn, or read */
  const wanted = useRef(-1);
  useEffect(() => {
    if (wanted.current < 0) return;
    focus(wanted.current);
    if (document.activeElement?.getAttribute('data-row') === String(wanted.current)) wanted.current = -1;
  });

  const move = (by: number) => {
    const next = Math.min(Math.max(active + by, 0), Math.max(pages.total - 1, 0));
    if (next === active && document.activeElement?.hasAttribute('data-row')) return;
    activate(next);
    wanted.current = next;
    reveal(next);
  };
  const open = useCallback((record: Rec) => navigate(`/${module.path}/${record.id}`), [navigate, module.path]);

  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: (e) => {
      const record = pages.rowAt(active);
      if (e.target instanceof HTMLElement && e.target.closest('a, button')) e.target.click();
      else if (record) open(record);
    },
  });

  const end = Math.min(to, pages.total);
  const start = Math.min(from, end);
  const reachable = active >= start && active < end ? active : Math.max(start, 0);
  const Row = phone ? CardRow : TableRow;
  const rows = [];
  for (let i = start; i < end; i++) {
    const record = pages.rowAt(i);
    rows.push(
      <Row
        key={record?.id ?? `row-${i}`} index={i} record={record} path={module.path} columns={columns} title={title}
        active={i === active} reachable={i === reachable} text={text} nameless={nameless} onActivate={activate} onOpen={open}
      />,
    );
  }
  return (
    <div
      ref={body} className="body" role={phone ? 'list' : 'rowgroup'} aria-label={phone ? label : undefined}
      style={{ height: pages.total * height, paddingTop: start * height, boxSizing: 'border-box', overflow: 'clip' }}
    >
      {rows}
    </div>
  );
}
