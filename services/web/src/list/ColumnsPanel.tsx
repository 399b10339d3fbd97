/* How the list is arranged: which columns in which order, how high its rows, how it opens; for oneself or for everybody. */
import { useState, type KeyboardEvent } from 'react';
import { Box, Button, Popover, TextField, ToggleButton, ToggleButtonGroup, Typography } from '@mui/material';
import Add from '@mui/icons-material/Add';
import { plain } from '../lib/plain';
import { isShown } from '../meta/fields';
import type { Field, Module } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import type { Density, Shown } from './arrangement';
import { ColumnOrder } from './ColumnOrder';

interface Props {
  module: Module;
  anchor: HTMLElement;
  columns: Shown[];
  title: Field | undefined;
  density: Density;
  /* something of one's own that can be taken back */
  arranged: boolean;
  onColumns: (columns: Shown[]) => void;
  onDensity: (density: Density) => void;
  /* the view, order and "mine" that it shows now are those it opens with */
  onOpenSo: () => void;
  onReset: () => void;
  /* for administrators */
  onForAll?: () => void;
  onClose: () => void;
}

function AddColumn({ fields, onAdd }: { fields: Field[]; onAdd: (f: Field) => void }) {
  const t = useT();
  const labelOf = useLabel();
  const [typed, setTyped] = useState('');
  const found = fields
    .filter((f) => plain(labelOf(f.label)).includes(plain(typed)))
    .sort((a, b) => labelOf(a.label).localeCompare(labelOf(b.label)));
  const key = (e: KeyboardEvent) => {
    const [first] = found;
    if (e.key !== 'Enter' || !first) return;
    e.preventDefault();
    onAdd(first);
    setTyped('');
  };
  return (
    <>
      <TextField
        value={typed} onChange={(e) => setTyped(e.target.value)} onKeyDown={key} placeholder={t('columns.find')} sx={{ mt: 3 }}
        slotProps={{ htmlInput: { 'aria-label': t('columns.find') } }}
      />
      <Box component="ul" aria-label={t('columns.others')} sx={{ listStyle: 'none', m: 0, mt: 1, p: 0, maxHeight: 168, overflow: 'auto' }}>
        {found.map((f) => (
          <li key={f.name}>
            <Button
              fullWidth onClick={() => onAdd(f)} aria-label={t('columns.add', { field: labelOf(f.label) })} startIcon={<Add />}
              sx={{ justifyContent: 'flex-start', height: { xs: 44, sm: 28 }, color: 'text.secondary', fontWeight: 400 }}
            >
              {labelOf(f.label)}
            </Button>
          </li>
        ))}
        {!found.length && <Typography component="li" variant="caption" color="text.secondary" sx={{ p: 2, display: 'block' }}>{t('filter.none')}</Typography>}
      </Box>
    </>
  );
}

export default function ColumnsPanel(p: Props) {
  const t = useT();
  const shown = new Set(p.columns.map((c) => c.field.name));
  const others = p.module.fields.filter((f) => isShown(f) && !shown.has(f.name) && (f.name !== 'label' || !p.title));
  return (
    <Popover
      open anchorEl={p.anchor} onClose={p.onClose} anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }} transformOrigin={{ vertical: 'top', horizontal: 'right' }}
      slotProps={{ paper: { role: 'dialog', 'aria-label': t('columns.title'), sx: { mt: 1, width: 320, maxWidth: 'calc(100vw - 16px)', p: 3 } } }}
    >
      <Typography variant="h2" sx={{ mb: 2 }}>{t('columns.title')}</Typography>
      <ColumnOrder columns={p.columns} stays={p.title?.name} onChange={p.onColumns} />
      <AddColumn fields={others} onAdd={(field) => p.onColumns([...p.columns, { field }])} />
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, mt: 3 }}>
        <Typography sx={{ flex: 1 }} id="density">{t('columns.rows')}</Typography>
        <ToggleButtonGroup exclusive size="small" value={p.density} aria-labelledby="density" onChange={(_, v: Density | null) => v && p.onDensity(v)}>
          <ToggleButton value="dense" sx={{ height: 28, textTransform: 'none' }}>{t('columns.dense')}</ToggleButton>
          <ToggleButton value="comfortable" sx={{ height: 28, textTransform: 'none' }}>{t('columns.comfortable')}</ToggleButton>
        </ToggleButtonGroup>
      </Box>
      <Box sx={{ display: 'grid', justifyItems: 'start', mt: 2, mx: -2 }}>
        <Button onClick={p.onOpenSo} title={t('columns.open_so_hint')}>{t('columns.open_so')}</Button>
        {p.onForAll && <Button onClick={p.onForAll}>{t('columns.for_all')}</Button>}
        <Button onClick={p.onReset} disabled={!p.arranged} sx={{ color: 'text.secondary' }}>{t('columns.reset')}</Button>
      </Box>
    </Popover>
  );
}
