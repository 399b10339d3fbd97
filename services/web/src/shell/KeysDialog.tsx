/* The keys: of this page, as its parts have said them; those that are the same everywhere; where G leads. */
import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, Typography } from '@mui/material';
import { useT } from '../text/i18n';
import type { MessageKey } from '../text/messages';
import { useAllCommands } from './commands';
import { Key } from './Key';
import { usePlaces } from './places';

const EVERYWHERE: [string[], MessageKey][] = [
  [['Ctrl', 'K'], 'keys.find'],
  [['/'], 'keys.search'],
  [['J', 'K'], 'keys.move'],
  [['Enter'], 'keys.open'],
  [['Ctrl', 'Enter'], 'keys.save'],
  [['Esc'], 'keys.back'],
  [['?'], 'keys.help'],
];

interface Line {
  id: string;
  keys: string[];
  label: string;
}

function Lines({ title, lines }: { title: string; lines: Line[] }) {
  if (!lines.length) return null;
  return (
    <Box component="section" sx={{ breakInside: 'avoid', mb: 4 }}>
      <Typography variant="h3" component="h3" sx={{ mb: 2 }}>{title}</Typography>
      <Box component="dl" sx={{ display: 'grid', gridTemplateColumns: 'minmax(72px, auto) 1fr', gap: 1.5, columnGap: 4, m: 0 }}>
        {lines.map(({ id, keys, label }) => (
          <Box key={id} sx={{ display: 'contents' }}>
            <dt>{keys.map((k) => <Key key={k}>{k}</Key>)}</dt>
            <Box component="dd" sx={{ m: 0 }}>{label}</Box>
          </Box>
        ))}
      </Box>
    </Box>
  );
}

export function KeysDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  const commands = useAllCommands();
  const { everyday, administration, home } = usePlaces();
  const here = commands.filter((c) => c.keys).map((c): Line => ({ id: c.id, keys: c.keys?.split('+') ?? [], label: c.label }));
  const said = new Set(here.map((l) => l.keys.join('+')));
  const everywhere = EVERYWHERE.map(([keys, name]): Line => ({ id: name, keys, label: t(name) })).filter((l) => !said.has(l.keys.join('+')));
  const go = [...everyday, ...(home ? [home] : []), ...administration].filter((p) => p.letter);
  return (
    <Dialog open={open} onClose={onClose} maxWidth="md" aria-labelledby="keys-title">
      <DialogTitle id="keys-title">{t('keys.title')}</DialogTitle>
      <DialogContent tabIndex={0}>
        <Box sx={{ columns: { xs: 1, sm: 2 }, columnGap: 10, minWidth: { sm: 480 }, pt: 1 }}>
          <Lines title={t('keys.here')} lines={here} />
          <Lines title={t('keys.everywhere')} lines={everywhere} />
          <Lines title={t('keys.go')} lines={go.map((p) => ({ id: p.to, keys: ['G', p.letter.toUpperCase()], label: p.title }))} />
        </Box>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t('keys.close')}</Button>
      </DialogActions>
    </Dialog>
  );
}
