/* Writing one filter: field, condition, value. */
import { useMemo, useState, type ReactNode } from 'react';
import { Autocomplete, Box, Button, MenuItem, Popover, TextField } from '@mui/material';
import { Form, useInput } from 'ra-core';
import type { Condition } from '../api/filters';
import { FieldInput } from '../fields/FieldInput';
import { isFilter } from '../meta/fields';
import { fieldOf, useMetadata } from '../meta/metadata';
import type { Field, Kind, Module } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import type { MessageKey } from '../text/messages';
import { choiceOf, choicesOf, toCondition, toForm, type Choice, type FormValues } from './conditions';

interface Props {
  module: Module;
  anchor: HTMLElement;
  condition: Condition | undefined;
  onApply: (c: Condition) => void;
  onClose: () => void;
}

/* How a value is written in a filter: whole days for instants, plain text for whatever has a format of its own. */
function asKind(field: Field, kind: Kind): Field {
  return { ...field, kind };
}

const PLAIN: ReadonlySet<Kind> = new Set<Kind>(['email', 'url', 'phone', 'tax_id', 'long_text']);

function valueField(field: Field): Field {
  if (field.kind === 'datetime') return asKind(field, 'date');
  return PLAIN.has(field.kind) ? asKind(field, 'text') : field;
}

function PlainSelect({ source, label, choices }: { source: string; label: string; choices: [string, string][] }) {
  const { field, id } = useInput({ source });
  return (
    <TextField select id={id} label={label} {...field}>
      {choices.map(([key, name]) => <MenuItem key={key} value={key}>{name}</MenuItem>)}
    </TextField>
  );
}

function ValueInputs({ field, choice }: { field: Field; choice: Choice }) {
  const t = useT();
  const one = valueField(field);
  const select = (source: string, label: MessageKey, keys: string[], prefix: 'period' | 'span'): ReactNode => (
    <PlainSelect source={source} label={t(label)} choices={keys.map((id) => [id, t(`${prefix}.${id}` as MessageKey)])} />
  );
  switch (choice.shape) {
    case 'none': return null;
    case 'value': return <FieldInput field={one} source="value" label={t('filter.value')} free autoFocus />;
    case 'many': return <FieldInput field={asKind(field, 'multi_picklist')} source="many" label={t('filter.value')} free autoFocus />;
    case 'period': return select('period', 'filter.value', ['day', 'week', 'month', 'year'], 'period');
    case 'span':
      return (
        <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 2 }}>
          <FieldInput field={asKind(field, 'integer')} source="amount" label={t('filter.amount')} free />
          {select('unit', 'filter.unit', ['d', 'w', 'm'], 'span')}
        </Box>
      );
    case 'range':
      return (
        <Box sx={{ display: 'grid', gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: 'repeat(2, minmax(0, 1fr))' }, gap: 2 }}>
          <FieldInput field={one} source="from" label={t('filter.from')} free />
          <FieldInput field={one} source="to" label={t('filter.to')} free />
        </Box>
      );
  }
}

export default function FilterEditor({ module, anchor, condition, onApply, onClose }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const { zone } = useMetadata().company;
  const fields = useMemo(() => module.fields.filter(isFilter), [module]);
  const [field, setField] = useState<Field | null>(() => (condition && fieldOf(module, condition.field)) ?? null);
  const [choice, setChoice] = useState<Choice | undefined>(() => field && condition && choiceOf(field, condition) || undefined);
  const record = useMemo(() => (field ? toForm(field, condition?.field === field.name ? condition : undefined, zone) : {}), [field, condition, zone]);

  const pick = (next: Field | null) => {
    setField(next);
    setChoice(next ? choicesOf(next)[0] : undefined);
  };
  const submit = (values: FormValues) => {
    const c = field && choice && toCondition(field, choice, values, zone);
    if (c) onApply(c);
  };

  return (
    <Popover
      open anchorEl={anchor} onClose={onClose} transitionDuration={0} anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
      slotProps={{ paper: { role: 'dialog', 'aria-label': t(condition ? 'list.filter' : 'list.add_filter'), sx: { mt: 1, width: 320, maxWidth: 'calc(100vw - 32px)' } } }}
    >
      {/* a new form for each field and condition: a value of one means nothing to another */}
      <Form key={`${field?.name}-${choice?.shape}`} record={record as never} onSubmit={(v: object) => submit(v)}>
        <Box sx={{ display: 'grid', gap: 4, p: 4 }}>
          <Autocomplete<Field>
            options={fields} value={field} onChange={(_, next) => pick(next)} getOptionLabel={(f) => labelOf(f.label)}
            getOptionKey={(f) => f.name} noOptionsText={t('filter.none')} autoHighlight openOnFocus={!field}
            openText={t('filter.field')} closeText={t('ra.action.close')} clearText={t('ra.action.clear_input_value')}
            renderInput={(params) => <TextField {...params} label={t('filter.field')} autoFocus={!field} />}
          />
          {field && choice && (
            <TextField
              select label={t('filter.condition')} value={choice.id}
              onChange={(e) => setChoice(choicesOf(field).find((c) => c.id === e.target.value))}
            >
              {choicesOf(field).map((c) => <MenuItem key={c.id} value={c.id}>{t(c.label)}</MenuItem>)}
            </TextField>
          )}
          {field && choice && <ValueInputs field={field} choice={choice} />}
          <Box sx={{ display: 'flex', justifyContent: 'flex-end', gap: 2 }}>
            <Button onClick={onClose} sx={{ color: 'text.secondary' }}>{t('filter.cancel')}</Button>
            <Button type="submit" variant="contained" disabled={!choice}>{t('filter.apply')}</Button>
          </Box>
        </Box>
      </Form>
    </Popover>
  );
}
