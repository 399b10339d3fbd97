/*
 * Why a person sees and changes a record, or not: `<Explain module={module} record={id} user={id} />`. Without `user`, an
 * administrator chooses the person, and anybody else reads about himself.
 */
import { useState } from 'react';
import { Box, Button, Skeleton, Typography } from '@mui/material';
import Allowed from '@mui/icons-material/CheckCircleOutline';
import Refused from '@mui/icons-material/Block';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { call } from '../api/http';
import { useExplain } from '../app/explain';
import { useLive } from '../live/live';
import { useMetadata } from '../meta/metadata';
import type { Module } from '../meta/types';
import { useSession } from '../session/session';
import { useLang, useT } from '../text/i18n';
import { adminAddress } from './addresses';
import { Lookup } from './Lookup';

interface Reason {
  code: string;
  allows: boolean;
  text: string;
  /* what it comes from */
  module?: string;
  record?: string;
}

interface Explanation {
  see: boolean;
  change: boolean;
  delete: boolean;
  reasons: Reason[];
}

function Verdict({ yes, text }: { yes: boolean; text: string }) {
  const Icon = yes ? Allowed : Refused;
  return (
    <Box component="li" sx={{ display: 'flex', alignItems: 'center', gap: 2, fontWeight: 600 }}>
      <Icon sx={{ color: yes ? 'success.main' : 'text.secondary' }} aria-hidden />
      {text}
    </Box>
  );
}

function Reasons({ title, reasons }: { title: string; reasons: Reason[] }) {
  const t = useT();
  const { byKey } = useMetadata();
  if (!reasons.length) return null;
  return (
    <Box component="section" aria-label={title}>
      <Typography component="p" variant="h3" sx={{ color: 'text.secondary', fontSize: 12, mb: 1 }}>{title}</Typography>
      <Box component="ul" sx={{ m: 0, pl: 5, display: 'grid', gap: 1 }}>
        {reasons.map((r, i) => {
          const source = byKey(r.module);
          return (
            <li key={`${r.code}${i}`}>
              {r.text}
              {source && <>{' '}<Link to={adminAddress(source, r.record)} aria-label={`${t('admin.explain.go')}: ${r.text}`}>{t('admin.explain.go')}</Link></>}
            </li>
          );
        })}
      </Box>
    </Box>
  );
}

interface AnswerProps {
  module: Module;
  record: string;
  user: string;
}

function Answer({ module, record, user }: AnswerProps) {
  const t = useT();
  const lang = useLang();
  const explain = useExplain();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: [module.path, 'explain', record, user, lang],
    queryFn: async ({ signal }) => (await call<Explanation>(`/${module.path}/${record}/explain?user=${user}`, { signal })).data,
    staleTime: 0,
  });
  useLive(undefined, (change) => {
    const concerns = change.kind === 'reset' || change.module.startsWith('identity.') || (change.kind === 'record' && change.id === record);
    if (concerns) void refetch();
  });
  if (isPending) return <Skeleton variant="rounded" height={140} aria-busy="true" />;
  if (error) {
    return (
      <Box role="alert">
        <Typography color="error" sx={{ mb: 2 }}>{t('admin.explain.failed')} {explain(error)}</Typography>
        <Button variant="outlined" onClick={() => void refetch()}>{t('list.retry')}</Button>
      </Box>
    );
  }
  return (
    <Box sx={{ display: 'grid', gap: 4 }} aria-live="polite">
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1 }}>
        <Verdict yes={data.see} text={t(data.see ? 'admin.explain.sees' : 'admin.explain.sees_not')} />
        <Verdict yes={data.change} text={t(data.change ? 'admin.explain.changes' : 'admin.explain.changes_not')} />
        <Verdict yes={data.delete} text={t(data.delete ? 'admin.explain.deletes' : 'admin.explain.deletes_not')} />
      </Box>
      <Reasons title={t('admin.explain.opens')} reasons={data.reasons.filter((r) => r.allows)} />
      <Reasons title={t('admin.explain.closes')} reasons={data.reasons.filter((r) => !r.allows)} />
    </Box>
  );
}

interface Props {
  module: Module;
  record: string;
  /* whom it is about */
  user?: string;
}

export function Explain({ module, record, user }: Props) {
  const t = useT();
  const { session } = useSession();
  const [chosen, setChosen] = useState<string | null>(null);
  const asks = user === undefined && session.user.administrator;
  const about = user ?? (session.user.administrator ? chosen : session.user.id);
  return (
    <Box sx={{ display: 'grid', gap: 4 }}>
      {asks && <Lookup of="identity.user" label={t('admin.explain.person')} value={chosen} onChange={setChosen} autoFocus />}
      {about && <Answer module={module} record={record} user={about} />}
      {!about && <Typography color="text.secondary">{t('admin.explain.choose_person')}</Typography>}
    </Box>
  );
}

export default Explain;
