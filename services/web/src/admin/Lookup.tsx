/* Choosing a record, or several at once, outside of a form. */
import { useEffect, useMemo, useState } from 'react';
import { Autocomplete, TextField } from '@mui/material';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { rememberText, useRefText, useSearch, type Choice } from '../fields/lookups';
import type { Field } from '../meta/types';
import { useT } from '../text/i18n';

const SETTLE_MS = 180;

function referenceTo(key: string): Field {
  return { name: 'admin', kind: 'reference', ref: key, label: { es: '', en: '' } };
}

interface Common {
  /* "identity.user" */
  of: string;
  label: string;
  help?: string;
  exclude?: ReadonlySet<string>;
  autoFocus?: boolean;
  disabled?: boolean;
}

function useChoices({ of, exclude }: Common, open: boolean, typed: string) {
  const field = useMemo(() => referenceTo(of), [of]);
  const search = useSearch(field);
  const [q, setQ] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const { data = [], isFetching, isError } = useQuery({
    queryKey: ['lookup', field.kind, field.ref, q],
    queryFn: ({ signal }) => search(q, signal),
    enabled: open,
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });
  const options = exclude ? data.filter((c) => !exclude.has(c.id)) : data;
  return { field, options, isFetching, isError };
}

function useWords(typed: string, isError: boolean) {
  const t = useT();
  return {
    loadingText: t('lookup.searching'),
    noOptionsText: t(isError ? 'lookup.failed' : typed ? 'lookup.none' : 'lookup.hint'),
    closeText: t('ra.action.close'),
    clearText: t('ra.action.clear_input_value'),
  };
}

const same = (a: Choice, b: Choice): boolean => a.id === b.id;

export function Lookup(props: Common & { value: string | null | undefined; onChange: (id: string | null, text?: string) => void; error?: string }) {
  const { label, help, value, onChange, autoFocus, disabled, error } = props;
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const { field, options, isFetching, isError } = useChoices(props, open, typed);
  const words = useWords(typed, isError);
  const text = useRefText(field, value ?? undefined);
  return (
    <Autocomplete<Choice>
      {...words} open={open} onOpen={() => setOpen(true)} onClose={() => setOpen(false)} disabled={disabled}
      value={value ? { id: value, text: text ?? '…' } : null} options={options} loading={isFetching} autoHighlight openText={label}
      onChange={(_, choice) => {
        if (choice) rememberText(client, field, choice);
        onChange(choice?.id ?? null, choice?.text);
      }}
      onInputChange={(_, now, reason) => setTyped(reason === 'input' ? now : '')}
      filterOptions={(all) => all} getOptionLabel={(c) => c.text} getOptionKey={(c) => c.id} isOptionEqualToValue={same}
      renderInput={(params) => <TextField {...params} label={label} error={!!error} helperText={error ?? help} autoFocus={autoFocus} />}
    />
  );
}

export function LookupMany(props: Common & { value: Choice[]; onChange: (choices: Choice[]) => void }) {
  const { label, help, value, onChange, autoFocus, disabled } = props;
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const { options, isFetching, isError } = useChoices(props, open, typed);
  const words = useWords(typed, isError);
  return (
    <Autocomplete<Choice, true>
      {...words} multiple disableCloseOnSelect open={open} onOpen={() => setOpen(true)} onClose={() => setOpen(false)} disabled={disabled}
      value={value} options={options} loading={isFetching} autoHighlight openText={label} filterSelectedOptions
      onChange={(_, choices) => onChange(choices)} inputValue={typed}
      onInputChange={(_, now, reason) => reason !== 'selectOption' && setTyped(now)}
      filterOptions={(all) => all} getOptionLabel={(c) => c.text} getOptionKey={(c) => c.id} isOptionEqualToValue={same}
      renderInput={(params) => <TextField {...params} label={label} helperText={help} autoFocus={autoFocus} />}
    />
  );
}
