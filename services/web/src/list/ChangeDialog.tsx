/* One field of many records: which one, and what it shall hold. Assigning is the same with the field named. */
import { useMemo, useState } from 'react';
import { Autocomplete, Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField, Typography } from '@mui/material';
import { Form } from 'ra-core';
import { valueAt, type Values } from '../api/patch';
import { FieldInput } from '../fields/FieldInput';
import { isChangeable } from '../meta/fields';
import type { Field, Module } from '../meta/types';
import { useLabel, useT } from '../text/i18n';

interface Props {
  module: Module;
  /* the field that is known beforehand */
  fixed?: Field;
  /* how many records, in words */
  count: string;
  asJob: boolean;
  onApply: (field: Field, value: unknown) => void;
  onClose: () => void;
}

const YES_NO = [
  { key: 'true', label: { es: 'Sí', en: 'Yes' } },
  { key: 'false', label: { es: 'No', en: 'No' } },
];

/* yes, no or empty is to be chosen, not left as it stands */
const asChoice = (f: Field): Field => (f.kind === 'bool' ? { ...f, kind: 'picklist', options: YES_NO } : f);

const meant = (field: Field, value: unknown): unknown => (field.kind === 'bool' && typeof value === 'string' && value ? value === 'true' : (value ?? null));

export default function ChangeDialog({ module, fixed, count, asJob, onApply, onClose }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const fields = useMemo(() => module.fields.filter(isChangeable).sort((a, b) => labelOf(a.label).localeCompare(labelOf(b.label))), [module, labelOf]);
  const [field, setField] = useState<Field | null>(fixed ?? null);
  const record = useMemo(() => ({}), []);
  const submit = (values: Values) => {
    if (!field) return;
    onApply(field, meant(field, valueAt(values, field.name)));
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby="change-title" fullWidth maxWidth="xs">
      <Form key={field?.name} record={record as never} onSubmit={(v: object) => submit(v as Values)}>
        <DialogTitle id="change-title">{t(fixed ? 'bulk.assign_n' : 'bulk.change_n', { count })}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 4 }}>
          {!fixed && (
            <Autocomplete<Field>
              options={fields} value={field} onChange={(_, next) => setField(next)} getOptionLabel={(f) => labelOf(f.label)} getOptionKey={(f) => f.name}
              noOptionsText={t('filter.none')} autoHighlight openOnFocus={!field} openText={t('filter.field')} closeText={t('ra.action.close')} clearText={t('ra.action.clear_input_value')}
              renderInput={(params) => <TextField {...params} label={t('filter.field')} autoFocus={!field} />}
            />
          )}
          {field && <FieldInput key={field.name} field={asChoice(field)} autoFocus />}
          {field && !field.required && <Typography variant="caption" color="text.secondary">{t('bulk.empty_clears')}</Typography>}
          {asJob && <Box sx={{ fontSize: 12, color: 'text.secondary' }}>{t('bulk.no_undo')}</Box>}
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose} sx={{ color: 'text.secondary' }}>{t('filter.cancel')}</Button>
          <Button type="submit" variant="contained" disabled={!field}>{t(fixed ? 'bulk.assign' : 'bulk.change_do')}</Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
