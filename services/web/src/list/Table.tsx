/* The list's table: header with sorting and edges to drag, and its rows, whole or in groups. */
import { useRef, type CSSProperties, type ReactNode, type RefObject } from 'react';
import type { Field } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import type { Shown } from './arrangement';
import { Cards, Grid, layout, naturalWidth, Scroller, WIDTH_MAX, WIDTH_MIN } from './grid';
import { HeadCell } from './HeadCell';
import { clicked, parseSort } from './sorting';

interface Props {
  columns: Shown[];
  title: Field | undefined;
  /* as in the URL: "-created_at" */
  sort: string;
  onSort: (sort: string) => void;
  onWidths: (columns: Shown[]) => void;
  phone: boolean;
  label: string;
  /* of a row, in pixels */
  height: number;
  /* undefined: nothing can be selected here; 'mixed': some of it is */
  picked: boolean | 'mixed' | undefined;
  onPickAll: () => void;
  children: (scroller: RefObject<HTMLDivElement>) => ReactNode;
}

const CELL_PADDING = 18;

export function Table({ columns, title, sort, onSort, onWidths, phone, label, height, picked, onPickAll, children }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const scroller = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLDivElement>(null);

  if (phone) {
    return <Scroller ref={scroller}><Cards className={picked ? 'picking' : undefined}>{children(scroller)}</Cards></Scroller>;
  }
  const selectable = picked !== undefined;
  const style = (shown: Shown[]): CSSProperties => {
    const { template, minWidth } = layout(shown, title, labelOf, selectable);
    return { '--columns': template, '--row': `${height}px`, minWidth } as CSSProperties;
  };
  const headOf = (name: string) => grid.current?.querySelector<HTMLElement>(`[data-column="${CSS.escape(name)}"]`);
  const widthOf = (c: Shown): number => headOf(c.field.name)?.getBoundingClientRect().width ?? c.width ?? naturalWidth(c.field, title, labelOf);
  /* all of them as wide as they are, this one as given: what stretched before would move the edge under the hand */
  const resized = (name: string, width: number): Shown[] => columns.map((c) => ({ ...c, width: c.field.name === name ? width : Math.round(widthOf(c)) }));

  const fit = (i: number, name: string) => {
    const at = i + 1 + (selectable ? 1 : 0);
    const cells = [...(grid.current?.querySelectorAll<HTMLElement>(`.row > :nth-child(${at})`) ?? [])];
    const range = document.createRange();
    const widest = Math.max(0, ...cells.map((cell) => {
      const [first] = cell.childNodes;
      if (!first) return 0;
      range.selectNodeContents(cell.querySelector('button') ?? cell);
      return range.getBoundingClientRect().width;
    }));
    onWidths(resized(name, Math.min(Math.max(Math.ceil(widest) + CELL_PADDING + (i === 0 ? 8 : 0), WIDTH_MIN), WIDTH_MAX)));
  };
  const keys = parseSort(sort);
  return (
    <Scroller ref={scroller}>
      <Grid ref={grid} role="grid" aria-label={label} aria-rowcount={-1} aria-multiselectable={selectable || undefined} style={style(columns)}>
        <div role="rowgroup" style={{ display: 'contents' }}>
          <div className={`row head${picked ? ' picking' : ''}`} role="row" aria-rowindex={1}>
            {selectable && (
              <div role="columnheader" className="pick">
                <label title={t('list.pick_all')}>
                  <input
                    type="checkbox" aria-label={t('list.pick_all')} checked={picked === true} onChange={onPickAll}
                    ref={(box) => {
                      if (box) box.indeterminate = picked === 'mixed';
                    }}
                  />
                </label>
              </div>
            )}
            {columns.map((c, i) => (
              <HeadCell
                key={c.field.name} field={c.field} keys={keys} onSort={(more) => onSort(clicked(sort, c.field.name, more))}
                resize={{
                  width: () => widthOf(c),
                  show: (w) => {
                    const next = layout(resized(c.field.name, w), title, labelOf, selectable);
                    grid.current?.style.setProperty('--columns', next.template);
                    grid.current?.style.setProperty('min-width', `${next.minWidth}px`);
                  },
                  keep: (w) => onWidths(resized(c.field.name, w)),
                  fit: () => fit(i, c.field.name),
                }}
              />
            ))}
          </div>
        </div>
        {children(scroller)}
      </Grid>
    </Scroller>
  );
}
