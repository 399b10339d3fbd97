/* The coloured dot of a picklist option; the word always stands beside it. */
import { useTheme } from '@mui/material/styles';
import type { Field } from '../meta/types';

/* plain styles: a list draws hundreds of these while it is scrolled */
const DOT = { display: 'inline-block', width: 8, height: 8, borderRadius: '50%', marginRight: 6, flex: 'none', forcedColorAdjust: 'none' } as const;

export function OptionMark({ field, value }: { field: Field; value: unknown }) {
  const { marks } = useTheme().cauce;
  const color = field.options?.find((o) => o.key === value)?.color;
  return color ? <span aria-hidden style={{ ...DOT, background: marks[color] ?? marks.grey }} /> : null;
}
