/* A job: what it is, how far it is, and what can be done with it. */
import { useState } from 'react';
import { Box, Button, LinearProgress, Typography } from '@mui/material';
import Block from '@mui/icons-material/Block';
import CheckCircle from '@mui/icons-material/CheckCircleOutline';
import Download from '@mui/icons-material/FileDownloadOutlined';
import ErrorOutline from '@mui/icons-material/ErrorOutlineOutlined';
import Schedule from '@mui/icons-material/Schedule';
import { useNotify } from 'ra-core';
import { Link } from 'react-router-dom';
import { useExplain } from '../app/explain';
import { isProblem } from '../api/problem';
import { useMetadata } from '../meta/metadata';
import { useSession } from '../session/session';
import { useFormat } from '../text/format';
import { useLabel, useT } from '../text/i18n';
import { cancelJob, fileAddress, isOver, rejectsAddress, workedOf } from './api';
import type { ModuleJob } from './useJobs';
import { useRate } from './useRate';

const ICONS = { waiting: Schedule, running: Schedule, done: CheckCircle, failed: ErrorOutline, cancelled: Block } as const;
const COLORS = { waiting: 'text.secondary', running: 'primary.main', done: 'success.main', failed: 'error.main', cancelled: 'text.secondary' } as const;
const KINDS: Record<string, 'import' | 'export' | 'change_all'> = { import: 'import', export: 'export', bulk: 'change_all' };

function Outcome({ job }: { job: ModuleJob }) {
  const t = useT();
  const format = useFormat();
  const rate = useRate(job);
  const worked = workedOf(job);
  if (isOver(job)) {
    const parts = [
      t('jobs.rows', { count: format.integer(job.done ?? 0) }), job.rejected ? t('jobs.rejected', { count: format.integer(job.rejected) }) : '',
      job.state === 'failed' ? job.reason : '',
    ];
    return <span> · {parts.filter(Boolean).join(' · ')}</span>;
  }
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <LinearProgress
        aria-label={t(`jobs.${job.state}`)} variant={job.total ? 'determinate' : 'indeterminate'}
        value={job.total ? Math.min(100, (worked / job.total) * 100) : undefined}
      />
      <Typography variant="caption" sx={{ fontVariantNumeric: 'tabular-nums' }}>
        {job.total ? t('jobs.progress', { done: format.integer(worked), total: format.integer(job.total) }) : t('jobs.rows', { count: format.integer(worked) })}
        {rate && ` · ${rate}`}
      </Typography>
    </Box>
  );
}

export function JobRow({ job, all, onChange }: { job: ModuleJob; all: boolean; onChange: (job: ModuleJob) => void }) {
  const t = useT();
  const labelOf = useLabel();
  const format = useFormat();
  const explain = useExplain();
  const notify = useNotify();
  const { byPath } = useMetadata();
  const { session } = useSession();
  const [stopping, setStopping] = useState(false);
  const module = byPath(job.path);
  const kind = KINDS[job.kind ?? ''];
  const Icon = ICONS[job.state] ?? Schedule;
  const own = job.created_by === session.user.id;
  const name = `${t(kind ? `jobs.${kind}` : 'jobs.other')} · ${labelOf(module?.plural)}`;

  const stop = async () => {
    setStopping(true);
    try {
      onChange({ ...job, ...(await cancelJob(job.path, job.id)) });
    } catch (e) {
      if (!isProblem(e) || e.status !== 409) notify(`${t('jobs.not_cancelled')}: ${explain(e)}`, { type: 'error' });
    } finally {
      setStopping(false);
    }
  };
  const button = { height: { xs: 44, sm: 28 }, fontSize: 12 };
  return (
    <Box
      component="li"
      sx={{
        display: 'grid', gridTemplateColumns: { xs: '24px minmax(0, 1fr)', md: '24px minmax(0, 3fr) minmax(0, 3fr) 190px minmax(150px, auto)' }, columnGap: 3, rowGap: 1,
        alignItems: 'center', px: { xs: 2, sm: 4 }, py: 2, borderBottom: 1, borderColor: 'divider', minHeight: 52,
        '& > :not(:first-of-type)': { gridColumn: { xs: '2', md: 'auto' } },
      }}
    >
      <Icon sx={{ fontSize: 18, color: COLORS[job.state], gridRow: { xs: 1, md: 'auto' } }} aria-hidden />
      <Box sx={{ minWidth: 0 }}>
        <Typography sx={{ fontWeight: 500 }} noWrap>{name}</Typography>
        <Typography variant="caption" color="text.secondary" component="div" noWrap title={job.filename}>{job.filename || ' '}</Typography>
      </Box>
      <Box sx={{ minWidth: 0, color: 'text.secondary', overflowWrap: 'anywhere' }}>
        <Box component="span" sx={{ color: COLORS[job.state], fontWeight: 500 }}>{t(`jobs.${job.state}`)}</Box>
        <Outcome job={job} />
      </Box>
      <Typography variant="caption" color="text.secondary" component="div" title={job.created_at && format.datetime(job.created_at)}>
        {job.created_at && format.relative(job.created_at)}
        {all && job.created_by_label && <div>{job.created_by_label}</div>}
      </Typography>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, justifyContent: { md: 'flex-end' } }}>
        {!isOver(job) && <Button variant="outlined" sx={button} onClick={stop} disabled={stopping} aria-label={`${t('jobs.cancel')}: ${name}`}>{t(stopping ? 'jobs.cancelling' : 'jobs.cancel')}</Button>}
        {isOver(job) && job.has_file && (kind === 'import' || own) && (
          <Button
            sx={button} component="a" href={fileAddress(job.path, job.id)} download startIcon={<Download />} aria-label={`${t('jobs.download')}: ${name}`}
            title={kind === 'import' ? t('jobs.download_import') : undefined} variant={kind === 'export' ? 'outlined' : 'text'}
          >
            {t('jobs.download')}
          </Button>
        )}
        {!!job.rejected && kind === 'change_all' && (
          <Button sx={button} component="a" href={rejectsAddress(job.path, job.id)} download startIcon={<Download />}>{t('jobs.rejects')}</Button>
        )}
        {kind === 'import' && <Button sx={button} variant="outlined" component={Link} to={`/${job.path}/import?job=${job.id}`} aria-label={`${t('jobs.open')}: ${name}`}>{t('jobs.open')}</Button>}
      </Box>
    </Box>
  );
}
