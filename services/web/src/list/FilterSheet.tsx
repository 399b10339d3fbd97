/* Filters and order on a phone, in a sheet that comes from below. */
import { Box, Button, Drawer, MenuItem, TextField, Typography } from '@mui/material';
import type { Condition } from '../api/filters';
import { isSortable } from '../meta/fields';
import { fieldOf } from '../meta/metadata';
import type { Module } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import { FilterBar } from './FilterBar';
import { formatSort, parseSort } from './sorting';

interface Props {
  module: Module;
  filters: Condition[];
  sort: string;
  onFilters: (filters: Condition[]) => void;
  onSort: (sort: string) => void;
  onClose: () => void;
}

const SELECT = { '& .MuiInputBase-root': { minHeight: 44 } } as const;

export default function FilterSheet({ module, filters, sort, onFilters, onSort, onClose }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const [first] = parseSort(sort);
  const fields = module.fields.filter(isSortable).sort((a, b) => labelOf(a.label).localeCompare(labelOf(b.label)));
  const name = first && fieldOf(module, first.name) ? first.name : '';
  return (
    <Drawer
      open anchor="bottom" onClose={onClose}
      slotProps={{ paper: { role: 'dialog', 'aria-label': t('list.filter_sort'), sx: { borderRadius: '12px 12px 0 0', maxHeight: '85dvh', p: 4, pb: 'calc(16px + env(safe-area-inset-bottom))', display: 'grid', gap: 4 } } }}
    >
      <Typography variant="h2">{t('list.filters')}</Typography>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2 }}>
        <FilterBar module={module} filters={filters} onChange={onFilters} />
        {filters.length > 0 && <Button onClick={() => onFilters([])} sx={{ minHeight: 44, color: 'text.secondary' }}>{t('list.clear')}</Button>}
      </Box>
      <Typography variant="h2">{t('list.order')}</Typography>
      <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 2 }}>
        <TextField select label={t('filter.field')} value={name} sx={SELECT} onChange={(e) => onSort(formatSort([{ name: e.target.value, descending: first?.descending ?? false }]))}>
          {fields.map((f) => <MenuItem key={f.name} value={f.name} sx={{ minHeight: 44 }}>{labelOf(f.label)}</MenuItem>)}
        </TextField>
        <TextField select label={t('list.direction')} value={first?.descending ? 'down' : 'up'} sx={SELECT} onChange={(e) => name && onSort(formatSort([{ name, descending: e.target.value === 'down' }]))}>
          <MenuItem value="up" sx={{ minHeight: 44 }}>{t('list.ascending')}</MenuItem>
          <MenuItem value="down" sx={{ minHeight: 44 }}>{t('list.descending')}</MenuItem>
        </TextField>
      </Box>
      <Button variant="contained" onClick={onClose} sx={{ height: 44 }}>{t('list.see')}</Button>
    </Drawer>
  );
}
