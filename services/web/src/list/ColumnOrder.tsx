/* The chosen columns in their order: dragged by hand, moved by arrows on the handle, taken off by their cross. */
import { useState } from 'react';
import { Box, IconButton } from '@mui/material';
import Close from '@mui/icons-material/Close';
import DragIndicator from '@mui/icons-material/DragIndicator';
import { closestCenter, DndContext, PointerSensor, useDraggable, useDroppable, useSensor, useSensors, type DragEndEvent } from '@dnd-kit/core';
import { useLabel, useT } from '../text/i18n';
import type { Shown } from './arrangement';

interface ItemProps {
  column: Shown;
  /* the one that names the record stays */
  stays: boolean;
  /* where it would come, when something is dragged over it */
  mark: 'above' | 'below' | undefined;
  onMove: (by: number) => void;
  onRemove: () => void;
}

function Item({ column, stays, mark, onMove, onRemove }: ItemProps) {
  const t = useT();
  const labelOf = useLabel();
  const { name } = column.field;
  const label = labelOf(column.field.label);
  const drag = useDraggable({ id: name });
  const drop = useDroppable({ id: name });
  return (
    <Box
      component="li" ref={drop.setNodeRef}
      sx={{ display: 'flex', alignItems: 'center', minHeight: { xs: 44, sm: 32 }, borderRadius: 1, opacity: drag.isDragging ? 0.4 : 1, '&:hover': { bgcolor: 'action.hover' },
        borderTop: 2, borderBottom: 2, borderColor: 'transparent', borderTopColor: mark === 'above' ? 'primary.main' : undefined, borderBottomColor: mark === 'below' ? 'primary.main' : undefined }}
    >
      <IconButton
        ref={drag.setNodeRef} {...drag.attributes} {...drag.listeners} aria-describedby={undefined} role={undefined} aria-roledescription={undefined}
        aria-label={t('columns.move', { field: label })} sx={{ cursor: 'grab', touchAction: 'none', width: { xs: 44, sm: 24 }, height: { xs: 44, sm: 24 } }} data-handle={name}
        onKeyDown={(e) => {
          if (e.key !== 'ArrowUp' && e.key !== 'ArrowDown') return;
          e.preventDefault();
          onMove(e.key === 'ArrowUp' ? -1 : 1);
        }}
      >
        <DragIndicator sx={{ fontSize: 16 }} />
      </IconButton>
      <Box component="span" sx={{ flex: 1, minWidth: 0, px: 1, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{label}</Box>
      {!stays && (
        <IconButton onClick={onRemove} aria-label={t('columns.remove', { field: label })} sx={{ width: { xs: 44, sm: 24 }, height: { xs: 44, sm: 24 } }}>
          <Close sx={{ fontSize: 16 }} />
        </IconButton>
      )}
    </Box>
  );
}

interface Props {
  columns: Shown[];
  stays: string | undefined;
  onChange: (columns: Shown[]) => void;
}

function moved(columns: Shown[], from: number, to: number): Shown[] {
  const column = columns[from];
  if (!column || to < 0 || to >= columns.length || from === to) return columns;
  return columns.toSpliced(from, 1).toSpliced(to, 0, column);
}

export function ColumnOrder({ columns, stays, onChange }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 3 } }));
  const [over, setOver] = useState<{ name: string; from: number } | null>(null);
  const [said, setSaid] = useState('');
  const at = (name: string | number | undefined) => columns.findIndex((c) => c.field.name === name);

  const move = (from: number, to: number) => {
    const next = moved(columns, from, to);
    const column = columns[from];
    if (next === columns || !column) return;
    onChange(next);
    setSaid(t('columns.moved', { field: labelOf(column.field.label), place: to + 1, of: columns.length }));
  };
  const end = ({ active, over: target }: DragEndEvent) => {
    setOver(null);
    if (target) move(at(active.id), at(target.id));
  };
  return (
    <DndContext
      sensors={sensors} collisionDetection={closestCenter} onDragEnd={end} onDragCancel={() => setOver(null)}
      onDragOver={({ active, over: target }) => setOver(target ? { name: String(target.id), from: at(active.id) } : null)}
      accessibility={{ restoreFocus: false, announcements: { onDragStart: () => '', onDragOver: () => '', onDragEnd: () => '', onDragCancel: () => '' } }}
    >
      <Box component="ul" aria-label={t('columns.chosen')} sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {columns.map((c, i) => (
          <Item
            key={c.field.name} column={c} stays={c.field.name === stays}
            mark={over?.name === c.field.name && over.from !== i ? (over.from > i ? 'above' : 'below') : undefined}
            onMove={(by) => move(i, i + by)} onRemove={() => onChange(columns.toSpliced(i, 1))}
          />
        ))}
      </Box>
      <Box role="status" sx={{ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }}>{said}</Box>
    </DndContext>
  );
}
