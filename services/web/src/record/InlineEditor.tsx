/* The input that takes the place of a value: Enter saves, Esc leaves, Tab saves and goes on, a click elsewhere saves. */
import { useEffect, useRef, useState, type FocusEvent, type KeyboardEvent } from 'react';
import { Box } from '@mui/material';
import { Form } from 'ra-core';
import { useFormContext, useWatch } from 'react-hook-form';
import { same, valueAt, type Values } from '../api/patch';
import type { Rec } from '../api/records';
import { FieldInput } from '../fields/FieldInput';
import { isLookup } from '../fields/lookups';
import type { Field } from '../meta/types';

export type Leave = 'stay' | 'next' | 'back' | 'elsewhere';

interface Props {
  field: Field;
  record: Rec;
  /* what is written there at first, when it isn't the record's: a value that was refused, and why */
  refused?: { value: unknown; message: string };
  /* whether it takes the focus */
  focus: boolean;
  onSave: (value: unknown, leave: Leave) => void;
  onCancel: (leave: Leave) => void;
}

/* One choice is the whole answer: it is saved as it is made. */
function ChosenIsSaved({ field, start, save }: { field: Field; start: unknown; save: () => void }) {
  const value: unknown = useWatch({ name: field.name });
  const act = useRef(save);
  act.current = save;
  useEffect(() => {
    if (!same(value, start)) act.current();
  }, [value, start]);
  return null;
}

function Refused({ field, message }: { field: Field; message: string }) {
  const { setError } = useFormContext();
  useEffect(() => {
    /* after the form has set itself up, which clears its errors */
    const timer = setTimeout(() => setError(field.name, { type: 'server', message }));
    return () => clearTimeout(timer);
  }, [setError, field.name, message]);
  return null;
}

export default function InlineEditor({ field, record, refused, focus, onSave, onCancel }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const leave = useRef<Leave>('stay');
  const done = useRef(false);
  /* what is read meanwhile must not move the ground under the input */
  const [start] = useState<Values>(() => {
    const out = structuredClone(record) as Values;
    const keys = field.name.split('.');
    const last = keys.pop() ?? field.name;
    const at = keys.reduce<Values>((o, k) => (o[k] ??= {}) as Values, out);
    at[last] = refused ? refused.value : (at[last] ?? null);
    return out;
  });
  const first = valueAt(start, field.name);

  const cancel = (how: Leave) => {
    if (done.current) return;
    done.current = true;
    onCancel(how);
  };
  const submit = (how: Leave) => {
    leave.current = how;
    box.current?.querySelector('form')?.requestSubmit();
  };
  const commit = (values: object) => {
    if (done.current) return;
    const value = valueAt(values as Values, field.name) ?? null;
    if (!refused && same(value, first)) return cancel(leave.current);
    done.current = true;
    onSave(value === '' ? null : value, leave.current);
  };

  const mine = (e: { currentTarget: Element; target: EventTarget }) => e.target instanceof Node && e.currentTarget.contains(e.target);
  const escape = (e: KeyboardEvent) => {
    if (e.key !== 'Escape' || !mine(e)) return;
    e.preventDefault();
    e.stopPropagation();
    cancel('stay');
  };
  const keys = (e: KeyboardEvent) => {
    if (!mine(e) || e.defaultPrevented || e.nativeEvent.isComposing) return;
    if (e.key === 'Tab') {
      e.preventDefault();
      submit(e.shiftKey ? 'back' : 'next');
    } else if (e.key === 'Enter' && (field.kind !== 'long_text' || e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      e.stopPropagation();
      submit('stay');
    }
  };
  const blur = (e: FocusEvent) => {
    const to = e.relatedTarget;
    if (!mine(e) || !document.hasFocus() || (to instanceof Element && (e.currentTarget.contains(to) || to.closest('[role=dialog], .MuiPopper-root, .MuiPopover-root')))) return;
    submit('elsewhere');
  };
  return (
    <Box
      ref={box} onKeyDownCapture={escape} onKeyDown={keys} onBlur={blur} data-editing={field.name}
      sx={{ '& .MuiInputLabel-root': { position: 'absolute', clipPath: 'inset(50%)', height: 1, overflow: 'hidden' }, my: '2px' }}
    >
      <Form record={start as never} onSubmit={commit} noValidate disableInvalidFormNotification mode="onSubmit">
        <FieldInput field={field} autoFocus={focus} />
        {refused && <Refused field={field} message={refused.message} />}
        {isLookup(field) && <ChosenIsSaved field={field} start={first} save={() => submit('stay')} />}
      </Form>
    </Box>
  );
}
