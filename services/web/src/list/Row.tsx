/* One row of the list, as a line of the table or as a card on a phone. */
import { memo, type MouseEvent } from 'react';
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
  /* a field's value in words; '' when empty */
  text: (record: Rec, field: Field) => string;
  /* for a record that has no name */
  nameless: string;
  onActivate: (index: number) => void;
  onOpen: (record: Rec) => void;
}

const CARD_FACTS = 3;

/* A link without the router's own: it costs nothing while the list is scrolled. */
function RowLink({ record, index, path, title, reachable, text, nameless, onOpen }: RowProps & { record: Rec }) {
  const open = (e: MouseEvent) => {
    if (e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    onOpen(record);
  };
  return (
    <a href={`/${path}/${record.id}`} data-row={index} tabIndex={reachable ? 0 : -1} onClick={open}>
      {(title && text(record, title)) || record.label || nameless}
    </a>
  );
}

export const TableRow = memo(function TableRow(props: RowProps) {
  const { index, record, columns, title, active, text, onActivate, onOpen } = props;
  if (!record) {
    return (
      <div className="row" role="row" aria-busy="true" aria-rowindex={index + 2}>
        {columns.map((f) => <div key={f.name} role="cell"><div className="ghost" /></div>)}
      </div>
    );
  }
  return (
    <div
      className={active ? 'row active' : 'row'} role="row" aria-rowindex={index + 2}
      onClick={() => onActivate(index)} onDoubleClick={() => onOpen(record)}
    >
      {columns.map((f) =>
        f === title ? (
          <div key={f.name} role="cell" className="title"><RowLink {...props} record={record} /></div>
        ) : (
          <div key={f.name} role="cell" className={isNumeric(f) ? 'number' : undefined}>
            {f.kind === 'picklist' && <OptionMark field={f} value={valueAt(record, f.name)} />}
            {text(record, f)}
          </div>
        ),
      )}
    </div>
  );
});

export const CardRow = memo(function CardRow(props: RowProps) {
  const { index, record, columns, title, active, text, onActivate } = props;
  if (!record) return <div className="card" role="listitem" aria-busy="true"><div className="ghost" /></div>;
  const facts = columns
    .filter((f) => f !== title && f.kind !== 'bool')
    .map((f) => ({ f, shown: text(record, f) }))
    .filter((x) => x.shown)
    .slice(0, CARD_FACTS);
  return (
    <div className={active ? 'card active' : 'card'} role="listitem" onClick={() => onActivate(index)}>
      <RowLink {...props} record={record} />
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
