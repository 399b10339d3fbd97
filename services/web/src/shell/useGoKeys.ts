/* G, then a letter: to a module. The second key belongs to nobody else. */
import { useCallback, useEffect, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { useKeys } from '../lib/keys';
import { usePlaces } from './places';

const PATIENCE_MS = 2500;

/* True while a letter is waited for. */
export function useGoKeys(): boolean {
  const navigate = useNavigate();
  const { everyday, administration, home } = usePlaces();
  const [armed, setArmed] = useState(false);
  const go = useCallback(
    (key: string) => {
      const place = [...everyday, ...(home ? [home] : []), ...administration].find((p) => p.letter === key.toLowerCase());
      if (place) navigate(place.to);
    },
    [everyday, administration, home, navigate],
  );
  useKeys({ g: () => setArmed(true) });
  useEffect(() => {
    if (!armed) return;
    const take = (e: KeyboardEvent) => {
      if (['Shift', 'Control', 'Alt', 'Meta'].includes(e.key)) return;
      setArmed(false);
      if (e.ctrlKey || e.metaKey || e.altKey || e.key.length !== 1) return;
      e.preventDefault();
      e.stopImmediatePropagation();
      go(e.key);
    };
    const timer = setTimeout(() => setArmed(false), PATIENCE_MS);
    window.addEventListener('keydown', take, true);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('keydown', take, true);
    };
  }, [armed, go]);
  return armed;
}
