/* An assignment rule in words: leads that meet … go to … */
import { useCallback } from 'react';
import { TextField } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { Values } from '../api/patch';
import type { Rec } from '../api/records';
import { useMetadata } from '../meta/metadata';
import { useT } from '../text/i18n';
import { LEADS, nextPosition } from './assigning';
import { formatFilter, parseFilter, type RuleFilter } from './condition';
import { ConditionEditor } from './Conditions';
import { Lookup } from './Lookup';
import { useAll } from './reading';
import { RuleFrame, RulePart } from './RuleFrame';
import { useRuleForm } from './useRuleForm';

interface Form {
  name: string;
  team: string | null;
  filter: RuleFilter;
  position: number | undefined;
}

const read = (r: Rec | undefined): Form => ({
  name: String(r?.name ?? ''), team: (r?.team as string | undefined) ?? null, filter: parseFilter(r?.filter), position: r?.position as number | undefined,
});

export default function AssigningForm() {
  const t = useT();
  const client = useQueryClient();
  const leads = useMetadata().byKey(LEADS);
  const { data: rules } = useAll('leads.assignment_rule', ['id', 'label', 'position']);
  const write = (f: Form): Values => {
    const group = client.getQueryData<string>(['text', 'identity.group', f.team]);
    return {
      name: f.name.trim() || t('assigning.auto_name', { group: group ?? '' }).slice(0, 120), team: f.team, filter: formatFilter(f.filter),
      position: f.position ?? nextPosition(rules ?? []),
    };
  };
  const check = useCallback((f: Form): string | undefined => (f.team ? undefined : t('assigning.choose_team')), [t]);
  const rule = useRuleForm<Form>({ read, write, check });
  const { form, set } = rule;
    return (
    <RuleFrame rule={rule}>
      {form && (
        <>
          {leads && (
            <RulePart lead={t('assigning.where')}>
              <ConditionEditor module={leads} filter={form.filter} onChange={(filter) => set({ filter })} />
            </RulePart>
          )}
          <RulePart lead={t('assigning.to')}>
            <Lookup of="identity.group" label={t('assigning.team')} value={form.team} onChange={(team) => set({ team })} />
          </RulePart>
          <TextField label={t('sharing.name')} value={form.name} helperText={t('sharing.name_help')} onChange={(e) => set({ name: e.target.value })} slotProps={{ htmlInput: { maxLength: 120, name: 'name' } }} />
        </>
      )}
    </RuleFrame>
  );
}
