/* Taking over what another profile allows. */
import { useMemo, useState } from 'react';
import { Button, Dialog, DialogActions, DialogContent, DialogTitle, Typography } from '@mui/material';
import { readOne } from '../api/client';
import type { Rec } from '../api/records';
import { useExplain } from '../app/explain';
import { useModule } from '../meta/metadata';
import { useT } from '../text/i18n';
import { Lookup } from './Lookup';

export function CopyDialog({ exclude, onCopy, onClose }: { exclude: string; onCopy: (profile: Rec) => void; onClose: () => void }) {
  const t = useT();
  const explain = useExplain();
  const { key, path } = useModule();
  const [from, setFrom] = useState<string | null>(null);
  const [error, setError] = useState('');
  const without = useMemo(() => new Set([exclude]), [exclude]);
  const copy = async () => {
    if (!from) return;
    try {
      onCopy(await readOne(path, from));
      onClose();
    } catch (e) {
      setError(explain(e));
    }
  };
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="xs" aria-labelledby="copy-title">
      <DialogTitle id="copy-title">{t('profiles.copy')}</DialogTitle>
      <DialogContent>
        <Typography sx={{ mb: 4 }}>{t('profiles.copy_body')}</Typography>
        <Lookup of={key} label={t('profiles.copy_from')} value={from} onChange={setFrom} exclude={without} autoFocus error={error} />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} sx={{ color: 'text.secondary' }}>{t('record.cancel')}</Button>
        <Button variant="contained" disabled={!from} onClick={() => void copy()}>{t('profiles.copy_do')}</Button>
      </DialogActions>
    </Dialog>
  );
}
