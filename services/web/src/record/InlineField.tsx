/* A value that is changed where it stands: click it, or Enter or F2 on it. */
import { lazy, Suspense, useRef, useState, type KeyboardEvent } from 'react';
import { Box, CircularProgress, IconButton } from '@mui/material';
import Edit from '@mui/icons-material/EditOutlined';
import { valueAt } from '../api/patch';
import { FieldValue, hasLink } from '../fields/FieldValue';
import { isEmpty, useFieldText } from '../fields/text';
import { canChange } from '../meta/standout';
import type { Field, Module } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import { ChoiceMenu, hasChoices } from './ChoiceMenu';
import type { Leave } from './InlineEditor';
import type { Saver } from './saving';

export const loadEditor = () => import('./InlineEditor');
const InlineEditor = lazy(loadEditor);

interface Props {
  module: Module;
  field: Field;
  saver: Saver;
}

/* The value before or after this one that can be changed. */
function neighbour(from: Element | null, by: 1 | -1): HTMLElement | undefined {
  const all = [...document.querySelectorAll<HTMLElement>('[data-field] [data-open]')];
  const holder = from?.closest('[data-field]');
  const names = [...document.querySelectorAll('[data-field]')];
  const at = holder ? names.indexOf(holder) : -1;
  const candidates = all.map((el) => ({ el, at: names.indexOf(el.closest('[data-field]') as Element) }));
  return by > 0 ? candidates.find((c) => c.at > at)?.el : candidates.reverse().find((c) => c.at < at)?.el;
}

export function InlineField({ module, field, saver }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const text = useFieldText();
  const box = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<{ seen: unknown } | null>(null);
  const { shown, doing } = saver;
  const value = valueAt(shown, field.name);
  const label = labelOf(field.label);
  const state = doing[field.name];
  const saving = !!state && state.message === undefined;
  const refused = state?.message !== undefined ? { value: state.value, message: state.message } : undefined;

  if (!canChange(module, field)) return <Box className="value"><FieldValue module={module} record={shown} field={field} /></Box>;

  const begin = () => setOpen({ seen: value ?? null });
  const leave = (how: Leave) => {
    setOpen(null);
    if (how === 'elsewhere') return;
    const next = how === 'stay' ? undefined : neighbour(box.current, how === 'next' ? 1 : -1);
    /* after it is drawn again */
    requestAnimationFrame(() => {
      const to = next ?? box.current?.querySelector<HTMLElement>('[data-open]');
      to?.focus();
      if (next && !next.hasAttribute('aria-haspopup')) next.click();
    });
  };
  const choices = hasChoices(field);
  if ((open && !choices) || refused) {
    const seen = open?.seen ?? value ?? null;
    const away = document.activeElement !== document.body && !box.current?.contains(document.activeElement);
    return (
      <div ref={box}>
        <Suspense fallback={<Box className="value" aria-busy><FieldValue module={module} record={shown} field={field} /></Box>}>
          <InlineEditor
            key={refused?.message ?? ''} field={field} record={shown} refused={refused} focus={!refused || !away}
            onSave={(next, how) => {
              saver.save(field, next, seen);
              leave(how);
            }}
            onCancel={(how) => {
              saver.drop(field);
              leave(how);
            }}
          />
        </Suspense>
      </div>
    );
  }
  const linked = hasLink(field, value);
  const keys = (e: KeyboardEvent) => {
    if (e.key !== 'F2') return;
    e.preventDefault();
    begin();
  };
  const busy = saving && <CircularProgress size={12} aria-label={t('record.saving')} sx={{ flex: 'none', alignSelf: 'center' }} />;
  return (
    <Box ref={box} onKeyDown={keys} aria-busy={saving || undefined} sx={{ display: 'flex', alignItems: 'flex-start', gap: 1, opacity: saving ? 0.75 : 1 }}>
      {linked ? (
        <>
          <Box className="value" onDoubleClick={begin}><FieldValue module={module} record={shown} field={field} /></Box>
          <IconButton className="pencil" data-open onClick={begin} aria-label={t('record.edit_field', { field: label })} title={t('record.edit_field', { field: label })}>
            <Edit sx={{ fontSize: 15 }} />
          </IconButton>
        </>
      ) : (
        <button
          type="button" className="value" data-open onClick={begin} aria-label={`${label}: ${text(shown, field) || t('value.empty')}`}
          aria-haspopup={choices ? 'menu' : undefined} title={isEmpty(value) ? t('record.add_value', { field: label }) : undefined}
        >
          <FieldValue module={module} record={shown} field={field} />
        </button>
      )}
      {busy}
      {choices && (
        <ChoiceMenu
          field={field} value={value} anchor={open ? box.current : null} onClose={() => setOpen(null)}
          onChoose={(next) => {
            setOpen(null);
            if (next !== (value ?? null)) saver.save(field, next, open?.seen);
          }}
        />
      )}
    </Box>
  );
}
