/* What is being done with many records: how far it is, and the way to stop it. */
import { Box, Button, LinearProgress, Typography } from '@mui/material';
import { useFormat } from '../text/format';
import { useT } from '../text/i18n';
import type { Work } from './useBulk';

export function WorkLine({ work }: { work: Work }) {
  const t = useT();
  const format = useFormat();
  const part = work.total ? Math.min(100, ((work.done ?? 0) / work.total) * 100) : undefined;
  return (
    <Box sx={{ flex: 'none', minHeight: { xs: 56, sm: 40 }, display: 'flex', alignItems: 'center', gap: 3, px: { xs: 2, sm: 4 }, borderTop: 1, borderColor: 'divider' }}>
      <Typography role="status" sx={{ flex: 'none' }}>{work.text}</Typography>
      <LinearProgress variant={part === undefined ? 'indeterminate' : 'determinate'} value={part} aria-label={work.text} sx={{ flex: 1, maxWidth: 320 }} />
      {!!work.total && (
        <Typography variant="caption" color="text.secondary" sx={{ fontVariantNumeric: 'tabular-nums', flex: 'none' }}>
          {t('bulk.progress', { done: format.integer(work.done ?? 0), total: format.integer(work.total) })}
        </Typography>
      )}
      {work.cancel && <Button onClick={work.cancel} sx={{ height: { xs: 44, sm: 28 } }}>{t('bulk.stop')}</Button>}
    </Box>
  );
}
