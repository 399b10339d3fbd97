/* Who changed what, and when. */
import { Box, Button, Skeleton, Typography } from '@mui/material';
import { useInfiniteQuery } from '@tanstack/react-query';
import { history } from '../api/client';
import { same, type Values } from '../api/patch';
import type { Change, HistoryEntry, HistoryPage, Rec } from '../api/records';
import { Failed, Nothing } from '../app/states';
import { OptionMark } from '../fields/Mark';
import { useRefText } from '../fields/lookups';
import { isEmpty, useTextOf } from '../fields/text';
import { isShown } from '../meta/fields';
import { fieldOf } from '../meta/metadata';
import type { Field, Module } from '../meta/types';
import { useFormat } from '../text/format';
import { useLabel, useT } from '../text/i18n';
import type { MessageKey } from '../text/messages';

/* how many entries a page has at most */
const PAGE = 50;

/* Custom fields change inside one field: each is a change of its own. */
function flat({ field, before, after }: Change): Change[] {
  if (field !== 'custom') return [{ field, before, after }];
  const [b, a] = [(before ?? {}) as Values, (after ?? {}) as Values];
  const keys = [...new Set([...Object.keys(b), ...Object.keys(a)])].filter((k) => !same(b[k], a[k]));
  return keys.map((k) => ({ field: `custom.${k}`, before: b[k], after: a[k] }));
}

const VERBS = new Set(['created', 'updated', 'deleted', 'restored', 'erased']);

function Value({ field, value }: { field: Field; value: unknown }) {
  const t = useT();
  const text = useTextOf();
  const label = useRefText(field, typeof value === 'string' ? value : undefined);
  if (isEmpty(value)) return <Box component="span" sx={{ color: 'text.secondary' }}>{t('value.empty')}</Box>;
  return <span>{field.kind === 'picklist' && <OptionMark field={field} value={value} />}{text(field, value, label)}</span>;
}

function Line({ field, change, created }: { field: Field; change: Change; created: boolean }) {
  const labelOf = useLabel();
  return (
    <Box component="li" sx={{ overflowWrap: 'anywhere' }}>
      <Box component="span" sx={{ color: 'text.secondary' }}>{labelOf(field.label)}: </Box>
      {!created && (
        <>
          <Value field={field} value={change.before} />
          <Box component="span" sx={{ color: 'text.secondary', mx: 1 }} aria-hidden>→</Box>
        </>
      )}
      <Value field={field} value={change.after} />
    </Box>
  );
}

function Entry({ module, entry, actor }: { module: Module; entry: HistoryEntry; actor: string | undefined }) {
  const t = useT();
  const format = useFormat();
  const created = entry.type === 'created';
  const changes = (entry.changes ?? []).flatMap(flat).flatMap((change) => {
    const field = fieldOf(module, change.field);
    return field && isShown(field) && field.name !== 'label' && !(created && isEmpty(change.after)) ? [{ field, change }] : [];
  });
  return (
    <Box component="li" sx={{ py: 3, borderBottom: 1, borderColor: 'divider', display: { sm: 'grid' }, gridTemplateColumns: '160px 1fr' }}>
      <Typography component="time" dateTime={entry.at} variant="caption" color="text.secondary" sx={{ fontVariantNumeric: 'tabular-nums', lineHeight: '20px' }}>
        {format.datetime(entry.at)}
      </Typography>
      <Box>
        <Box>
          <strong>{actor || t('history.system')}</strong>{' '}
          {VERBS.has(entry.type) ? t(`history.${entry.type}` as MessageKey) : entry.type}
        </Box>
        {changes.length > 0 && (
          <Box component="ul" sx={{ listStyle: 'none', m: 0, mt: 1, p: 0, display: 'grid', gap: 1 }}>
            {changes.map(({ field, change }) => <Line key={field.name} field={field} change={change} created={created} />)}
          </Box>
        )}
      </Box>
    </Box>
  );
}

export function History({ module, record }: { module: Module; record: Rec }) {
  const t = useT();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: [module.path, 'history', record.id, record.version],
    queryFn: ({ pageParam, signal }) => history(module.path, record.id, pageParam, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ items }: HistoryPage) => (items.length < PAGE ? undefined : items.at(-1)?.seq),
  });
  if (isPending) return <Box aria-busy="true"><Skeleton height={40} /><Skeleton height={40} /><Skeleton height={40} /></Box>;
  if (error && !data) return <Failed title={t('history.failed')} error={error} retry={() => void refetch()} />;
  const entries = data?.pages.flatMap((p) => p.items) ?? [];
  const actors = Object.assign({}, ...(data?.pages.map((p) => p.actors ?? {}) ?? [])) as Record<string, string>;
  if (!entries.length) return <Nothing title={t('history.empty')} />;
  return (
    <>
      <Box component="ol" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {entries.map((e) => <Entry key={e.seq} module={module} entry={e} actor={e.actor && actors[e.actor]} />)}
      </Box>
      {hasNextPage && (
        <Button sx={{ mt: 3 }} variant="outlined" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t('history.more')}</Button>
      )}
    </>
  );
}
