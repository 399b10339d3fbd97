/* Which rows of a long body are on the screen. All rows are of one height, so this is arithmetic. */
import { useCallback, useEffect, useState, type RefObject } from 'react';

const AHEAD = 12;
const STEP = 4;

export interface Window {
  from: number;
  to: number;
}

/* `body` lies somewhere inside `scroller`; `top` is what sticks to the scroller's upper edge. */
export function useWindow(scroller: RefObject<HTMLElement>, body: RefObject<HTMLElement>, rowHeight: number, top: number) {
  const [rows, setRows] = useState<Window>({ from: 0, to: 40 });

  const measure = useCallback(() => {
    const box = scroller.current;
    const start = body.current;
    if (!box || !start) return;
    const above = box.getBoundingClientRect().top + top - start.getBoundingClientRect().top;
    const step = (n: number): number => Math.max(0, Math.floor(n / STEP) * STEP);
    const from = step(above / rowHeight - AHEAD);
    const to = step((above + box.clientHeight - top) / rowHeight + AHEAD) + STEP;
    setRows((old) => (old.from === from && old.to === to ? old : { from, to }));
  }, [scroller, body, rowHeight, top]);

  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    measure();
    box.addEventListener('scroll', measure, { passive: true });
    const resize = new ResizeObserver(measure);
    resize.observe(box);
    return () => {
      box.removeEventListener('scroll', measure);
      resize.disconnect();
    };
  }, [scroller, measure]);

  /* Brings a row onto the screen. */
  const reveal = useCallback(
    (index: number) => {
      const box = scroller.current;
      const start = body.current;
      if (!box || !start) return;
      const bodyTop = start.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
      const y = bodyTop + index * rowHeight;
      if (y < box.scrollTop + top) box.scrollTop = y - top;
      else if (y + rowHeight > box.scrollTop + box.clientHeight) box.scrollTop = y + rowHeight - box.clientHeight;
      measure();
    },
    [scroller, body, rowHeight, top, measure],
  );
  return { ...rows, reveal };
}
