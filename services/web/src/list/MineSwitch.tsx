/* "Míos | Todos": whose records the list shows. */
import { ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useT } from '../text/i18n';
import { size } from '../theme/tokens';

const SX = {
  height: { xs: 44, sm: size.control }, px: 3, textTransform: 'none', fontWeight: 400,
  '&.Mui-selected': { bgcolor: 'action.selected', color: 'primary.main', fontWeight: 600 },
} as const;

export function MineSwitch({ mine, onChange }: { mine: boolean; onChange: (mine: boolean) => void }) {
  const t = useT();
  return (
    <ToggleButtonGroup
      exclusive size="small" value={mine} onChange={(_, v: boolean | null) => v !== null && onChange(v)} aria-label={t('list.whose')}
      sx={{ flex: 'none' }}
    >
      <ToggleButton value={true} sx={SX} title={t('list.mine_hint')} aria-keyshortcuts="m">{t('list.mine')}</ToggleButton>
      <ToggleButton value={false} sx={SX}>{t('list.everybody')}</ToggleButton>
    </ToggleButtonGroup>
  );
}
