/* A value of the list written in its place. Enter saves and goes down, Esc leaves; what is chosen from a list is saved at once. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { Box, Menu, MenuItem, Popover, Typography } from '@mui/material';
import { Form, useRecordContext } from 'ra-core';
import { useFormContext } from 'react-hook-form';
import { same, valueAt, type Values } from '../api/patch';
import type { Rec } from '../api/records';
import { FieldInput } from '../fields/FieldInput';
import { isLookup } from '../fields/lookups';
import { OptionMark } from '../fields/Mark';
import type { Field } from '../meta/types';
import { useLabel, useT } from '../text/i18n';

interface Props {
  record: Rec;
  field: Field;
  anchor: HTMLElement;
  onSave: (value: unknown) => void;
  onClose: () => void;
}

interface Choice {
  value: unknown;
  text: string;
}

function ChoiceEditor({ record, field, anchor, onSave, onClose }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const value = valueAt(record, field.name) ?? null;
  const choices: Choice[] = field.kind === 'bool'
    ? [{ value: true, text: t('value.yes') }, { value: false, text: t('value.no') }]
    : (field.options ?? []).map((o) => ({ value: o.key, text: labelOf(o.label) }));
  if (!field.required) choices.push({ value: null, text: t('value.empty') });
  return (
    <Menu open anchorEl={anchor} onClose={onClose} transitionDuration={0} slotProps={{ list: { 'aria-label': labelOf(field.label) } }}>
      {choices.map((c) => (
        <MenuItem key={String(c.value)} selected={c.value === value} autoFocus={c.value === value} onClick={() => (c.value === value ? onClose() : onSave(c.value))}>
          <OptionMark field={field} value={c.value} />
          <Box component="span" sx={{ color: c.value === null ? 'text.secondary' : undefined }}>{c.text}</Box>
        </MenuItem>
      ))}
    </Menu>
  );
}

/* A chosen reference needs no Enter. */
function SaveWhenChosen({ field, onSave }: { field: Field; onSave: (value: unknown) => void }) {
  const form = useFormContext();
  const record = useRecordContext<Rec>();
  const value: unknown = form.watch(field.name);
  const save = useRef(onSave);
  save.current = onSave;
  useEffect(() => {
    if (!same(value, valueAt(record, field.name))) save.current(value);
  }, [value, record, field.name]);
  return null;
}

function InputEditor({ record, field, anchor, onSave, onClose }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const long = field.kind === 'long_text';
  const lookup = isLookup(field);
  /* the form sees this field alone: another's fault is no hindrance */
  const start = useMemo<Rec>(() => ({ ...record }), [record]);
  const [width] = useState(() => Math.max(anchor.getBoundingClientRect().width, long ? 360 : 240));
  const submit = (values: Values) => {
    const value = valueAt(values, field.name);
    if (same(value, valueAt(record, field.name))) onClose();
    else onSave(value);
  };
  return (
    <Popover
      open anchorEl={anchor} onClose={onClose} transitionDuration={0} anchorOrigin={{ vertical: 'top', horizontal: 'left' }}
      slotProps={{ paper: { role: 'dialog', 'aria-label': labelOf(field.label), sx: { width, p: 2, maxWidth: 'calc(100vw - 32px)', overflow: 'visible' } } }}
    >
      <Form record={start} onSubmit={(v: object) => submit(v as Values)}>
        <Box
          onKeyDown={(e) => {
            if (e.key === 'Enter' && long && (e.ctrlKey || e.metaKey) && e.target instanceof HTMLTextAreaElement) e.target.form?.requestSubmit();
          }}
        >
          <FieldInput field={field} autoFocus />
        </Box>
        {lookup && <SaveWhenChosen field={field} onSave={onSave} />}
        <Typography variant="caption" color="text.secondary" component="p" sx={{ mt: 1 }}>
          {t(lookup ? 'list.cell_choose' : long ? 'list.cell_keys_long' : 'list.cell_keys')}
        </Typography>
      </Form>
    </Popover>
  );
}

export default function CellEditor(props: Props) {
  return props.field.kind === 'bool' || props.field.kind === 'picklist' ? <ChoiceEditor {...props} /> : <InputEditor {...props} />;
}
