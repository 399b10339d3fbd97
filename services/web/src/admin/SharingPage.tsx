/* The sharing rules by module, each in words, paused and resumed in place. */
import { useMemo } from 'react';
import { Box, Button, FormControlLabel, Skeleton, Switch, Typography } from '@mui/material';
import Add from '@mui/icons-material/Add';
import { Link, useNavigate } from 'react-router-dom';
import type { Rec } from '../api/records';
import { Failed, Nothing } from '../app/states';
import { useKeys } from '../lib/keys';
import { may } from '../meta/fields';
import { useMetadata, useModule } from '../meta/metadata';
import type { Module } from '../meta/types';
import { useCommands } from '../shell/commands';
import { Head } from '../shell/Head';
import { useLabel, useT } from '../text/i18n';
import { ConditionWords } from './Conditions';
import { partyLabel, partyOf, type Side } from './party';
import { byLabel, groupBy, useAll } from './reading';
import { usePause } from './usePause';

const FIELDS = ['id', 'version', 'label', 'name', 'for_module', 'filter', 'access', 'inactive', 'from_user', 'from_role', 'from_branch', 'from_group', 'to_user', 'to_role', 'to_branch', 'to_group'];

function Sentence({ rule, module }: { rule: Rec; module: Module | undefined }) {
  const t = useT();
  const labelOf = useLabel();
  const party = (side: Side): string => {
    const p = partyOf(rule, side);
    if (p.kind === 'everybody') return t('sharing.everybody');
    const name = partyLabel(rule, side, p);
    return p.id && name ? t(`sharing.named.${p.kind}`, { name }) : t('sharing.gone');
  };
  return (
    <>
      {t('sharing.sentence', { module: module ? labelOf(module.plural) : String(rule.for_module), from: party('from') })}{' '}
      {typeof rule.filter === 'string' && rule.filter && <>{t('sharing.that')} <ConditionWords module={module} filter={rule.filter} />{' '}</>}
      {t(rule.access === 'change' ? 'sharing.change' : 'sharing.see')} {party('to')}.
    </>
  );
}

export default function SharingPage() {
  const t = useT();
  const labelOf = useLabel();
  const module = useModule();
  const navigate = useNavigate();
  const { modules, byKey } = useMetadata();
  const { data, error, refetch } = useAll(module.key, FIELDS);
  const pause = usePause(module.path);
  const groups = useMemo(() => {
    const by = groupBy(data ?? [], 'for_module');
    const order = [...modules.map((m) => m.key), ...[...by.keys()].filter((key) => !modules.some((m) => m.key === key))];
    return order.flatMap((key) => (by.has(key) ? [{ key, rules: (by.get(key) ?? []).sort(byLabel) }] : []));
  }, [data, modules]);
  const create = () => navigate(`/${module.path}/new`);
  useKeys({ c: () => may(module, 'create') && create() });
  useCommands(may(module, 'create') ? [{ id: 'sharing.create', label: t('sharing.create'), keys: 'C', run: create }] : []);
  return (
    <>
      <Head title={labelOf(module.plural)} />
      <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto' }}>
        <Box sx={{ maxWidth: 900, mx: 'auto', px: { xs: 3, sm: 4 }, py: 5 }}>
          <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 3, alignItems: 'flex-start', mb: 5 }}>
            <Typography color="text.secondary" sx={{ flex: 1, minWidth: 240 }}>{t('sharing.intro')}</Typography>
            <Button component={Link} to="/admin/explain">{t('admin.explain.title')}</Button>
            {may(module, 'create') && <Button variant="contained" startIcon={<Add />} component={Link} to={`/${module.path}/new`} aria-keyshortcuts="c">{t('sharing.create')}</Button>}
          </Box>
          {error && !data ? (
            <Failed title={t('sharing.failed')} error={error} retry={() => void refetch()} />
          ) : !data ? (
            <Skeleton variant="rounded" height={200} aria-busy="true" />
          ) : !groups.length ? (
            <Nothing title={t('sharing.empty')} hint={t('sharing.empty_hint')} />
          ) : (
            groups.map((g) => {
              const shared = byKey(g.key);
              const title = shared ? labelOf(shared.plural) : t('admin.unknown_module', { module: g.key });
              return (
                <Box component="section" key={g.key} aria-label={title} sx={{ mb: 6 }}>
                  <Typography variant="h2" sx={{ mb: 1 }}>{title}</Typography>
                  {g.rules.map((rule) => (
                    <Box key={rule.id} sx={{ display: 'flex', flexWrap: { xs: 'wrap', sm: 'nowrap' }, gap: 3, alignItems: 'flex-start', borderTop: 1, borderColor: 'divider', py: 3 }}>
                      <Box sx={{ flex: 1, minWidth: 220, overflowWrap: 'anywhere' }}>
                        <Link to={`/${module.path}/${rule.id}`} style={{ fontWeight: 600 }}>{rule.label}</Link>
                        <Typography sx={{ color: rule.inactive ? 'text.secondary' : undefined }}><Sentence rule={rule} module={shared} /></Typography>
                      </Box>
                      <FormControlLabel
                        sx={{ flex: 'none' }} label={t(pause.isPaused(rule) ? 'sharing.paused' : 'sharing.active')} disabled={!may(module, 'change')}
                        control={<Switch size="small" checked={!pause.isPaused(rule)} onChange={() => void pause.turn(rule)} slotProps={{ input: { 'aria-label': t('sharing.pause_of', { rule: rule.label }) } }} />}
                      />
                    </Box>
                  ))}
                </Box>
              );
            })
          )}
        </Box>
      </Box>
    </>
  );
}
