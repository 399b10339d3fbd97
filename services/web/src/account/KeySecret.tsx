/* The secret of a key, this once. */
import { Alert, Box, Button } from '@mui/material';
import { useT } from '../text/i18n';
import type { Issued } from './keys';
import { Secret } from './Secret';

export function KeySecret({ issued, onDone }: { issued: Issued; onDone: () => void }) {
  const t = useT();
  return (
    <Alert severity="success" sx={{ mb: 3, '& .MuiAlert-message': { minWidth: 0, flex: 1 } }} action={<Button color="inherit" onClick={onDone}>{t('account.done')}</Button>}>
      <Box sx={{ mb: 2 }}>{t('account.key_secret', { name: String(issued.key.label ?? issued.key.name ?? '') })}</Box>
      <Secret label={t('account.key_secret_label')} text={issued.secret} />
    </Alert>
  );
}
