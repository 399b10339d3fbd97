/* A fault of our own: the page says so and can be loaded again. A page file that is gone means a newer version is out. */
import { useEffect, useState } from 'react';
import { useRouteError } from 'react-router-dom';
import { find } from '../text/dictionary';
import { loadAgain } from './leaving';

const RELOADED = 'cauce.reloaded';
const ONCE_MS = 30_000;

/* Whether there is a page to load, by a file that no device keeps: without a connection, loading again would leave nothing at all. */
async function isThere(): Promise<boolean> {
  return fetch('/sw.js', { cache: 'no-store' }).then((r) => r.ok, () => false);
}

/* `whole`: in the place of the frame too. */
export function PageFailed({ whole = false }: { whole?: boolean }) {
  const error = useRouteError();
  const gone = error instanceof Error && /dynamically imported module|module script|preload CSS/i.test(error.message);
  const [state, setState] = useState<'failed' | 'loading' | 'offline'>(() =>
    gone && Date.now() - Number(sessionStorage.getItem(RELOADED) ?? 0) > ONCE_MS ? 'loading' : 'failed');
  useEffect(() => {
    if (state !== 'loading') return;
    void isThere().then((there) => {
      if (!there) return setState('offline');
      sessionStorage.setItem(RELOADED, String(Date.now()));
      void loadAgain();
    });
  }, [state]);

  /* the providers may be what failed: nothing of them is used here */
  const lang = document.documentElement.lang === 'en' ? 'en' : 'es';
  const [title, hint] = ({
    loading: ['error.gone', 'error.gone_hint'], offline: ['error.page', 'error.gone_offline'], failed: ['error.page', 'error.page_hint'],
  } as const)[state];
  const Ground = whole ? 'main' : 'div';
  return (
    <Ground style={{ padding: 32, fontFamily: 'system-ui, sans-serif', fontSize: 14 }}>
      <div role={state === 'loading' ? 'status' : 'alert'}>
        <h1 style={{ fontSize: 16 }}>{find(lang, title)}</h1>
        <p>{find(lang, hint)}</p>
      </div>
      {state !== 'loading' && <button type="button" style={{ minHeight: 44 }} onClick={() => void loadAgain()}>{find(lang, 'error.reload')}</button>}
    </Ground>
  );
}
