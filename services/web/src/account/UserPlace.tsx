/* Where a user stands: the roles above, the groups; sessions, keys and accesses, each a list of its own a click away. */
import type { ReactNode } from 'react';
import { Box, Link as MuiLink } from '@mui/material';
import { styled } from '@mui/material/styles';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { count, listPage, readOne, remove } from '../api/client';
import type { Condition } from '../api/filters';
import { listAddressOf } from '../api/filters';
import { isProblem } from '../api/problem';
import type { Rec } from '../api/records';
import { OptionMark } from '../fields/Mark';
import { useFieldText } from '../fields/text';
import { may } from '../meta/fields';
import { fieldOf, useMetadata } from '../meta/metadata';
import type { Module } from '../meta/types';
import { useFormat } from '../text/format';
import { useT } from '../text/i18n';
import { useShort } from './lists';

const DEEPEST = 12;

const Facts = styled('dl')(({ theme }) => ({
  margin: 0, display: 'grid', gridTemplateColumns: 'auto minmax(0, 1fr)', gap: '4px 16px',
  '& dt': { color: theme.cauce.soft },
  '& dd': { margin: 0, overflowWrap: 'anywhere' },
}));

function useSeen(key: string): Module | undefined {
  const module = useMetadata().byKey(key);
  return module && may(module, 'see') ? module : undefined;
}

/* The roles from the top down to this one. A cycle is cut. */
async function chainOf(path: string, id: string, signal: AbortSignal): Promise<Rec[]> {
  const chain: Rec[] = [];
  for (let next: unknown = id; typeof next === 'string' && chain.length < DEEPEST && !chain.some((r) => r.id === next); ) {
    const role: Rec = await readOne(path, next, signal);
    chain.unshift(role);
    next = role.parent;
  }
  return chain;
}

function Roles({ role }: { role: string }) {
  const module = useSeen('identity.role');
  const { data } = useQuery({
    queryKey: [module?.path ?? '', 'chain', role],
    queryFn: ({ signal }) => chainOf(module?.path ?? '', role, signal),
    enabled: !!module,
  });
  if (!module || !data) return <>—</>;
  return (
    <>
      {data.map((r, i) => (
        <span key={r.id}>{i > 0 && <span aria-hidden> ▸ </span>}<MuiLink underline="always" component={Link} to={`/${module.path}/${r.id}`}>{r.label}</MuiLink></span>
      ))}
    </>
  );
}

function Groups({ person }: { person: string }) {
  const t = useT();
  const members = useSeen('identity.member');
  const groups = useSeen('identity.group');
  const { data } = useShort(members?.path, [{ field: 'person', op: 'eq', values: [person] }], 'created_at', 50);
  if (!data) return <>—</>;
  if (!data.items.length) return <>{t('account.no_groups')}</>;
  return (
    <>
      {data.items.map((m, i) => (
        <span key={m.id}>{i > 0 && ', '}{groups ? <MuiLink underline="always" component={Link} to={`/${groups.path}/${String(m.member_of)}`}>{m.labels?.member_of}</MuiLink> : m.labels?.member_of}</span>
      ))}
    </>
  );
}

/* A number that leads to what it counts. */
function Counted({ module, filters, some, none }: { module: Module; filters: Condition[]; some: (n: number) => string; none: string }) {
  const { data } = useQuery({
    queryKey: [module.path, 'count', filters],
    queryFn: ({ signal }) => count(module.path, { filters }, {}, signal),
  });
  if (!data) return <>—</>;
  if (!data.count) return <>{none}</>;
  return <MuiLink underline="always" component={Link} to={listAddressOf(module.path, { filters })}>{some(data.count)}</MuiLink>;
}

function LastAccesses({ module, person }: { module: Module; person: string }) {
  const t = useT();
  const format = useFormat();
  const filters: Condition[] = [{ field: 'person', op: 'eq', values: [person] }];
  const { data } = useShort(module.path, filters, '-created_at', 3);
  const text = useFieldText();
  const event = fieldOf(module, 'event');
  if (!data) return <>—</>;
  if (!data.items.length) return <>{t('account.no_accesses')}</>;
  return (
    <>
      {data.items.map((a) => (
        <div key={a.id}>{event && <OptionMark field={event} value={a.event} />}{event && text(a, event)} · {format.relative(String(a.created_at))}</div>
      ))}
      <MuiLink underline="always" component={Link} to={listAddressOf(module.path, { filters })}>{t('account.all_accesses')}</MuiLink>
    </>
  );
}

export function UserPlace({ record }: { record: Rec }) {
  const t = useT();
  const sessions = useSeen('identity.user_session');
  const keys = useSeen('identity.api_key');
  const accesses = useSeen('identity.access');
  const of = (field: string): Condition[] => [{ field, op: 'eq', values: [record.id] }];
  const facts: [string, ReactNode][] = [];
  if (typeof record.role === 'string') facts.push([t('account.role'), <Roles key="r" role={record.role} />]);
  facts.push([t('account.groups'), <Groups key="g" person={record.id} />]);
  if (sessions) {
    facts.push([t('account.sessions_of'), (
      <Counted key="s" module={sessions} filters={of('owner')} some={(n) => t('account.some_sessions', { count: n })} none={t('account.none_open')} />
    )]);
  }
  if (keys) {
    facts.push([t('account.keys_of'), (
      <Counted key="k" module={keys} filters={of('person')} some={(n) => t('account.some_keys', { count: n })} none={t('account.no_keys')} />
    )]);
  }
  if (accesses) facts.push([t('account.accesses_of'), <LastAccesses key="a" module={accesses} person={record.id} />]);
  return <Facts>{facts.map(([name, value]) => <Box key={name} sx={{ display: 'contents' }}><dt>{name}</dt><dd>{value}</dd></Box>)}</Facts>;
}

/* Ends every session of a user; gives how many there were. */
export function useEndAll(record: Rec): () => Promise<number> {
  const client = useQueryClient();
  return async () => {
    let ended = 0;
    for (let more = true; more; ) {
      const { items, next } = await listPage('sessions', { filters: [{ field: 'owner', op: 'eq', values: [record.id] }], limit: 100 });
      for (const one of items) {
        try {
          await remove('sessions', one.id, one.version);
          ended++;
        } catch (e) {
          if (!isProblem(e) || e.status !== 404) throw e;
        }
      }
      more = !!next && items.length > 0;
    }
    await client.invalidateQueries({ queryKey: ['sessions'] });
    return ended;
  };
}
