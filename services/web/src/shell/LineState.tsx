/*
 * Whether there is a connection, said quietly and only when there is something to say: in the bar, on a phone below it. What the device kept says since when.
 */
import { Box, Tooltip } from '@mui/material';
import CloudDone from '@mui/icons-material/CloudDoneOutlined';
import CloudOff from '@mui/icons-material/CloudOffOutlined';
import { useLine } from '../live/connection';
import { useReadAt } from '../offline/readAt';
import { useT } from '../text/i18n';
import { When } from '../text/When';
import { size } from '../theme/tokens';

const floating = {
  position: 'absolute', left: '50%', top: size.bar + 4, transform: 'translateX(-50%)', zIndex: 15, pointerEvents: 'none',
  '& > *': { bgcolor: 'background.paper', border: 1, borderColor: 'divider', borderRadius: 4, px: 3, py: 1, boxShadow: 2, whiteSpace: 'nowrap' },
} as const;

export function LineState({ phone = false }: { phone?: boolean }) {
  const t = useT();
  const line = useLine();
  const readAt = useReadAt();
  const off = line === 'offline' || readAt;
  return (
    <Box role="status" sx={phone ? floating : { display: 'flex', flex: 'none' }}>
      {off && (
        <Tooltip title={t('line.offline_hint')}>
          <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.5, px: 1, color: 'warning.main' }}>
            <CloudOff aria-hidden />
            <span>{t('line.offline')}{readAt && <> · {t('line.read')} <When value={readAt} /></>}</span>
          </Box>
        </Tooltip>
      )}
      {!off && line === 'back' && (
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.5, px: 1, color: 'success.main' }}>
          <CloudDone aria-hidden />
          <span>{t('line.back')}</span>
        </Box>
      )}
    </Box>
  );
}
