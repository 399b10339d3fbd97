/* A note with a way back: says what was done and undoes it. */
import { useState } from 'react';
import { Button, SnackbarContent } from '@mui/material';
import { useCloseNotification, useNotify } from 'ra-core';
import { useExplain } from '../app/explain';
import { useT } from '../text/i18n';

interface Props {
  message: string;
  /* resolves with what is said afterwards */
  undo: () => Promise<string>;
  failed: string;
}

export function UndoNote({ message, undo, failed }: Props) {
  const t = useT();
  const notify = useNotify();
  const explain = useExplain();
  const close = useCloseNotification();
  const [busy, setBusy] = useState(false);
  const act = async () => {
    setBusy(true);
    try {
      notify(await undo(), { type: 'success' });
      close();
    } catch (e) {
      setBusy(false);
      notify(`${failed}: ${e instanceof Error && e.name === 'Changed' ? e.message : explain(e)}`, { type: 'error' });
    }
  };
  return (
    <SnackbarContent
      message={message}
      action={<Button onClick={act} disabled={busy} sx={{ color: 'inherit', textDecoration: 'underline' }}>{t('record.undo')}</Button>}
    />
  );
}
