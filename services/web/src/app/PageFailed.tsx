/* A fault of our own: the page says so and can be loaded again. A page file that is gone means a newer version is out. */
import { useEffect } from 'react';
import { useRouteError } from 'react-router-dom';
import { find } from '../text/dictionary';

const RELOADED = 'cauce.reloaded';

export function PageFailed() {
  const error = useRouteError();
  const gone = error instanceof Error && /dynamically imported module|module script/i.test(error.message);
  const again = gone && Date.now() - Number(sessionStorage.getItem(RELOADED) ?? 0) > 30_000;
  useEffect(() => {
    if (!again) return;
    sessionStorage.setItem(RELOADED, String(Date.now()));
    window.location.reload();
  }, [again]);
  if (again) return null;

  /* the providers may be what failed: nothing of them is used here */
  const lang = document.documentElement.lang === 'en' ? 'en' : 'es';
  return (
    <main role="alert" style={{ padding: 32, fontFamily: 'system-ui, sans-serif', fontSize: 14 }}>
      <h1 style={{ fontSize: 16 }}>{find(lang, 'error.page')}</h1>
      <p>{find(lang, 'error.page_hint')}</p>
      <button type="button" onClick={() => window.location.reload()}>{find(lang, 'error.reload')}</button>
    </main>
  );
}
