/* The line under a list: how much of it is here, and how much there is. */
import { Box, Button, Typography } from '@mui/material';
import { useExplain } from '../app/explain';
import { useFormat } from '../text/format';
import { useT } from '../text/i18n';
import type { Counted } from './useCount';
import type { Pages } from './usePages';

interface Props {
  /* undefined in a grouped view with no group open */
  pages: Pages | undefined;
  counted: Counted;
}

export function StatusBar({ pages, counted }: Props) {
  const t = useT();
  const format = useFormat();
  const explain = useExplain();
  const shown = pages ? format.integer(pages.loaded) : '';
  const n = counted.count === undefined ? '' : format.integer(counted.count);
  const text = !pages
    ? ''
    : pages.complete
      ? t('list.loaded_all', { count: shown })
      : n
        ? t(counted.capped ? 'list.of_more' : 'list.of', { shown, count: n })
        : t('list.loaded', { count: shown });
  return (
    <Box sx={{ flex: 'none', minHeight: { xs: 44, sm: 32 }, display: 'flex', alignItems: 'center', gap: 2, px: 4, borderTop: 1, borderColor: 'divider', fontSize: 12, color: 'text.secondary' }}>
      <Typography variant="caption" role="status" sx={{ fontVariantNumeric: 'tabular-nums' }}>{text}</Typography>
      {counted.counting && <Typography variant="caption">{t('list.counting')}</Typography>}
      {counted.capped && !counted.counting && (
        <Button sx={{ height: 24, fontSize: 12 }} onClick={counted.askExact}>{t('list.count_exact')}</Button>
      )}
      {counted.error != null && <Typography variant="caption" noWrap>{explain(counted.error)}</Typography>}
      {pages?.error != null && pages.loaded > 0 && (
        <>
          <Typography variant="caption" color="error" role="alert" noWrap>{t('list.failed')} {explain(pages.error)}</Typography>
          <Button sx={{ height: 24, fontSize: 12 }} onClick={pages.refresh}>{t('list.retry')}</Button>
        </>
      )}
    </Box>
  );
}
