/* What everybody sees of each module, whoever it belongs to: one line a module, three choices, saved at once. */
import { useMemo, useState } from 'react';
import { Box, FormControlLabel, Radio, RadioGroup, Skeleton, Typography } from '@mui/material';
import { Failed } from '../app/states';
import { may } from '../meta/fields';
import { useMetadata, useModule } from '../meta/metadata';
import type { Access, Module } from '../meta/types';
import { Head } from '../shell/Head';
import { useLabel, useT } from '../text/i18n';
import { useAll } from './reading';
import { useSay } from './undo';
import { useWriting } from './writing';

const FIELDS = ['id', 'version', 'label', 'for_module', 'level'];
const LEVELS: Access[] = ['private', 'see', 'change'];

export default function DefaultAccessPage() {
  const t = useT();
  const labelOf = useLabel();
  const module = useModule();
  const say = useSay();
  const { modules } = useMetadata();
  const { data, error, refetch } = useAll(module.key, FIELDS);
  const { add, change, force, drop } = useWriting(module.path);
  /* shown at once, while it is on its way */
  const [sent, setSent] = useState<{ key: string; level: Access }>();
  const rules = useMemo(() => new Map(data?.map((r) => [String(r.for_module), r])), [data]);
  const writable = may(module, 'change');

  const choose = async (m: Module, level: Access) => {
    const rule = rules.get(m.key);
    const own = m.access ?? 'private';
    setSent({ key: m.key, level });
    try {
      const words = t('sharing.default_saved', { module: labelOf(m.plural), level: t(`sharing.level.${level}`) });
      if (rule) {
        const before = rule.level;
        await change(rule, { level });
        say.done(words, () => force(rule.id, { level: before }));
      } else if (level !== own) {
        const made = await add({ for_module: m.key, level });
        say.done(words, () => drop(made));
      }
    } catch (e) {
      say.failed(t('admin.not_saved'), e);
      void refetch();
    } finally {
      setSent(undefined);
    }
  };
  /* by administrators or the system alone: everybody changing it means nothing */
  const written = (m: Module): boolean => !!m.administrators || !!m.made_by_system;
  const isAdministration = (m: Module): boolean => !!m.administrators || m.service === 'identity';
  const sections = [
    { title: t('admin.everyday'), list: modules.filter((m) => !isAdministration(m)) },
    { title: t('admin.administration'), list: modules.filter(isAdministration) },
  ];
  return (
    <>
      <Head title={labelOf(module.label)} />
      <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto' }}>
        <Box sx={{ maxWidth: 900, mx: 'auto', px: { xs: 3, sm: 4 }, py: 5 }}>
          <Typography color="text.secondary" sx={{ mb: 4 }}>{t('sharing.default_intro')}{!writable && ` ${t('admin.only_administrators')}`}</Typography>
          {error && !data ? (
            <Failed title={t('sharing.failed')} error={error} retry={() => void refetch()} />
          ) : !data ? (
            <Skeleton variant="rounded" height={300} aria-busy="true" />
          ) : (
            sections.map((s) => (
              <Box component="section" key={s.title} aria-label={s.title} sx={{ mb: 6 }}>
                <Typography variant="h2" sx={{ fontSize: 12, color: 'text.secondary', mb: 1 }}>{s.title}</Typography>
                {s.list.map((m) => {
                  const level = sent?.key === m.key ? sent.level : String(rules.get(m.key)?.level ?? m.access ?? 'private');
                  return (
                    <Box key={m.key} sx={{ display: 'grid', gridTemplateColumns: { sm: '220px 1fr' }, alignItems: 'center', borderTop: 1, borderColor: 'divider', py: { xs: 2, sm: 0 } }}>
                      <Box sx={{ fontWeight: 500 }}>{labelOf(m.plural)}</Box>
                      <RadioGroup row aria-label={labelOf(m.plural)} value={level} onChange={(e) => void choose(m, e.target.value as Access)} sx={{ flexDirection: { xs: 'column', sm: 'row' } }}>
                        {LEVELS.map((l) => (
                          <FormControlLabel key={l} value={l} disabled={!writable || sent?.key === m.key || (l === 'change' && level !== l && written(m))} label={t(`sharing.level.${l}`)} control={<Radio size="small" />} sx={{ minHeight: { xs: 44, sm: 40 }, flex: { sm: 1 }, ml: 0 }} />
                        ))}
                      </RadioGroup>
                    </Box>
                  );
                })}
              </Box>
            ))
          )}
        </Box>
      </Box>
    </>
  );
}
