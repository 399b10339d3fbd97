/* Which of many records were refused, and why. */
import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, Link as MuiLink, Typography } from '@mui/material';
import { Link } from 'react-router-dom';
import { useFormat } from '../text/format';
import { useT } from '../text/i18n';
import type { OutcomeState } from './useBulk';

export interface Refused {
  id: string;
  label: string;
  reason: string;
}

const SHOWN_MAX = 100;

export default function Outcome({ path, outcome, onClose }: { path: string; outcome: OutcomeState; onClose: () => void }) {
  const t = useT();
  const format = useFormat();
  const shown = outcome.refused.slice(0, SHOWN_MAX);
  return (
    <Dialog open onClose={onClose} aria-labelledby="outcome-title" fullWidth maxWidth="sm">
      <DialogTitle id="outcome-title">{outcome.title}</DialogTitle>
      <DialogContent>
        <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {shown.map((r, i) => (
            <Box component="li" key={r.id || i} sx={{ py: 2, borderBottom: 1, borderColor: 'divider', overflowWrap: 'break-word' }}>
              {r.id ? <MuiLink component={Link} to={`/${path}/${r.id}`}>{r.label}</MuiLink> : r.label}
              <Typography color="text.secondary">{r.reason}</Typography>
            </Box>
          ))}
        </Box>
        {outcome.all > shown.length && <Typography variant="caption" color="text.secondary" component="p" sx={{ mt: 2 }}>{t('import.rejects_first', { count: format.integer(shown.length) })}</Typography>}
      </DialogContent>
      <DialogActions>
        {outcome.file && <Button href={outcome.file} download>{t('bulk.rejects_file')}</Button>}
        <Button variant="contained" onClick={onClose} autoFocus>{t('keys.close')}</Button>
      </DialogActions>
    </Dialog>
  );
}
