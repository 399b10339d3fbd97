/* "Done", with the way back: what is done at once is undone from the note that says so. */
import { useCallback, useState } from 'react';
import { Button, SnackbarContent } from '@mui/material';
import { useCloseNotification, useNotify } from 'ra-core';
import { useExplain } from '../app/explain';
import { useT } from '../text/i18n';

const SHOWN_MS = 12_000;

function UndoNote({ message, undo }: { message: string; undo: () => Promise<unknown> }) {
  const t = useT();
  const notify = useNotify();
  const explain = useExplain();
  const close = useCloseNotification();
  const [busy, setBusy] = useState(false);
  const act = async () => {
    setBusy(true);
    try {
      await undo();
      notify(t('admin.undone'), { type: 'success' });
      close();
    } catch (e) {
      setBusy(false);
      notify(`${t('admin.not_undone')}: ${explain(e)}`, { type: 'error' });
    }
  };
  return (
    <SnackbarContent
      message={message}
      action={<Button onClick={() => void act()} disabled={busy} sx={{ color: 'inherit', textDecoration: 'underline' }}>{t('record.undo')}</Button>}
    />
  );
}

export interface Say {
  done: (message: string, undo?: () => Promise<unknown>) => void;
  failed: (what: string, error: unknown) => void;
}

export function useSay(): Say {
  const notify = useNotify();
  const explain = useExplain();
  const done = useCallback<Say['done']>(
    (message, undo) => {
      if (undo) notify(<UndoNote message={message} undo={undo} />, { autoHideDuration: SHOWN_MS });
      else notify(message, { type: 'success' });
    },
    [notify],
  );
  const failed = useCallback<Say['failed']>((what, error) => notify(`${what}: ${typeof error === 'string' ? error : explain(error)}`, { type: 'error' }), [notify, explain]);
  return { done, failed };
}
