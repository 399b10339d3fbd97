/* Who changed what, from what to what, and when; by day, newest first, earlier ones as one reads on. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { Box, Button, MenuItem, Skeleton, TextField, Typography } from '@mui/material';
import { useInfiniteQuery } from '@tanstack/react-query';
import { history } from '../api/client';
import type { HistoryPage, Rec } from '../api/records';
import { Failed, Nothing } from '../app/states';
import { OptionMark } from '../fields/Mark';
import { useRefText } from '../fields/lookups';
import { isEmpty, useTextOf } from '../fields/text';
import { toWall } from '../lib/zone';
import type { Field, Module } from '../meta/types';
import { useFormat } from '../text/format';
import { useLabel, useT } from '../text/i18n';
import type { MessageKey } from '../text/messages';
import { useNow, When } from '../text/When';
import { byDay, linesOf, type Day, type Line } from './entries';

/* how many entries a page has at most */
const PAGE = 50;
const FIRST_LINES = 6;
const HOUR = 3_600_000;
const VERBS = new Set(['created', 'updated', 'deleted', 'restored', 'erased']);

function Value({ field, value }: { field: Field; value: unknown }) {
  const t = useT();
  const text = useTextOf();
  const label = useRefText(field, typeof value === 'string' ? value : undefined);
  if (isEmpty(value)) return <Box component="span" sx={{ color: 'text.secondary' }}>{t('value.empty')}</Box>;
  return <span>{field.kind === 'picklist' && <OptionMark field={field} value={value} />}{text(field, value, label)}</span>;
}

function Change({ line: { field, change }, created }: { line: Line; created: boolean }) {
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

function Entry({ entry, lines, actor }: Day['entries'][number] & { actor: string | undefined }) {
  const t = useT();
  const format = useFormat();
  const recent = useNow().getTime() - Date.parse(entry.at) < HOUR;
  const [all, setAll] = useState(false);
  const shown = all ? lines : lines.slice(0, FIRST_LINES);
  return (
    <Box component="li" sx={{ py: 2 }}>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'baseline' }}>
        <Box sx={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
          <strong>{actor || t('history.system')}</strong>{' '}
          {VERBS.has(entry.type) ? t(`history.${entry.type}` as MessageKey) : entry.type}
        </Box>
        <Box sx={{ color: 'text.secondary', fontSize: 12, flex: 'none', fontVariantNumeric: 'tabular-nums' }}>
          {/* the day stands above */}
          {recent ? <When value={entry.at} /> : <time dateTime={entry.at} title={format.datetime(entry.at)}>{toWall(entry.at, format.zone).slice(11)}</time>}
        </Box>
      </Box>
      {lines.length > 0 && (
        <Box component="ul" sx={{ listStyle: 'none', m: 0, mt: 1, p: 0, pl: 3, borderLeft: 2, borderColor: 'divider', display: 'grid', gap: 1 }}>
          {shown.map((line) => <Change key={line.field.name} line={line} created={entry.type === 'created'} />)}
          {shown.length < lines.length && (
            <li>
              <Button sx={{ height: 24, ml: -2 }} onClick={() => setAll(true)}>{t('history.rest', { count: lines.length - shown.length })}</Button>
            </li>
          )}
        </Box>
      )}
    </Box>
  );
}

/* Reads on when its end comes into sight. */
function More({ busy, read }: { busy: boolean; read: () => void }) {
  const t = useT();
  const end = useRef<HTMLButtonElement>(null);
  const act = useRef(read);
  act.current = read;
  useEffect(() => {
    const box = end.current;
    if (!box || busy) return;
    const watch = new IntersectionObserver((seen) => seen.some((s) => s.isIntersecting) && act.current(), { rootMargin: '200px' });
    watch.observe(box);
    return () => watch.disconnect();
  }, [busy]);
  return <Button ref={end} sx={{ mt: 2 }} variant="outlined" disabled={busy} onClick={read}>{t('history.more')}</Button>;
}

export function Timeline({ module, record }: { module: Module; record: Rec }) {
  const t = useT();
  const labelOf = useLabel();
  const format = useFormat();
  const [only, setOnly] = useState('');
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: [module.path, 'history', record.id, record.version],
    queryFn: ({ pageParam, signal }) => history(module.path, record.id, pageParam, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ items }: HistoryPage) => (items.length < PAGE ? undefined : items.at(-1)?.seq),
    /* a new version has a history of its own: until it is here the one before it stays */
    placeholderData: (old, query) => (query?.queryKey[2] === record.id ? old : undefined),
  });
  const entries = useMemo(() => data?.pages.flatMap((p) => p.items) ?? [], [data]);
  const actors = useMemo(() => Object.assign({}, ...(data?.pages.map((p) => p.actors ?? {}) ?? [])) as Record<string, string>, [data]);
  const fields = useMemo(() => [...new Set(entries.flatMap((e) => linesOf(module, e).map((l) => l.field)))], [module, entries]);
  const days = useMemo(() => byDay(module, entries, format.zone, only || undefined), [module, entries, format.zone, only]);

  if (isPending) return <Box aria-busy="true"><Skeleton height={40} /><Skeleton height={40} /><Skeleton height={40} /></Box>;
  if (error && !data) return <Failed title={t('history.failed')} error={error} retry={() => void refetch()} />;
  if (!entries.length) return <Nothing title={t('history.empty')} />;
  return (
    <>
      {fields.length > 1 && (
        <TextField
          select value={only} onChange={(e) => setOnly(e.target.value)} sx={{ mb: 2 }}
          slotProps={{ select: { displayEmpty: true, SelectDisplayProps: { 'aria-label': t('history.filter') } }, htmlInput: { 'aria-label': t('history.filter') } }}
        >
          <MenuItem value="">{t('history.all_fields')}</MenuItem>
          {fields.map((f) => <MenuItem key={f.name} value={f.name}>{labelOf(f.label)}</MenuItem>)}
        </TextField>
      )}
      {days.map(({ day, entries: those }) => (
        <Box key={day} component="section" aria-label={format.date(day)}>
          <Typography component="h3" sx={{ fontSize: 12, fontWeight: 600, color: 'text.secondary', pt: 2, '&::first-letter': { textTransform: 'uppercase' } }} title={format.date(day)}>
            {format.day(day)}
          </Typography>
          <Box component="ol" sx={{ listStyle: 'none', m: 0, p: 0 }}>
            {those.map(({ entry, lines }) => <Entry key={entry.seq} entry={entry} lines={lines} actor={entry.actor && actors[entry.actor]} />)}
          </Box>
        </Box>
      ))}
      {!days.length && !hasNextPage && <Nothing title={t('history.none_of_field')} />}
      {hasNextPage && <More busy={isFetchingNextPage} read={() => void fetchNextPage()} />}
    </>
  );
}
