/* "Ana R. cambió Etapa hace un momento": what somebody else saved while the record is looked at. */
import { Box, IconButton } from '@mui/material';
import Close from '@mui/icons-material/Close';
import Sync from '@mui/icons-material/SyncOutlined';
import { useLabel, useT } from '../text/i18n';
import { useFormat } from '../text/format';
import { useNow } from '../text/When';
import { size } from '../theme/tokens';
import type { News } from './useRecord';

const NAMED = 3;

export function NewsLine({ news, onClose, floating }: { news: News; onClose: () => void; floating?: boolean }) {
  const t = useT();
  const labelOf = useLabel();
  const format = useFormat();
  const now = useNow();
  const names = news.fields.slice(0, NAMED).map((f) => labelOf(f.label));
  const rest = news.fields.length - names.length;
  const fields = rest > 0 ? t('record.and_more', { fields: names.join(', '), count: rest }) : names.join(', ');
  const when = format.relative(news.at, now);
  const text = news.me ? t('record.news_me', { fields, when }) : t('record.news', { who: news.who || t(news.system ? 'history.system' : 'record.somebody'), fields, when });
  return (
    <Box
      role="status"
      sx={{
        display: 'flex', alignItems: 'center', gap: 2, px: 3, minHeight: 32, mb: floating ? 0 : 3, borderRadius: `${size.radius}px`, bgcolor: floating ? 'background.paper' : 'action.selected',
        border: floating ? 1 : 0, borderColor: 'divider', fontSize: 13,
      }}
    >
      <Sync sx={{ fontSize: 16, color: 'primary.main' }} aria-hidden />
      <Box sx={{ flex: 1, overflowWrap: 'anywhere' }}>{text}</Box>
      <IconButton onClick={onClose} aria-label={t('ra.action.close')} sx={{ width: { xs: 44, sm: 24 }, height: { xs: 44, sm: 24 } }}><Close sx={{ fontSize: 16 }} /></IconButton>
    </Box>
  );
}
