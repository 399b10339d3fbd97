/* Input of a date or an instant: written in the language's order, an instant in the company's zone; kept as the API has it. */
import { useMemo } from 'react';
import { useInput, type Validator } from 'ra-core';
import { useMetadata } from '../meta/metadata';
import { useT } from '../text/i18n';
import { DateBox } from './DateBox';
import { faultArgs, faultText, toHeld, toWritten, type DateKind } from './dates';
import type { InputProps } from './FieldInput';
import { inputMessage } from './message';

export function DateInput({ kind, source, label, help, validate, autoFocus }: InputProps & { kind: DateKind }) {
  const t = useT();
  const { zone } = useMetadata().company;
  const rules = useMemo(() => {
    const whole: Validator = (value: unknown) => {
      const fault = faultText(value, kind);
      return fault && t(fault, faultArgs);
    };
    return [whole, ...(validate ?? [])];
  }, [validate, kind, t]);
  const { field: input, fieldState, isRequired, id } = useInput({ source, validate: rules });
  return (
    <DateBox
      kind={kind} id={id} name={source} label={label} value={toWritten(input.value, kind, zone)} required={isRequired} autoFocus={autoFocus}
      error={fieldState.invalid} message={inputMessage(fieldState.error?.message, help)} focusRef={input.ref}
      onChange={(wall) => input.onChange(toHeld(wall, kind, zone, input.value))}
      onBlur={input.onBlur}
    />
  );
}
