/* The matrix on a desk: modules down, rights across. Arrows go from cell to cell, Space ticks, Enter opens the fields. */
import { useEffect, useRef, type FocusEvent, type KeyboardEvent } from 'react';
import { styled } from '@mui/material/styles';
import type { Field, Module } from '../meta/types';
import { useT } from '../text/i18n';
import { MatrixRow, Tick, type Edit } from './MatrixRow';
import { grant, grantOf, isGrantable, RIGHTS, signature, type Allowed } from './rights';

const Table = styled('table')(({ theme: { cauce } }) => ({
  borderCollapse: 'separate', borderSpacing: 0, width: '100%', minWidth: 860, fontSize: 13,
  '& th, & td': { borderBottom: `1px solid ${cauce.line}`, padding: 0, height: 32, textAlign: 'center', fontWeight: 400 },
  '& thead th': { position: 'sticky', top: 0, zIndex: 2, background: cauce.page, verticalAlign: 'bottom', width: 62, fontSize: 12, color: cauce.soft, lineHeight: 1.2, paddingTop: 6 },
  '& thead th:first-of-type': { width: 'auto', minWidth: 220, textAlign: 'left', padding: '0 8px 8px' },
  '& th[scope=row]': { textAlign: 'left', position: 'sticky', left: 0, background: cauce.page, zIndex: 1 },
  '& .group th': { textAlign: 'left', padding: '14px 8px 4px', color: cauce.soft, fontWeight: 600, fontSize: 12 },
  '& .module:hover > *, & .field:hover > *': { background: cauce.hover },
  '& .module button': {
    display: 'flex', alignItems: 'center', gap: 4, width: '100%', minHeight: 32, padding: '2px 4px', border: 0, background: 'none', color: 'inherit', font: 'inherit', fontWeight: 500,
    textAlign: 'left', cursor: 'pointer', borderRadius: 4,
  },
  '& small': { display: 'block', color: cauce.soft, fontWeight: 400, fontSize: 12 },
  '& .field th': { paddingLeft: 30, color: cauce.soft },
  '& .fields > *': { background: `${cauce.chrome} !important` },
  '& .fields th': { paddingLeft: 30, fontSize: 12, color: cauce.soft },
  '& .tick': { display: 'grid', placeItems: 'center', width: '100%', height: 32, cursor: 'pointer' },
  '& input': { width: 16, height: 16, margin: 0, accentColor: cauce.accent, cursor: 'inherit' },
  '& .none': { color: cauce.soft },
  '& .notes': { display: 'grid', gap: 2, padding: '0 8px 6px 28px', color: cauce.amber, fontSize: 12, '& span': { display: 'flex', gap: 6, alignItems: 'flex-start' }, '& svg': { fontSize: 15, flex: 'none', marginTop: 1 } },
}));

const STEPS: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const control = (row: Element | undefined, col: number): HTMLElement | null =>
  row?.querySelector<HTMLElement>(`[data-col="${col}"] :is(input:not(:disabled), button)`) ?? null;

/* The cell an arrow leads to: the next one in that direction that has something to tick. */
function target(table: HTMLElement, from: HTMLElement, key: string): HTMLElement | null {
  const rows = [...table.querySelectorAll('[data-row]')];
  const cell = from.closest<HTMLElement>('[data-col]');
  const row = from.closest('[data-row]');
  if (!cell || !row) return null;
  const at = rows.indexOf(row);
  const col = Number(cell.dataset.col);
  if (key === 'Home' || key === 'End') {
    const all = [...row.querySelectorAll<HTMLElement>('input:not(:disabled), button')];
    return (key === 'Home' ? all[0] : all.at(-1)) ?? null;
  }
  const [down, right] = STEPS[key] ?? [0, 0];
  for (let r = at + down, c = col + right; r >= 0 && r < rows.length && c >= 0 && c < RIGHTS.length + 2; r += down, c += right) {
    const found = control(rows[r], c);
    if (found) return found;
  }
  return null;
}

interface Props {
  sections: { title: string; modules: Module[] }[];
  allowed: Allowed;
  openModules: ReadonlySet<string>;
  /* the fields of a module that are shown */
  fieldsOf: (module: Module) => Field[];
  readOnly: boolean;
  onOpen: (module: Module) => void;
  onEdit: Edit;
}

export function ProfileMatrix({ sections, allowed, openModules, fieldsOf, readOnly, onOpen, onEdit }: Props) {
  const t = useT();
  const table = useRef<HTMLTableElement>(null);
  const modules = sections.flatMap((s) => s.modules);

  const first = modules[0]?.key;
  useEffect(() => {
    if (!table.current?.querySelector('tbody [tabindex="0"]')) table.current?.querySelector('tbody :is(button, input)')?.setAttribute('tabindex', '0');
  }, [first]);
  const onFocus = (e: FocusEvent<HTMLElement>) => {
    if (!e.target.closest('[data-row]')) return;
    for (const old of table.current?.querySelectorAll('tbody [tabindex="0"]') ?? []) old.setAttribute('tabindex', '-1');
    e.target.setAttribute('tabindex', '0');
  };
  const onKeyDown = (e: KeyboardEvent<HTMLElement>) => {
    const moves = e.key in STEPS || e.key === 'Home' || e.key === 'End';
    if (!moves || e.altKey || e.ctrlKey || e.metaKey || !table.current) return;
    e.preventDefault();
    const next = target(table.current, e.target as HTMLElement, e.key);
    next?.focus();
    next?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };

  return (
    <Table ref={table} role="grid" aria-label={t('admin.module')} onFocus={onFocus} onKeyDown={onKeyDown}>
      <thead>
        <tr>
          <th scope="col">{t('admin.module')}</th>
          <th scope="col">{t('profiles.all')}</th>
          {RIGHTS.map((right) => {
            const all = modules.filter((m) => isGrantable(m, right));
            const on = all.filter((m) => allowed.grants.has(grantOf(m.key, right))).length;
            return (
              <th scope="col" key={right}>
                {t(`profiles.right.${right}`)}
                <Tick
                  label={t('profiles.all_column', { right: t(`profiles.right.${right}`) })} checked={all.length > 0 && on === all.length} mixed={on > 0 && on < all.length}
                  disabled={readOnly || !all.length} onChange={(yes) => onEdit((a) => all.reduce((now, m) => ({ ...now, ...grant(now, m, [right], yes) }), a))}
                />
              </th>
            );
          })}
        </tr>
      </thead>
      {sections.map((s) => (
        <tbody key={s.title}>
          <tr className="group"><th colSpan={RIGHTS.length + 2} scope="colgroup">{s.title}</th></tr>
          {s.modules.map((m) => (
            <MatrixRow
              key={m.key} module={m} allowed={allowed} signature={signature(allowed, m.key)} open={openModules.has(m.key)} fields={fieldsOf(m)}
              readOnly={readOnly} onOpen={onOpen} onEdit={onEdit}
            />
          ))}
        </tbody>
      ))}
    </Table>
  );
}
