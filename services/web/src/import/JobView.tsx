/* An import while it runs and after: how far it is and how quick, what went in, what was refused. */
import { useEffect, useState } from 'react';
import { Alert, Box, Button, LinearProgress, Typography } from '@mui/material';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { readJob } from '../api/client';
import { listAddressOf } from '../api/filters';
import { isProblem } from '../api/problem';
import type { Job } from '../api/records';
import { useExplain } from '../app/explain';
import { metadataQuery } from '../app/queries';
import { Failed, Nothing, Waiting } from '../app/states';
import { cancelJob, isOver, workedOf } from '../jobs/api';
import { useRate } from '../jobs/useRate';
import { fieldOf } from '../meta/metadata';
import type { Module } from '../meta/types';
import { useFormat } from '../text/format';
import { useLabel, useLang, useT } from '../text/i18n';
import { inSentence } from '../text/sentence';
import { Rejects } from './Rejects';

const POLL_MS = 700;

function Figures({ job }: { job: Job }) {
  const t = useT();
  const format = useFormat();
  const figures = [
    [t('import.total'), job.total], [t('import.entered'), job.done], [t('import.rejected'), job.rejected],
  ] as const;
  return (
    <Box component="dl" sx={{ display: 'flex', gap: 8, m: 0 }}>
      {figures.map(([name, n]) => (
        <Box key={name}>
          <Typography component="dt" variant="caption" color="text.secondary">{name}</Typography>
          <Typography component="dd" sx={{ m: 0, fontSize: 20, fontVariantNumeric: 'tabular-nums' }}>{format.integer(n ?? 0)}</Typography>
        </Box>
      ))}
    </Box>
  );
}

/* The list of what a job made: by who made it, and when. */
export function madeBy(module: Module, job: Job): string {
  if (!job.created_by || !job.created_at || !job.finished_at || !fieldOf(module, 'created_by')) return `/${module.path}`;
  const filters = [
    { field: 'created_by', op: 'eq' as const, values: [job.created_by] },
    { field: 'created_at', op: 'between' as const, values: [job.created_at, job.finished_at] },
  ];
  return listAddressOf(module.path, { filters });
}

function Progress({ job, path, onCancelled }: { job: Job; path: string; onCancelled: () => void }) {
  const t = useT();
  const format = useFormat();
  const explain = useExplain();
  const rate = useRate(job);
  const [stopping, setStopping] = useState(false);
  const [message, setMessage] = useState('');
  const worked = workedOf(job);
  const stop = async () => {
    setStopping(true);
    setMessage('');
    try {
      await cancelJob(path, job.id);
      onCancelled();
    } catch (e) {
      setStopping(false);
      /* it was over before it could be stopped: that is no fault */
      if (isProblem(e) && e.status === 409) onCancelled();
      else setMessage(`${t('jobs.not_cancelled')}: ${explain(e)}`);
    }
  };
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      <LinearProgress
        variant={job.total ? 'determinate' : 'indeterminate'} value={job.total ? Math.min(100, (worked / job.total) * 100) : undefined}
        aria-label={t('import.running')}
      />
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 3, minHeight: 32 }}>
        <Typography variant="caption" color="text.secondary" sx={{ flex: 1, fontVariantNumeric: 'tabular-nums' }}>
          {!!job.total && t('import.progress', { done: format.integer(worked), count: format.integer(job.total) })}
          {rate && ` · ${rate}`}
        </Typography>
        <Button variant="outlined" onClick={stop} disabled={stopping}>{t(stopping ? 'jobs.cancelling' : 'jobs.cancel')}</Button>
      </Box>
      {message && <Alert severity="error">{message}</Alert>}
      <Typography color="text.secondary">{t(job.state === 'waiting' ? 'import.waiting_hint' : 'import.leave')}</Typography>
    </Box>
  );
}

export function JobView({ module, id, onAnother }: { module: Module; id: string; onAnother: () => void }) {
  const t = useT();
  const lang = useLang();
  const labelOf = useLabel();
  const client = useQueryClient();
  const { data: job, error, refetch } = useQuery({
    queryKey: [module.path, 'job', id, lang],
    queryFn: ({ signal }) => readJob(module.path, id, signal),
    refetchInterval: (query) => (isOver(query.state.data) ? false : POLL_MS),
    staleTime: 0,
  });
  const over = isOver(job);
  useEffect(() => {
    if (!over) return;
    void client.invalidateQueries({ queryKey: [module.path, 'getList'] });
    /* the import may have made custom fields */
    void client.invalidateQueries({ queryKey: metadataQuery.queryKey });
  }, [over, client, module.path]);

  if (!job) {
    if (isProblem(error) && error.status === 404) {
      return <Nothing title={t('import.job_missing')}><Button variant="outlined" onClick={onAnother}>{t('import.another')}</Button></Nothing>;
    }
    return error ? <Failed title={t('import.failed')} error={error} retry={() => void refetch()} /> : <Waiting />;
  }
  const rejected = job.rejected ?? 0;
  const entered = job.done ?? 0;
  const plural = labelOf(module.plural);
  return (
    <>
      <Box>
        <Typography variant="h2" component="p" role="status">{t(`import.${job.state}`)}</Typography>
        {job.filename && <Typography color="text.secondary" sx={{ overflowWrap: 'anywhere' }}>{job.filename}</Typography>}
      </Box>
      {job.state === 'failed' && <Alert severity="error">{job.reason || t('error.unknown')}</Alert>}
      {!over && <Progress job={job} path={module.path} onCancelled={() => void refetch()} />}
      {over && <Figures job={job} />}
      {job.state === 'done' && !rejected && entered > 0 && <Alert severity="success">{t('import.all_in')}</Alert>}
      {over && entered === 0 && <Alert severity="warning">{t('import.nothing_in')}</Alert>}
      {over && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2 }}>
          <Button variant="contained" component={Link} to={entered ? madeBy(module, job) : `/${module.path}`}>
            {entered ? t('import.see_in') : t('import.see', { module: inSentence(plural) })}
          </Button>
          <Button variant="outlined" onClick={onAnother}>{t('import.another')}</Button>
        </Box>
      )}
      {over && rejected > 0 && <Rejects module={module} job={job} />}
      <Box sx={{ pb: 8 }} />
    </>
  );
}
