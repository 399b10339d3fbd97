/* Deleting: done at once, and undone from the note that says so. */
import { useRef, useState } from 'react';
import { Button, IconButton, SnackbarContent, Tooltip } from '@mui/material';
import Delete from '@mui/icons-material/DeleteOutlined';
import { useQueryClient } from '@tanstack/react-query';
import { useCloseNotification, useNotify } from 'ra-core';
import { useNavigate } from 'react-router-dom';
import { remove, restore } from '../api/client';
import type { Rec } from '../api/records';
import { useExplain } from '../app/explain';
import { listAddress } from '../list/useListState';
import type { Module } from '../meta/types';
import { useLabel, useT } from '../text/i18n';

function UndoNote({ module, record }: { module: Module; record: Rec }) {
  const t = useT();
  const labelOf = useLabel();
  const notify = useNotify();
  const explain = useExplain();
  const close = useCloseNotification();
  const client = useQueryClient();
  const key = useRef(crypto.randomUUID());
  const [busy, setBusy] = useState(false);
  const label = record.label || labelOf(module.label);

  const undo = async () => {
    setBusy(true);
    try {
      await restore(module.path, record.id, key.current);
      await client.invalidateQueries({ queryKey: [module.path] });
      notify(t(module.feminine ? 'record.restored_f' : 'record.restored_m', { label }), { type: 'success' });
      close();
    } catch (e) {
      setBusy(false);
      notify(`${t('record.not_restored')}: ${explain(e)}`, { type: 'error' });
    }
  };
  return (
    <SnackbarContent
      message={t(module.feminine ? 'record.removed_f' : 'record.removed_m', { label })}
      action={
        <Button onClick={undo} disabled={busy} sx={{ color: 'inherit', textDecoration: 'underline' }}>{t('record.undo')}</Button>
      }
    />
  );
}

export function DeleteButton({ module, record }: { module: Module; record: Rec }) {
  const t = useT();
  const notify = useNotify();
  const explain = useExplain();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);

  const act = async () => {
    setBusy(true);
    try {
      await remove(module.path, record.id, record.version);
      navigate(listAddress(module.path));
      client.removeQueries({ queryKey: [module.path, 'getOne', { id: record.id }] });
      void client.invalidateQueries({ queryKey: [module.path] });
      notify(<UndoNote module={module} record={record} />, { autoHideDuration: 12_000 });
    } catch (e) {
      setBusy(false);
      /* someone else changed it: show how it is now before it is deleted */
      void client.invalidateQueries({ queryKey: [module.path, 'getOne', { id: record.id }] });
      notify(`${t('record.not_removed')}: ${explain(e)}`, { type: 'error' });
    }
  };
  return (
    <Tooltip title={t('record.remove')}>
      <span>
        <IconButton onClick={act} disabled={busy} aria-label={t('record.remove')}><Delete /></IconButton>
      </span>
    </Tooltip>
  );
}
