/* How taking records of a module away is called: where it ends something for good the metadata has a word of its own. */
import type { Module } from '../meta/types';
import { useLabel, useLang, useT } from './i18n';
import { inSentence } from './sentence';

export interface Removal {
  /* it ends something: putting the record back does not begin it again */
  final: boolean;
  /* "Eliminar", "Cerrar" */
  word: string;
  doing: string;
  of: (count: string) => string;
  done: (count: string) => string;
  refused: (count: string) => string;
  failed: string;
  /* of one, by its name */
  gone: (label: string) => string;
}

const capital = (word: string): string => word.charAt(0).toLocaleUpperCase() + word.slice(1);

export function useRemoval({ removal }: Module): Removal {
  const t = useT();
  const labelOf = useLabel();
  const lang = useLang();
  if (!removal) {
    return {
      final: false,
      word: t('record.remove'),
      doing: t('bulk.doing_removed'),
      of: (count) => t('bulk.remove_n', { count }),
      done: (count) => t('bulk.removed', { count }),
      refused: (count) => t('bulk.not_removed', { count }),
      failed: t('record.not_removed'),
      gone: (label) => t('record.removed', { label }),
    };
  }
  const word = labelOf(removal.label);
  const verb = inSentence(word);
  const done = labelOf(removal.done);
  return {
    final: true,
    word,
    doing: t('bulk.removing_own', { word }),
    of: (count) => t('bulk.remove_own', { word, count }),
    /* of many a participle takes an s in Spanish, in English nothing */
    done: (count) => t('bulk.removed_own', { done: capital(lang === 'es' && count !== '1' ? `${done}s` : done), count }),
    refused: (count) => t('bulk.not_removed_own', { verb, count }),
    failed: t('record.not_removed_own', { verb }),
    gone: (label) => t('record.removed_own', { label, done }),
  };
}
