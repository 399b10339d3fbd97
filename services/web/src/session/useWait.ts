/* After too many tries: how long the next one has to wait, counted down where the try is made. */
import { useCallback, useEffect, useState } from 'react';
import { isProblem } from '../api/problem';
import { useLang, useT } from '../text/i18n';

export interface Wait {
  /* seconds; 0 = nothing to wait for */
  left: number;
  /* takes the failure if it is one of too many tries, and says so in words */
  take: (error: unknown) => string | undefined;
  clear: () => void;
}

export function useWait(): Wait {
  const t = useT();
  const lang = useLang();
  const [until, setUntil] = useState(0);
  const [left, setLeft] = useState(0);

  useEffect(() => {
    if (!until) return;
    const tick = () => {
      const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      setLeft(seconds);
      if (!seconds) setUntil(0);
    };
    tick();
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
  }, [until]);

  const take = useCallback(
    (error: unknown) => {
      if (!isProblem(error) || error.status !== 429) return undefined;
      const seconds = error.retryAfter ?? 1;
      const at = Date.now() + seconds * 1000;
      setLeft(seconds);
      setUntil(at);
      if (seconds < 60) return t('session.wait_seconds', { count: seconds });
      const time = new Intl.DateTimeFormat(lang === 'es' ? 'es-CO' : 'en-US', { hour: 'numeric', minute: '2-digit' }).format(at);
      return t('session.wait_minutes', { count: Math.ceil(seconds / 60), time });
    },
    [t, lang],
  );
  const clear = useCallback(() => {
    setUntil(0);
    setLeft(0);
  }, []);
  return { left, take, clear };
}
