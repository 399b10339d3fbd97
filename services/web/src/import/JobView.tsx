/* An import while it runs and after: how far it is, what went in, what was refused and why. */
import { useEffect } from 'react';
import { Alert, Box, Button, LinearProgress, Typography } from '@mui/material';
import { styled } from '@mui/material/styles';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { readJob } from '../api/client';
import type { Job, JobReject } from '../api/records';
import { Failed, Waiting } from '../app/states';
import { metadataQuery } from '../app/queries';
import { fieldOf } from '../meta/metadata';
import type { Module } from '../meta/types';
import { useFormat } from '../text/format';
import { useLabel, useLang, useT } from '../text/i18n';

const POLL_MS = 1000;
const isOver = (job: Job | undefined): boolean => job?.state === 'done' || job?.state === 'failed' || job?.state === 'cancelled';

const Grid = styled('table')(({ theme: { cauce } }) => ({
  width: '100%', borderCollapse: 'collapse', fontVariantNumeric: 'tabular-nums',
  '& th': { textAlign: 'left', fontWeight: 400, fontSize: 12, color: cauce.soft },
  '& th, & td': { padding: '6px 12px 6px 0', borderBottom: `1px solid ${cauce.line}`, verticalAlign: 'top', overflowWrap: 'break-word' },
}));

function Rejects({ module, rejects, all }: { module: Module; rejects: JobReject[]; all: number }) {
  const t = useT();
  const labelOf = useLabel();
  const format = useFormat();
  return (
    <Box component="section" aria-labelledby="rejects">
      <Typography variant="h2" id="rejects" sx={{ mb: 2 }}>{t('import.rejects')}</Typography>
      <Grid>
        <thead>
          <tr><th scope="col">{t('import.row')}</th><th scope="col">{t('import.field')}</th><th scope="col">{t('import.reason')}</th></tr>
        </thead>
        <tbody>
          {rejects.map((r, i) => (
            <tr key={i}>
              <td>{format.integer(r.row)}</td>
              <td>{labelOf(fieldOf(module, r.field ?? '')?.label) || r.field}</td>
              <td>{r.message || r.code}</td>
            </tr>
          ))}
        </tbody>
      </Grid>
      {all > rejects.length && (
        <Typography variant="caption" color="text.secondary" component="p" sx={{ mt: 2 }}>
          {t('import.rejects_first', { count: format.integer(rejects.length) })}
        </Typography>
      )}
    </Box>
  );
}

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

export function JobView({ module, id, onAnother }: { module: Module; id: string; onAnother: () => void }) {
  const t = useT();
  const lang = useLang();
  const labelOf = useLabel();
  const format = useFormat();
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

  if (!job) return error ? <Failed title={t('import.failed')} error={error} retry={() => void refetch()} /> : <Waiting />;
  const worked = (job.done ?? 0) + (job.rejected ?? 0);
  const plural = labelOf(module.plural);
  return (
    <>
      <Typography variant="h2" component="p" role="status">
        {t(`import.${job.state}`)}
      </Typography>
      {job.state === 'failed' && <Alert severity="error">{job.reason || t('error.unknown')}</Alert>}
      {!over && (
        <Box sx={{ display: 'grid', gap: 2 }}>
          <LinearProgress
            variant={job.total ? 'determinate' : 'indeterminate'} value={job.total ? Math.min(100, (worked / job.total) * 100) : undefined}
            aria-label={t('import.running')}
          />
          {!!job.total && (
            <Typography variant="caption" color="text.secondary" sx={{ fontVariantNumeric: 'tabular-nums' }}>
              {t('import.progress', { done: format.integer(worked), total: format.integer(job.total) })}
            </Typography>
          )}
          <Typography color="text.secondary">{t('import.leave')}</Typography>
        </Box>
      )}
      {over && <Figures job={job} />}
      {over && (
        <Box sx={{ display: 'flex', gap: 2 }}>
          <Button variant="contained" component={Link} to={`/${module.path}`}>{t('import.see', { module: plural.toLocaleLowerCase(lang) })}</Button>
          <Button variant="outlined" onClick={onAnother}>{t('import.another')}</Button>
        </Box>
      )}
      {over && !!job.rejects?.length && <Rejects module={module} rejects={job.rejects} all={job.rejected ?? 0} />}
    </>
  );
}
