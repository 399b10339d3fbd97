/* Leaving a form with unsaved changes asks first. */
import { useEffect } from 'react';
import { Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useBlocker } from 'react-router-dom';
import { useT } from '../text/i18n';

/* `dirty` is asked at the moment of leaving; `onLeave`: what was written is given up. */
export function UnsavedGuard({ dirty, onLeave }: { dirty: () => boolean; onLeave?: () => void }) {
  const t = useT();
  const blocker = useBlocker(({ currentLocation, nextLocation }) => currentLocation.pathname !== nextLocation.pathname && dirty());

  useEffect(() => {
    const ask = (e: BeforeUnloadEvent) => {
      if (dirty()) e.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [dirty]);

  const blocked = blocker.state === 'blocked';
  return (
    <Dialog open={blocked} onClose={() => blocker.reset?.()} aria-labelledby="leave-title" aria-describedby="leave-body">
      <DialogTitle id="leave-title">{t('record.leave_title')}</DialogTitle>
      <DialogContent id="leave-body">{t('record.leave_body')}</DialogContent>
      <DialogActions>
        <Button
          color="error"
          onClick={() => {
            onLeave?.();
            blocker.proceed?.();
          }}
        >
          {t('record.leave')}
        </Button>
        <Button variant="contained" autoFocus onClick={() => blocker.reset?.()}>{t('record.stay')}</Button>
      </DialogActions>
    </Dialog>
  );
}
