/* "Mover a…": the columns a card may go to, for whoever does not drag. */
import { Divider, ListSubheader, Menu, MenuItem } from '@mui/material';
import Check from '@mui/icons-material/Check';
import { OptionMark } from '../fields/Mark';
import type { Field } from '../meta/types';
import { useFormat } from '../text/format';
import { useT } from '../text/i18n';
import type { Totals } from './totals';

interface Props {
  field: Field;
  keys: string[];
  /* where the card stands */
  current: string;
  anchor: HTMLElement;
  many: number;
  chosen: boolean;
  totals: Totals | undefined;
  columnName: (key: string) => string;
  onMove: (to: string) => void;
  onChoose: (() => void) | undefined;
  onClose: () => void;
}

export function MoveMenu({ field, keys, current, anchor, many, chosen, totals, columnName, onMove, onChoose, onClose }: Props) {
  const t = useT();
  const format = useFormat();
  const title = t('board.move_to');
  const act = (run: () => void) => () => {
    onClose();
    run();
  };
  return (
    <Menu open anchorEl={anchor} onClose={onClose} disableRestoreFocus={false} slotProps={{ list: { 'aria-label': title }, paper: { sx: { minWidth: 220, maxHeight: 420 } } }}>
      <ListSubheader sx={{ lineHeight: '28px', fontSize: 12, bgcolor: 'inherit', position: 'static' }} role="presentation">
        {many > 1 ? `${t('board.selected_count', { count: format.integer(many) })} · ${title}` : title}
      </ListSubheader>
      {keys.map((key) => (
        <MenuItem key={key} disabled={key === current} onClick={act(() => onMove(key))}>
          <OptionMark field={field} value={key} />
          <span style={{ flex: 1, overflow: 'hidden', textOverflow: 'ellipsis' }}>{columnName(key)}</span>
          {key === current ? <Check sx={{ fontSize: 16, ml: 3 }} /> : (
            <span aria-hidden style={{ marginLeft: 16, opacity: 0.7, fontVariantNumeric: 'tabular-nums' }}>{totals ? format.integer(totals.get(key)?.count ?? 0) : ''}</span>
          )}
        </MenuItem>
      ))}
      {onChoose && many === 1 && <Divider />}
      {onChoose && many === 1 && <MenuItem onClick={act(onChoose)}>{t(chosen ? 'board.unselect' : 'board.select')}</MenuItem>}
    </Menu>
  );
}
