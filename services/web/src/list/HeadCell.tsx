/* One column's head: its name sorts, its edge is dragged. */
import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import ArrowDown from '@mui/icons-material/ArrowDownward';
import ArrowUp from '@mui/icons-material/ArrowUpward';
import { isNumeric, isSortable } from '../meta/fields';
import type { Field } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import { WIDTH_MAX, WIDTH_MIN } from './grid';
import type { SortKey } from './sorting';

const ICON = { fontSize: 12, verticalAlign: -1, ml: 0.5 };
const STEP = 16;

const clamp = (w: number): number => Math.min(Math.max(Math.round(w), WIDTH_MIN), WIDTH_MAX);

export interface Resize {
  /* the present width in pixels */
  width: () => number;
  /* while it is dragged */
  show: (width: number) => void;
  /* where it is let go */
  keep: (width: number) => void;
  /* as wide as what is in it */
  fit: () => void;
}

function Edge({ name, resize }: { name: string; resize: Resize }) {
  const t = useT();
  const drag = useRef<{ x: number; width: number } | null>(null);
  const at = (e: PointerEvent): number => clamp((drag.current?.width ?? 0) + e.clientX - (drag.current?.x ?? 0));
  const key = (e: KeyboardEvent) => {
    if (e.key === 'Enter') resize.fit();
    else if (e.key === 'ArrowLeft' || e.key === 'ArrowRight') resize.keep(clamp(resize.width() + (e.key === 'ArrowLeft' ? -STEP : STEP)));
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return (
    <span
      className="edge" role="separator" aria-orientation="vertical" tabIndex={0} aria-label={t('columns.width', { field: name })}
      aria-valuenow={clamp(resize.width())} aria-valuemin={WIDTH_MIN} aria-valuemax={WIDTH_MAX} title={t('columns.width_hint')}
      onKeyDown={key} onDoubleClick={resize.fit}
      onPointerDown={(e) => {
        if (e.button !== 0) return;
        e.preventDefault();
        e.currentTarget.setPointerCapture(e.pointerId);
        drag.current = { x: e.clientX, width: resize.width() };
      }}
      onPointerMove={(e) => drag.current && resize.show(at(e))}
      onPointerUp={(e) => {
        if (drag.current && Math.abs(e.clientX - drag.current.x) > 2) resize.keep(at(e));
        drag.current = null;
      }}
      onPointerCancel={() => {
        if (drag.current) resize.show(drag.current.width);
        drag.current = null;
      }}
    />
  );
}

interface Props {
  field: Field;
  keys: SortKey[];
  onSort: (more: boolean) => void;
  resize: Resize;
}

export function HeadCell({ field, keys, onSort, resize }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const name = labelOf(field.label);
  const at = keys.findIndex((k) => k.name === field.name);
  const key = keys[at];
  const Icon = key?.descending ? ArrowDown : ArrowUp;
  return (
    <div
      role="columnheader" className={isNumeric(field) ? 'number' : undefined} data-column={field.name}
      aria-sort={key && at === 0 ? (key.descending ? 'descending' : 'ascending') : undefined}
    >
      {isSortable(field) ? (
        <button type="button" className={key && 'sorted'} title={t('list.sort_by', { field: name })} onClick={(e) => onSort(e.shiftKey)}>
          {name}
          {key && <Icon sx={ICON} aria-hidden />}
          {key && keys.length > 1 && <sub aria-label={t('list.sort_rank', { rank: at + 1 })} style={{ fontSize: 10 }}>{at + 1}</sub>}
        </button>
      ) : (
        name
      )}
      <Edge name={name} resize={resize} />
    </div>
  );
}
