/* Input of a reference or a city: type, choose. */
import { useEffect, useState } from 'react';
import { Autocomplete, TextField } from '@mui/material';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useInput, useRecordContext } from 'ra-core';
import type { Rec } from '../api/records';
import type { Field } from '../meta/types';
import { useT } from '../text/i18n';
import type { InputProps } from './FieldInput';
import { inputMessage } from './message';
import { rememberText, useRefText, useSearch, type Choice } from './lookups';
import { labelIn } from './text';

function useSettled<V>(value: V, ms: number): V {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

/* The label of the record holds for the value that was read, not for one chosen since. */
function knownText(record: Rec | undefined, field: Field, id: string | undefined): string | undefined {
  return record && id && record[field.name] === id ? labelIn(record, field) : undefined;
}

export function LookupInput({ field, source, label, help, validate, autoFocus }: InputProps) {
  const t = useT();
  const client = useQueryClient();
  const record = useRecordContext<Rec>();
  const search = useSearch(field);
  const { field: input, fieldState, isRequired, id: inputId } = useInput({ source, validate });
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const q = useSettled(typed, 180);

  const id: string | undefined = input.value || undefined;
  const text = useRefText(field, id, knownText(record, field, id));
  const value: Choice | null = id ? { id, text: text ?? '…' } : null;

  const { data = [], isFetching, isError } = useQuery({
    queryKey: ['lookup', field.kind, field.ref, q],
    queryFn: ({ signal }) => search(q, signal),
    enabled: open,
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });

  const choose = (choice: Choice | null) => {
    if (choice) rememberText(client, field, choice);
    input.onChange(choice?.id ?? null);
  };

  return (
    <Autocomplete<Choice>
      id={inputId}
      open={open}
      onOpen={() => setOpen(true)}
      onClose={() => setOpen(false)}
      value={value}
      options={data}
      onChange={(_, choice) => choose(choice)}
      onBlur={input.onBlur}
      onInputChange={(_, text, reason) => setTyped(reason === 'input' ? text : '')}
      filterOptions={(all) => all}
      getOptionLabel={(c) => c.text}
      getOptionKey={(c) => c.id}
      isOptionEqualToValue={(a, b) => a.id === b.id}
      loading={isFetching}
      loadingText={t('lookup.searching')}
      noOptionsText={t(isError ? 'lookup.failed' : typed ? 'lookup.none' : 'lookup.hint')}
      openText={label}
      closeText={t('ra.action.close')}
      clearText={t('ra.action.clear_input_value')}
      autoHighlight
      renderInput={(params) => (
        <TextField
          {...params} label={label} required={isRequired} error={fieldState.invalid} inputRef={input.ref} autoFocus={autoFocus}
          helperText={inputMessage(fieldState.error?.message, help)}
        />
      )}
    />
  );
}
