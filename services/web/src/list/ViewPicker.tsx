/* The ready-made views of the module. */
import { useState } from 'react';
import { Button, Menu, MenuItem } from '@mui/material';
import ExpandMore from '@mui/icons-material/ExpandMore';
import type { Module, View } from '../meta/types';
import { useLabel, useT } from '../text/i18n';

interface Props {
  module: Module;
  view: View | undefined;
  onChoose: (view: View) => void;
}

export function ViewPicker({ module, view, onChoose }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  if (!module.views.length) return null;
  const name = view ? labelOf(view.label) : t('list.no_view');
  return (
    <>
      <Button
        variant="outlined" onClick={(e) => setAnchor(e.currentTarget)} endIcon={<ExpandMore />} aria-haspopup="menu"
        aria-expanded={!!anchor} aria-label={`${t('list.view')}: ${name}`}
        sx={{ minWidth: 0, maxWidth: 240, '& .MuiButton-endIcon': { ml: 1 } }}
      >
        <span style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>{name}</span>
      </Button>
      <Menu open={!!anchor} anchorEl={anchor} onClose={() => setAnchor(null)} slotProps={{ list: { 'aria-label': t('list.view') } }}>
        {module.views.map((v) => (
          <MenuItem
            key={v.name} selected={v === view}
            onClick={() => {
              setAnchor(null);
              onChoose(v);
            }}
          >
            {labelOf(v.label)}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
