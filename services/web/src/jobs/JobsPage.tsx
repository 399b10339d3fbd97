/* What goes on by itself: one's imports, exports and changes of many; for administrators, everybody's. */
import { Alert, Box, Button, IconButton, ToggleButton, ToggleButtonGroup, Tooltip, Typography } from '@mui/material';
import Refresh from '@mui/icons-material/Refresh';
import { useSearchParams } from 'react-router-dom';
import { Failed, Nothing, Waiting } from '../app/states';
import { useSession } from '../session/session';
import { useCommands } from '../shell/commands';
import { Head } from '../shell/Head';
import { useLabel, useT } from '../text/i18n';
import { size } from '../theme/tokens';
import { JobRow } from './JobRow';
import { useJobs } from './useJobs';

const TOGGLE = { height: size.control, px: 3, textTransform: 'none', '@media (pointer: coarse)': { height: 44 } } as const;

export default function JobsPage() {
  const t = useT();
  const labelOf = useLabel();
  const [params, setParams] = useSearchParams();
  const { administrator } = useSession().session.user;
  const all = administrator && params.get('all') === 'true';
  const { jobs, failed, error, everyFailed, reading, refresh, more, put } = useJobs(all);
  useCommands([{ id: 'jobs.refresh', label: t('list.refresh'), run: refresh }]);
  return (
    <>
      <Head title={t('jobs.title')} />
      <Box sx={{ flex: 'none', display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2, px: { xs: 2, sm: 4 }, py: 2, borderBottom: 1, borderColor: 'divider' }}>
        {administrator && (
          <ToggleButtonGroup
            exclusive size="small" value={all} aria-label={t('jobs.whose')}
            onChange={(_, v: boolean | null) => v !== null && setParams(v ? { all: 'true' } : {}, { replace: true })}
          >
            <ToggleButton value={false} sx={TOGGLE}>{t('jobs.mine')}</ToggleButton>
            <ToggleButton value={true} sx={TOGGLE}>{t('jobs.everybody')}</ToggleButton>
          </ToggleButtonGroup>
        )}
        <Typography color="text.secondary" sx={{ flex: { xs: '1 1 100%', sm: 1 }, order: { xs: 1, sm: 0 } }}>{t('jobs.intro')}</Typography>
        <Tooltip title={t('list.refresh')}>
          <IconButton onClick={refresh} aria-label={t('list.refresh')} sx={{ ml: 'auto' }}><Refresh /></IconButton>
        </Tooltip>
      </Box>
      <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto' }} tabIndex={-1}>
        {everyFailed ? (
          <Failed title={t('jobs.failed_read')} error={error} retry={refresh} />
        ) : !jobs ? (
          <Waiting />
        ) : (
          <>
            {failed.length > 0 && (
              <Alert severity="warning" action={<Button onClick={refresh}>{t('list.retry')}</Button>} sx={{ borderRadius: 0 }}>
                {t('jobs.some_failed', { modules: failed.map((m) => labelOf(m.plural)).join(', ') })}
              </Alert>
            )}
            {!jobs.length && !failed.length && <Nothing title={t('jobs.empty')} hint={t('jobs.empty_hint')} />}
            {jobs.length > 0 && (
              <Box component="ul" aria-label={t('jobs.title')} aria-busy={reading} sx={{ listStyle: 'none', m: 0, p: 0 }}>
                {jobs.map((job) => <JobRow key={job.id} job={job} all={all} onChange={put} />)}
              </Box>
            )}
            {more && <Box sx={{ p: 4, textAlign: 'center' }}><Button variant="outlined" onClick={more} disabled={reading}>{t('jobs.more')}</Button></Box>}
          </>
        )}
      </Box>
    </>
  );
}
