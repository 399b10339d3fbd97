/* Input of a date or an instant: written in the language's order, an instant in the company's zone; kept as the API has it. */
import { useMemo, useRef } from 'react';
import { useInput, type Validator } from 'ra-core';
import { useMetadata } from '../meta/metadata';
import { useT } from '../text/i18n';
import { DateBox } from './DateBox';
import { faultArgs, faultText, isFault, toHeld, toWritten, type DateKind } from './dates';
import type { InputProps } from './FieldInput';
import { inputMessage } from './message';

export function DateInput({ kind, source, label, help, validate, autoFocus }: InputProps & { kind: DateKind }) {
  const t = useT();
  const { zone } = useMetadata().company;
  const rules = useMemo(() => {
    const written: Validator = (value: unknown) => {
      const fault = faultText(value, kind);
      return fault && t(fault, faultArgs);
    };
    return [written, ...(validate ?? [])];
  }, [validate, kind, t]);
  const { field: input, fieldState, isRequired, id } = useInput({ source, validate: rules });
  /* the last whole value, for its seconds: what is typed goes through many others */
  const whole = useRef<unknown>(input.value);
  if (input.value && !isFault(input.value) && !/:00Z$/.test(String(input.value))) whole.current = input.value;
  return (
    <DateBox
      kind={kind} id={id} name={source} label={label} value={toWritten(input.value, kind, zone)} required={isRequired} autoFocus={autoFocus}
      error={fieldState.invalid} message={inputMessage(fieldState.error?.message, help)} focusRef={input.ref}
      onChange={(wall) => input.onChange(toHeld(wall, kind, zone, whole.current))}
      onBlur={input.onBlur}
    />
  );
}
