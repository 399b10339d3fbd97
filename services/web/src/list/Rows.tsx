/* The rows of one list, drawn where they are seen; moved among, selected and changed by keys and pointer. */
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, type RefObject } from 'react';
import { useNavigate } from 'react-router-dom';
import { formatQuery, type ListQuery } from '../api/filters';
import type { Rec } from '../api/records';
import { useFieldText } from '../fields/text';
import { may } from '../meta/fields';
import type { Field, Module } from '../meta/types';
import { useCommands } from '../shell/commands';
import { useT } from '../text/i18n';
import { size } from '../theme/tokens';
import { CellNote } from './CellNote';
import { HEAD_HEIGHT } from './grid';
import { CardRow, TableRow } from './Row';
import { isNothing, isSelected, toggle, type Selection } from './selection';
import { useActive } from './useActive';
import { useInline } from './useInline';
import { useLiveRows } from './useLiveRows';
import { usePages, type Pages } from './usePages';
import { usePlace } from './usePlace';
import { usePrinting } from './usePrinting';
import { useRowKeys } from './useRowKeys';
import { useWindow } from './useWindow';

const AHEAD = 40;

const CellEditor = lazy(() => import('./CellEditor'));

/* What the page around the rows has to know of them. */
export interface RowsState extends Pages {
  /* which list they are of */
  list: string;
  /* new ones that wait to be let in */
  fresh: number;
  takeIn: () => void;
}

interface Props {
  module: Module;
  query: ListQuery;
  columns: Field[];
  title: Field | undefined;
  /* of a row, in pixels */
  height: number;
  phone: boolean;
  scroller: RefObject<HTMLElement>;
  label?: string;
  selectable: boolean;
  selection: Selection;
  onSelection: (s: Selection) => void;
  onAssign?: (r: Rec) => void;
  onRows: (rows: RowsState) => void;
}

export function Rows(props: Props) {
  const { module, query, columns, title, phone, scroller, label, selectable, selection, onSelection, onAssign, onRows } = props;
  const t = useT();
  const navigate = useNavigate();
  const text = useFieldText();
  const nameless = t('list.no_name');
  const pickText = useCallback((name: string) => t('list.pick', { label: name }), [t]);
  const body = useRef<HTMLDivElement>(null);
  const height = phone ? size.card : props.height;
  const name = `${module.path}?${formatQuery(query)}`;
  const home = Math.max(0, title ? columns.indexOf(title) : 0);
  const { from, to, reveal } = useWindow(scroller, body, height, phone ? 0 : HEAD_HEIGHT);
  /* somewhat ahead of what is drawn, so that it is there when it is scrolled to */
  const pages = usePages(module.path, query, from, to + AHEAD);
  const active = useActive(name, body, phone ? 0 : home, reveal);
  usePlace(name, scroller, height);

  const printing = usePrinting();
  const end = printing ? pages.loaded : Math.min(to, pages.total);
  const start = printing ? 0 : Math.min(from, end);
  const inline = useInline(module, active, pages.loaded);
  const onScreen = () => Array.from({ length: end - start }, (_, i) => pages.rowAt(start + i)).filter((r) => r !== undefined);
  const live = useLiveRows({
    module, query, pages, shown: onScreen,
    quiet: () => (scroller.current?.scrollTop ?? 0) < 4 && active.row < 0 && isNothing(selection) && !inline.editing,
  });
  const state = useMemo<RowsState>(() => ({ ...pages, list: name, fresh: live.fresh, takeIn: live.takeIn }), [pages, name, live.fresh, live.takeIn]);
  useEffect(() => onRows(state));

  const open = useCallback((r: Rec) => navigate(`/${module.path}/${r.id}`), [navigate, module.path]);
  const edit = useCallback((r: Rec) => navigate(`/${module.path}/${r.id}/edit`), [navigate, module.path]);
  const [opens, edits] = [query.deleted ? undefined : open, query.deleted || !may(module, 'change') ? undefined : edit];

  const editCell = (row: number, cell: number) => {
    const [record, anchor, given] = [pages.rowAt(row), active.element(row, cell), columns[cell]];
    if (record && anchor && given) void inline.begin(record, given, anchor, !!edits);
  };
  const { pickRange, forget } = useRowKeys({
    pages, active, columns: columns.length, home, phone, selectable, selection, onSelection,
    page: () => Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 400) - HEAD_HEIGHT) / height) - 1),
    onOpen: opens, onEdit: edits, onEditCell: editCell, onAssign,
  });

  const latest = useRef({ pages, selection, pickRange, forget, active });
  latest.current = { pages, selection, pickRange, forget, active };
  const activate = useCallback((row: number, cell: number) => {
    latest.current.forget();
    latest.current.active.set(row, cell);
  }, []);
  const pick = useCallback((row: number, range: boolean) => {
    const now = latest.current;
    const record = now.pages.rowAt(row);
    if (range) return now.pickRange(row);
    now.forget();
    now.active.set(row);
    if (record) onSelection(toggle(now.selection, record));
  }, [onSelection]);

  const current = active.row >= 0 ? pages.rowAt(active.row) : undefined;
  useCommands(current ? [
    ...(opens ? [{ id: 'row.open', label: t('keys.open'), keys: 'Enter', run: () => opens(current) }] : []),
    ...(edits ? [{ id: 'row.edit', label: t('keys.edit'), keys: 'E', run: () => edits(current) }] : []),
    ...(edits && !phone ? [{ id: 'row.cell', label: t('keys.edit_cell'), keys: 'F2', run: () => editCell(active.row, active.cell) }] : []),
    ...(selectable ? [{ id: 'row.pick', label: t('keys.select'), keys: 'X', run: () => onSelection(toggle(selection, current)) }] : []),
  ] : []);

  const reachable = active.row >= start && active.row < end ? active.row : Math.max(start, 0);
  const picking = !isNothing(selection);
  const Row = phone ? CardRow : TableRow;
  const rows = [];
  for (let i = start; i < end; i++) {
    const record = pages.rowAt(i);
    rows.push(
      <Row
        key={record?.id ?? `row-${i}`} index={i} record={record} path={module.path} columns={columns} title={title}
        active={i === active.row} reachable={i === reachable} picked={selectable ? !!record && isSelected(selection, record.id) : undefined}
        picking={picking && phone} gone={!!record && live.gone.has(record.id)} saving={record && inline.saving.get(record.id)}
        text={text} pickText={pickText} nameless={nameless} onActivate={activate} onOpen={opens} onPick={pick}
      />,
    );
  }
  return (
    <div
      ref={body} className={picking ? 'body picking' : 'body'} role={phone ? 'list' : 'rowgroup'} aria-label={phone ? label : undefined}
      style={{ height: pages.total * height, paddingTop: start * height, boxSizing: 'border-box', overflow: 'clip' }}
    >
      {rows}
      {inline.editing && (
        <Suspense>
          <CellEditor {...inline.editing} onSave={inline.save} onClose={inline.close} />
        </Suspense>
      )}
      {inline.note && <CellNote {...inline.note} onClose={inline.closeNote} />}
    </div>
  );
}
