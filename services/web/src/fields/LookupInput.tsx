/* Input of a reference or a city: type, choose; what was chosen lately is there at once, what is missing can be made. */
import { lazy, Suspense, useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
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
import { inSentence } from '../text/sentence';
import type { InputProps } from './FieldInput';
import { inputMessage } from './message';
import { recentChoices, rememberChoice, rememberText, useRefText, useSearch, type Choice } from './lookups';
import { labelIn } from './text';

const CreateDialog = lazy(() => import('../record/CreateDialog'));

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

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

function Option({ choice, create }: { choice: Choice; create: (text: string) => string }) {
  const t = useT();
  if (choice.id === NEW) return <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', color: 'primary.main' }}><Add fontSize="small" aria-hidden />{create(choice.text)}</Box>;
  return (
    <Box sx={{ display: 'flex', gap: 2, width: '100%', alignItems: 'baseline' }}>
      <Box sx={{ minWidth: 0, flex: 1 }}>
        <Box sx={{ overflowWrap: 'anywhere' }}>{choice.text}</Box>
        {choice.hint && <Box sx={{ color: 'text.secondary', fontSize: 12, overflowWrap: 'anywhere' }}>{choice.hint}</Box>}
      </Box>
      {choice.recent && <Box sx={{ color: 'text.secondary', fontSize: 12 }}>{t('lookup.recent')}</Box>}
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

  const { data = [], isFetching, isPlaceholderData, isError } = useQuery({
    queryKey: ['lookup', field.kind, field.ref, q],
    queryFn: ({ signal }) => search(q, signal),
    enabled: open,
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });
  /* the answer is still one to what was typed before: of that only what fits is shown */
  const stale = typed !== q || isPlaceholderData || (open && isFetching && !data.length);
  const recent = typed ? [] : recentChoices(field);
  const found = data.filter((c) => !recent.some((r) => r.id === c.id) && (!stale || fold(`${c.text} ${c.hint ?? ''}`).includes(fold(typed))));
  const creates = !free && !!target && may(target, 'create');
  const options = [...recent, ...found, ...(creates && !stale ? [{ id: NEW, text: typed.trim() }] : [])];

  const choose = (choice: Choice | null) => {
    if (choice?.id === NEW) return setMaking(choice.text);
    if (choice) {
      rememberText(client, field, choice);
      rememberChoice(field, choice);
    }
    input.onChange(choice?.id ?? null);
  };
  /* Enter before the answer is there: the first hit of what was typed, when it comes; never one of before */
  const waiting = useRef(false);
  useEffect(() => {
    if (!waiting.current || stale || isFetching) return;
    waiting.current = false;
    if (!data[0]) return;
    choose(data[0]);
    setOpen(false);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the answer alone ends the wait
  }, [stale, isFetching, data]);
  const enter = (e: KeyboardEvent & { defaultMuiPrevented?: boolean }) => {
    if (e.key !== 'Enter') {
      waiting.current = false;
    } else if (open && typed && stale) {
      waiting.current = true;
      e.preventDefault();
      e.defaultMuiPrevented = true;
    }
  };
  const made = (one?: Rec) => {
    setMaking(null);
    if (one) choose({ id: one.id, text: one.label || one.id });
    setTimeout(() => box.current?.focus());
  };
  const name = target && nameField(target);
  const createText = (what: string) => (target ? t(what ? 'lookup.create_named' : 'lookup.create', { module: inSentence(labelOf(target.label)), name: what }) : '');

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
        onKeyDown={enter}
        onBlur={input.onBlur}
        onInputChange={(_, text, reason) => setTyped(reason === 'input' ? text : '')}
        filterOptions={(all) => all}
        getOptionLabel={(c) => (c.id === NEW ? createText(c.text) : c.text)}
        getOptionKey={(c) => c.id}
        isOptionEqualToValue={(a, b) => a.id === b.id}
        renderOption={({ key, ...props }, choice) => <li key={key} {...props}><Option choice={choice} create={createText} /></li>}
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
