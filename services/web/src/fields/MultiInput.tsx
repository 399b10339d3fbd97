/* Input of several options of a picklist; without options, of any texts. */
import { Autocomplete, TextField } from '@mui/material';
import { useInput } from 'ra-core';
import { useLabel, useT } from '../text/i18n';
import type { InputProps } from './FieldInput';
import { inputMessage } from './message';
import { OptionMark } from './Mark';

export function MultiInput({ field, source, label, help, validate, autoFocus }: InputProps) {
  const t = useT();
  const labelOf = useLabel();
  const { field: input, fieldState, isRequired, id } = useInput({ source, validate });
  const keys: string[] = Array.isArray(input.value) ? input.value : input.value ? [input.value] : [];
  const nameOf = (key: string) => labelOf(field.options?.find((o) => o.key === key)?.label) || key;
  return (
    <Autocomplete<string, true, false, boolean>
      multiple disableCloseOnSelect freeSolo={!field.options} id={id}
      value={keys}
      options={(field.options ?? []).map((o) => o.key)}
      onChange={(_, next) => input.onChange(next)}
      onBlur={input.onBlur}
      getOptionLabel={nameOf}
      noOptionsText={t('lookup.none')}
      openText={label}
      closeText={t('ra.action.close')}
      clearText={t('ra.action.clear_input_value')}
      slotProps={{ chip: { size: 'small' } }}
      renderOption={({ key, ...props }, option) => (
        <li key={key} {...props}><OptionMark field={field} value={option} />{nameOf(option)}</li>
      )}
      renderInput={(params) => (
        <TextField
          {...params} label={label} required={isRequired} error={fieldState.invalid} inputRef={input.ref} autoFocus={autoFocus}
          helperText={inputMessage(fieldState.error?.message, help)}
        />
      )}
    />
  );
}
