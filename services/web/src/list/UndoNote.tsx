/* What has been done, with the way back, in one note. */
import { useState } from 'react';
import { Button, SnackbarContent } from '@mui/material';
import { useCloseNotification, useNotify } from 'ra-core';
import { useExplain } from '../app/explain';
import { useT } from '../text/i18n';

interface Props {
  text: string;
  /* undefined: there is none */
  undo?: () => Promise<void>;
  /* what is said when it is undone */
  undone?: string;
  /* another thing that can be done */
  action?: { label: string; run: () => void };
}

export function UndoNote({ text, undo, undone, action }: Props) {
  const t = useT();
  const notify = useNotify();
  const explain = useExplain();
  const close = useCloseNotification();
  const [busy, setBusy] = useState(false);
  const back = async () => {
    setBusy(true);
    try {
      await undo?.();
      close();
      if (undone) notify(undone, { type: 'success' });
    } catch (e) {
      setBusy(false);
      notify(`${t('bulk.not_undone')}: ${explain(e)}`, { type: 'error' });
    }
  };
  return (
    <SnackbarContent
      message={text}
      action={
        <>
          {action && <Button onClick={action.run} sx={{ color: 'inherit', textDecoration: 'underline' }}>{action.label}</Button>}
          {undo && <Button onClick={() => void back()} disabled={busy} sx={{ color: 'inherit', textDecoration: 'underline' }}>{t('record.undo')}</Button>}
        </>
      }
    />
  );
}
