/* Input of a number. The form holds the API's decimal string (a JSON number for integers), never a float of it. */
import { useEffect, useState } from 'react';
import { InputAdornment, TextField } from '@mui/material';
import { useInput } from 'ra-core';
import { editDecimal, parseDecimal } from '../lib/numbers';
import { useMetadata } from '../meta/metadata';
import { useLang } from '../text/i18n';
import type { InputProps } from './FieldInput';
import { inputMessage } from './message';

export function NumberInput({ field, source, label, help, validate, autoFocus }: InputProps) {
  const lang = useLang();
  const { company } = useMetadata();
  const { field: input, fieldState, isRequired, id } = useInput({ source, validate });
  const whole = field.kind === 'integer' || field.kind === 'number';

  /* what the text means; a text that is no number goes into the form as it is and the validator refuses it */
  const toValue = (text: string): string | number | null => {
    if (!text.trim()) return null;
    const decimal = parseDecimal(text, lang);
    if (decimal === null) return text;
    return whole && /^-?\d{1,15}$/.test(decimal) ? Number(decimal) : decimal;
  };
  const shown = input.value == null || input.value === '' ? '' : editDecimal(input.value, lang);
  const [text, setText] = useState(shown);
  useEffect(() => {
    setText((old) => (toValue(old) === (input.value ?? null) ? old : shown));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the text follows the form's value and the language alone
  }, [input.value, lang]);

  const unit = field.kind === 'percent' ? '%' : field.kind === 'money' ? company.currency : undefined;
  return (
    <TextField
      id={id} label={label} name={source} value={text} required={isRequired} error={fieldState.invalid} inputRef={input.ref}
      autoFocus={autoFocus} autoComplete="off"
      onChange={(e) => {
        setText(e.target.value);
        input.onChange(toValue(e.target.value));
      }}
      onBlur={() => {
        setText(shown);
        input.onBlur();
      }}
      helperText={inputMessage(fieldState.error?.message, help)}
      slotProps={{
        htmlInput: { inputMode: whole ? 'numeric' : 'decimal', style: { textAlign: 'right', fontVariantNumeric: 'tabular-nums' } },
        input: { endAdornment: unit ? <InputAdornment position="end">{unit}</InputAdornment> : undefined },
      }}
    />
  );
}
