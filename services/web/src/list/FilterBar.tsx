/* The filters of a list as chips: click to change, cross to remove, and one to add. */
import { lazy, Suspense, useState } from 'react';
import { Box, Button, Chip } from '@mui/material';
import Close from '@mui/icons-material/Close';
import FilterList from '@mui/icons-material/FilterList';
import type { Condition } from '../api/filters';
import { useRefText } from '../fields/lookups';
import { fieldOf } from '../meta/metadata';
import type { Field, Module } from '../meta/types';
import { useT } from '../text/i18n';
import { size } from '../theme/tokens';
import { useConditionText } from './useConditionText';

const FilterEditor = lazy(() => import('./FilterEditor'));

interface ChipProps {
  field: Field;
  condition: Condition;
  onEdit: (anchor: HTMLElement) => void;
  onRemove: () => void;
}

function FilterChip({ field, condition, onEdit, onRemove }: ChipProps) {
  const t = useT();
  const text = useConditionText();
  const label = useRefText(field, condition.values[0]);
  const words = text(field, condition, label);
  return (
    <Chip
      label={words} title={words} onClick={(e) => onEdit(e.currentTarget)} onDelete={onRemove}
      deleteIcon={<Close />} aria-label={t('list.edit_filter', { filter: words })}
      onKeyDown={(e) => (e.key === 'Delete' || e.key === 'Backspace') && onRemove()}
      sx={{ height: 26, borderRadius: `${size.radius}px`, maxWidth: 320, bgcolor: 'action.selected', fontSize: 13, flex: 'none', '& .MuiChip-deleteIcon': { fontSize: 15, color: 'text.secondary' } }}
    />
  );
}

interface Props {
  module: Module;
  filters: Condition[];
  onChange: (filters: Condition[]) => void;
}

export function FilterBar({ module, filters, onChange }: Props) {
  const t = useT();
  const [editing, setEditing] = useState<{ anchor: HTMLElement; index: number } | null>(null);
  const replace = (index: number, c: Condition) => onChange(index < filters.length ? filters.with(index, c) : [...filters, c]);
  return (
    <Box sx={{ display: 'contents' }}>
      {/* on a phone a line of their own, to be swept sideways */}
      <Box sx={{ display: { xs: filters.length ? 'flex' : 'none', sm: 'contents' }, order: { xs: 1, sm: 0 }, flexBasis: '100%', minWidth: 0, overflowX: 'auto', gap: 2 }}>
        {filters.map((c, i) => {
          const field = fieldOf(module, c.field);
          if (!field) return null;
          return (
            <FilterChip
              key={`${c.field}[${c.op}]${i}`} field={field} condition={c}
              onEdit={(anchor) => setEditing({ anchor, index: i })}
              onRemove={() => onChange(filters.filter((_, j) => j !== i))}
            />
          );
        })}
      </Box>
      <Button
        startIcon={<FilterList />} onClick={(e) => setEditing({ anchor: e.currentTarget, index: filters.length })}
        aria-label={t('list.add_filter')} aria-haspopup="dialog" sx={{ color: 'text.secondary', flex: 'none', '& .MuiButton-startIcon': { mr: 1 } }}
      >
        {t('list.filter')}
      </Button>
      {editing && (
        <Suspense>
          <FilterEditor
            module={module} anchor={editing.anchor} condition={filters[editing.index]}
            onClose={() => setEditing(null)}
            onApply={(c) => {
              replace(editing.index, c);
              setEditing(null);
            }}
          />
        </Suspense>
      )}
    </Box>
  );
}
