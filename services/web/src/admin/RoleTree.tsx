/* The tree on the screen: rows to walk with the arrows, to drag under another, to rename in place. */
import { memo, useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Box, InputBase } from '@mui/material';
import { styled } from '@mui/material/styles';
import ChevronRight from '@mui/icons-material/ChevronRight';
import { DndContext, DragOverlay, MouseSensor, TouchSensor, useDraggable, useDroppable, useSensor, useSensors, type DragEndEvent } from '@dnd-kit/core';
import type { Rec } from '../api/records';
import { useT } from '../text/i18n';
import { usePeopleCount } from './People';
import type { Node } from './tree';

const INDENT = 20;
const TOP = 'top';

const Line = styled('div')(({ theme: { cauce } }) => ({
  display: 'flex', alignItems: 'center', gap: 4, minHeight: 32, paddingRight: 8, borderRadius: 6, cursor: 'default', outlineOffset: -2, userSelect: 'none',
  '@media (max-width: 599px)': { minHeight: 44 },
  '&:hover': { background: cauce.hover },
  '&[aria-selected=true]': { background: cauce.chosen },
  '&.over': { outline: `2px solid ${cauce.accent}` },
  '&.dragged': { opacity: 0.5 },
  '& .turn': { display: 'grid', placeItems: 'center', width: 24, height: 24, flex: 'none', color: cauce.soft, cursor: 'pointer' },
  '& .name': { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', minWidth: 0 },
  '& .count': { color: cauce.soft, fontSize: 12, marginLeft: 'auto', flex: 'none', paddingLeft: 12, fontVariantNumeric: 'tabular-nums' },
}));

/* `naming`: the row whose name is being written; "new" is one that isn't there yet */
export interface Naming {
  id: string;
  isNew: boolean;
}

function NameInput({ start, label, onDone }: { start: string; label: string; onDone: (name: string | null) => void }) {
  const done = useRef(false);
  const finish = (name: string | null) => {
    if (!done.current) onDone(name);
    done.current = true;
  };
  return (
    <InputBase
      autoFocus defaultValue={start} inputProps={{ 'aria-label': label, maxLength: 120 }}
      onFocus={(e) => e.target.select()}
      onBlur={(e) => finish(e.target.value)}
      onKeyDown={(e) => {
        e.stopPropagation();
        if (e.key === 'Enter') finish((e.target as HTMLInputElement).value);
        if (e.key === 'Escape') finish(null);
      }}
      sx={{ flex: 1, border: 1, borderColor: 'primary.main', borderRadius: 1, px: 1, height: 26, fontSize: 13, bgcolor: 'background.default' }}
    />
  );
}

interface RowProps {
  node: Node;
  people: Rec[] | undefined;
  isOpen: boolean;
  selected: boolean;
  movable: boolean;
  naming: ReactNode;
  onTurn: (node: Node) => void;
  onSelect: (node: Node) => void;
  onRename: (node: Node) => void;
}

const Row = memo(function Row({ node, people, isOpen, selected, movable, naming, onTurn, onSelect, onRename }: RowProps) {
  const t = useT();
  const count = usePeopleCount();
  const id = node.role.id;
  const drag = useDraggable({ id, disabled: !movable || !!naming });
  const drop = useDroppable({ id });
  const n = people?.length ?? 0;
  const names = people?.slice(0, 2).map((p) => p.label).join(', ');
  return (
    <Line
      ref={(el) => { drag.setNodeRef(el); drop.setNodeRef(el); }} {...drag.listeners}
      role="treeitem" aria-level={node.depth + 1} aria-selected={selected} aria-expanded={node.children.length ? isOpen : undefined}
      aria-label={t('roles.row', { role: node.role.label, people: n ? count(n) : t('admin.nobody') })} tabIndex={selected ? 0 : -1} data-role={id}
      className={`${drop.isOver && !drag.isDragging ? 'over' : ''} ${drag.isDragging ? 'dragged' : ''}`} style={{ paddingLeft: node.depth * INDENT }}
      onClick={() => onSelect(node)} onDoubleClick={() => onRename(node)}
    >
      <span className="turn" aria-hidden onClick={(e) => { e.stopPropagation(); onTurn(node); }}>
        {node.children.length > 0 && <ChevronRight sx={{ transform: isOpen ? 'rotate(90deg)' : 'none' }} />}
      </span>
      {naming ?? <span className="name">{node.role.label}</span>}
      {!naming && <span className="count" title={names}>{n > 0 && n <= 2 ? names : n > 0 ? count(n) : '—'}</span>}
    </Line>
  );
});

function Top() {
  const t = useT();
  const drop = useDroppable({ id: TOP });
  return (
    <Box
      ref={drop.setNodeRef}
      sx={{ border: 1, borderStyle: 'dashed', borderColor: drop.isOver ? 'primary.main' : 'divider', borderRadius: 1, p: 1, mb: 1, textAlign: 'center', color: 'text.secondary' }}
    >
      {t('roles.top')}
    </Box>
  );
}

interface Props {
  rows: Node[];
  closed: ReadonlySet<string>;
  searching: boolean;
  people: Map<string, Rec[]> | undefined;
  selected: Node | undefined;
  movable: boolean;
  naming: Naming | null;
  onNamed: (name: string | null) => void;
  onTurn: (node: Node, open?: boolean) => void;
  onSelect: (node: Node) => void;
  onMove: (node: Node, under: Node | undefined) => void;
  /* the keys that change something */
  onAct: (act: 'rename' | 'create' | 'move' | 'remove', node: Node) => void;
}

export function RoleTree({ rows, closed, searching, people, selected, movable, naming, onNamed, onTurn, onSelect, onMove, onAct }: Props) {
  const t = useT();
  const tree = useRef<HTMLDivElement>(null);
  const [dragged, setDragged] = useState<Node>();
  const sensors = useSensors(useSensor(MouseSensor, { activationConstraint: { distance: 6 } }), useSensor(TouchSensor, { activationConstraint: { delay: 250, tolerance: 6 } }));
  const byId = useMemo(() => new Map(rows.map((n) => [n.role.id, n])), [rows]);
  const rename = useRef(onAct);
  rename.current = onAct;
  const onRename = useMemo(() => (node: Node) => rename.current('rename', node), []);

  /* the selected row follows the focus; when rows come back after a change it has it again */
  const focused = useRef(false);
  const selectedId = selected?.role.id;
  useEffect(() => {
    const row = tree.current?.querySelector<HTMLElement>(`[data-role="${selectedId}"]`);
    row?.scrollIntoView({ block: 'nearest' });
    if (focused.current && !naming) row?.focus({ preventScroll: true });
  }, [selectedId, naming, rows]);

  const drop = ({ active, over }: DragEndEvent) => {
    const node = byId.get(String(active.id));
    setDragged(undefined);
    if (node && over && over.id !== active.id) onMove(node, over.id === TOP ? undefined : byId.get(String(over.id)));
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.ctrlKey || e.metaKey || naming) return;
    const node = selected;
    const at = node ? rows.indexOf(node) : -1;
    const go = (next: Node | undefined) => next && onSelect(next);
    const isOpen = !!node && (searching || !closed.has(node.role.id));
    const act = (): boolean => {
      if (e.altKey) {
        if (!node || !movable) return false;
        const siblings = node.parent ? node.parent.children : rows.filter((n) => !n.parent);
        const former = siblings[siblings.indexOf(node) - 1];
        if (e.key === 'ArrowRight' && former) onMove(node, former);
        else if (e.key === 'ArrowLeft' && node.parent) onMove(node, node.parent.parent);
        else return e.key === 'ArrowLeft' || e.key === 'ArrowRight';
        return true;
      }
      switch (e.key) {
        case 'ArrowDown': go(rows[at + 1]); return true;
        case 'ArrowUp': go(rows[Math.max(0, at - 1)]); return true;
        case 'Home': go(rows[0]); return true;
        case 'End': go(rows.at(-1)); return true;
        case 'ArrowRight':
          if (node && !isOpen) onTurn(node, true);
          else go(node?.children[0]);
          return true;
        case 'ArrowLeft':
          if (node?.children.length && isOpen && !searching) onTurn(node, false);
          else go(node?.parent);
          return true;
      }
      if (!node || !movable) return false;
      if (e.key === 'F2' || e.key === 'Enter') onAct('rename', node);
      else if (e.key === 'Insert' || e.key === 'c') onAct('create', node);
      else if (e.key === 'm') onAct('move', node);
      else if (e.key === 'Delete') onAct('remove', node);
      else return false;
      return true;
    };
    if (act()) {
      e.preventDefault();
      e.stopPropagation();
    }
  };

  return (
    <DndContext sensors={sensors} onDragStart={({ active }) => setDragged(byId.get(String(active.id)))} onDragEnd={drop} onDragCancel={() => setDragged(undefined)}>
      {dragged?.parent && <Top />}
      <Box
        ref={tree} role="tree" aria-label={t('roles.tree')} onKeyDown={onKeyDown}
        onFocus={() => { focused.current = true; }} onBlur={(e) => { if (e.relatedTarget) focused.current = false; }}
      >
        {rows.map((node) => (
          <Box key={node.role.id} role="presentation">
            <Row
              node={node} people={people?.get(node.role.id)} isOpen={searching || !closed.has(node.role.id)} selected={node === selected} movable={movable}
              onTurn={onTurn} onSelect={onSelect} onRename={onRename}
              naming={naming && !naming.isNew && naming.id === node.role.id ? <NameInput start={node.role.label ?? ''} label={t('roles.name')} onDone={onNamed} /> : undefined}
            />
            {naming?.isNew && naming.id === node.role.id && (
              <Box sx={{ pl: `${(node.depth + 1) * INDENT + 28}px`, pr: 2, py: 1 }}><NameInput start="" label={t('roles.name_new')} onDone={onNamed} /></Box>
            )}
          </Box>
        ))}
      </Box>
      {naming?.isNew && !naming.id && <Box sx={{ pl: 7, pr: 2, py: 1 }}><NameInput start="" label={t('roles.name_new')} onDone={onNamed} /></Box>}
      <DragOverlay dropAnimation={null}>
        {dragged && <Box sx={{ px: 3, py: 1, bgcolor: 'background.paper', border: 1, borderColor: 'primary.main', borderRadius: 1, width: 'max-content' }}>{dragged.role.label}</Box>}
      </DragOverlay>
    </DndContext>
  );
}
