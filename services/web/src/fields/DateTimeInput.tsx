/* Input of an instant: written in the company's zone, kept in UTC. */
import { useEffect, useState } from 'react';
import { TextField } from '@mui/material';
import { useInput } from 'ra-core';
import { fromWall, toWall } from '../lib/zone';
import { useMetadata } from '../meta/metadata';
import type { InputProps } from './FieldInput';
import { inputMessage } from './message';

export function DateTimeInput({ source, label, help, validate, autoFocus }: InputProps) {
  const { zone } = useMetadata().company;
  const { field: input, fieldState, isRequired, id } = useInput({ source, validate });
  const wall = input.value ? toWall(String(input.value), zone) : '';
  const [text, setText] = useState(wall);
  useEffect(() => setText(wall), [wall]);
  return (
    <TextField
      id={id} type="datetime-local" label={label} name={source} value={text} required={isRequired} autoFocus={autoFocus}
      error={fieldState.invalid} inputRef={input.ref}
      onChange={(e) => {
        setText(e.target.value);
        /* same minute: the seconds that were there stay */
        if (e.target.value !== wall) input.onChange(e.target.value ? fromWall(e.target.value, zone) : null);
      }}
      onBlur={input.onBlur}
      helperText={inputMessage(fieldState.error?.message, help)}
    />
  );
}
