/* One module of the matrix, and its fields when it is open. Fields stand under the rights they belong to: see, create, change. */
import { memo, type ReactNode } from 'react';
import { Box } from '@mui/material';
import ChevronRight from '@mui/icons-material/ChevronRight';
import Warning from '@mui/icons-material/WarningAmber';
import type { Field, Module, Right } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import type { MessageKey } from '../text/messages';
import { denialOf, grant, grantOf, isGrantable, momentsOf, open as openFields, RIGHTS, warningsOf, type Allowed, type Moment } from './rights';

export type Edit = (make: <A extends Allowed>(allowed: A) => A) => void;

interface TickProps {
  label: string;
  checked: boolean;
  mixed?: boolean;
  disabled?: boolean;
  /* reached by Tab on its own, outside of a grid */
  stop?: boolean;
  onChange: (on: boolean) => void;
}

/* A check box that fills its cell. One of the whole grid is in the order of Tab; the arrows go from cell to cell. */
export function Tick({ label, checked, mixed, disabled, stop, onChange }: TickProps) {
  return (
    <label className="tick">
      <input
        type="checkbox" tabIndex={stop ? 0 : -1} aria-label={label} title={label} checked={checked} disabled={disabled}
        ref={(el) => { if (el) el.indeterminate = !!mixed; }} onChange={(e) => onChange(e.target.checked)}
      />
    </label>
  );
}

/* The right under whose column a moment of a field stands. */
const COLUMN: Partial<Record<Right, Moment>> = { see: 'view', create: 'create', change: 'change' };

interface Props {
  module: Module;
  allowed: Allowed;
  /* of what this row shows of `allowed` */
  signature: string;
  open: boolean;
  fields: Field[];
  readOnly: boolean;
  onOpen: (module: Module) => void;
  onEdit: Edit;
}

export function Notes({ module, allowed }: { module: Module; allowed: Allowed }) {
  const t = useT();
  const labelOf = useLabel();
  const { blind, stuck } = warningsOf(module, allowed);
  const texts = [
    ...(blind ? [t('profiles.blind')] : []),
    ...(stuck.length ? [t('profiles.stuck', { fields: stuck.map((f) => labelOf(f.label)).join(', ') })] : []),
  ];
  if (!texts.length) return null;
  return (
    <Box className="notes" role="note">
      {texts.map((text) => <span key={text}><Warning aria-hidden />{text}</span>)}
    </Box>
  );
}

function FieldRows({ module, allowed, fields, readOnly, onEdit }: Pick<Props, 'module' | 'allowed' | 'fields' | 'readOnly' | 'onEdit'>) {
  const t = useT();
  const labelOf = useLabel();
  const moment = (m: Moment): string => t(`profiles.moment.${m}` as MessageKey);
  const isOpen = (f: Field, m: Moment): boolean => !allowed.denials.has(denialOf(module.key, f.name, m));
  const cells = (make: (m: Moment) => ReactNode): ReactNode[] =>
    RIGHTS.map((right, i) => {
      const m = COLUMN[right];
      return <td key={right} role="gridcell" data-col={i + 2}>{m && make(m)}</td>;
    });
  return (
    <>
      <tr className="fields" data-row>
        <th scope="row" data-col={0}>{t('profiles.fields_of', { module: labelOf(module.plural) })}</th>
        <td role="gridcell" data-col={1} />
        {cells((m) => {
          const all = fields.filter((f) => momentsOf(module, f).includes(m));
          const on = all.filter((f) => isOpen(f, m)).length;
          if (!all.length) return null;
          return (
            <Tick
              label={t('profiles.fields_column', { module: labelOf(module.plural), moment: moment(m) })} checked={on === all.length} mixed={on > 0 && on < all.length}
              disabled={readOnly} onChange={(yes) => onEdit((a) => ({ ...a, ...openFields(a, module, all, m, yes) }))}
            />
          );
        })}
      </tr>
      {fields.map((f) => (
        <tr key={f.name} className="field" data-row>
          <th scope="row" data-col={0}>{labelOf(f.label)}{f.required && ' *'}</th>
          <td role="gridcell" data-col={1} />
          {cells((m) => momentsOf(module, f).includes(m) && (
            <Tick
              label={`${labelOf(module.plural)}: ${t('profiles.field_cell', { field: labelOf(f.label), moment: moment(m) })}`} checked={isOpen(f, m)} disabled={readOnly}
              onChange={(yes) => onEdit((a) => ({ ...a, ...openFields(a, module, [f], m, yes) }))}
            />
          ))}
        </tr>
      ))}
    </>
  );
}

function Row({ module, allowed, open, fields, readOnly, onOpen, onEdit }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const name = labelOf(module.plural);
  const has = (right: Right): boolean => allowed.grants.has(grantOf(module.key, right));
  const possible = RIGHTS.filter((right) => isGrantable(module, right));
  const given = possible.filter(has).length;
  const withheld = [...allowed.denials].filter((d) => d.startsWith(`${module.key}.`)).length;
  return (
    <>
      <tr className="module" data-row>
        <th scope="row" data-col={0}>
          <button type="button" tabIndex={-1} aria-expanded={open} aria-label={t('profiles.open', { module: name })} onClick={() => onOpen(module)}>
            <ChevronRight aria-hidden sx={{ transform: open ? 'rotate(90deg)' : 'none', transition: 'transform 100ms' }} />
            <span>
              {name}
              {withheld > 0 && <small>{t('profiles.withheld', { count: withheld })}</small>}
            </span>
          </button>
          <Notes module={module} allowed={allowed} />
        </th>
        <td role="gridcell" data-col={1}>
          <Tick
            label={t('profiles.all_of', { module: name })} checked={given === possible.length} mixed={given > 0 && given < possible.length} disabled={readOnly}
            onChange={(on) => onEdit((a) => ({ ...a, ...grant(a, module, possible, on) }))}
          />
        </td>
        {RIGHTS.map((right, i) => (
          <td key={right} role="gridcell" data-col={i + 2}>
            {isGrantable(module, right) || has(right) ? (
              <Tick
                label={t('profiles.cell', { module: name, right: t(`profiles.right.${right}`) })} checked={has(right)} disabled={readOnly}
                onChange={(on) => onEdit((a) => ({ ...a, ...grant(a, module, [right], on) }))}
              />
            ) : (
              <span className="none" title={module.administrators ? t('profiles.not_for_profiles') : t('profiles.not_possible', { module: name })}>—</span>
            )}
          </td>
        ))}
      </tr>
      {open && <FieldRows {...{ module, allowed, fields, readOnly, onEdit }} />}
    </>
  );
}

export const MatrixRow = memo(Row, (a, b) =>
  a.module === b.module && a.signature === b.signature && a.open === b.open && a.fields === b.fields && a.readOnly === b.readOnly && a.onOpen === b.onOpen && a.onEdit === b.onEdit);
