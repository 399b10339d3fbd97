/* A record that is not there: on its way, unreadable, unknown, or deleted - by whom, and back if one may. */
import { useRef, useState } from 'react';
import { Box, Button, Skeleton } from '@mui/material';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNotify } from 'ra-core';
import { Link } from 'react-router-dom';
import { history, restore } from '../api/client';
import { Failed, Nothing } from '../app/states';
import { useExplain } from '../app/explain';
import { listAddress } from '../list/useListState';
import { may } from '../meta/fields';
import type { Module } from '../meta/types';
import { useFormat } from '../text/format';
import { useLabel, useT } from '../text/i18n';

export function Loading() {
  const t = useT();
  return (
    <Box sx={{ p: 4, display: 'grid', gap: 3 }} aria-busy="true" role="status" aria-label={t('app.loading')}>
      <Skeleton variant="rounded" width={260} height={28} />
      <Skeleton variant="rounded" height={32} />
      <Skeleton variant="rounded" height={220} />
      <Skeleton variant="rounded" height={220} />
    </Box>
  );
}

export function Unread({ error, retry }: { error: unknown; retry: () => void }) {
  return <Failed title={useT()('record.failed')} error={error} retry={retry} />;
}

/* Who could see it may still read its history: that tells whether it was deleted. */
export function Gone({ module, id }: { module: Module; id: string }) {
  const t = useT();
  const labelOf = useLabel();
  const format = useFormat();
  const notify = useNotify();
  const explain = useExplain();
  const client = useQueryClient();
  const key = useRef(crypto.randomUUID());
  const [busy, setBusy] = useState(false);
  const { data, isPending } = useQuery({
    queryKey: [module.path, 'gone', id],
    queryFn: ({ signal }) => history(module.path, id, undefined, signal),
    retry: false,
    staleTime: 0,
  });
  if (isPending) return <Loading />;
  const last = data?.items[0];
  const deleted = last?.type === 'deleted' ? last : undefined;
  const back = async () => {
    setBusy(true);
    try {
      const record = await restore(module.path, id, key.current);
      client.setQueryData([module.path, 'getOne', { id }], record);
      await client.invalidateQueries({ queryKey: [module.path] });
      notify(t('record.restored', { label: record.label || labelOf(module.label) }), { type: 'success' });
    } catch (e) {
      setBusy(false);
      notify(`${t('record.not_restored')}: ${explain(e)}`, { type: 'error' });
    }
  };
  const out = <Button variant="outlined" component={Link} to={listAddress(module.path)}>{t('record.back', { module: labelOf(module.plural) })}</Button>;
  if (!deleted) return <Nothing title={t('record.missing')} hint={t('record.missing_hint')}>{out}</Nothing>;
  const who = (deleted.actor && data?.actors?.[deleted.actor]) || t('record.somebody');
  return (
    <Nothing title={t('record.deleted', { who, when: format.relative(deleted.at) })} hint={may(module, 'delete') ? t('record.deleted_hint') : undefined}>
      {out}
      {may(module, 'delete') && <Button variant="contained" disabled={busy} onClick={back}>{t('record.restore')}</Button>}
    </Nothing>
  );
}
