/* The list's drawing: one grid of rows of one height, columns by kind or as arranged, a header that stays. */
import { styled } from '@mui/material/styles';
import type { Field, Kind } from '../meta/types';
import type { LabelOf } from '../text/i18n';
import { font, size, type Colors } from '../theme/tokens';
import type { Density, Shown } from './arrangement';

const WIDTHS: Partial<Record<Kind, number>> = {
  bool: 90, date: 110, datetime: 150, integer: 90, number: 90, decimal: 110, money: 130, percent: 90, city: 170,
  email: 200, phone: 130, tax_id: 120, reference: 150, text: 180,
};

const TITLE = 240;
const SELECT = 36;
export const WIDTH_MIN = 56;
export const WIDTH_MAX = 800;

export const rowHeight = (density: Density | undefined): number => (density === 'comfortable' ? size.row + 8 : size.row);

export interface Columns {
  template: string;
  minWidth: number;
}

/* wide enough for the longest option, within reason */
function optionWidth(field: Field, labelOf: LabelOf): number {
  const longest = Math.max(0, ...(field.options ?? []).map((o) => labelOf(o.label).length));
  return Math.min(Math.max(110, longest * 7 + 36), 210);
}

export function naturalWidth(f: Field, title: Field | undefined, labelOf: LabelOf): number {
  if (f === title) return TITLE;
  return f.kind === 'picklist' ? optionWidth(f, labelOf) : (WIDTHS[f.kind] ?? 160);
}

/* Once a column has been given a width none of them stretches: an edge stays where it was put. */
export function layout(columns: Shown[], title: Field | undefined, labelOf: LabelOf, selectable: boolean): Columns {
  const fixed = columns.some((c) => c.width);
  const widths = columns.map((c) => c.width ?? naturalWidth(c.field, title, labelOf));
  const tracks = widths.map((w, i) => (fixed ? `${w}px` : `minmax(${w}px, ${columns[i]?.field === title ? 2 : 1}fr)`));
  if (selectable) tracks.unshift(`${SELECT}px`);
  return { template: tracks.join(' '), minWidth: widths.reduce((a, b) => a + b, selectable ? SELECT : 0) };
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

const leaving = { '& .gone': { opacity: 0.25, textDecoration: 'line-through', transition: 'opacity 200ms' } } as const;

export const Grid = styled('div')(({ theme: { cauce } }) => ({
  ...group(cauce), ...leaving,
  fontSize: font.body, fontVariantNumeric: 'tabular-nums',
  '& .row': { display: 'grid', gridTemplateColumns: 'var(--columns)', height: 'var(--row)', borderBottom: `1px solid ${cauce.line}` },
  '& .row > *': { display: 'block', minWidth: 0, padding: '0 8px', lineHeight: 'calc(var(--row) - 1px)', overflow: 'hidden',
    textOverflow: 'ellipsis', whiteSpace: 'nowrap', color: cauce.soft, outline: 'none' },
  '& .row > :first-of-type': { paddingLeft: 16 },
  '& .row > .pick': { padding: '0 0 0 12px', overflow: 'visible' },
  '& .pick label': { display: 'grid', placeItems: 'center', width: 24, height: '100%', cursor: 'pointer' },
  '& .pick input': { width: 15, height: 15, margin: 0, accentColor: cauce.accent, cursor: 'pointer' },
  '& .body .pick input': { opacity: 0 },
  '& .row:hover .pick input, & .active .pick input, & .picked .pick input, & .pick input:focus-visible, & .picking .pick input': { opacity: 1 },
  '& .row > .title': { color: cauce.text },
  '& .row > .number': { textAlign: 'right' },
  '& .row > .saving': { fontStyle: 'italic', opacity: 0.7 },
  '& .row > .cell:focus-visible': { outline: `2px solid ${cauce.accent}`, outlineOffset: -2, borderRadius: 3 },
  '& .title a': { color: 'inherit', textDecoration: 'none', fontWeight: 500, outlineOffset: -2, display: 'inline-block', verticalAlign: 'top', maxWidth: '100%', minWidth: 24, overflow: 'hidden',
    textOverflow: 'ellipsis' },
  '& .title a:hover': { textDecoration: 'underline' },
  '& .body .row:hover': { background: cauce.hover },
  '& .body .row.active, & .body .row.picked': { background: cauce.chosen },
  '& .body .row.active': { boxShadow: `inset 2px 0 ${cauce.accent}` },
  '& .head': { position: 'sticky', top: 0, zIndex: 3, height: HEAD_HEIGHT, background: cauce.page },
  '& .head > *': { fontSize: font.small, color: cauce.soft, lineHeight: `${HEAD_HEIGHT - 1}px`, position: 'relative', overflow: 'visible' },
  '& .head button': { all: 'unset', boxSizing: 'border-box', cursor: 'pointer', maxWidth: '100%', overflow: 'hidden',
    textOverflow: 'ellipsis', verticalAlign: 'top' },
  '& .head button:hover': { color: cauce.text },
  '& .head button:focus-visible': { outline: `2px solid ${cauce.accent}`, outlineOffset: -2 },
  '& .head .sorted': { color: cauce.text, fontWeight: 600 },
  /* on both sides of the line; the last one has a side only */
  '& .head .edge': { position: 'absolute', right: -12, top: 0, bottom: 0, width: 24, zIndex: 1, cursor: 'col-resize', touchAction: 'none', outline: 'none' },
  '& .head > :last-child .edge': { right: 0 },
  '& .head > :last-child .edge::after': { right: 0 },
  '& .head .edge::after': { content: '""', position: 'absolute', right: 12, top: 8, bottom: 8, width: 1, background: cauce.line },
  '& .head .edge:hover::after, & .head .edge:focus-visible::after, & .head .edge:active::after': { top: 2, bottom: 2, width: 3, background: cauce.accent },
  '& .ghost': { background: cauce.line, borderRadius: 3, height: 8, width: '60%', marginTop: 12, opacity: 0.7, padding: 0 },
}));

/* The same rows on a phone: two lines each. */
export const Cards = styled('div')(({ theme: { cauce } }) => ({
  ...group(cauce), ...leaving,
  fontSize: font.body, fontVariantNumeric: 'tabular-nums',
  '& .group': { ...group(cauce)['& .group'], height: 44 },
  '& .card': { position: 'relative', height: size.card, borderBottom: `1px solid ${cauce.line}`, padding: '8px 16px', display: 'grid', alignContent: 'center', gap: 2,
    userSelect: 'none', WebkitTouchCallout: 'none' },
  '& .card.active, & .card.picked': { background: cauce.chosen },
  '& .picking .card': { paddingLeft: 48 },
  '& .card .pick': { position: 'absolute', left: 0, top: 0, bottom: 0, width: 48, display: 'grid', placeItems: 'center', zIndex: 1 },
  '& .card .pick input': { width: 20, height: 20, accentColor: cauce.accent },
  '& .card a': { color: cauce.text, textDecoration: 'none', fontWeight: 500, fontSize: font.input, overflow: 'hidden',
    textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  '& .card a::after': { content: '""', position: 'absolute', inset: 0 },
  '& .card .facts': { color: cauce.soft, fontSize: font.small, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  '& .card .facts > span + span::before': { content: '" · "' },
  '& .ghost': { background: cauce.line, borderRadius: 3, height: 9, width: '60%', opacity: 0.7 },
}));
