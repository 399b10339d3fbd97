/*
 * Languages. `useT` translates our own texts, `useLabel` those that come with the metadata. Changing the language draws
 * everything anew but takes nothing down: what is being written stays.
 */
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { I18nContext, useStore, useTranslate, type I18nProvider } from 'ra-core';
import { setApiLanguage } from '../api/http';
import type { Lang, Text } from '../meta/types';
import { fill, isLoaded, loadDictionary, say } from './dictionary';
import type { Args, MessageKey } from './messages';

const LangContext = createContext<{ lang: Lang; setLang: (lang: Lang) => void }>({ lang: 'es', setLang: () => undefined });

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [wanted, setLang] = useStore<Lang>('lang', 'es');
  const [lang, setCurrent] = useState<Lang | null>(isLoaded(wanted) ? wanted : null);

  useEffect(() => {
    let stale = false;
    loadDictionary(wanted)
      .then(() => !stale && setCurrent(wanted))
      .catch(() => !stale && setCurrent((old) => old ?? 'es'));
    return () => {
      stale = true;
    };
  }, [wanted]);

  const shown = lang ?? 'es';
  useEffect(() => {
    document.documentElement.lang = shown;
  }, [shown]);
  setApiLanguage(shown);

  const i18n = useMemo<I18nProvider>(
    () => ({
      translate: (key, options) => say(shown, key, options) ?? fill(options?._ ?? key, options),
      changeLocale: async (locale) => setLang(locale === 'en' ? 'en' : 'es'),
      getLocale: () => shown,
    }),
    [shown, setLang],
  );
  const value = useMemo(() => ({ lang: shown, setLang }), [shown, setLang]);
  if (!lang) return null;
  return (
    <LangContext.Provider value={value}>
      <I18nContext.Provider value={i18n}>{children}</I18nContext.Provider>
    </LangContext.Provider>
  );
}

export const useLang = (): Lang => useContext(LangContext).lang;
export const useSetLang = () => useContext(LangContext).setLang;

export type T = (key: MessageKey, args?: Args) => string;

export function useT(): T {
  const translate = useTranslate();
  return useCallback((key, args) => translate(key, args), [translate]);
}

export type LabelOf = (text: Text | undefined) => string;

export function useLabel(): LabelOf {
  const lang = useLang();
  return useCallback((text) => text?.[lang] || text?.es || '', [lang]);
}
