/* The form of a record, new or known: inputs by section, faults at their fields, save and cancel at the foot. */
import { useCallback, useMemo, useRef, useState, type ReactNode } from 'react';
import { Alert, Box, Button, Typography } from '@mui/material';
import { Form } from 'ra-core';
import { useFormContext, useFormState, useWatch } from 'react-hook-form';
import { changesBetween, setAt, valueAt, type Values } from '../api/patch';
import { formErrors, isProblem } from '../api/problem';
import { useExplain } from '../app/explain';
import { FieldInput } from '../fields/FieldInput';
import { useKeys } from '../lib/keys';
import { isChangeable, isCreatable } from '../meta/fields';
import type { Field, Module } from '../meta/types';
import { useT } from '../text/i18n';
import { Sections } from './Sections';
import { UnsavedGuard } from './UnsavedGuard';

interface Props {
  module: Module;
  /* what the form starts from; an empty object for a new record */
  record: Values;
  submitLabel: string;
  /* field to begin at */
  focus?: string;
  /* resolves when saved and gone; a Problem it rejects with is shown at the fields */
  onSave: (values: Values) => Promise<void>;
  onCancel: () => void;
  /* inside the form, with its context */
  children?: ReactNode;
}

/*
 * What the form may change: the rest of the record stands in it only to be looked at. A switch that is off says nothing
 * about a field that was empty.
 */
function own(fields: Field[], record: Values, values: Values): Values {
  const out: Values = {};
  for (const f of fields) {
    const value = valueAt(values, f.name) ?? null;
    setAt(out, f.name, value === false && valueAt(record, f.name) == null ? null : value);
  }
  return out;
}

const hasChanges = (before: Values, after: Values): boolean => Object.keys(changesBetween(before, after)).length > 0;

interface FootProps extends Pick<Props, 'record' | 'submitLabel' | 'onCancel'> {
  fields: Field[];
  message: string;
  saved: React.RefObject<boolean>;
}

function Foot({ fields, record, submitLabel, message, saved, onCancel }: FootProps) {
  const t = useT();
  const form = useFormContext();
  const values = useWatch();
  const { isSubmitting } = useFormState();
  const changed = hasChanges(record, own(fields, record, values));
  const dirty = useCallback(() => !saved.current && hasChanges(record, own(fields, record, form.getValues())), [fields, record, form, saved]);
  return (
    <Box
      sx={{
        position: 'sticky', bottom: 0, zIndex: 5, bgcolor: 'background.default', borderTop: 1, borderColor: 'divider', mt: 2, py: 3,
        display: 'grid', gap: 2,
      }}
    >
      {message && <Alert severity="error" sx={{ py: 0 }}>{message}</Alert>}
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 2 }}>
        <Typography variant="caption" color="text.secondary" role="status" sx={{ flex: 1 }}>
          {isSubmitting ? t('record.saving') : changed ? t('record.unsaved') : ''}
        </Typography>
        <Button variant="outlined" onClick={onCancel}>{t('record.cancel')}</Button>
        <Button variant="contained" type="submit" disabled={isSubmitting} aria-keyshortcuts="Control+Enter">{submitLabel}</Button>
      </Box>
      <UnsavedGuard dirty={dirty} />
    </Box>
  );
}

export function RecordForm({ module, record, submitLabel, focus, onSave, onCancel, children }: Props) {
  const t = useT();
  const explain = useExplain();
  const box = useRef<HTMLDivElement>(null);
  const saved = useRef(false);
  const [message, setMessage] = useState('');
  const keep = record.id === undefined ? isCreatable : isChangeable;
  const fields = useMemo(() => module.fields.filter(keep), [module, keep]);
  const first = focus ?? fields.find((f) => f.section === module.sections[0]?.name)?.name ?? fields[0]?.name;

  const submit = async (values: object) => {
    setMessage('');
    try {
      saved.current = true;
      await onSave(own(fields, record, values as Values));
      return undefined;
    } catch (e) {
      saved.current = false;
      if (!isProblem(e) || !e.errors.length) {
        setMessage(`${t('record.not_saved')}: ${explain(e)}`);
        return undefined;
      }
      const found = formErrors(e, new Set(fields.map((f) => f.name)));
      const names = Object.keys(found.fields);
      setMessage([names.length ? t('record.check') : t('record.not_saved'), ...found.rest].join(' '));
      const at = fields.find((f) => names.includes(f.name))?.name;
      if (at) requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[name="${at}"], .ra-input-${CSS.escape(at)} input`)?.focus());
      return found.fields;
    }
  };

  const send = () => box.current?.querySelector('form')?.requestSubmit();
  useKeys({ 'mod+Enter': send, 'mod+s': send, Escape: onCancel });

  return (
    <Box ref={box} sx={{ maxWidth: 1120, mx: 'auto', px: { xs: 2, sm: 4 }, pt: 4 }}>
      <Form record={record as never} onSubmit={submit} noValidate disableInvalidFormNotification>
        <Sections module={module} keep={keep} of="inputs">
          {(field) => <FieldInput field={field} autoFocus={field.name === first} />}
        </Sections>
        <Foot fields={fields} record={record} submitLabel={submitLabel} message={message} saved={saved} onCancel={onCancel} />
        {children}
      </Form>
    </Box>
  );
}
