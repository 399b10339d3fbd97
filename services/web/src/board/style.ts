/* The board's drawing. All cards are of one height, so what is seen of a column is arithmetic. */
import { styled } from '@mui/material/styles';
import { font, size, type Colors } from '../theme/tokens';

export const CARD = 94;
export const PITCH = CARD + 8;
export const COLUMN = 284;
export const FOLDED = 44;
export const BETWEEN = 8;
export const EDGE = 16;

const LINE = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const;

/* A card, on the board and in the hand. */
const card = (cauce: Colors) => ({
  position: 'relative', height: CARD, boxSizing: 'border-box', padding: '8px 10px', background: cauce.raised, border: `1px solid ${cauce.line}`,
  borderRadius: size.radius, display: 'grid', gridTemplateRows: '20px 18px 18px 18px', gap: 1, fontSize: font.body, color: cauce.text, userSelect: 'none',
  WebkitTouchCallout: 'none',
  '&.movable': { cursor: 'grab' },
  '&:hover': { borderColor: cauce.edge },
  '&.selected': { background: cauce.chosen, borderColor: cauce.accent },
  '&.held': { opacity: 0.35 },
  '&.hand': { cursor: 'grabbing', boxShadow: '0 6px 20px rgba(0, 0, 0, 0.2)', width: COLUMN - 18 },
  '&.refused': { borderColor: cauce.red },
  '&.ghost': { background: 'transparent', borderStyle: 'dashed' },
  '& a': { color: 'inherit', textDecoration: 'none', fontWeight: 500, lineHeight: '20px', borderRadius: 3, ...LINE },
  /* the whole card is the link's */
  '& a::after': { content: '""', position: 'absolute', inset: 0, borderRadius: size.radius },
  '& a:focus-visible': { outline: 'none' },
  '&:has(a:focus-visible)': { outline: `2px solid ${cauce.accent}`, outlineOffset: 1 },
  '& .fact': { color: cauce.soft, fontSize: font.small, lineHeight: '18px', ...LINE },
  '& .foot': { display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: 8, color: cauce.soft, fontSize: font.small, lineHeight: '18px', minWidth: 0 },
  '& .who': { display: 'inline-grid', placeItems: 'center', width: 18, height: 18, borderRadius: '50%', background: cauce.chosen, color: cauce.accent,
    fontSize: 9, fontWeight: 600, flex: 'none' },
  '& .why': { gridRow: '2 / 4', display: 'flex', gap: 6, alignItems: 'flex-start', color: cauce.red, fontSize: font.small, lineHeight: '17px', minWidth: 0 },
  '& .why.other': { color: cauce.amber },
  '& .why span': { display: '-webkit-box', WebkitLineClamp: 2, WebkitBoxOrient: 'vertical', overflow: 'hidden', overflowWrap: 'anywhere' },
  '& .menu, & .pick': { position: 'absolute', top: 4, right: 4, zIndex: 1, width: 24, height: 24, opacity: 0, boxSizing: 'border-box', display: 'grid', placeItems: 'center',
    padding: 0, margin: 0, border: 0, borderRadius: size.radius, background: 'none', color: cauce.soft, font: 'inherit', cursor: 'pointer' },
  '& .menu:hover, & .pick:hover': { background: cauce.hover },
  '& .pick': { right: 28 },
  '&:hover, &:focus-within': { '& .menu, & .pick': { opacity: 1 }, '& a': { paddingRight: 48 } },
  '& .pick[aria-checked=true]': { opacity: 1, color: cauce.accent },
  '&.selected a': { paddingRight: 48 },
  '@media (hover: none)': { '& .menu, & .pick': { opacity: 1 }, '& a': { paddingRight: 48 } },
  '@media (max-width: 599px)': { '& .menu, & .pick': { opacity: 1, width: 44, height: 44, top: 0, right: 0 }, '& .pick': { right: 44 }, '& a': { paddingRight: 88 } },
  '& .many': { position: 'absolute', top: -10, right: -10, minWidth: 22, height: 22, borderRadius: 11, background: cauce.accent, color: cauce.onAccent,
    display: 'grid', placeItems: 'center', fontSize: 12, fontWeight: 600, padding: '0 6px' },
} as const);

export const BoardBox = styled('div')(({ theme: { cauce } }) => ({
  flex: 1, minHeight: 0, overflowX: 'auto', overflowY: 'hidden', position: 'relative', outlineOffset: -2, fontSize: font.body, fontVariantNumeric: 'tabular-nums',
  '&.phone': { scrollSnapType: 'x mandatory', overscrollBehaviorX: 'contain', scrollbarWidth: 'none' },
  '& .track': { position: 'relative', height: '100%' },
  '& .column': { position: 'absolute', top: 8, bottom: 8, display: 'flex', flexDirection: 'column', background: cauce.chrome,
    border: `1px solid ${cauce.line}`, borderRadius: size.radius, overflow: 'hidden' },
  '&.phone .column': { top: 0, bottom: 0, border: 0, borderRadius: 0, background: cauce.page },
  '& .stop': { position: 'absolute', top: 0, height: 1, scrollSnapAlign: 'start' },
  '& .column.over': { borderColor: cauce.accent, boxShadow: `inset 0 0 0 1px ${cauce.accent}`, background: cauce.chosen },
  '& .column.shut': { opacity: 0.6 },
  '& .head': { flex: 'none', display: 'flex', alignItems: 'center', padding: '6px 4px 6px 12px', minHeight: 40 },
  '& .head h2': { margin: 0, font: 'inherit', fontWeight: 600, minWidth: 0, ...LINE },
  '& .head .count': { color: cauce.soft, flex: 'none', margin: '0 8px' },
  '& .head .sum': { marginLeft: 'auto', color: cauce.soft, fontSize: font.small, ...LINE, minWidth: 0 },
  '& .head .sum + button': { marginLeft: 0 },
  '& .head button': { flex: 'none', marginLeft: 'auto' },
  '& .folded': { all: 'unset', boxSizing: 'border-box', cursor: 'pointer', display: 'flex', alignItems: 'center', gap: 8, height: '100%', padding: '12px 0',
    writingMode: 'vertical-rl', justifyContent: 'flex-start', width: '100%', lineHeight: `${FOLDED - 2}px`, fontWeight: 600 },
  '& .folded:focus-visible': { outline: `2px solid ${cauce.accent}`, outlineOffset: -2 },
  '& .folded .count': { color: cauce.soft, fontWeight: 400 },
  '& .body': { flex: 1, minHeight: 0, overflowY: 'auto', overflowX: 'hidden', overflowAnchor: 'none', padding: '2px 8px 0', outlineOffset: -2 },
  '& .body ul': { listStyle: 'none', margin: 0, padding: 0, position: 'relative', boxSizing: 'border-box' },
  '&.phone .body': { paddingTop: 8 },
  '& .note': { color: cauce.soft, textAlign: 'center', padding: '16px 8px' },
  /* drawn once for all of them: a styled element each costs too much */
  '& .card': card(cauce),
}));

export const HandBox = styled('div')(({ theme: { cauce } }) => card(cauce));

export const HIDDEN = { position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)', whiteSpace: 'nowrap' } as const;
