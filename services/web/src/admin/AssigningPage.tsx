/* The assignment rules in the order in which they are tried: moved by dragging or Alt+arrows, each in words. */
import { useMemo, useRef } from 'react';
import { Box, Button, FormControlLabel, Skeleton, Switch, Typography } from '@mui/material';
import Add from '@mui/icons-material/Add';
import Handle from '@mui/icons-material/DragIndicator';
import Warning from '@mui/icons-material/WarningAmber';
import { closestCenter, DndContext, MouseSensor, TouchSensor, useDraggable, useDroppable, useSensor, useSensors } from '@dnd-kit/core';
import { Link, useNavigate } from 'react-router-dom';
import type { Rec } from '../api/records';
import { Failed, Nothing } from '../app/states';
import { useKeys } from '../lib/keys';
import { may } from '../meta/fields';
import { useMetadata, useModule } from '../meta/metadata';
import { useCommands } from '../shell/commands';
import { Head } from '../shell/Head';
import { useLabel, useT } from '../text/i18n';
import { inOrder, LEADS, movesFor, positionOf, takesAll, type Move } from './assigning';
import { ConditionWords } from './Conditions';
import { membersOf, type Member } from './members';
import { groupBy, useAll, usePeople } from './reading';
import { useSay } from './undo';
import { usePause } from './usePause';
import { useWriting } from './writing';

const FIELDS = ['id', 'version', 'label', 'name', 'position', 'filter', 'team', 'inactive'];
const MEMBER = ['id', 'version', 'label', 'member_of', 'person', 'weight'];

function Ready({ members }: { members: Member[] | undefined }) {
  const t = useT();
  if (!members) return null;
  const there = members.filter((m) => m.state === 'available');
  if (!there.length) return <Box component="span" sx={{ color: 'warning.main', display: 'flex', gap: 1, alignItems: 'center' }}><Warning sx={{ fontSize: 15 }} aria-hidden />{t('assigning.ready_none')}</Box>;
  const equal = there.every((m) => m.weight === there[0]?.weight);
  const people = there.map((m) => (equal ? m.label : t('assigning.weighted', { person: m.label, weight: m.weight }))).join(', ');
  return <>{t('assigning.ready', { count: there.length, people })}</>;
}

interface RowProps {
  rule: Rec;
  place: number;
  members: Member[] | undefined;
  /* the rule above that takes everything */
  shadow: Rec | undefined;
  writable: boolean;
  paused: boolean;
  onPause: () => void;
  onStep: (by: number) => void;
}

function Row({ rule, place, members, shadow, writable, paused, onPause, onStep }: RowProps) {
  const t = useT();
  const module = useModule();
  const leads = useMetadata().byKey(LEADS);
  const groups = useMetadata().byKey('identity.group');
  const drag = useDraggable({ id: rule.id, disabled: !writable });
  const drop = useDroppable({ id: rule.id });
  return (
    <Box
      component="li" ref={(el: HTMLElement | null) => { drop.setNodeRef(el); drag.setNodeRef(el); }}
      sx={{
        display: 'flex', flexWrap: { xs: 'wrap', sm: 'nowrap' }, gap: 2, alignItems: 'flex-start', py: 3, borderTop: 1, borderColor: 'divider', bgcolor: 'background.default', position: 'relative',
        zIndex: drag.isDragging ? 2 : undefined, boxShadow: drag.isDragging ? 3 : undefined, outline: drop.isOver && !drag.isDragging ? '2px solid' : undefined, outlineColor: 'primary.main',
      }}
      style={{ transform: drag.transform ? `translateY(${drag.transform.y}px)` : undefined }}
    >
      {writable && (
        <Button
          {...drag.listeners} aria-label={t('assigning.drag', { rule: rule.label })} title={t('assigning.drag', { rule: rule.label })} data-rule={rule.id}
          onKeyDown={(e) => {
            if (!e.altKey || (e.key !== 'ArrowUp' && e.key !== 'ArrowDown')) return;
            e.preventDefault();
            onStep(e.key === 'ArrowUp' ? -1 : 1);
          }}
          sx={{ minWidth: 32, px: 1, color: 'text.secondary', cursor: 'grab', touchAction: 'none' }}
        >
          <Handle />
        </Button>
      )}
      <Box sx={{ width: 24, textAlign: 'right', color: 'text.secondary', fontVariantNumeric: 'tabular-nums', pt: 1 }}>{place}</Box>
      <Box sx={{ flex: 1, minWidth: 200, overflowWrap: 'anywhere', pt: 1 }}>
        <Link to={`/${module.path}/${rule.id}`} style={{ fontWeight: 600 }}>{rule.label}</Link>
        <Typography sx={{ color: rule.inactive ? 'text.secondary' : undefined }}>
          {rule.filter ? <>{t('assigning.if')} <ConditionWords module={leads} filter={rule.filter} /></> : t('assigning.any')}{' → '}
          {groups ? <Link to={`/${groups.path}/${String(rule.team)}`}>{rule.labels?.team}</Link> : rule.labels?.team}
        </Typography>
        <Typography component="div" variant="caption" color="text.secondary"><Ready members={members} /></Typography>
        {shadow && <Typography component="div" variant="caption" sx={{ color: 'warning.main', display: 'flex', gap: 1 }}><Warning sx={{ fontSize: 15 }} aria-hidden />{t('assigning.never', { rule: shadow.label })}</Typography>}
      </Box>
      <FormControlLabel
        sx={{ flex: 'none' }} label={t(paused ? 'sharing.paused' : 'sharing.active')} disabled={!writable}
        control={<Switch size="small" checked={!paused} onChange={onPause} slotProps={{ input: { 'aria-label': t('sharing.pause_of', { rule: rule.label }) } }} />}
      />
    </Box>
  );
}

export default function AssigningPage() {
  const t = useT();
  const labelOf = useLabel();
  const module = useModule();
  const navigate = useNavigate();
  const say = useSay();
  const { data, error, refetch } = useAll(module.key, FIELDS);
  const { data: memberRecords } = useAll('identity.member', MEMBER);
  const { data: everybody } = usePeople();
  const { change, force } = useWriting(module.path);
  const pause = usePause(module.path);
  const busy = useRef(false);
  const rules = useMemo(() => inOrder(data ?? []), [data]);
  const teams = useMemo(() => {
    if (!memberRecords || !everybody) return undefined;
    const people = new Map(everybody.map((p) => [p.id, p]));
    return new Map([...groupBy(memberRecords, 'member_of')].map(([id, records]) => [id, membersOf(records, people)]));
  }, [memberRecords, everybody]);
  const sensors = useSensors(useSensor(MouseSensor, { activationConstraint: { distance: 4 } }), useSensor(TouchSensor, { activationConstraint: { delay: 200, tolerance: 6 } }));
  const writable = may(module, 'change');

  const move = async (from: number, to: number) => {
    const moves = movesFor(rules, from, to);
    const moved = rules[from];
    if (!moves.length || !moved || busy.current) return;
    busy.current = true;
    const before: Move[] = moves.map(({ rule }) => ({ rule, position: positionOf(rule) }));
    try {
      for (const { rule, position } of moves) await change(rule, { position });
      say.done(t('assigning.moved', { rule: moved.label, place: to + 1 }), async () => {
        for (const { rule, position } of before) await force(rule.id, { position });
      });
    } catch (e) {
      say.failed(t('admin.not_saved'), e);
      void refetch();
    } finally {
      busy.current = false;
    }
    /* the handle of the rule that moved keeps the focus */
    document.querySelector<HTMLElement>(`[data-rule="${moved.id}"]`)?.focus();
  };
  const create = () => navigate(`/${module.path}/new`);
  useKeys({ c: () => may(module, 'create') && create() });
  useCommands(may(module, 'create') ? [{ id: 'assigning.create', label: t('sharing.create'), keys: 'C', run: create }] : []);
  return (
    <>
      <Head title={labelOf(module.plural)} />
      <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto' }}>
        <Box sx={{ maxWidth: 900, mx: 'auto', px: { xs: 3, sm: 4 }, py: 5 }}>
          <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 3, alignItems: 'flex-start', mb: 5 }}>
            <Typography color="text.secondary" sx={{ flex: 1, minWidth: 240 }}>{t('assigning.intro')}</Typography>
            {may(module, 'create') && <Button variant="contained" startIcon={<Add />} component={Link} to={`/${module.path}/new`} aria-keyshortcuts="c">{t('sharing.create')}</Button>}
          </Box>
          {error && !data ? (
            <Failed title={t('sharing.failed')} error={error} retry={() => void refetch()} />
          ) : !data ? (
            <Skeleton variant="rounded" height={200} aria-busy="true" />
          ) : !rules.length ? (
            <Nothing title={t('assigning.empty')} hint={t('assigning.empty_hint')} />
          ) : (
            <DndContext
              sensors={sensors} collisionDetection={closestCenter}
              onDragEnd={({ active, over }) => over && void move(rules.findIndex((r) => r.id === active.id), rules.findIndex((r) => r.id === over.id))}
            >
              <Box component="ol" aria-label={t('assigning.list')} sx={{ listStyle: 'none', m: 0, p: 0 }}>
                {rules.map((rule, i) => (
                  <Row
                    key={rule.id} rule={rule} place={i + 1} members={teams && (teams.get(String(rule.team)) ?? [])} shadow={rule.inactive ? undefined : takesAll(rules, i)} writable={writable}
                    paused={pause.isPaused(rule)} onPause={() => void pause.turn(rule)} onStep={(by) => void move(i, i + by)}
                  />
                ))}
              </Box>
            </DndContext>
          )}
        </Box>
      </Box>
    </>
  );
}
