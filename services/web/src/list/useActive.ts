/* The current row and cell of a list: kept for the tab, moved by keys, shown by the focus. */
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import { readPosition, writePosition } from './position';

export interface Active {
  row: number;
  /* the column in which the focus stands */
  cell: number;
  /* the element of a cell, if it is drawn */
  element: (row: number, cell: number) => HTMLElement | null;
  set: (row: number, cell?: number) => void;
  /* and brings it onto the screen, with the focus */
  go: (row: number, cell?: number) => void;
}

/* `name`: of the list; `home`: the cell where one begins, which names the record */
export function useActive(name: string, body: RefObject<HTMLElement>, home: number, reveal: (row: number) => void): Active {
  const [at, setAt] = useState(() => ({ row: readPosition(name).active, cell: home }));
  useEffect(() => setAt({ row: readPosition(name).active, cell: home }), [name, home]);

  const element = useCallback(
    (row: number, cell: number) => body.current?.querySelector<HTMLElement>(`[data-row="${row}"][data-cell="${cell}"]`) ?? null,
    [body],
  );
  const set = useCallback((row: number, cell = home) => {
    setAt({ row, cell });
    writePosition(name, { active: row });
  }, [name, home]);

  /* the row may first have to be drawn, or read */
  const wanted = useRef<{ row: number; cell: number } | null>(null);
  useEffect(() => {
    if (!wanted.current) return;
    const found = element(wanted.current.row, wanted.current.cell);
    if (!found) return;
    found.focus({ preventScroll: true });
    found.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
    wanted.current = null;
  });

  const go = useCallback((row: number, cell = home) => {
    set(row, cell);
    wanted.current = { row, cell };
    reveal(row);
  }, [set, home, reveal]);
  return { ...at, element, set, go };
}
