/* "3 de 128": where the record stands in the list it was opened from, and the way to the ones before and after it. */
import { Box, IconButton, Tooltip, Typography } from '@mui/material';
import Down from '@mui/icons-material/KeyboardArrowDown';
import Up from '@mui/icons-material/KeyboardArrowUp';
import type { Neighbours } from '../list/neighbours';
import { useFormat } from '../text/format';
import { useT } from '../text/i18n';

export function Walk({ neighbours, go }: { neighbours: Neighbours; go: (by: 1 | -1) => void }) {
  const t = useT();
  const format = useFormat();
  const { index, total, capped, first, last } = neighbours;
  if (index === undefined) return null;
  const place = total === undefined
    ? format.integer(index + 1)
    : t('record.place', { at: format.integer(index + 1), total: `${format.integer(Math.max(total, index + 1))}${capped ? '+' : ''}` });
  const arrow = (by: 1 | -1, name: string, key: string, off: boolean) => (
    <Tooltip title={`${name} (${key})`}>
      <span>
        <IconButton disabled={off} onClick={() => go(by)} aria-label={name} aria-keyshortcuts={key.toLowerCase()} sx={{ width: { xs: 44, sm: 28 }, height: { xs: 44, sm: 28 } }}>
          {by < 0 ? <Up /> : <Down />}
        </IconButton>
      </span>
    </Tooltip>
  );
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', flex: 'none' }}>
      <Typography variant="caption" color="text.secondary" sx={{ fontVariantNumeric: 'tabular-nums', mr: 1, whiteSpace: 'nowrap' }}>{place}</Typography>
      {arrow(-1, t('record.previous'), 'K', first)}
      {arrow(1, t('record.next'), 'J', last)}
    </Box>
  );
}
