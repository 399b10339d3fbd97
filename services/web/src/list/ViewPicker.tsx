/* The ready-made views of the module; when there are many of them, found by typing. */
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { Box, Button, MenuItem, MenuList, Popover, TextField, Typography } from '@mui/material';
import Check from '@mui/icons-material/Check';
import ExpandMore from '@mui/icons-material/ExpandMore';
import { plain } from '../lib/plain';
import type { Module, View } from '../meta/types';
import { useLabel, useT } from '../text/i18n';

interface Props {
  module: Module;
  view: View | undefined;
  /* changes when it shall open */
  opened?: number;
  onChoose: (view: View) => void;
}

const MANY = 7;

export function ViewPicker({ module, view, opened, onChoose }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLUListElement>(null);
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  useEffect(() => {
    if (opened) setOpen(true);
  }, [opened]);
  if (!module.views.length) return null;
  const name = view ? labelOf(view.label) : t('list.no_view');
  const many = module.views.length > MANY;
  const found = module.views.filter((v) => plain(labelOf(v.label)).includes(plain(typed)));
  const close = () => {
    setOpen(false);
    setTyped('');
  };
  const choose = (v: View | undefined) => {
    if (!v) return;
    close();
    onChoose(v);
  };
  const key = (e: KeyboardEvent) => {
    if (e.key === 'Enter') choose(found[0]);
    else if (e.key === 'ArrowDown') (menu.current?.querySelector('[role=menuitemradio]') as HTMLElement | null)?.focus();
    else return;
    e.preventDefault();
  };
  return (
    <>
      <Button
        ref={button} variant="outlined" onClick={() => setOpen(true)} endIcon={<ExpandMore />} aria-haspopup="dialog" aria-expanded={open}
        aria-label={`${t('list.view')}: ${name}`} aria-keyshortcuts="v"
        sx={{ minWidth: 0, maxWidth: { xs: 'calc(100vw - 232px)', sm: 280 }, height: { xs: 44, sm: 32 }, '& .MuiButton-endIcon': { ml: 1 } }}
      >
        <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
          <Box component="span" sx={{ display: { xs: 'none', sm: 'inline' }, color: 'text.secondary', fontWeight: 400 }}>{t('list.view')}: </Box>{name}
        </Box>
      </Button>
      <Popover
        open={open} anchorEl={button.current} onClose={close} anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': t('list.view'), sx: { mt: 1, width: 280, maxWidth: 'calc(100vw - 32px)' } } }}
      >
        {many && (
          <Box sx={{ p: 2, pb: 0 }}>
            <TextField
              value={typed} onChange={(e) => setTyped(e.target.value)} onKeyDown={key} autoFocus placeholder={t('list.find_view')}
              slotProps={{ htmlInput: { 'aria-label': t('list.find_view') } }}
            />
          </Box>
        )}
        <MenuList ref={menu} aria-label={t('list.view')} autoFocusItem={open && !many} sx={{ maxHeight: 'min(60vh, 480px)', overflow: 'auto', p: 1 }}>
          {found.map((v) => (
            <MenuItem key={v.name} sx={{ minHeight: { xs: 44, sm: 32 } }} role="menuitemradio" aria-checked={v === view} selected={v === view} onClick={() => choose(v)}>
              <Box component="span" sx={{ flex: 1, overflow: 'hidden', textOverflow: 'ellipsis' }}>{labelOf(v.label)}</Box>
              {v === view && <Check sx={{ fontSize: 16 }} aria-hidden />}
            </MenuItem>
          ))}
        </MenuList>
        {!found.length && <Typography color="text.secondary" sx={{ p: 3, pt: 0 }}>{t('list.no_such_view')}</Typography>}
      </Popover>
    </>
  );
}
