/* The list's drawing: one grid of rows of one height, columns by kind, a header that stays. */
import { styled } from '@mui/material/styles';
import type { Field, Kind } from '../meta/types';
import type { LabelOf } from '../text/i18n';
import { font, size, type Colors } from '../theme/tokens';

const WIDTHS: Partial<Record<Kind, number>> = {
  bool: 90, date: 110, datetime: 150, integer: 90, number: 90, decimal: 110, money: 130, percent: 90, city: 170,
  email: 200, phone: 130, tax_id: 120, reference: 150, text: 180,
};

const TITLE = 240;

export interface Columns {
  template: string;
  minWidth: number;
}

/* wide enough for the longest option, within reason */
function optionWidth(field: Field, labelOf: LabelOf): number {
  const longest = Math.max(0, ...(field.options ?? []).map((o) => labelOf(o.label).length));
  return Math.min(Math.max(110, longest * 7 + 36), 210);
}

export function layout(columns: Field[], title: Field | undefined, labelOf: LabelOf): Columns {
  const width = (f: Field): number => (f.kind === 'picklist' ? optionWidth(f, labelOf) : (WIDTHS[f.kind] ?? 160));
  const widths = columns.map((f) => (f === title ? TITLE : width(f)));
  return {
    template: widths.map((w, i) => `minmax(${w}px, ${columns[i] === title ? 2 : 1}fr)`).join(' '),
    minWidth: widths.reduce((a, b) => a + b, 0),
  };
}

export const Scroller = styled('div')({
  flex: 1, minHeight: 0, overflow: 'auto', position: 'relative', overflowAnchor: 'none', outlineOffset: -2,
});

export const HEAD_HEIGHT = 32;

const group = (cauce: Colors) => ({
  '& .group': { display: 'flex', alignItems: 'center', height: 36, borderBottom: `1px solid ${cauce.line}`, background: cauce.chrome,
    position: 'sticky', left: 0 },
  '& .group button': { all: 'unset', boxSizing: 'border-box', cursor: 'pointer', flex: 1, display: 'flex', alignItems: 'center', gap: 8,
    height: '100%', padding: '0 12px', fontWeight: 600, minWidth: 0 },
  '& .group button:focus-visible': { outline: `2px solid ${cauce.accent}`, outlineOffset: -2 },
  '& .group .count': { color: cauce.soft, fontWeight: 400 },
} as const);

export const Grid = styled('div')(({ theme: { cauce } }) => ({
  ...group(cauce),
  fontSize: font.body, fontVariantNumeric: 'tabular-nums',
  '& .row': { display: 'grid', gridTemplateColumns: 'var(--columns)', height: size.row, borderBottom: `1px solid ${cauce.line}` },
  '& .row > *': { display: 'block', minWidth: 0, padding: '0 8px', lineHeight: `${size.row - 1}px`, overflow: 'hidden',
    textOverflow: 'ellipsis', whiteSpace: 'nowrap', color: cauce.soft },
  '& .row > :first-of-type': { paddingLeft: 16 },
  '& .row > .title': { color: cauce.text },
  '& .row > .number': { textAlign: 'right' },
  '& .title a': { color: 'inherit', textDecoration: 'none', fontWeight: 500, outlineOffset: 2 },
  '& .title a:hover': { textDecoration: 'underline' },
  '& .body .row:hover': { background: cauce.hover },
  '& .body .row.active': { background: cauce.chosen },
  '& .head': { position: 'sticky', top: 0, zIndex: 3, height: HEAD_HEIGHT, background: cauce.page },
  '& .head > *': { fontSize: font.small, color: cauce.soft },
  '& .head button': { all: 'unset', boxSizing: 'border-box', cursor: 'pointer', maxWidth: '100%', overflow: 'hidden',
    textOverflow: 'ellipsis', verticalAlign: 'top' },
  '& .head button:hover': { color: cauce.text },
  '& .head button:focus-visible': { outline: `2px solid ${cauce.accent}`, outlineOffset: -2 },
  '& .head .sorted': { color: cauce.text, fontWeight: 600 },
  '& .ghost': { background: cauce.line, borderRadius: 3, height: 8, width: '60%', marginTop: 12, opacity: 0.7, padding: 0 },
}));

/* The same rows on a phone: two lines each. */
export const Cards = styled('div')(({ theme: { cauce } }) => ({
  ...group(cauce),
  fontSize: font.body, fontVariantNumeric: 'tabular-nums',
  '& .card': { position: 'relative', height: size.card, borderBottom: `1px solid ${cauce.line}`, padding: '8px 16px', display: 'grid', alignContent: 'center', gap: 2 },
  '& .card.active': { background: cauce.chosen },
  '& .card a': { color: cauce.text, textDecoration: 'none', fontWeight: 500, fontSize: font.input, overflow: 'hidden',
    textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  '& .card a::after': { content: '""', position: 'absolute', inset: 0 },
  '& .card .facts': { color: cauce.soft, fontSize: font.small, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  '& .card .facts > span + span::before': { content: '" · "' },
  '& .ghost': { background: cauce.line, borderRadius: 3, height: 9, width: '60%', opacity: 0.7 },
}));
