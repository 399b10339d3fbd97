/* The options of a picklist, or yes and no, under the value they stand for: arrows or a letter, Enter chooses. */
import { ListItemText, Menu, MenuItem } from '@mui/material';
import Check from '@mui/icons-material/Check';
import { OptionMark } from '../fields/Mark';
import type { Field } from '../meta/types';
import { useLabel, useT } from '../text/i18n';

interface Props {
  field: Field;
  value: unknown;
  anchor: HTMLElement | null;
  onChoose: (value: unknown) => void;
  onClose: () => void;
}

export const hasChoices = (field: Field): boolean => field.kind === 'bool' || (field.kind === 'picklist' && !!field.options);

export function ChoiceMenu({ field, value, anchor, onChoose, onClose }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const options: [unknown, string][] = field.kind === 'bool'
    ? [[true, t('value.yes')], [false, t('value.no')]]
    : (field.options ?? []).map((o) => [o.key, labelOf(o.label)]);
  if (!field.required) options.push([null, t('value.empty')]);
  const now = value ?? null;
  return (
    <Menu
      open={!!anchor} anchorEl={anchor} onClose={onClose} transitionDuration={80}
      slotProps={{ list: { 'aria-label': labelOf(field.label), dense: true }, paper: { sx: { minWidth: 180, maxHeight: 'min(420px, 80dvh)' } } }}
    >
      {options.map(([key, name]) => (
        <MenuItem key={String(key)} selected={key === now} onClick={() => onChoose(key)}>
          <ListItemText slotProps={{ primary: { sx: { fontSize: 13, color: key === null ? 'text.secondary' : undefined } } }}>
            <OptionMark field={field} value={key} />{name}
          </ListItemText>
          {key === now && <Check sx={{ fontSize: 16, ml: 2, color: 'primary.main' }} aria-hidden />}
        </MenuItem>
      ))}
    </Menu>
  );
}
