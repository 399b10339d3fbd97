/* The filters of a list as chips: click to change, cross to remove, and one to add. */
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
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
      deleteIcon={<Close />} aria-label={t('list.edit_filter', { filter: words })} data-filter
      sx={{ height: { xs: 44, sm: 26 }, borderRadius: `${size.radius}px`, maxWidth: 320, bgcolor: 'action.selected', fontSize: 13, flex: 'none', '& .MuiChip-deleteIcon': { fontSize: 15, color: 'text.secondary' } }}
    />
  );
}

interface Props {
  module: Module;
  filters: Condition[];
  /* changes when a new one shall be written */
  opened?: number;
  onChange: (filters: Condition[]) => void;
}

export function FilterBar({ module, filters, opened, onChange }: Props) {
  const t = useT();
  const add = useRef<HTMLButtonElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  const [editing, setEditing] = useState<{ anchor: HTMLElement; index: number } | null>(null);
  useEffect(() => {
    if (opened && add.current) setEditing({ anchor: add.current, index: Infinity });
  }, [opened]);
  /* the focus goes to the neighbour of a chip that goes */
  const remove = (index: number) => {
    const chips = bar.current?.querySelectorAll<HTMLElement>('[data-filter]');
    (chips?.[index - 1] ?? chips?.[index + 1] ?? add.current)?.focus();
    onChange(filters.filter((_, j) => j !== index));
  };
  const replace = (index: number, c: Condition) => onChange(index < filters.length ? filters.with(index, c) : [...filters, c]);
  return (
    <Box ref={bar} sx={{ display: 'contents' }}>
      {filters.map((c, i) => {
        const field = fieldOf(module, c.field);
        if (!field) return null;
        return (
          <FilterChip
            key={`${c.field}[${c.op}]${i}`} field={field} condition={c}
            onEdit={(anchor) => setEditing({ anchor, index: i })} onRemove={() => remove(i)}
          />
        );
      })}
      <Button
        ref={add} startIcon={<FilterList />} onClick={(e) => setEditing({ anchor: e.currentTarget, index: filters.length })}
        aria-label={t('list.add_filter')} aria-haspopup="dialog" aria-keyshortcuts="f"
        sx={{ color: 'text.secondary', flex: 'none', minHeight: { xs: 44, sm: 0 }, '& .MuiButton-startIcon': { mr: 1 } }}
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
