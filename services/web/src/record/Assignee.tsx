/* Who has the record in hand; one click gives it to somebody else. */
import { lazy, Suspense } from 'react';
import { Avatar, Box, Button, CircularProgress, Popover } from '@mui/material';
import { valueAt } from '../api/patch';
import { useRefText } from '../fields/lookups';
import { labelIn } from '../fields/text';
import { canChange } from '../meta/standout';
import type { Field, Module } from '../meta/types';
import { useSession } from '../session/session';
import { useLabel, useT } from '../text/i18n';
import type { Saver } from './saving';

const AssignForm = lazy(() => import('./AssignForm'));

export const initials = (name: string): string =>
  name.split(/\s+/).filter(Boolean).slice(0, 2).map((w) => [...w][0]?.toLocaleUpperCase() ?? '').join('');

interface Props {
  module: Module;
  field: Field;
  saver: Saver;
  /* where the search hangs; null: it is closed */
  anchor: HTMLElement | null;
  setAnchor: (anchor: HTMLElement | null) => void;
}

export function Assignee({ module, field, saver, anchor, setAnchor }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const { user } = useSession().session;
  const value = valueAt(saver.shown, field.name);
  const id = typeof value === 'string' && value ? value : undefined;
  const name = useRefText(field, id, labelIn(saver.shown, field)) ?? '';
  const open = canChange(module, field);
  const state = saver.doing[field.name];
  const busy = !!state && state.message === undefined;
  const shown = id ? name || '…' : t('record.nobody');
  const give = (to: string | null) => {
    setAnchor(null);
    if (to !== (id ?? null)) saver.save(field, to, id ?? null);
  };
  return (
    <>
      <Button
        id="assignee" onClick={(e) => setAnchor(e.currentTarget)} disabled={!open} aria-haspopup="dialog" aria-keyshortcuts="a"
        aria-label={`${labelOf(field.label)}: ${shown}`} title={open ? t('record.assign') : labelOf(field.label)}
        sx={{ color: 'text.primary', minWidth: 0, maxWidth: 260, minHeight: { xs: 44, sm: 32 }, '&.Mui-disabled': { color: 'text.primary' } }}
      >
        <Avatar sx={{ width: 22, height: 22, fontSize: 10, fontWeight: 600, mr: 1.5, bgcolor: id ? 'action.selected' : 'transparent', color: 'text.primary', border: 1, borderColor: 'divider' }} aria-hidden>
          {busy ? <CircularProgress size={12} /> : id ? initials(shown) : '?'}
        </Avatar>
        <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>{shown}</Box>
      </Button>
      {state?.message && <Box role="alert" sx={{ color: 'error.main', fontSize: 12 }}>{state.message}</Box>}
      <Popover
        open={!!anchor} anchorEl={anchor} onClose={() => setAnchor(null)} anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': t('record.assign'), sx: { p: 4, mt: 1, width: 300, display: 'grid', gap: 3 } } }}
      >
        <Suspense fallback={<CircularProgress size={16} aria-label={t('app.loading')} />}>
          <AssignForm field={field} onChoose={give} />
        </Suspense>
        <Box sx={{ display: 'flex', gap: 2 }}>
          {id !== user.id && field.ref && <Button variant="outlined" onClick={() => give(user.id)}>{t('record.assign_me')}</Button>}
          {id && !field.required && <Button onClick={() => give(null)}>{t('record.assign_none')}</Button>}
        </Box>
      </Popover>
    </>
  );
}
