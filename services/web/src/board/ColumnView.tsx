/* One column: its head with count and sum, and the cards that are seen of it. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore, type MutableRefObject } from 'react';
import { Button, IconButton } from '@mui/material';
import ChevronLeft from '@mui/icons-material/UnfoldLess';
import { useDroppable } from '@dnd-kit/core';
import { OptionMark } from '../fields/Mark';
import type { Field } from '../meta/types';
import { useT } from '../text/i18n';
import { Card, type CardProps } from './Card';
import { isComplete } from './column';
import type { BoardStore } from './store';
import { PITCH } from './style';

const AHEAD = 4;
const GHOSTS = 3;
/* read before it is reached */
const SOON = 25;

export interface ColumnProps extends Omit<CardProps, 'record' | 'selected' | 'reachable' | 'notice' | 'pending'> {
  store: BoardStore;
  field: Field;
  columnKey: string;
  name: string;
  count: string;
  sum: string;
  /* for readers: name, count and sum in one */
  label: string;
  style: React.CSSProperties;
  folded: boolean;
  phone: boolean;
  /* whether what is in the hand may be put here */
  open: boolean;
  /* the card that has, or is to have, the focus */
  active: string | undefined;
  wanted: MutableRefObject<string | null>;
  /* cards that were moved by hand lately: they may come in above */
  own: ReadonlySet<string>;
  chosen: ReadonlySet<string>;
  held: string | undefined;
  onFold: (key: string) => void;
}

/* Cards from..to that are seen, of a body that is scrolled. */
function useSeen(box: React.RefObject<HTMLDivElement>, skip: boolean) {
  const [seen, setSeen] = useState({ from: 0, to: 12 });
  const measure = useCallback(() => {
    const el = box.current;
    if (!el) return;
    const from = Math.max(0, Math.floor(el.scrollTop / PITCH) - AHEAD);
    const to = Math.ceil((el.scrollTop + el.clientHeight) / PITCH) + AHEAD;
    setSeen((old) => (Math.abs(old.from - from) < 2 && Math.abs(old.to - to) < 2 && from <= old.from + 1 ? old : { from, to }));
  }, [box]);
  useEffect(() => {
    const el = box.current;
    if (!el || skip) return;
    measure();
    const resize = new ResizeObserver(measure);
    resize.observe(el);
    return () => resize.disconnect();
  }, [box, measure, skip]);
  return { ...seen, measure };
}

export function ColumnView(props: ColumnProps) {
  const { store, field, columnKey: key, name, count, sum, label, style, folded, phone, open, active, wanted, own, chosen, held, onFold, ...card } = props;
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const { setNodeRef, isOver } = useDroppable({ id: `column:${key}`, disabled: !open });
  const state = useSyncExternalStore(store.subscribe, () => store.state(key));
  const { from, to, measure } = useSeen(box, folded);
  const { ids, column, error } = state;

  useEffect(() => {
    if (!folded) store.want(key, from, to + SOON);
  });

  /* where it was left */
  useLayoutEffect(() => {
    if (box.current) box.current.scrollTop = store.scroll.tops.get(key) ?? 0;
    measure();
  }, [store, key, folded, measure]);

  /* what is being read stays where it is when cards come and go above it */
  const anchor = useRef<{ id: string | undefined; offset: number; ids: string[] }>({ id: undefined, offset: 0, ids });
  const remember = useCallback((now: string[]) => {
    const top = box.current?.scrollTop ?? 0;
    const index = Math.floor(top / PITCH);
    anchor.current = { id: now[index], offset: top - index * PITCH, ids: now };
    store.scroll.tops.set(key, top);
  }, [store, key]);
  useLayoutEffect(() => {
    const el = box.current;
    const { id, offset, ids: before } = anchor.current;
    if (!el || before === ids) return;
    const underHand = el.scrollTop > 0 || (el.matches(':hover, :focus-within') && !ids.slice(0, 3).some((x) => own.has(x)));
    const at = id && underHand ? ids.indexOf(id) : -1;
    if (at >= 0 && Math.abs(at * PITCH + offset - el.scrollTop) > 1) el.scrollTop = at * PITCH + offset;
    remember(ids);
    measure();
  }, [ids, own, measure, remember]);

  /* the card that is to have the focus is brought onto the screen */
  const activeIndex = active ? ids.indexOf(active) : -1;
  const stop = useRef(active);
  if (activeIndex >= 0) stop.current = active;
  useEffect(() => {
    const el = box.current;
    if (!el || activeIndex < 0 || wanted.current !== active) return;
    const top = activeIndex * PITCH;
    if (top < el.scrollTop) el.scrollTop = top;
    else if (top + PITCH > el.scrollTop + el.clientHeight) el.scrollTop = top + PITCH - el.clientHeight + 4;
    measure();
  });
  useEffect(() => {
    if (!active || wanted.current !== active) return;
    const link = box.current?.querySelector<HTMLElement>(`[data-card="${active}"]`);
    link?.focus({ preventScroll: true });
    if (link && document.activeElement === link) wanted.current = null;
  });

  const classes = ['column', isOver && open && 'over', held && !open && 'shut'].filter(Boolean).join(' ');
  if (folded) {
    return (
      <section ref={setNodeRef} className={classes} style={style} aria-label={label}>
        <button type="button" className="folded" onClick={() => onFold(key)} aria-expanded={false} aria-label={`${t('board.expand', { name })}, ${count}`}>
          <span><OptionMark field={field} value={key} />{name}</span>
          <span className="count">{count}</span>
        </button>
      </section>
    );
  }

  const more = !isComplete(column);
  const total = ids.length + (more ? GHOSTS : 0);
  const last = Math.min(to, ids.length);
  const heldIndex = held ? ids.indexOf(held) : -1;
  const drawn = [];
  for (let i = from; i < last; i++) drawn.push(i);
  /* a finger's touch belongs to the card it began on: that one is not taken down */
  if (heldIndex >= 0 && (heldIndex < from || heldIndex >= last)) drawn.push(heldIndex);
  /* Tab stops once in each column: at the card where it was last, else at the first that is seen */
  const stopIndex = stop.current ? ids.indexOf(stop.current) : -1;
  const reachable = stopIndex >= from && stopIndex < last ? stopIndex : Math.min(from ? from + AHEAD : 0, last - 1);
  return (
    <section ref={setNodeRef} className={classes} style={style} aria-label={label} id={`column-${key}`} aria-busy={state.reading || undefined}>
      {!phone && (
        <div className="head">
          <OptionMark field={field} value={key} />
          <h2 title={name}>{name}</h2>
          <span className="count">{count}</span>
          {sum && <span className="sum" title={sum}>{sum}</span>}
          <IconButton onClick={() => onFold(key)} aria-label={t('board.collapse', { name })} aria-expanded sx={{ width: 28, height: 28 }}>
            <ChevronLeft sx={{ fontSize: 16, transform: 'rotate(90deg)' }} />
          </IconButton>
        </div>
      )}
      <div ref={box} className="body" onScroll={() => { remember(ids); measure(); }} tabIndex={-1}>
        {!more && !ids.length && <div className="note">{isOver ? t('board.drop_here') : t('board.empty')}</div>}
        {total > 0 && (
          <ul style={{ height: total * PITCH }} aria-label={name}>
            {drawn.map((i) => {
              const record = store.cards.get(ids[i] ?? '');
              if (!record) return null;
              return (
                <li key={record.id} style={{ position: 'absolute', top: i * PITCH, left: 0, right: 0 }} aria-posinset={i + 1} aria-setsize={more ? -1 : ids.length}>
                  <Card
                    {...card} record={record} selected={chosen.has(record.id)} reachable={i === reachable}
                    notice={store.notices.get(record.id)} pending={store.pending.has(record.id)}
                  />
                </li>
              );
            })}
            {more && !error && Array.from({ length: GHOSTS }, (_, i) => (
              <li key={`ghost-${i}`} aria-hidden style={{ position: 'absolute', top: (ids.length + i) * PITCH, left: 0, right: 0 }}><div className="card ghost" /></li>
            ))}
          </ul>
        )}
        {error != null && (
          <div className="note" role="alert" style={{ position: 'sticky', bottom: 0 }}>
            {t('board.failed')} <Button onClick={() => store.retry(key)}>{t('list.retry')}</Button>
          </div>
        )}
      </div>
    </section>
  );
}
