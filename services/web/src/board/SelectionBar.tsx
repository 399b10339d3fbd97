/* The line under the board: how much it holds in all, or what is chosen and where it may go. */
import { Box, Button, Typography } from '@mui/material';
import DriveFileMove from '@mui/icons-material/DriveFileMoveOutlined';
import { useExplain } from '../app/explain';
import type { Field } from '../meta/types';
import { useFormat } from '../text/format';
import { useLabel, useT } from '../text/i18n';
import { wholeOf, type Totals } from './totals';

interface Props {
  totals: Totals | undefined;
  sum: Field | undefined;
  sumText: (value: string | undefined) => string;
  error: unknown;
  retry: () => void;
  /* how many cards are chosen */
  count: number;
  onMove: (anchor: HTMLElement) => void;
  onClear: () => void;
}

export function SelectionBar({ totals, sum, sumText, error, retry, count, onMove, onClear }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const format = useFormat();
  const explain = useExplain();
  const whole = totals && wholeOf(totals);
  const added = whole && sumText(whole.sum);
  return (
    <Box
      sx={{ flex: 'none', minHeight: { xs: count ? 52 : 32, sm: 40 }, display: 'flex', alignItems: 'center', gap: 2, px: { xs: 2, sm: 4 }, borderTop: 1, borderColor: 'divider', fontSize: 12, color: 'text.secondary', bgcolor: count ? 'action.selected' : undefined }}
    >
      {count > 0 ? (
        <>
          <Typography sx={{ color: 'text.primary', fontWeight: 500 }} role="status">{t('board.selected_count', { count: format.integer(count) })}</Typography>
          <Button variant="contained" startIcon={<DriveFileMove />} onClick={(e) => onMove(e.currentTarget)} aria-haspopup="menu" sx={{ height: { xs: 44, sm: 28 } }}>{t('board.move_to')}</Button>
          <Button onClick={onClear} aria-keyshortcuts="Escape" sx={{ color: 'text.secondary', height: { xs: 44, sm: 28 } }}>{t('board.clear_selection')}</Button>
        </>
      ) : error != null ? (
        <>
          <Typography variant="caption" color="error" role="alert" noWrap>{t('board.totals_failed')} {explain(error)}</Typography>
          <Button sx={{ height: 24, fontSize: 12 }} onClick={retry}>{t('list.retry')}</Button>
        </>
      ) : (
        <Typography variant="caption" role="status" sx={{ fontVariantNumeric: 'tabular-nums' }}>
          {whole ? t('board.whole', { count: format.integer(whole.count) }) : t('list.counting')}
          {added && ` · ${labelOf(sum?.label)}: ${added}`}
        </Typography>
      )}
    </Box>
  );
}
