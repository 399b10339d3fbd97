/* The list's table: header with sorting, and its rows, whole or in groups. */
import { useRef, type CSSProperties, type ReactNode } from 'react';
import ArrowDown from '@mui/icons-material/ArrowDownward';
import ArrowUp from '@mui/icons-material/ArrowUpward';
import { isNumeric, isSortable } from '../meta/fields';
import type { Field } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import { Cards, Grid, layout, Scroller } from './grid';

interface Props {
  columns: Field[];
  title: Field | undefined;
  /* as in the URL: "-created_at" */
  sort: string;
  onSort: (sort: string) => void;
  phone: boolean;
  label: string;
  children: (scroller: React.RefObject<HTMLDivElement>) => ReactNode;
}

const ICON = { fontSize: 12, verticalAlign: -1, ml: 0.5 };

/* First click ascending, second descending. */
const turned = (field: string, sort: string): string => (sort === field ? `-${field}` : field);

export function Table({ columns, title, sort, onSort, phone, label, children }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const scroller = useRef<HTMLDivElement>(null);
  const [first = ''] = sort.split(',');

  if (phone) {
    return <Scroller ref={scroller}><Cards>{children(scroller)}</Cards></Scroller>;
  }
  const { template, minWidth } = layout(columns, title, labelOf);
  return (
    <Scroller ref={scroller}>
      <Grid role="table" aria-label={label} aria-rowcount={-1} style={{ '--columns': template, minWidth } as CSSProperties}>
        <div role="rowgroup" style={{ display: 'contents' }}>
          <div className="row head" role="row" aria-rowindex={1}>
            {columns.map((f) => {
              const name = labelOf(f.label);
              const order = first === f.name ? 'ascending' : first === `-${f.name}` ? 'descending' : undefined;
              return (
                <div key={f.name} role="columnheader" aria-sort={order} className={isNumeric(f) ? 'number' : undefined}>
                  {isSortable(f) ? (
                    <button
                      type="button" className={order && 'sorted'} title={t('list.sort_by', { field: name })}
                      onClick={() => onSort(turned(f.name, first))}
                    >
                      {name}
                      {order && (order === 'ascending' ? <ArrowUp sx={ICON} aria-hidden /> : <ArrowDown sx={ICON} aria-hidden />)}
                    </button>
                  ) : (
                    name
                  )}
                </div>
              );
            })}
          </div>
        </div>
        {children(scroller)}
      </Grid>
    </Scroller>
  );
}
