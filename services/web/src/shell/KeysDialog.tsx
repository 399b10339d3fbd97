/* The list of keys. */
import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { styled } from '@mui/material/styles';
import { useT } from '../text/i18n';
import type { MessageKey } from '../text/messages';

const KEYS: [string[], MessageKey][] = [
  [['/'], 'keys.search'],
  [['C'], 'keys.create'],
  [['J', 'K'], 'keys.move'],
  [['Enter'], 'keys.open'],
  [['E'], 'keys.edit'],
  [['Ctrl', 'Enter'], 'keys.save'],
  [['Esc'], 'keys.back'],
  [['?'], 'keys.help'],
];

const Key = styled('kbd')(({ theme: { cauce } }) => ({
  display: 'inline-block', minWidth: 22, padding: '1px 6px', marginRight: 4, textAlign: 'center', fontFamily: 'inherit', fontSize: 12,
  border: `1px solid ${cauce.line}`, borderBottomWidth: 2, borderRadius: 4, background: cauce.chrome,
}));

export function KeysDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby="keys-title">
      <DialogTitle id="keys-title">{t('keys.title')}</DialogTitle>
      <DialogContent>
        <Box component="dl" sx={{ display: 'grid', gridTemplateColumns: 'auto 1fr', gap: 2, columnGap: 6, m: 0, minWidth: 240 }}>
          {KEYS.map(([keys, name]) => (
            <Box key={name} sx={{ display: 'contents' }}>
              <dt>{keys.map((k) => <Key key={k}>{k}</Key>)}</dt>
              <Box component="dd" sx={{ m: 0 }}>{t(name)}</Box>
            </Box>
          ))}
        </Box>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t('keys.close')}</Button>
      </DialogActions>
    </Dialog>
  );
}
