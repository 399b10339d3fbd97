/* That there is a new version, said quietly; it is taken when somebody asks for it, or goes to another page. */
import { Box, Button, IconButton, Tooltip } from '@mui/material';
import Update from '@mui/icons-material/UpdateOutlined';
import { takeNewVersion, useNewVersion } from '../offline/register';
import { useT } from '../text/i18n';

export function NewVersion({ phone }: { phone: boolean }) {
  const t = useT();
  const there = useNewVersion();
  return (
    <Box role="status" sx={{ flex: 'none', display: 'flex', '&:empty': { display: 'none' } }}>
      {there && (
        <Tooltip describeChild title={t('line.version_hint')}>
          {phone
            ? <IconButton color="primary" onClick={takeNewVersion} aria-label={`${t('line.version')}. ${t('line.version_load')}`}><Update /></IconButton>
            : <Button startIcon={<Update />} onClick={takeNewVersion}>{t('line.version')} · {t('line.version_load')}</Button>}
        </Tooltip>
      )}
    </Box>
  );
}
