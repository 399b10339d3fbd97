/* A sharing rule as the sentence that it is: the records of … of … that meet … may be seen by … */
import { useCallback } from 'react';
import { Box, MenuItem, TextField } from '@mui/material';
import { useSearchParams } from 'react-router-dom';
import { useQueryClient } from '@tanstack/react-query';
import type { Values } from '../api/patch';
import type { Rec } from '../api/records';
import { useMetadata } from '../meta/metadata';
import { useLabel, useT } from '../text/i18n';
import { formatFilter, parseFilter, type RuleFilter } from './condition';
import { ConditionEditor } from './Conditions';
import { Lookup } from './Lookup';
import { KINDS, partyModule, partyOf, partyValues, type Party, type PartyKind, type Side } from './party';
import { RuleFrame, RulePart } from './RuleFrame';
import { useRuleForm } from './useRuleForm';

interface Form {
  name: string;
  module: string;
  from: Party;
  to: Party;
  filter: RuleFilter;
  access: string;
}

function PartyInput({ side, label, party, onChange }: { side: Side; label: string; party: Party; onChange: (party: Party) => void }) {
  const t = useT();
  const kinds: Party['kind'][] = side === 'from' ? ['everybody', ...KINDS] : [...KINDS];
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: { sm: '1fr 1fr' }, gap: 3 }}>
      <TextField select label={label} value={party.kind} onChange={(e) => onChange({ kind: e.target.value as Party['kind'], id: null })}>
        {kinds.map((kind) => <MenuItem key={kind} value={kind}>{t(`sharing.${kind}`)}</MenuItem>)}
      </TextField>
      {party.kind !== 'everybody' && (
        <Lookup key={party.kind} of={partyModule[party.kind]} label={t(`sharing.which.${party.kind}`)} value={party.id} onChange={(id) => onChange({ ...party, id })} />
      )}
    </Box>
  );
}

/* What this party is called, as the lookups know it. */
function usePartyName(): (party: Party) => string {
  const t = useT();
  const client = useQueryClient();
  return (party) => {
    if (party.kind === 'everybody') return t('sharing.everybody');
    return client.getQueryData<string>(['text', partyModule[party.kind as PartyKind], party.id]) ?? t(`sharing.${party.kind}`);
  };
}

export default function SharingForm() {
  const t = useT();
  const labelOf = useLabel();
  const { modules, byKey } = useMetadata();
  const [params] = useSearchParams();
  const given = params.get('module') ?? '';
  const nameOf = usePartyName();
  const read = useCallback((r: Rec | undefined): Form => ({
    name: String(r?.name ?? ''), module: String(r?.for_module ?? given), from: partyOf(r, 'from'), to: partyOf(r, 'to'), filter: parseFilter(r?.filter), access: String(r?.access ?? 'see'),
  }), [given]);
  const write = (f: Form): Values => ({
    name: f.name.trim() || t('sharing.auto_name', { module: labelOf(byKey(f.module)?.plural), to: nameOf(f.to) }).slice(0, 120),
    for_module: f.module, filter: formatFilter(f.filter), access: f.access, ...partyValues('from', f.from), ...partyValues('to', f.to),
  });
  const check = (f: Form): string | undefined => {
    if (!f.module) return t('sharing.choose_module');
    if (f.from.kind !== 'everybody' && !f.from.id) return t('sharing.choose_from');
    return f.to.id ? undefined : t('sharing.choose_to');
  };
  const rule = useRuleForm<Form>({ read, write, check });
  const { form, set } = rule;
  const shared = byKey(form?.module);
  
  return (
    <RuleFrame rule={rule}>
      {form && (
        <>
          <RulePart lead={t('sharing.form_module')}>
            {/* a condition of one module means nothing to another */}
            <TextField select label={t('admin.module')} value={form.module} onChange={(e) => set({ module: e.target.value, filter: { conditions: [], rest: [] } })}>
              {!shared && form.module && <MenuItem value={form.module}>{t('admin.unknown_module', { module: form.module })}</MenuItem>}
              {modules.map((m) => <MenuItem key={m.key} value={m.key}>{labelOf(m.plural)}</MenuItem>)}
            </TextField>
          </RulePart>
          <RulePart lead={t('sharing.form_from')}>
            <PartyInput side="from" label={t('sharing.whose')} party={form.from} onChange={(from) => set({ from })} />
          </RulePart>
          {shared && (
            <RulePart lead={t('sharing.form_where')}>
              <ConditionEditor module={shared} filter={form.filter} onChange={(filter) => set({ filter })} />
            </RulePart>
          )}
          <RulePart lead={t('sharing.form_access')}>
            <TextField select label={t('sharing.access')} value={form.access} onChange={(e) => set({ access: e.target.value })}>
              <MenuItem value="see">{t('sharing.form_access_see')}</MenuItem>
              <MenuItem value="change">{t('sharing.form_access_change')}</MenuItem>
            </TextField>
          </RulePart>
          <RulePart lead={t('sharing.form_to')}>
            <PartyInput side="to" label={t('sharing.whom')} party={form.to} onChange={(to) => set({ to })} />
          </RulePart>
          <TextField label={t('sharing.name')} value={form.name} helperText={t('sharing.name_help')} onChange={(e) => set({ name: e.target.value })} slotProps={{ htmlInput: { maxLength: 120, name: 'name' } }} />
        </>
      )}
    </RuleFrame>
  );
}
