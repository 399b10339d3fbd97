/* The top of a record: its name, who has it, its steps, two or three facts, what may be done with it. */
import { useState, type ReactNode } from 'react';
import { Box, Button, IconButton, ListItemText, Menu, MenuItem, Tooltip, Typography } from '@mui/material';
import Delete from '@mui/icons-material/DeleteOutlined';
import Edit from '@mui/icons-material/EditOutlined';
import More from '@mui/icons-material/MoreHoriz';
import { useNameOf } from '../fields/text';
import type { Neighbours } from '../list/neighbours';
import { assigneeField, stepField } from '../meta/standout';
import type { Module } from '../meta/types';
import { usePhone } from '../shell/Shell';
import { useLabel, useT } from '../text/i18n';
import type { Action } from './actions';
import { Assignee } from './Assignee';
import { Facts, Reach } from './Facts';
import type { Saver } from './saving';
import { Steps } from './Steps';
import { Walk } from './Walk';

interface Props {
  module: Module;
  saver: Saver;
  neighbours: Neighbours;
  go: (by: 1 | -1) => void;
  /* by id: edit, delete, and those of the menu */
  actions: Action[];
  assign: HTMLElement | null;
  setAssign: (anchor: HTMLElement | null) => void;
  children?: ReactNode;
}

const OWN = new Set(['edit', 'delete']);

export function RecordHead({ module, saver, neighbours, go, actions, assign, setAssign, children }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const phone = usePhone();
  const nameOf = useNameOf();
  const [menu, setMenu] = useState<HTMLElement | null>(null);
  const record = saver.shown;
  const step = stepField(module);
  const held = assigneeField(module);
  /* where nobody is given records it says nothing */
  const person = held && (held.list || held.section || record[held.name]) ? held : undefined;
  const action = (id: string) => actions.find((a) => a.id === id && !a.off);
  const [edit, remove] = [action('edit'), action('delete')];
  const listed = actions.filter((a) => !a.off && a.inMenu && !OWN.has(a.id));
  return (
    <Box component="header" sx={{ display: 'grid', gap: 3, mb: 4 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', columnGap: 3, rowGap: 2 }}>
        <Box sx={{ flex: '1 1 240px', minWidth: 0 }}>
          <Typography component="p" sx={{ fontSize: { xs: 18, sm: 20 }, fontWeight: 600, lineHeight: { xs: '24px', sm: '32px' }, overflowWrap: 'anywhere' }}>{nameOf(module, record) || t('list.no_name')}</Typography>
          <Facts module={module} record={record} />
        </Box>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1, ml: 'auto', justifyContent: 'flex-end', flex: { xs: '1 1 100%', sm: '0 1 auto' }, '& > #assignee': { mr: { xs: 'auto', sm: 0 } } }}>
          {!phone && <Reach module={module} record={record} />}
          {person && <Assignee module={module} field={person} saver={saver} anchor={assign} setAnchor={setAssign} />}
          <Walk neighbours={neighbours} go={go} />
          {remove && (
            <Tooltip title={remove.label}>
              <span><IconButton onClick={remove.run} aria-label={remove.label} sx={{ width: { xs: 44, sm: 32 }, height: { xs: 44, sm: 32 } }}><Delete /></IconButton></span>
            </Tooltip>
          )}
          {listed.length > 0 && (
            <IconButton onClick={(e) => setMenu(e.currentTarget)} aria-label={t('record.more')} aria-haspopup="menu" aria-expanded={!!menu} sx={{ width: { xs: 44, sm: 32 }, height: { xs: 44, sm: 32 } }}><More /></IconButton>
          )}
          {edit && (
            <Button
              variant="contained" startIcon={phone ? undefined : <Edit />} onClick={edit.run} aria-keyshortcuts="e" aria-label={edit.label}
              sx={{ ml: 1, minWidth: { xs: 44, sm: 64 }, minHeight: { xs: 44, sm: 32 } }}
            >
              {phone ? <Edit /> : edit.label}
            </Button>
          )}
        </Box>
      </Box>
      {(phone || step) && (
        <Box sx={{ display: { xs: 'flex', sm: 'block' }, flexWrap: 'wrap', gap: 2 }}>
          {phone && <Reach module={module} record={record} />}
          {step && <Steps module={module} field={step} saver={saver} />}
        </Box>
      )}
      {children}
      <Menu open={!!menu} anchorEl={menu} onClose={() => setMenu(null)} slotProps={{ list: { 'aria-label': t('record.more') } }}>
        {listed.map((a) => (
          <MenuItem
            key={a.id}
            onClick={() => {
              setMenu(null);
              a.run();
            }}
          >
            <ListItemText slotProps={{ primary: { sx: { fontSize: 13 } } }}>{a.label}</ListItemText>
            {a.keys && <Typography variant="caption" color="text.secondary" sx={{ ml: 4 }}>{a.keys}</Typography>}
          </MenuItem>
        ))}
      </Menu>
      <Box component="span" sx={{ position: 'absolute', clipPath: 'inset(50%)' }}>{labelOf(module.label)}</Box>
    </Box>
  );
}
