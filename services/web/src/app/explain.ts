/* A failure in one plain sentence. */
import { useCallback } from 'react';
import { isProblem } from '../api/problem';
import { useT } from '../text/i18n';

export function useExplain(): (error: unknown) => string {
  const t = useT();
  return useCallback(
    (error) => {
      if (!isProblem(error)) return t('error.unknown');
      if (error.status === 0) return t(error.code === 'timeout' ? 'error.timeout' : 'error.network');
      if (error.code === 'outcome_unknown') return t('error.outcome');
      if (error.message) return error.message;
      if (error.status === 403) return t('error.forbidden');
      if (error.status === 404) return t('error.missing');
      if (error.status === 429) return t('error.busy');
      return t(error.status >= 500 ? 'error.server' : 'error.unknown');
    },
    [t],
  );
}
