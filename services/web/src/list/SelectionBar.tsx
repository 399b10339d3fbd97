/* What can be done with the selected records; it stands where the count stood. */
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { Box, Button, IconButton, Menu, MenuItem, Tooltip, Typography } from '@mui/material';
import Close from '@mui/icons-material/Close';
import DeleteOutline from '@mui/icons-material/DeleteOutline';
import Edit from '@mui/icons-material/EditOutlined';
import ExpandMore from '@mui/icons-material/ExpandMore';
import PersonAdd from '@mui/icons-material/PersonAddAltOutlined';
import Restore from '@mui/icons-material/RestoreFromTrashOutlined';
import { useKeys } from '../lib/keys';
import { may } from '../meta/fields';
import type { Module } from '../meta/types';
import RemoveDialog from '../record/RemoveDialog';
import { useCommands } from '../shell/commands';
import { useFormat } from '../text/format';
import { useT } from '../text/i18n';
import { useRemoval } from '../text/removal';
import { assignField } from './assign';
import { EVERYTHING, NOTHING, selectedCount, type Selection } from './selection';
import { mayExport, type Bulk } from './useBulk';
import type { Counted } from './useCount';

const ChangeDialog = lazy(() => import('./ChangeDialog'));

interface Props {
  module: Module;
  selection: Selection;
  counted: Counted;
  bulk: Bulk;
  phone: boolean;
  inBin: boolean;
  /* who is to have them is asked for, by a key */
  assigning: boolean;
  onAssigning: (assigning: boolean) => void;
  onExport: () => void;
  onSelection: (s: Selection) => void;
}

export default function SelectionBar({ module, selection, counted, bulk, phone, inBin, assigning, onAssigning, onExport, onSelection }: Props) {
  const t = useT();
  const removal = useRemoval(module);
  const format = useFormat();
  const [dialog, setDialog] = useState<'assign' | 'change' | 'remove' | null>(null);
  const [more, setMore] = useState<HTMLElement | null>(null);
  const n = selectedCount(selection, counted.count);
  const one = n === 1;
  const count = n === undefined ? '…' : `${format.integer(n)}${selection.all && counted.capped ? '+' : ''}`;
  const assign = assignField(module);
  const can = {
    assign: !inBin && !!assign && may(module, 'change'),
    change: !inBin && may(module, 'change'),
    remove: !inBin && may(module, one ? 'delete' : 'mass_delete'),
    duplicate: !inBin && !bulk.asJob && may(module, one ? 'duplicate' : 'mass_duplicate'),
    export: !inBin && may(module, 'export') && mayExport(selection),
    restore: inBin,
  };
  useEffect(() => {
    if (!assigning) return;
    onAssigning(false);
    if (can.assign) setDialog('assign');
  }, [assigning, onAssigning, can.assign]);

  /* what has no way back, or only one by one, is not done by a slip */
  const remove = () => (bulk.asJob || removal.final ? setDialog('remove') : void bulk.remove());
  useKeys({ Delete: () => (can.remove ? remove() : false) });
  useCommands([
    ...(can.assign ? [{ id: 'selection.assign', label: t('bulk.assign_n', { count }), keys: 'A', run: () => setDialog('assign') }] : []),
    ...(can.change ? [{ id: 'selection.change', label: t('bulk.change_n', { count }), run: () => setDialog('change') }] : []),
    ...(can.remove ? [{ id: 'selection.remove', label: removal.of(count), keys: 'Supr', run: remove }] : []),
    ...(can.restore ? [{ id: 'selection.restore', label: t('bin.restore'), run: () => void bulk.restore() }] : []),
    { id: 'selection.none', label: t('bulk.none'), keys: 'Esc', run: () => onSelection(NOTHING) },
  ]);

  const button = (icon: ReactNode, text: string, run: () => void, keys?: string) => phone ? (
    <Tooltip title={text}><IconButton onClick={run} aria-label={text} sx={{ width: 44, height: 44, color: 'text.primary' }}>{icon}</IconButton></Tooltip>
  ) : (
    <Button startIcon={icon} onClick={run} aria-keyshortcuts={keys} sx={{ height: 28, color: 'text.primary' }}>{text}</Button>
  );
  const entry = (text: string, run: () => void) => (
    <MenuItem onClick={() => { setMore(null); run(); }} sx={{ minHeight: { xs: 44, sm: 32 } }}>{text}</MenuItem>
  );
  const whole = !selection.all && (counted.count ?? 0) > selection.ids.size && (
    <Button onClick={() => onSelection(EVERYTHING)} sx={{ height: 28 }} aria-keyshortcuts="Control+a">
      {t('bulk.all_n', { count: `${format.integer(counted.count ?? 0)}${counted.capped ? '+' : ''}` })}
    </Button>
  );
  return (
    <Box
      role="toolbar" aria-label={t('bulk.selected', { count })}
      sx={{ flex: 'none', minHeight: { xs: 56, sm: 40 }, display: 'flex', alignItems: 'center', gap: 1, px: { xs: 2, sm: 4 }, borderTop: 1, borderColor: 'divider', bgcolor: 'action.selected', overflowX: 'auto' }}
    >
      <Typography role="status" sx={{ fontWeight: 600, flex: 'none', mr: 2, fontVariantNumeric: 'tabular-nums' }}>
        {phone ? count : t(selection.all ? 'bulk.all_selected' : 'bulk.selected', { count })}
      </Typography>
      {can.assign && button(<PersonAdd />, t('bulk.assign'), () => setDialog('assign'), 'a')}
      {can.change && button(<Edit />, t('bulk.change'), () => setDialog('change'))}
      {can.remove && button(<DeleteOutline />, removal.word, remove, 'Delete')}
      {can.restore && button(<Restore />, t('bin.restore'), () => void bulk.restore())}
      {(can.export || can.duplicate) && (
        <Button endIcon={<ExpandMore />} onClick={(e) => setMore(e.currentTarget)} aria-haspopup="menu" sx={{ height: { xs: 44, sm: 28 }, color: 'text.primary' }}>{t('bulk.more')}</Button>
      )}
      {!phone && whole}
      <Box sx={{ flex: 1 }} />
      <Tooltip title={t('bulk.none')}>
        <IconButton onClick={() => onSelection(NOTHING)} aria-label={t('bulk.none')} aria-keyshortcuts="Escape" sx={{ width: { xs: 44, sm: 28 }, height: { xs: 44, sm: 28 } }}><Close /></IconButton>
      </Tooltip>
      <Menu open={!!more} anchorEl={more} onClose={() => setMore(null)} slotProps={{ list: { 'aria-label': t('bulk.more') } }}>
        {can.export && entry(t('bulk.export'), onExport)}
        {can.duplicate && entry(t('bulk.duplicate'), () => void bulk.duplicate())}
        {phone && !selection.all && entry(t('bulk.all'), () => onSelection(EVERYTHING))}
      </Menu>
      {(dialog === 'assign' || dialog === 'change') && (
        <Suspense>
          <ChangeDialog
            module={module} fixed={dialog === 'assign' ? assign : undefined} count={count} asJob={bulk.asJob} onClose={() => setDialog(null)}
            onApply={(field, value) => {
              setDialog(null);
              void bulk.change(field, value);
            }}
          />
        </Suspense>
      )}
      <RemoveDialog
        open={dialog === 'remove'} title={removal.of(count)} hint={t(removal.final ? 'bulk.remove_own_hint' : 'bulk.remove_all_hint')} word={removal.word}
        onYes={() => void bulk.remove()} onClose={() => setDialog(null)}
      />
    </Box>
  );
}
