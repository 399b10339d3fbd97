/* Leaving a form with unsaved changes asks first. */
import { useEffect } from 'react';
import { Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useBlocker } from 'react-router-dom';
import { leavesFreely } from '../app/leaving';
import { useT } from '../text/i18n';

interface Props {
  /* asked at the moment of leaving */
  dirty: () => boolean;
  /* what is written is kept by itself: loading the page again loses nothing */
  kept?: boolean;
  /* what was written is given up */
  onLeave?: () => void;
}

export function UnsavedGuard({ dirty, kept = false, onLeave }: Props) {
  const t = useT();
  const blocker = useBlocker(({ currentLocation, nextLocation }) => currentLocation.pathname !== nextLocation.pathname && dirty());

  useEffect(() => {
    const ask = (e: BeforeUnloadEvent) => {
      if (!leavesFreely(kept) && dirty()) e.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [dirty, kept]);

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
