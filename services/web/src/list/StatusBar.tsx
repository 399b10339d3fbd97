/* The line under a list: how much of it is here, and how much there is, for whoever asks. */
import { useState } from 'react';
import { Box, Button, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { count } from '../api/client';
import { formatQuery, type ListQuery } from '../api/filters';
import { useExplain } from '../app/explain';
import { useFormat } from '../text/format';
import { useT } from '../text/i18n';
import type { Pages } from './usePages';

interface Props {
  path: string;
  query: ListQuery;
  /* undefined in a grouped view with no group open */
  pages: Pages | undefined;
}

export function StatusBar({ path, query, pages }: Props) {
  const t = useT();
  const format = useFormat();
  const explain = useExplain();
  const key = formatQuery({ ...query, sort: undefined });
  const [asked, setAsked] = useState<{ key: string; exact: boolean } | null>(null);
  const wanted = asked?.key === key ? asked : null;
  const { data, error, isFetching } = useQuery({
    queryKey: [path, 'getCount', key, wanted?.exact],
    queryFn: ({ signal }) => count(path, query, { exact: wanted?.exact }, signal),
    enabled: !!wanted,
  });

  const n = data ? format.integer(data.count) : '';
  const text = isFetching
    ? t('list.counting')
    : error
      ? explain(error)
      : data
        ? t(data.capped ? 'list.counted_capped' : 'list.counted', { count: n })
        : pages?.complete
          ? t('list.loaded_all', { count: format.integer(pages.loaded) })
          : pages
            ? `${t('list.loaded', { count: format.integer(pages.loaded) })} · ${t('list.more')}`
            : '';
  return (
    <Box sx={{ flex: 'none', height: 32, display: 'flex', alignItems: 'center', gap: 2, px: 4, borderTop: 1, borderColor: 'divider', fontSize: 12, color: 'text.secondary' }}>
      <Typography variant="caption" role="status" sx={{ fontVariantNumeric: 'tabular-nums' }}>{text}</Typography>
      {!wanted && !pages?.complete && (
        <Button sx={{ height: 24, fontSize: 12 }} onClick={() => setAsked({ key, exact: false })}>{t('list.count')}</Button>
      )}
      {wanted && data?.capped && !isFetching && (
        <Button sx={{ height: 24, fontSize: 12 }} onClick={() => setAsked({ key, exact: true })}>{t('list.count_exact')}</Button>
      )}
      {pages?.error != null && pages.loaded > 0 && (
        <>
          <Typography variant="caption" color="error" role="alert" noWrap>{t('list.failed')} {explain(pages.error)}</Typography>
          <Button sx={{ height: 24, fontSize: 12 }} onClick={pages.refresh}>{t('list.retry')}</Button>
        </>
      )}
    </Box>
  );
}
