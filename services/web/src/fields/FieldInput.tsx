/* The input of a field, by its kind. */
import type { ReactNode } from 'react';
import { Box } from '@mui/material';
import type { Validator } from 'ra-core';
import { BooleanInput, SelectInput, TextInput } from 'ra-ui-materialui';
import type { Field, Kind } from '../meta/types';
import { useLabel } from '../text/i18n';
import { DateInput } from './DateInput';
import { LookupInput } from './LookupInput';
import { OptionMark } from './Mark';
import { MultiInput } from './MultiInput';
import { NumberInput } from './NumberInput';
import { useValidators } from './validate';

export interface InputProps {
  field: Field;
  source: string;
  label: string;
  help?: string;
  validate?: Validator[];
  autoFocus?: boolean;
  /* without the rules of the field, and without making what it may hold */
  free?: boolean;
}

const TYPES: Partial<Record<Kind, { type?: string; inputMode?: 'email' | 'tel' | 'url' }>> = {
  email: { inputMode: 'email' },
  phone: { type: 'tel', inputMode: 'tel' },
  url: { inputMode: 'url' },
};

interface Props {
  field: Field;
  /* where the value is in the form; the field's name unless given */
  source?: string;
  label?: string;
  autoFocus?: boolean;
  /* without the rules of the field, as in a filter */
  free?: boolean;
}

export function FieldInput({ field, source = field.name, label: given, autoFocus, free }: Props) {
  const labelOf = useLabel();
  const validators = useValidators(field);
  const validate = free ? undefined : validators;
  const label = given ?? labelOf(field.label);
  const help = free ? undefined : labelOf(field.help) || undefined;
  const own: InputProps = { field, source, label, help, validate, autoFocus, free };
  const common = { source, label, validate, helperText: help ?? (false as const), margin: 'none' as const, autoFocus };

  switch (field.kind) {
    case 'integer':
    case 'number':
    case 'decimal':
    case 'money':
    case 'percent':
    case 'geo_latitude':
    case 'geo_longitude':
      return <NumberInput {...own} />;
    case 'bool':
      return <BooleanInput source={source} label={label} helperText={help ?? false} size="small" sx={{ pt: { sm: 5 } }} />;
    case 'date':
    case 'datetime':
      return <DateInput {...own} kind={field.kind} />;
    case 'picklist':
      return (
        <SelectInput
          {...common}
          choices={(field.options ?? []).map((o) => ({ id: o.key, name: labelOf(o.label) }))}
          optionText={(c: { id: string; name: string }): ReactNode => (
            <Box component="span"><OptionMark field={field} value={c.id} />{c.name}</Box>
          )}
          translateChoice={false}
          parse={(v: string) => v || null}
          emptyText="—"
        />
      );
    case 'multi_picklist':
      return <MultiInput {...own} />;
    case 'reference':
    case 'city':
      return <LookupInput {...own} />;
    case 'long_text':
      return <TextInput {...common} multiline minRows={3} maxRows={12} />;
    default:
      return <TextInput {...common} type={TYPES[field.kind]?.type ?? 'text'} slotProps={{ htmlInput: { inputMode: TYPES[field.kind]?.inputMode } }} autoComplete="off" />;
  }
}
