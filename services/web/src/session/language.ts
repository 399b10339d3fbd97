/* The language of whoever signs in goes before the device's: it is taken once, and again when it was changed elsewhere. */
import { useEffect } from 'react';
import type { Session } from '../api/records';
import { useSetLang } from '../text/i18n';

const KEY = 'cauce.lang.of';

export function useLanguageOf(session: Session | null | undefined): void {
  const setLang = useSetLang();
  const { id, lang } = session?.user ?? {};
  const nobody = session === null;
  useEffect(() => {
    if (nobody) localStorage.removeItem(KEY);
    if (!id || (lang !== 'es' && lang !== 'en')) return;
    const taken = `${id} ${lang}`;
    if (localStorage.getItem(KEY) === taken) return;
    localStorage.setItem(KEY, taken);
    setLang(lang);
  }, [id, lang, nobody, setLang]);
}
