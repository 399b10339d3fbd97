/* The coloured dot of a picklist option; the word always stands beside it. */
import { Box } from '@mui/material';
import { useTheme } from '@mui/material/styles';
import type { Field } from '../meta/types';

export function OptionMark({ field, value }: { field: Field; value: unknown }) {
  const { marks } = useTheme().cauce;
  const color = field.options?.find((o) => o.key === value)?.color;
  if (!color) return null;
  return (
    <Box
      component="span" aria-hidden
      style={{ background: marks[color] ?? marks.grey }}
      sx={{ display: 'inline-block', width: 8, height: 8, borderRadius: '50%', mr: 1.5, flex: 'none', verticalAlign: 'baseline' }}
    />
  );
}
