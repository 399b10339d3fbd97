/* The rows that stayed out, by reason, and the file to mend them in. */
import { Box, Button, Typography } from '@mui/material';
import { styled } from '@mui/material/styles';
import Download from '@mui/icons-material/FileDownloadOutlined';
import { useQuery } from '@tanstack/react-query';
import type { Job } from '../api/records';
import { rejectsAddress } from '../jobs/api';
import type { Module } from '../meta/types';
import { useFormat } from '../text/format';
import { useLang, useT } from '../text/i18n';
import { READ_REJECTS, readReasons, toldReasons } from './reasons';

const Grid = styled('table')(({ theme: { cauce } }) => ({
  width: '100%', borderCollapse: 'collapse', fontVariantNumeric: 'tabular-nums',
  '& th': { textAlign: 'left', fontWeight: 400, fontSize: 12, color: cauce.soft },
  '& th, & td': { padding: '6px 12px 6px 0', borderBottom: `1px solid ${cauce.line}`, verticalAlign: 'top', overflowWrap: 'anywhere' },
  '& .number': { textAlign: 'right' },
  '& .lines': { color: cauce.soft, fontSize: 12 },
}));

export function Rejects({ module, job }: { module: Module; job: Job }) {
  const t = useT();
  const lang = useLang();
  const format = useFormat();
  const told = job.rejects ?? [];
  const all = job.rejected ?? 0;
  const more = all > told.length && all <= READ_REJECTS;
  const { data, isFetching } = useQuery({
    queryKey: [module.path, 'rejects', job.id, lang],
    queryFn: ({ signal }) => readReasons(module.path, job.id, lang, signal),
    enabled: more, staleTime: Infinity, retry: 1,
  });
  const reasons = data ?? toldReasons(told);
  const linesOf = (lines: number[], count: number): string => {
    const list = lines.map((n) => format.integer(n)).join(', ');
    return t('import.lines', { count, lines: count > lines.length ? t('import.lines_more', { lines: list }) : list });
  };
  return (
    <Box component="section" aria-labelledby="rejects">
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2, mb: 1 }}>
        <Typography variant="h2" id="rejects" sx={{ flex: 1 }}>{t('import.rejects')}</Typography>
        {job.has_file && (
          <Button variant="outlined" startIcon={<Download />} component="a" href={rejectsAddress(module.path, job.id)} download>{t('import.download_rejects')}</Button>
        )}
      </Box>
      {job.has_file && <Typography color="text.secondary" sx={{ mb: 2 }}>{t('import.download_hint')}</Typography>}
      {more && isFetching && <Typography variant="caption" color="text.secondary" role="status">{t('import.reading_rejects')}</Typography>}
      <Grid>
        <thead>
          <tr><th scope="col">{t('import.field')}</th><th scope="col">{t('import.reason')}</th><th scope="col" className="number">{t('import.times')}</th></tr>
        </thead>
        <tbody>
          {reasons.map((r, i) => (
            <tr key={i}>
              <td>{r.field}</td>
              <td>
                {r.message}
                <div className="lines">
                  {r.examples.length > 1 && `${t('import.for_instance', { values: r.examples.join(', ') })} · `}{linesOf(r.lines, r.count)}
                </div>
              </td>
              <td className="number">{format.integer(r.count)}</td>
            </tr>
          ))}
        </tbody>
      </Grid>
    </Box>
  );
}
