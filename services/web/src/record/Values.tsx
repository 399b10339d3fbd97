/* The fields of a record by section, each changed where it stands. What others changed just now shows itself for a moment. */
import { keyframes, styled } from '@mui/material/styles';
import type { Field, Module } from '../meta/types';
import { isShown } from '../meta/fields';
import { useLabel } from '../text/i18n';
import { font, size } from '../theme/tokens';
import { InlineField } from './InlineField';
import type { Saver } from './saving';
import { Sections } from './Sections';

const fade = keyframes({ from: { backgroundColor: 'var(--flash)' }, to: { backgroundColor: 'transparent' } });

const Line = styled('dl')(({ theme }) => ({
  '--flash': theme.cauce.chosen,
  margin: 0, minHeight: 28, display: 'grid', gridTemplateColumns: '148px minmax(0, 1fr)', columnGap: 8, alignItems: 'baseline', borderRadius: 4,
  '& dt': { color: theme.cauce.soft, lineHeight: '20px', padding: '4px 0', overflowWrap: 'anywhere' },
  '& dd': { margin: 0, minWidth: 0 },
  '& .value': { fontSize: font.input, lineHeight: '20px', padding: '4px 6px', overflowWrap: 'anywhere', minWidth: 0, borderRadius: 4 },
  '& button.value': {
    all: 'unset', boxSizing: 'border-box', flex: 1, fontSize: font.input, lineHeight: '20px', padding: '4px 6px', minHeight: 28, overflowWrap: 'anywhere', borderRadius: 4, cursor: 'text',
    '&[aria-haspopup]': { cursor: 'pointer' },
    '&:hover': { background: theme.cauce.hover },
    '&:focus-visible': { outline: `2px solid ${theme.cauce.accent}`, outlineOffset: -1 },
  },
  '& .empty': { color: theme.cauce.soft },
  '& .number .value': { fontVariantNumeric: 'tabular-nums' },
  '& .pencil': { width: 26, height: 26, opacity: 0, flex: 'none', '&:focus-visible': { opacity: 1 } },
  '&:hover .pencil': { opacity: 1 },
  '@media (hover: none)': { '& .pencil': { opacity: 1 } },
  '&.flash': { animation: `${fade} 2.5s ease-out` },
  [theme.breakpoints.down('sm')]: {
    gridTemplateColumns: 'minmax(0, 1fr)',
    '& dt': { fontSize: font.small, padding: '4px 0 0', lineHeight: '16px', marginBottom: -6 },
    '& .value, & button.value': { minHeight: size.touch, padding: '12px 0' },
    '& .value a:not([aria-label])': { display: 'inline-block', padding: '12px 0', margin: '-12px 0', minWidth: size.touch },
    '& .pencil': { width: size.touch, height: size.touch },
  },
}));

const NUMBERS = new Set(['integer', 'decimal', 'money', 'percent']);

interface Props {
  module: Module;
  saver: Saver;
  flash: ReadonlySet<string>;
}

export function Values({ module, saver, flash }: Props) {
  const labelOf = useLabel();
  return (
    <Sections module={module} keep={isShown} of="values">
      {(field: Field) => (
        <Line className={flash.has(field.name) ? 'flash' : undefined}>
          <dt>{labelOf(field.label)}</dt>
          <dd data-field={field.name} className={NUMBERS.has(field.kind) ? 'number' : undefined}>
            <InlineField module={module} field={field} saver={saver} />
          </dd>
        </Line>
      )}
    </Sections>
  );
}
