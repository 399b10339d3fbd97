/* Changing a value in its cell: which one is being written, which are on their way, what was refused and why. */
import { useCallback, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useNotify } from 'ra-core';
import { readOne } from '../api/client';
import { valueAt } from '../api/patch';
import { formErrors, isProblem } from '../api/problem';
import type { Rec } from '../api/records';
import { useExplain } from '../app/explain';
import { rememberedText } from '../fields/lookups';
import { isEmpty, labelIn, useTextOf } from '../fields/text';
import { isChangeable, namingField } from '../meta/fields';
import type { Field, Module } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import { Overtaken, saveCell } from './saveCell';
import { UndoNote } from './UndoNote';
import type { Active } from './useActive';

interface Editing {
  record: Rec;
  field: Field;
  anchor: HTMLElement;
}

interface Note {
  anchor: HTMLElement;
  text: string;
}

/* A name made of other fields is changed in the one it is made of; the list may not have read that one. */
async function naming(module: Module, record: Rec): Promise<Pick<Editing, 'record' | 'field'> | undefined> {
  if (!module.label_from?.length) return undefined;
  const whole = await readOne(module.path, record.id);
  const field = namingField(module, (f) => !isEmpty(valueAt(whole, f.name)));
  return field && { record: { ...record, version: whole.version, [field.name]: valueAt(whole, field.name) }, field };
}

/* `rows`: how many there are */
export function useInline(module: Module, active: Active, rows: number) {
  const t = useT();
  const labelOf = useLabel();
  const textOf = useTextOf();
  const explain = useExplain();
  const notify = useNotify();
  const client = useQueryClient();
  const [editing, setEditing] = useState<Editing | null>(null);
  const [note, setNote] = useState<Note | null>(null);
  const [saving, setSaving] = useState<ReadonlyMap<string, string>>(new Map());

  const why = (field: Field, e: unknown): string => {
    if (e instanceof Overtaken) {
      const now = textOf(field, valueAt(e.current, field.name), labelIn(e.current, field)) || t('value.empty');
      return t('list.cell_overtaken', { field: labelOf(field.label), value: now });
    }
    const told = isProblem(e) ? formErrors(e, new Set([field.name])) : null;
    return told?.fields[field.name] ?? told?.rest[0] ?? explain(e);
  };

  const store = async (record: Rec, field: Field, value: unknown, anchor: HTMLElement) => {
    const mark = (on: boolean) =>
      setSaving((old) => {
        const next = new Map(old);
        if (on) next.set(record.id, field.name);
        else next.delete(record.id);
        return next;
      });
    mark(true);
    try {
      const before = valueAt(record, field.name);
      const label = typeof value === 'string' ? rememberedText(client, field, value) : undefined;
      const saved = await saveCell(client, module, record, field, value, label);
      const undo = async () => void (await saveCell(client, module, saved, field, before, labelIn(record, field)));
      notify(<UndoNote text={t('list.cell_saved', { field: labelOf(field.label), label: saved.label ?? '' })} undo={undo} undone={t('list.cell_undone')} />, { autoHideDuration: 6000 });
    } catch (e) {
      setNote({ anchor, text: `${t('record.not_saved')}: ${why(field, e)}` });
    } finally {
      mark(false);
    }
  };

  return {
    editing,
    note,
    saving,
    begin: async (record: Rec, field: Field, anchor: HTMLElement, allowed: boolean) => {
      const meant = allowed && field.name === 'label' ? await naming(module, record).catch(() => undefined) : { record, field };
      if (allowed && meant && isChangeable(meant.field)) setEditing({ ...meant, anchor });
      else setNote({ anchor, text: t('list.cell_fixed', { field: labelOf(field.label) }) });
    },
    close: () => setEditing(null),
    closeNote: useCallback(() => setNote(null), []),
    save: (value: unknown) => {
      if (!editing) return;
      setEditing(null);
      void store(editing.record, editing.field, value, editing.anchor);
      active.go(Math.min(active.row + 1, rows - 1), active.cell);
    },
  };
}
