/* Who sees what, and why: a module, a record, a person. What is chosen stands in the address. */
import { Box, MenuItem, TextField, Typography } from '@mui/material';
import { useSearchParams } from 'react-router-dom';
import { Nothing } from '../app/states';
import { useMetadata } from '../meta/metadata';
import { useSession } from '../session/session';
import { Head } from '../shell/Head';
import { useLabel, useT } from '../text/i18n';
import { Explain } from './Explain';
import { Lookup } from './Lookup';

export default function ExplainPage() {
  const t = useT();
  const labelOf = useLabel();
  const { modules, byKey } = useMetadata();
  const { session } = useSession();
  const [params, setParams] = useSearchParams();
  const module = byKey(params.get('module') ?? undefined) ?? modules[0];
  const record = params.get('record');
  const user = params.get('user') ?? (session.user.administrator ? null : session.user.id);
  const put = (next: Record<string, string | null>) => {
    const all = new URLSearchParams(params);
    for (const [key, value] of Object.entries(next)) {
      if (value) all.set(key, value);
      else all.delete(key);
    }
    setParams(all, { replace: true });
  };
  return (
    <>
      <Head title={t('admin.explain.title')} />
      <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto' }}>
        <Box sx={{ maxWidth: 760, mx: 'auto', px: { xs: 3, sm: 4 }, py: 6, display: 'grid', gap: 4 }}>
          <Typography color="text.secondary">{t('admin.explain.intro')}</Typography>
          {module ? (
            <>
              <Box sx={{ display: 'grid', gridTemplateColumns: { sm: '1fr 1fr' }, gap: 4 }}>
                <TextField select label={t('admin.module')} value={module.key} onChange={(e) => put({ module: e.target.value, record: null })}>
                  {modules.map((m) => <MenuItem key={m.key} value={m.key}>{labelOf(m.plural)}</MenuItem>)}
                </TextField>
                <Lookup key={module.key} of={module.key} label={t('admin.explain.record')} value={record} onChange={(id) => put({ record: id })} />
                {session.user.administrator && (
                  <Lookup of="identity.user" label={t('admin.explain.person')} value={user} onChange={(id) => put({ user: id })} />
                )}
              </Box>
              {record && user ? (
                <Explain module={module} record={record} user={user} />
              ) : (
                <Typography color="text.secondary" role="status">{t('admin.explain.choose')}</Typography>
              )}
            </>
          ) : (
            <Nothing title={t('error.no_rights')} hint={t('error.no_rights_hint')} />
          )}
        </Box>
      </Box>
    </>
  );
}
