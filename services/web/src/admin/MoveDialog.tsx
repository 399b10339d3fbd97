/* "Move below…": the way to move a role without dragging it. */
import { useMemo, useState } from 'react';
import { Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useT } from '../text/i18n';
import { Lookup } from './Lookup';
import { descendants, type Node } from './tree';

export function MoveDialog({ node, onMove, onClose }: { node: Node; onMove: (under: string | null) => void; onClose: () => void }) {
  const t = useT();
  const [under, setUnder] = useState<string | null>(null);
  const exclude = useMemo(() => new Set([node, ...descendants(node)].map((n) => n.role.id)), [node]);
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="xs" aria-labelledby="move-title">
      <DialogTitle id="move-title">{t('roles.move_title', { role: node.role.label })}</DialogTitle>
      <DialogContent>
        <Lookup of="identity.role" label={t('roles.move_to')} value={under} onChange={setUnder} exclude={exclude} autoFocus />
      </DialogContent>
      <DialogActions>
        {node.parent && <Button onClick={() => onMove(null)} sx={{ mr: 'auto' }}>{t('roles.move_top')}</Button>}
        <Button onClick={onClose} sx={{ color: 'text.secondary' }}>{t('record.cancel')}</Button>
        <Button variant="contained" disabled={!under} onClick={() => onMove(under)}>{t('roles.move_do')}</Button>
      </DialogActions>
    </Dialog>
  );
}
