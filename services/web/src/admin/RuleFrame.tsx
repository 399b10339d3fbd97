/* The page around the form of a rule: where it belongs, what went wrong, saving and deleting. */
import type { ReactNode } from 'react';
import { Alert, Box, Button, Skeleton } from '@mui/material';
import Delete from '@mui/icons-material/DeleteOutlined';
import { Link } from 'react-router-dom';
import { isProblem } from '../api/problem';
import { Failed, Nothing } from '../app/states';
import { useKeys } from '../lib/keys';
import { may } from '../meta/fields';
import { UnsavedGuard } from '../record/UnsavedGuard';
import { useCommands } from '../shell/commands';
import { Head } from '../shell/Head';
import { useLabel, useT } from '../text/i18n';
import type { RuleForm } from './useRuleForm';

/* A part of the sentence: its words at the left, what is chosen beside them. */
export function RulePart({ lead, children }: { lead: string; children: ReactNode }) {
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: { sm: '160px minmax(0, 1fr)' }, gap: 2, alignItems: 'start' }}>
      <Box component="p" sx={{ m: 0, pt: { sm: 6 }, fontWeight: 600 }}>{lead}</Box>
      <Box sx={{ minWidth: 0 }}>{children}</Box>
    </Box>
  );
}

interface Props {
  rule: RuleForm;
  /* absent while it is read */
  children: ReactNode | undefined;
}

export function RuleFrame({ rule, children }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const { module, id, base, error, back } = rule;
  const parent = { label: labelOf(module.plural), to: back };
  const writable = may(module, id ? 'change' : 'create');
  const missing = isProblem(error) && (error.status === 404 || error.status === 400);
  useKeys({ 'mod+Enter': () => writable && void rule.save() });
  useCommands(writable ? [{ id: 'rule.save', label: t('sharing.save'), keys: 'Ctrl+Enter', run: () => void rule.save() }] : []);
  return (
    <>
      <Head title={id ? (base?.label ?? labelOf(module.label)) : t('sharing.create')} parent={parent} />
      <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto' }}>
        {missing ? (
          <Nothing title={t('record.missing')} hint={t('record.missing_hint')}>
            <Button variant="outlined" component={Link} to={back}>{t('record.back', { module: parent.label })}</Button>
          </Nothing>
        ) : error ? (
          <Failed title={t('sharing.failed')} error={error} retry={() => void rule.refetch()} />
        ) : !id && !writable ? (
          <Nothing title={t('error.forbidden')} hint={t('admin.only_administrators')} />
        ) : (
          <Box
            component="form" noValidate onSubmit={(e) => { e.preventDefault(); void rule.save(); }}
            sx={{ maxWidth: 820, mx: 'auto', px: { xs: 3, sm: 4 }, py: 6, display: 'grid', gap: 5 }}
          >
            {rule.theirs && (
              <Alert
                severity="warning"
                action={(
                  <>
                    <Button onClick={() => rule.theirs && rule.start(rule.theirs)}>{t('sharing.theirs')}</Button>
                    <Button onClick={() => void rule.save(rule.theirs)}>{t('sharing.mine')}</Button>
                  </>
                )}
              >
                {t('sharing.meanwhile')}
              </Alert>
            )}
            <Box component="fieldset" disabled={!writable} sx={{ display: 'grid', gap: 5, border: 0, p: 0, m: 0, minWidth: 0 }}>
              {children ?? <Skeleton variant="rounded" height={260} aria-busy="true" />}
            </Box>
            {rule.fault && <Alert severity="error" role="alert">{rule.fault}</Alert>}
            <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2 }}>
              {id && may(module, 'delete') && <Button startIcon={<Delete />} onClick={() => void rule.remove()}>{t('sharing.delete')}</Button>}
              {id && <Button component={Link} to={`/${module.path}/${id}/history`}>{t('record.history')}</Button>}
              <Box sx={{ flex: 1 }} />
              <Button component={Link} to={back} sx={{ color: 'text.secondary' }}>{t('record.cancel')}</Button>
              {writable && <Button type="submit" variant="contained" disabled={rule.busy} aria-keyshortcuts="Control+Enter">{t(rule.busy ? 'record.saving' : 'sharing.save')}</Button>}
            </Box>
          </Box>
        )}
      </Box>
      <UnsavedGuard dirty={rule.dirty} />
    </>
  );
}
