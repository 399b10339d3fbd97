/* Input of a reference or a city: type, choose; what was chosen lately is there at once, what is missing can be made. */
import { lazy, Suspense, useEffect, useId, useRef, useState } from 'react';
import { Autocomplete, Box, TextField } from '@mui/material';
import Add from '@mui/icons-material/Add';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useInput, useRecordContext } from 'ra-core';
import type { Rec } from '../api/records';
import { may } from '../meta/fields';
import { useMetadata } from '../meta/metadata';
import { nameField } from '../meta/standout';
import type { Field } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import type { InputProps } from './FieldInput';
import { inputMessage } from './message';
import { recentChoices, rememberChoice, rememberText, useRefText, useSearch, type Choice } from './lookups';
import { labelIn } from './text';

const CreateDialog = lazy(() => import('../record/CreateDialog'));

/* the choice that is none yet */
const NEW = 'new';

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

function Option({ choice, t }: { choice: Choice; t: (text: string) => string }) {
  if (choice.id === NEW) return <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', color: 'primary.main' }}><Add fontSize="small" aria-hidden />{t(choice.text)}</Box>;
  return (
    <Box sx={{ minWidth: 0 }}>
      <Box sx={{ overflowWrap: 'anywhere' }}>{choice.text}</Box>
      {choice.hint && <Box sx={{ color: 'text.secondary', fontSize: 12, overflowWrap: 'anywhere' }}>{choice.hint}</Box>}
    </Box>
  );
}

export function LookupInput({ field, source, label, help, validate, autoFocus, free }: InputProps) {
  const t = useT();
  const labelOf = useLabel();
  const client = useQueryClient();
  const record = useRecordContext<Rec>();
  const search = useSearch(field);
  const target = useMetadata().byKey(field.ref);
  const { field: input, fieldState, isRequired, id: inputId } = useInput({ source, validate });
  const box = useRef<HTMLInputElement | null>(null);
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const [making, setMaking] = useState<string | null>(null);
  const q = useSettled(typed, 180);
  const unique = useId();

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
  const recent = typed ? [] : recentChoices(field);
  const found = data.filter((c) => !recent.some((r) => r.id === c.id));
  const creates = !free && !!target && may(target, 'create');
  const options = [...recent, ...found, ...(creates && !isFetching ? [{ id: NEW, text: typed.trim() }] : [])];

  const choose = (choice: Choice | null) => {
    if (choice?.id === NEW) return setMaking(choice.text);
    if (choice) {
      rememberText(client, field, choice);
      rememberChoice(field, choice);
    }
    input.onChange(choice?.id ?? null);
  };
  const made = (one?: Rec) => {
    setMaking(null);
    if (one) choose({ id: one.id, text: one.label || one.id });
    setTimeout(() => box.current?.focus());
  };
  const name = target && nameField(target);
  const createText = (what: string) => (target ? t(what ? 'lookup.create_named' : 'lookup.create', { module: labelOf(target.label).toLocaleLowerCase(), name: what }) : '');

  return (
    <>
      <Autocomplete<Choice>
        id={inputId}
        open={open}
        onOpen={() => setOpen(true)}
        onClose={() => setOpen(false)}
        value={value}
        options={options}
        onChange={(_, choice) => choose(choice)}
        onBlur={input.onBlur}
        onInputChange={(_, text, reason) => setTyped(reason === 'input' ? text : '')}
        filterOptions={(all) => all}
        groupBy={recent.length ? (c) => (c.id === NEW ? '' : t(c.recent ? 'lookup.recent' : 'lookup.all')) : undefined}
        getOptionLabel={(c) => (c.id === NEW ? createText(c.text) : c.text)}
        getOptionKey={(c) => c.id}
        isOptionEqualToValue={(a, b) => a.id === b.id}
        renderOption={({ key, ...props }, choice) => <li key={key} {...props}><Option choice={choice} t={createText} /></li>}
        loading={isFetching}
        loadingText={t('lookup.searching')}
        noOptionsText={t(isError ? 'lookup.failed' : typed ? 'lookup.none' : 'lookup.hint')}
        openText={label}
        closeText={t('ra.action.close')}
        clearText={t('ra.action.clear_input_value')}
        autoHighlight
        openOnFocus={autoFocus && free}
        renderInput={(params) => (
          <TextField
            {...params} label={label} required={isRequired} error={fieldState.invalid} autoFocus={autoFocus}
            inputRef={(el: HTMLInputElement | null) => {
              box.current = el;
              input.ref(el);
            }}
            helperText={inputMessage(fieldState.error?.message, help)}
          />
        )}
      />
      {making !== null && target && (
        <Suspense>
          <CreateDialog module={target} draftFor={`${source}.${unique}`} values={name && making ? { [name.name]: making } : {}} onClose={made} />
        </Suspense>
      )}
    </>
  );
}
