/* The coloured dot of a picklist option, or its icon; the word always stands beside it. */
import { useTheme } from '@mui/material/styles';
import type { Field } from '../meta/types';
import { optionIcon } from './option-icons';

const ICON = { fontSize: 15, marginRight: 6, verticalAlign: '-3px', flex: 'none' } as const;
/* plain styles: a list draws hundreds of these while it is scrolled */
const DOT = { display: 'inline-block', width: 8, height: 8, borderRadius: '50%', marginRight: 6, flex: 'none', forcedColorAdjust: 'none' } as const;

export function OptionMark({ field, value }: { field: Field; value: unknown }) {
  const { marks } = useTheme().cauce;
  const option = field.options?.find((o) => o.key === value);
  const color = option?.color;
  if (option?.icon) {
    const Icon = optionIcon(option.icon);
    return <Icon aria-hidden style={{ ...ICON, color: marks[color ?? ''] ?? marks.grey }} />;
  }
  return color ? <span aria-hidden style={{ ...DOT, background: marks[color] ?? marks.grey }} /> : null;
}
