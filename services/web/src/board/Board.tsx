/* The columns side by side, what is chosen in them, and the card in the hand. */
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { DndContext, DragOverlay, MouseSensor, pointerWithin, TouchSensor, useSensor, useSensors, type DragEndEvent } from '@dnd-kit/core';
import { useStore } from 'ra-core';
import { createPortal } from 'react-dom';
import { useNavigate } from 'react-router-dom';
import type { Rec } from '../api/records';
import type { Field, Module } from '../meta/types';
import { useFormat } from '../text/format';
import { useLabel, useT } from '../text/i18n';
import { HandCard } from './Card';
import { ColumnView } from './ColumnView';
import type { Face } from './face';
import { useWords } from './face';
import { MoveMenu } from './MoveMenu';
import { PhoneTabs } from './PhoneTabs';
import { SelectionBar } from './SelectionBar';
import type { BoardStore } from './store';
import { BoardBox, COLUMN, FOLDED, BETWEEN, EDGE, HIDDEN } from './style';
import { useBoardKeys } from './useBoardKeys';
import { useBoardLive } from './useBoardLive';
import { MoveNote, useMoves } from './useMoves';

const NO_WORDS = { announcements: { onDragStart: () => undefined, onDragOver: () => undefined, onDragEnd: () => undefined, onDragCancel: () => undefined }, screenReaderInstructions: { draggable: '' } };
const NO_FOLDS: string[] = [];

interface Props {
  module: Module;
  field: Field;
  sum: Field | undefined;
  store: BoardStore;
  face: Face;
  /* the columns that the address leaves, in their order; '' is "without value" */
  keys: string[];
  movable: boolean;
  phone: boolean;
}

/* Which of the columns lie on the screen. */
function useSeenColumns(box: React.RefObject<HTMLDivElement>) {
  const [seen, setSeen] = useState({ left: 0, width: 1600 });
  const measure = useCallback(() => {
    const el = box.current;
    if (el) setSeen((old) => (Math.abs(old.left - el.scrollLeft) < 40 && old.width === el.clientWidth ? old : { left: el.scrollLeft, width: el.clientWidth }));
  }, [box]);
  useEffect(() => {
    const el = box.current;
    if (!el) return;
    measure();
    const resize = new ResizeObserver(measure);
    resize.observe(el);
    return () => resize.disconnect();
  }, [box, measure]);
  return { ...seen, measure };
}

export function Board({ module, field, sum, store, face, keys, movable, phone }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const format = useFormat();
  const navigate = useNavigate();
  const box = useRef<HTMLDivElement>(null);
  const totals = useSyncExternalStore(store.subscribe, () => store.totals);
  const words = useWords(face, t('list.no_name'));
  const seen = useSeenColumns(box);
  const [folded, setFolded] = useStore<string[]>(`board.${module.key}.${field.name}.folded`, NO_FOLDS);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<string>();
  const [held, setHeld] = useState<string>();
  const [menu, setMenu] = useState<{ ids: string[]; anchor: HTMLElement; key: string } | null>(null);
  const wanted = useRef<string | null>(null);
  useBoardLive(module, store, held !== undefined);

  const columnName = useCallback(
    (key: string) => (key === '' ? t('list.no_value') : labelOf(field.options?.find((o) => o.key === key)?.label) || key),
    [field, labelOf, t],
  );
  const nameOf = useCallback((id: string) => {
    const record = store.cards.get(id);
    return record ? words(record).title : '';
  }, [store, words]);
  const moves = useMoves(store, columnName, nameOf);

  /* ---- where each column stands ---- */
  const isFolded = useCallback((key: string) => !phone && folded.includes(key), [phone, folded]);
  const places = useMemo(() => {
    let left = phone ? 0 : EDGE;
    return keys.map((key) => {
      const width = phone ? seen.width : isFolded(key) ? FOLDED : COLUMN;
      const place = { key, left, width };
      left += width + (phone ? 0 : BETWEEN);
      return place;
    });
  }, [keys, phone, isFolded, seen.width]);
  const lastPlace = places.at(-1);
  const trackWidth = lastPlace ? lastPlace.left + lastPlace.width + (phone ? 0 : EDGE) : 0;
  const heldKey = held ? store.cards.get(held) && store.keyOf(store.cards.get(held) as Rec) : undefined;
  const margin = phone ? seen.width : COLUMN;
  const drawn = places.filter((p) => p.key === heldKey || (p.left + p.width > seen.left - margin && p.left < seen.left + seen.width + margin));

  useEffect(() => {
    if (box.current) box.current.scrollLeft = store.scroll.left;
  }, [store]);
  const reveal = useCallback((key: string) => {
    const el = box.current;
    const place = places.find((p) => p.key === key);
    if (!el || !place) return;
    if (place.left < el.scrollLeft + (phone ? 0 : EDGE)) el.scrollLeft = place.left - (phone ? 0 : EDGE);
    else if (place.left + place.width > el.scrollLeft + el.clientWidth) el.scrollLeft = place.left + place.width - el.clientWidth + (phone ? 0 : EDGE);
    seen.measure();
  }, [places, phone, seen]);

  /* ---- what may go where ---- */
  const accepts = useCallback((key: string) => movable && !(key === '' && field.required), [movable, field.required]);
  const group = useCallback((id: string) => (chosen.has(id) ? [...chosen] : [id]), [chosen]);
  const move = useCallback((ids: string[], to: string) => {
    if (!accepts(to)) return;
    void moves.move(ids, to);
    setChosen(new Set());
  }, [accepts, moves]);

  const choose = useCallback((id: string, range: boolean) => {
    if (!movable) return;
    const record = store.cards.get(id);
    if (!record) return;
    const { ids } = store.state(store.keyOf(record));
    setChosen((old) => {
      const next = new Set(old);
      /* from the nearest chosen one above, or below */
      const at = ids.indexOf(id);
      const other = range ? [...ids.keys()].filter((i) => i !== at && old.has(ids[i] ?? '')).sort((a, b) => Math.abs(a - at) - Math.abs(b - at))[0] : undefined;
      if (other !== undefined) ids.slice(Math.min(at, other), Math.max(at, other) + 1).forEach((x) => next.add(x));
      else if (range && active && ids.includes(active)) [active, id].forEach((x) => next.add(x));
      else if (!next.delete(id)) next.add(id);
      return next;
    });
  }, [movable, store, active]);

  const onOpen = useCallback((record: Rec) => navigate(`/${module.path}/${record.id}`), [navigate, module.path]);
  const onMenu = useCallback((id: string, anchor: HTMLElement) => {
    const record = store.cards.get(id);
    if (movable && record) setMenu({ ids: group(id), anchor, key: store.keyOf(record) });
  }, [store, group, movable]);
  const onFold = useCallback((key: string) => setFolded(folded.includes(key) ? folded.filter((k) => k !== key) : [...folded, key]), [folded, setFolded]);

  const shut = new Set(folded);
  const { onKeyDown } = useBoardKeys({
    store, keys: keys.filter((k) => phone || !shut.has(k)), active, activate: setActive, wanted, reveal, group, movable: accepts, move,
    undo: moves.undo, choose, menu: onMenu,
    escape: () => setChosen(new Set()),
  });

  /* ---- the hand ---- */
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 5 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 250, tolerance: 8 } }),
  );
  const drop = ({ active: card, over }: DragEndEvent) => {
    setHeld(undefined);
    const id = String(card.id);
    const to = over && String(over.id).replace(/^column:/, '');
    if (to == null) return;
    wanted.current = id;
    setActive(id);
    move(group(id), to);
  };
  const inHand = held ? store.cards.get(held) : undefined;

  const sumText = (value: string | undefined): string =>
    sum && value !== undefined ? (sum.kind === 'money' ? format.money(value) : format.decimal(value)) : '';

  return (
    <>
      <div id="board-help" hidden>{t('board.help')}</div>
      <div role="status" aria-live="polite" style={HIDDEN}>{moves.said}</div>
      {phone && (
        <PhoneTabs
          field={field} keys={keys} current={places.findIndex((p) => p.left + p.width / 2 > seen.left)} totals={totals} columnName={columnName}
          onGo={(i) => box.current?.scrollTo({ left: (places[i]?.left ?? 0) })}
        />
      )}
      <DndContext
        sensors={sensors} collisionDetection={pointerWithin} accessibility={NO_WORDS}
        autoScroll={{ threshold: { x: 0.12, y: 0 }, acceleration: 18 }}
        onDragStart={({ active: card }) => setHeld(String(card.id))} onDragEnd={drop} onDragCancel={() => setHeld(undefined)}
      >
        <BoardBox
          ref={box} className={phone ? 'phone' : undefined} onKeyDown={onKeyDown} data-board role="region" aria-label={labelOf(module.plural)} tabIndex={phone ? 0 : -1}
          onScroll={() => { seen.measure(); store.scroll.left = box.current?.scrollLeft ?? 0; }}
        >
          <div className="track" style={{ width: trackWidth }}>
            {/* a column that is not drawn is a place to stop at all the same */}
            {phone && places.map(({ key, left, width }) => <div key={`stop-${key}`} className="stop" style={{ left, width }} />)}
            {drawn.map(({ key, left, width }) => {
              const total = totals?.get(key);
              const name = columnName(key);
              const count = totals ? format.integer(total?.count ?? 0) : '';
              const added = totals ? sumText(total?.sum ?? (sum ? '0' : undefined)) : '';
              return (
                <ColumnView
                  key={key} store={store} field={field} columnKey={key} name={name} count={count} sum={added}
                  label={added ? t('board.column_sum', { name, count, field: labelOf(sum?.label), sum: added }) : t('board.column', { name, count })}
                  style={{ left, width }} folded={isFolded(key)} phone={phone} open={accepts(key)} active={active} wanted={wanted}
                  own={moves.own} chosen={chosen} held={held} onFold={onFold}
                  path={module.path} face={face} words={words} columnName={columnName} movable={movable} draggable={movable && !phone}
                  onOpen={onOpen} onChoose={choose} onMenu={onMenu} onFocus={setActive}
                />
              );
            })}
          </div>
        </BoardBox>
        {createPortal(
          <DragOverlay dropAnimation={null}>
            {inHand && <HandCard record={inHand} face={face} words={words} notice={undefined} columnName={columnName} many={held ? group(held).length : 1} />}
          </DragOverlay>,
          document.body,
        )}
      </DndContext>
      <SelectionBar
        totals={totals} sum={sum} sumText={sumText} error={store.totalsError} retry={() => store.count()}
        count={chosen.size} onMove={(anchor) => setMenu({ ids: [...chosen], anchor, key: '\n' })} onClear={() => setChosen(new Set())}
      />
      {moves.note && <MoveNote note={moves.note} onUndo={moves.undo} onClose={moves.quiet} />}
      {menu && (
        <MoveMenu
          field={field} keys={keys.filter(accepts)} current={menu.key} anchor={menu.anchor} many={menu.ids.length} columnName={columnName} totals={totals}
          chosen={menu.ids.length === 1 && chosen.has(menu.ids[0] ?? '')} onChoose={menu.key === '\n' ? undefined : () => choose(menu.ids[0] ?? '', false)}
          onClose={() => setMenu(null)}
          onMove={(to) => {
            if (active && menu.ids.includes(active)) wanted.current = active;
            move(menu.ids, to);
          }}
        />
      )}
    </>
  );
}
