/* What stands where there is nothing to show: waiting, nothing, failure. Never the same, never a blank page. */
import { useEffect, useState, type ReactNode } from 'react';
import { Box, Button, CircularProgress, Typography } from '@mui/material';
import ErrorOutline from '@mui/icons-material/ErrorOutlineOutlined';
import Inbox from '@mui/icons-material/InboxOutlined';
import { isProblem } from '../api/problem';
import { useT } from '../text/i18n';
import { useExplain } from './explain';

/* Shows itself only when the wait is long enough to be noticed. */
export function Waiting() {
  const t = useT();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Box sx={{ display: 'grid', placeItems: 'center', minHeight: 200, height: '100%' }} role="status" aria-label={t('app.loading')}>
      {late && <CircularProgress size={24} aria-hidden />}
    </Box>
  );
}

interface NoteProps {
  icon: ReactNode;
  title: string;
  hint?: string;
  alert?: boolean;
  children?: ReactNode;
}

function Note({ icon, title, hint, alert, children }: NoteProps) {
  return (
    <Box
      role={alert ? 'alert' : 'status'}
      sx={{ display: 'grid', justifyItems: 'center', alignContent: 'center', gap: 1, textAlign: 'center', px: 4, py: 12 }}
    >
      <Box sx={{ color: alert ? 'error.main' : 'text.secondary', '& svg': { fontSize: 28 } }}>{icon}</Box>
      <Typography variant="h2" component="p">{title}</Typography>
      {hint && <Typography color="text.secondary" sx={{ maxWidth: 420 }}>{hint}</Typography>}
      {children && <Box sx={{ display: 'flex', gap: 2, mt: 3 }}>{children}</Box>}
    </Box>
  );
}

export function Nothing(props: { title: string; hint?: string; children?: ReactNode }) {
  return <Note icon={<Inbox />} {...props} />;
}

interface FailedProps {
  title: string;
  error: unknown;
  retry?: () => void;
  /* another way out */
  children?: ReactNode;
}

export function Failed({ title, error, retry, children }: FailedProps) {
  const t = useT();
  const explain = useExplain();
  const trace = isProblem(error) ? error.trace : undefined;
  return (
    <Note icon={<ErrorOutline />} title={title} hint={explain(error)} alert>
      <Box sx={{ display: 'grid', justifyItems: 'center', gap: 2 }}>
        <Box sx={{ display: 'flex', gap: 2 }}>
          {retry && <Button variant="outlined" onClick={retry}>{t('list.retry')}</Button>}
          {children}
        </Box>
        {trace && <Typography variant="caption" color="text.secondary">{t('error.trace', { trace })}</Typography>}
      </Box>
    </Note>
  );
}

export function StartFailed({ error, retry }: { error: unknown; retry: () => void }) {
  const t = useT();
  return (
    <Box component="main" sx={{ height: '100%', display: 'grid', placeItems: 'center' }}>
      <Failed title={t('error.start')} error={error} retry={retry} />
    </Box>
  );
}
