/* Back at the place a list was left at; a list not seen before begins at its top. */
import { useEffect, type RefObject } from 'react';
import { readPosition, writePosition } from './position';

/* `row`: how tall a row is drawn */
export function usePlace(name: string, scroller: RefObject<HTMLElement>, row: number): void {
  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    box.scrollTop = readPosition(name).top;
    /* remembered as it moves: a box that is being taken down says 0 */
    let { top } = readPosition(name);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const save = () => {
      timer = undefined;
      writePosition(name, { top, row });
    };
    const follow = () => {
      top = box.scrollTop;
      timer ??= setTimeout(save, 150);
    };
    box.addEventListener('scroll', follow, { passive: true });
    return () => {
      box.removeEventListener('scroll', follow);
      clearTimeout(timer);
      save();
    };
  }, [name, scroller, row]);
}
