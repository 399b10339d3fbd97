/* One row of the list, as a line of the table or as a card on a phone. */
import { memo, useRef, type MouseEvent } from 'react';
import { valueAt } from '../api/patch';
import type { Rec } from '../api/records';
import { OptionMark } from '../fields/Mark';
import { isNumeric } from '../meta/fields';
import type { Field } from '../meta/types';

export interface RowProps {
  index: number;
  record: Rec | undefined;
  path: string;
  columns: Field[];
  title: Field | undefined;
  active: boolean;
  /* whether Tab stops at this row: only at one of them */
  reachable: boolean;
  /* undefined: nothing can be selected here */
  picked: boolean | undefined;
  /* something is selected, so a tap selects too */
  picking: boolean;
  /* it has just been deleted or is no longer seen */
  gone: boolean;
  /* name of the field that is being saved */
  saving: string | undefined;
  /* a field's value in words; '' when empty */
  text: (record: Rec, field: Field) => string;
  /* what the box of a row says: "Elegir %{label}"; for a record that has no name */
  pickText: (label: string) => string;
  nameless: string;
  onActivate: (index: number, cell: number) => void;
  onOpen: ((record: Rec) => void) | undefined;
  onPick: (index: number, range: boolean) => void;
}

const CARD_FACTS = 3;
const LONG_PRESS_MS = 450;

const nameOf = ({ record, title, text, nameless }: RowProps): string => (record && title && text(record, title)) || record?.label || nameless;

/* A link without the router's own: it costs nothing while the list is scrolled. */
function RowLink(props: RowProps & { record: Rec; cell: number }) {
  const { record, index, path, reachable, picking, onOpen, onPick, cell } = props;
  const open = (e: MouseEvent) => {
    if (e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    if (!onOpen || picking) onPick(index, false);
    else onOpen(record);
  };
  return (
    <a
      href={onOpen ? `/${path}/${record.id}` : '#'} data-row={index} data-cell={cell} tabIndex={reachable ? 0 : -1} onClick={open}
      draggable={false}
    >
      {nameOf(props)}
    </a>
  );
}

function Pick(props: RowProps) {
  const { index, picked, pickText, onPick } = props;
  return (
    <label>
      <input
        type="checkbox" checked={picked} tabIndex={-1} aria-label={pickText(nameOf(props))} onChange={() => undefined}
        onClick={(e) => {
          e.stopPropagation();
          onPick(index, e.shiftKey);
        }}
      />
    </label>
  );
}

const state = (base: string, p: RowProps): string =>
  `${base}${p.active ? ' active' : ''}${p.picked ? ' picked' : ''}${p.gone ? ' gone' : ''}`;

export const TableRow = memo(function TableRow(props: RowProps) {
  const { index, record, columns, title, picked, saving, text, onActivate, onOpen, onPick } = props;
  if (!record) {
    return (
      <div className="row" role="row" aria-busy="true" aria-rowindex={index + 2}>
        {picked !== undefined && <div role="gridcell" className="pick" />}
        {columns.map((f) => <div key={f.name} role="gridcell"><div className="ghost" /></div>)}
      </div>
    );
  }
  return (
    <div
      className={state('row', props)} role="row" aria-rowindex={index + 2} aria-selected={picked}
      onClick={(e) => {
        const cell = e.target instanceof Element ? e.target.closest('[data-cell]')?.getAttribute('data-cell') : null;
        if (picked !== undefined && (e.ctrlKey || e.metaKey || e.shiftKey)) onPick(index, e.shiftKey);
        else onActivate(index, Number(cell ?? 0));
      }}
      onDoubleClick={(e) => !(e.target instanceof Element && e.target.closest('.pick')) && onOpen?.(record)}
    >
      {picked !== undefined && (
        <div role="gridcell" className="pick" onClick={(e) => e.stopPropagation()}><Pick {...props} /></div>
      )}
      {columns.map((f, i) =>
        f === title ? (
          <div key={f.name} role="gridcell" className="title"><RowLink {...props} record={record} cell={i} /></div>
        ) : (
          <div
            key={f.name} role="gridcell" tabIndex={-1} data-row={index} data-cell={i}
            className={`cell${isNumeric(f) ? ' number' : ''}${saving === f.name ? ' saving' : ''}`}
          >
            {f.kind === 'picklist' && <OptionMark field={f} value={valueAt(record, f.name)} />}
            {text(record, f)}
          </div>
        ),
      )}
    </div>
  );
});

export const CardRow = memo(function CardRow(props: RowProps) {
  const { index, record, columns, title, picked, picking, text, onActivate, onPick } = props;
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null);
  const held = useRef(false);
  if (!record) return <div className="card" role="listitem" aria-busy="true"><div className="ghost" /></div>;
  const facts = columns
    .filter((f) => f !== title && f.kind !== 'bool')
    .map((f) => ({ f, shown: text(record, f) }))
    .filter((x) => x.shown)
    .slice(0, CARD_FACTS);
  const letGo = () => {
    if (press.current) clearTimeout(press.current.timer);
    press.current = null;
  };
  return (
    <div
      className={state('card', props)} role="listitem"
      onPointerDown={(e) => {
        held.current = false;
        if (picked === undefined || e.button !== 0) return;
        const hold = () => {
          held.current = true;
          onPick(index, false);
        };
        press.current = { timer: setTimeout(hold, LONG_PRESS_MS), x: e.clientX, y: e.clientY };
      }}
      onPointerMove={(e) => press.current && Math.hypot(e.clientX - press.current.x, e.clientY - press.current.y) > 10 && letGo()}
      onPointerUp={letGo} onPointerCancel={letGo} onPointerLeave={letGo}
      onContextMenu={(e) => held.current && e.preventDefault()}
      onClickCapture={(e) => {
        /* the click that ends a long press is none */
        if (!held.current) return;
        held.current = false;
        e.preventDefault();
        e.stopPropagation();
      }}
      onClick={() => onActivate(index, 0)}
    >
      {picking && picked !== undefined && <div className="pick"><Pick {...props} /></div>}
      <RowLink {...props} record={record} cell={0} />
      <div className="facts">
        {facts.map(({ f, shown }) => (
          <span key={f.name}>
            {f.kind === 'picklist' && <OptionMark field={f} value={valueAt(record, f.name)} />}
            {shown}
          </span>
        ))}
      </div>
    </div>
  );
});
