/* Whether there is a connection, said quietly in the bar and only when there is something to say. */
import { Box, Tooltip } from '@mui/material';
import CloudDone from '@mui/icons-material/CloudDoneOutlined';
import CloudOff from '@mui/icons-material/CloudOffOutlined';
import { useLine } from '../live/connection';
import { useT } from '../text/i18n';

export function LineState() {
  const t = useT();
  const line = useLine();
  const words = { display: { xs: 'none', sm: 'inline' } };
  return (
    <Box role="status" sx={{ display: 'flex', flex: 'none' }}>
      {line === 'offline' && (
        <Tooltip title={t('line.offline_hint')}>
          <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.5, px: 1, color: 'warning.main' }}>
            <CloudOff titleAccess={t('line.offline')} />
            <Box component="span" sx={words} aria-hidden>{t('line.offline')}</Box>
          </Box>
        </Tooltip>
      )}
      {line === 'back' && (
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.5, px: 1, color: 'success.main' }}>
          <CloudDone titleAccess={t('line.back')} />
          <Box component="span" sx={words} aria-hidden>{t('line.back')}</Box>
        </Box>
      )}
    </Box>
  );
}
