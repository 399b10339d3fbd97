/* The form of a record, new or known: inputs by section, faults at their fields, a draft of what is not saved yet. */
import { useCallback, useMemo, useRef, useState, type KeyboardEvent, type MutableRefObject, type ReactNode } from 'react';
import { Alert, Box, Button } from '@mui/material';
import { Form } from 'ra-core';
import { useFormContext } from 'react-hook-form';
import { changesBetween, valueAt, type Values } from '../api/patch';
import { formErrors, isProblem } from '../api/problem';
import type { Rec } from '../api/records';
import { useExplain } from '../app/explain';
import { FieldInput } from '../fields/FieldInput';
import { FieldValue } from '../fields/FieldValue';
import { useKeys } from '../lib/keys';
import { isChangeable, isCreatable, isShown } from '../meta/fields';
import type { Field, Module } from '../meta/types';
import { useSession } from '../session/session';
import { useLabel, useT } from '../text/i18n';
import { When } from '../text/When';
import { clearDraft, draftKey, readDraft, resume } from './draft';
import { FormFoot } from './FormFoot';
import { own } from './own';
import { Sections } from './Sections';
import { UnsavedGuard } from './UnsavedGuard';

interface Props {
  module: Module;
  /* what the form starts from; without an id it is a new record */
  record: Values;
  /* what it is compared with, when that changes while it is written */
  base?: MutableRefObject<Values>;
  submitLabel: string;
  /* field to begin at */
  focus?: string;
  /* in a dialog: keys are its own, leaving keeps the draft */
  inDialog?: boolean;
  /* names the draft of a new record */
  draftFor?: string;
  /* resolves when saved and gone; a Problem it rejects with is shown at the fields */
  onSave: (values: Values, again: boolean) => Promise<void>;
  onCancel: () => void;
  /* label of "save and make another"; then onSave is called with `again` and the form begins anew */
  again?: string;
  /* inside the form, with its context */
  children?: ReactNode;
}

function Restored({ fields, record, at, onDiscard }: { fields: Field[]; record: Values; at: string; onDiscard: () => void }) {
  const t = useT();
  const form = useFormContext();
  const discard = () => {
    for (const f of fields) form.setValue(f.name, valueAt(record, f.name) ?? null);
    form.clearErrors();
    onDiscard();
  };
  return (
    <Alert severity="info" sx={{ mb: 3, py: 0 }} action={<Button color="inherit" onClick={discard}>{t('record.discard')}</Button>}>
      {t('record.restored_draft')} (<When value={at} />)
    </Alert>
  );
}

function ReadOnly({ module, record, field }: { module: Module; record: Rec; field: Field }) {
  const labelOf = useLabel();
  const t = useT();
  return (
    <Box component="dl" sx={{ m: 0 }} title={t('record.fixed')}>
      <Box component="dt" sx={{ fontSize: 12, color: 'text.secondary', mb: '3px', lineHeight: '16px' }}>{labelOf(field.label)}</Box>
      <Box component="dd" sx={{ m: 0, minHeight: 36, pt: 2, fontSize: 14, overflowWrap: 'anywhere' }}><FieldValue module={module} record={record} field={field} /></Box>
    </Box>
  );
}

export function RecordForm({ module, record, base: given, submitLabel, focus, inDialog, draftFor = '', onSave, onCancel, again, children }: Props) {
  const t = useT();
  const explain = useExplain();
  const { user } = useSession().session;
  const box = useRef<HTMLDivElement>(null);
  const saved = useRef(false);
  const another = useRef(false);
  const [message, setMessage] = useState('');
  const [round, setRound] = useState(0);
  const known = record.id !== undefined;
  const may = known ? isChangeable : isCreatable;
  const fields = useMemo(() => module.fields.filter(may), [module, may]);
  const draft = draftKey(user.id, module.path, known ? String(record.id) : `new.${draftFor}`);

  const mine = useRef<Values>(record);
  const base = given ?? mine;
  const [{ start, at }, setStart] = useState(() => {
    const found = readDraft(draft);
    if (!found) return { start: record, at: '' };
    const resumed = resume(record, fields, found);
    base.current = resumed.base;
    return { start: resumed.start, at: found.at };
  });
  const first = focus ?? fields.find((f) => f.section === module.sections[0]?.name)?.name ?? fields[0]?.name;

  const focusOn = useCallback((name: string) => {
    const input = box.current?.querySelector<HTMLElement>(`[name="${name}"]:not([aria-hidden=true]), .ra-input-${CSS.escape(name)} input, [data-input="${name}"] input, [data-input="${name}"] :is([role=combobox], [role=spinbutton])`);
    input?.focus();
    input?.scrollIntoView({ block: 'center' });
  }, []);

  const submit = async (values: object) => {
    setMessage('');
    const repeat = another.current;
    another.current = false;
    try {
      saved.current = true;
      await onSave(own(fields, base.current, values as Values), repeat);
      clearDraft(draft);
      if (!repeat) return undefined;
      saved.current = false;
      base.current = record;
      setStart({ start: record, at: '' });
      setRound((n) => n + 1);
      return undefined;
    } catch (e) {
      saved.current = false;
      if (!isProblem(e) || !e.errors.length) {
        setMessage(`${t('record.not_saved')}: ${explain(e)}`);
        return undefined;
      }
      const found = formErrors(e, new Set(fields.map((f) => f.name)));
      const names = Object.keys(found.fields);
      setMessage(names.length ? [t('record.check'), ...found.rest].join(' ') : `${t('record.not_saved')}: ${found.rest.join(' ') || explain(e)}`);
      const at = fields.find((f) => names.includes(f.name))?.name;
      if (at) requestAnimationFrame(() => focusOn(at));
      return found.fields;
    }
  };

  const send = (repeat: boolean) => {
    another.current = repeat && !!again;
    box.current?.querySelector('form')?.requestSubmit();
  };
  const cancel = () => onCancel();
  useKeys({ 'mod+Enter': (e) => send(e.shiftKey), 'mod+s': () => send(false), Escape: cancel }, !inDialog);
  const keys = (e: KeyboardEvent) => {
    const mod = e.ctrlKey || e.metaKey;
    if (!inDialog || !mod || (e.key !== 'Enter' && e.key.toLowerCase() !== 's')) return;
    e.preventDefault();
    e.stopPropagation();
    send(false);
  };

  const fixed = (f: Field): boolean => known && isShown(f) && !may(f) && (!!f.section || !!f.custom);
  return (
    <Box ref={box} onKeyDown={keys} sx={inDialog ? undefined : { maxWidth: 1120, mx: 'auto', px: { xs: 2, sm: 4 }, pt: 4, width: '100%' }}>
      <Form key={round} record={start as never} onSubmit={submit} noValidate disableInvalidFormNotification mode="onTouched">
        {at && <Restored fields={fields} record={record} at={at} onDiscard={() => {
          clearDraft(draft);
          base.current = record;
          setStart((old) => ({ ...old, at: '' }));
        }} />}
        <Sections module={module} keep={(f) => may(f) || fixed(f)} of="inputs">
          {(field) => may(field)
            ? <Box data-input={field.name}><FieldInput field={field} autoFocus={field.name === first} /></Box>
            : <ReadOnly module={module} record={record as Rec} field={field} />}
        </Sections>
        <FormFoot fields={fields} base={base} draft={draft} saved={saved} submitLabel={submitLabel} message={message} focus={focusOn} onCancel={cancel}>
          {again && <Button variant="outlined" type="button" onClick={() => send(true)} aria-keyshortcuts="Control+Shift+Enter" sx={{ minHeight: { xs: 44, sm: 32 } }}>{again}</Button>}
        </FormFoot>
        {!inDialog && <Guard fields={fields} base={base} saved={saved} draft={draft} />}
        {children}
      </Form>
    </Box>
  );
}

function Guard({ fields, base, saved, draft }: { fields: Field[]; base: MutableRefObject<Values>; saved: MutableRefObject<boolean>; draft: string }) {
  const form = useFormContext();
  const dirty = useCallback(
    () => !saved.current && Object.keys(changesBetween(base.current, own(fields, base.current, form.getValues()))).length > 0,
    [fields, base, form, saved],
  );
  return (
    <UnsavedGuard
      dirty={dirty} kept
      onLeave={() => {
        saved.current = true;
        clearDraft(draft);
      }}
    />
  );
}
