/* A group: its members as the assignment uses them, and the rules that use the group. */
import { useMemo, useState } from 'react';
import { Alert, Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, Skeleton, Typography } from '@mui/material';
import Delete from '@mui/icons-material/DeleteOutlined';
import Edit from '@mui/icons-material/EditOutlined';
import { useGetOne } from 'ra-core';
import { Link, useNavigate, useParams } from 'react-router-dom';
import { isProblem } from '../api/problem';
import type { Rec } from '../api/records';
import { Failed, Nothing } from '../app/states';
import type { Choice } from '../fields/lookups';
import { useKeys } from '../lib/keys';
import { listAddress } from '../list/useListState';
import { useLive } from '../live/live';
import { may } from '../meta/fields';
import { useMetadata, useModule } from '../meta/metadata';
import { useCommands } from '../shell/commands';
import { Head } from '../shell/Head';
import { useLabel, useT } from '../text/i18n';
import { LookupMany } from './Lookup';
import { membersOf, type Member } from './members';
import { MemberTable } from './MemberTable';
import { useAll, usePeople } from './reading';
import { useSay } from './undo';
import { useWriting } from './writing';

const MEMBER = ['id', 'version', 'label', 'member_of', 'person', 'weight'];
const SHARING = ['id', 'label', 'from_group', 'to_group'];
const ASSIGNING = ['id', 'label', 'team'];

/* The rules that name this group, with their address and what they are. */
function useUses(id: string) {
  const t = useT();
  const { byKey } = useMetadata();
  const sharing = byKey('identity.sharing_rule');
  const assigning = byKey('leads.assignment_rule');
  const shared = useAll('identity.sharing_rule', SHARING, { enabled: !!sharing });
  const given = useAll('leads.assignment_rule', ASSIGNING, { enabled: !!assigning });
  return useMemo(() => [
    ...(shared.data ?? []).filter((r) => r.from_group === id || r.to_group === id).map((r) => ({ to: `/${sharing?.path}/${r.id}`, text: t('groups.used_sharing', { rule: r.label }) })),
    ...(given.data ?? []).filter((r) => r.team === id).map((r) => ({ to: `/${assigning?.path}/${r.id}`, text: t('groups.used_assigning', { rule: r.label }) })),
  ], [shared.data, given.data, id, sharing, assigning, t]);
}

function Members({ id, writable }: { id: string; writable: boolean }) {
  const t = useT();
  const say = useSay();
  const path = useMetadata().byKey('identity.member')?.path ?? '';
  const { add, change, force, drop, bring } = useWriting(path);
  const filters = useMemo(() => [{ field: 'member_of', op: 'eq' as const, values: [id] }], [id]);
  const { data: records, error, refetch } = useAll('identity.member', MEMBER, { filters });
  const { data: everybody } = usePeople();
  const [chosen, setChosen] = useState<Choice[]>([]);
  const [busy, setBusy] = useState(false);
  const people = useMemo(() => everybody && new Map(everybody.map((p) => [p.id, p])), [everybody]);
  const members = useMemo(() => (records ? membersOf(records, people) : undefined), [records, people]);
  const there = useMemo(() => new Set(records?.map((r) => String(r.person))), [records]);
  const ready = members?.filter((m) => m.state === 'available').length ?? 0;

  const addAll = async () => {
    setBusy(true);
    const made: Rec[] = [];
    try {
      for (const c of chosen) made.push(await add({ member_of: id, person: c.id }));
    } catch (e) {
      say.failed(t('admin.not_saved'), e);
    }
    setBusy(false);
    const done = chosen.slice(0, made.length);
    setChosen(chosen.slice(made.length));
    if (!done.length) return;
    say.done(t('groups.added', { count: done.length, person: done[0]?.text }), async () => {
      for (const m of made) await drop(m);
    });
  };
  const attempt = async (act: () => Promise<unknown>, words: string, undo: () => Promise<unknown>) => {
    try {
      await act();
      say.done(words, undo);
    } catch (e) {
      say.failed(t('admin.not_saved'), e);
      void refetch();
    }
  };
  const remove = (m: Member) => void attempt(() => drop(m.record), t('groups.removed', { person: m.label }), () => bring(m.record.id));
  const weigh = (m: Member, weight: number | undefined) =>
    void attempt(
      () => change(m.record, { weight: weight ?? null }), t('groups.weight_saved', { person: m.label, weight: weight ?? 1 }),
      () => force(m.record.id, { weight: m.record.weight ?? null }),
    );

  if (error && !records) return <Failed title={t('groups.failed')} error={error} retry={() => void refetch()} />;
  if (!members) return <Skeleton variant="rounded" height={160} aria-busy="true" />;
  return (
    <Box component="section" aria-labelledby="members">
      <Typography variant="h2" id="members" sx={{ mb: 2 }}>{t('groups.members')}</Typography>
      {writable && (
        <Box sx={{ display: 'flex', alignItems: 'flex-end', gap: 2, mb: 4, maxWidth: 640 }}>
          <Box sx={{ flex: 1, minWidth: 0 }}><LookupMany of="identity.user" label={t('groups.add')} value={chosen} onChange={setChosen} exclude={there} disabled={busy} /></Box>
          <Button variant="contained" disabled={!chosen.length || busy} onClick={() => void addAll()} sx={{ height: 36 }}>{t(busy ? 'groups.adding' : 'groups.add_do')}</Button>
        </Box>
      )}
      {members.length ? (
        <>
          {ready ? (
            <Typography color="text.secondary" sx={{ mb: 2 }}>{t('groups.now', { count: ready })}. {t('groups.weight_help')}</Typography>
          ) : (
            <Alert severity="warning" sx={{ mb: 2 }}>{t('groups.now_none')}</Alert>
          )}
          <MemberTable members={members} writable={writable} onWeight={weigh} onRemove={remove} />
        </>
      ) : (
        <Nothing title={t('groups.none')} hint={t('groups.none_hint')} />
      )}
    </Box>
  );
}

export default function GroupPage() {
  const t = useT();
  const labelOf = useLabel();
  const module = useModule();
  const navigate = useNavigate();
  const say = useSay();
  const { id = '' } = useParams();
  const { data: group, error, refetch } = useGetOne<Rec>(module.path, { id });
  const { drop, bring } = useWriting(module.path);
  const uses = useUses(id);
  const [asking, setAsking] = useState(false);
  useLive(module.key, (change) => {
    if (change.kind !== 'record' || change.id === id) void refetch();
  });
  const edit = `/${module.path}/${id}/edit`;
  const remove = async () => {
    if (!group) return;
    setAsking(false);
    try {
      await drop(group);
      navigate(listAddress(module.path));
      say.done(t('groups.deleted', { group: group.label }), () => bring(id));
    } catch (e) {
      say.failed(t('record.not_removed'), e);
      void refetch();
    }
  };
  const askRemove = () => (uses.length ? setAsking(true) : void remove());
  useKeys({ e: () => may(module, 'change') && navigate(edit), Escape: () => navigate(listAddress(module.path)) });
  useCommands(may(module, 'change') ? [
    { id: 'group.edit', label: t('groups.edit'), keys: 'E', run: () => navigate(edit) },
    { id: 'group.delete', label: t('groups.delete'), run: askRemove },
  ] : []);

  const parent = { label: labelOf(module.plural), to: listAddress(module.path) };
  if (!group) {
    const missing = isProblem(error) && (error.status === 404 || error.status === 400);
    return (
      <>
        <Head title={labelOf(module.label)} parent={parent} />
        {missing ? (
          <Nothing title={t('record.missing')} hint={t('record.missing_hint')}>
            <Button variant="outlined" component={Link} to={parent.to}>{t('record.back', { module: parent.label })}</Button>
          </Nothing>
        ) : error ? (
          <Failed title={t('groups.failed')} error={error} retry={() => void refetch()} />
        ) : (
          <Box sx={{ p: 4 }} aria-busy="true"><Skeleton variant="rounded" height={200} /></Box>
        )}
      </>
    );
  }
  return (
    <>
      <Head title={group.label ?? ''} parent={parent} />
      <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto' }}>
        <Box sx={{ maxWidth: 1120, mx: 'auto', px: { xs: 3, sm: 4 }, pt: 4, pb: 8 }}>
          <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: 2, mb: 4 }}>
            <Box sx={{ flex: 1, minWidth: 200 }}>
              <Typography component="p" sx={{ fontSize: 20, fontWeight: 600, overflowWrap: 'anywhere' }}>{group.label}</Typography>
              {typeof group.description === 'string' && <Typography color="text.secondary">{group.description}</Typography>}
            </Box>
            <Button component={Link} to={`/${module.path}/${id}/history`}>{t('record.history')}</Button>
            {may(module, 'delete') && <Button startIcon={<Delete />} onClick={askRemove}>{t('groups.delete')}</Button>}
            {may(module, 'change') && <Button variant="outlined" startIcon={<Edit />} component={Link} to={edit} aria-keyshortcuts="e">{t('groups.edit')}</Button>}
          </Box>
          <Box sx={{ display: 'grid', gridTemplateColumns: { md: 'minmax(0, 1fr) 280px' }, gap: 8, alignItems: 'start' }}>
            <Members id={id} writable={may(module, 'change')} />
            <Box component="section" aria-labelledby="used">
              <Typography variant="h2" id="used" sx={{ mb: 2 }}>{t('groups.used')}</Typography>
              {uses.length ? (
                <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1 }}>{uses.map((u) => <li key={u.to}><Link to={u.to}>{u.text}</Link></li>)}</Box>
              ) : (
                <Typography color="text.secondary">{t('groups.used_none')}</Typography>
              )}
            </Box>
          </Box>
        </Box>
      </Box>
      <Dialog open={asking} onClose={() => setAsking(false)} aria-labelledby="delete-group">
        <DialogTitle id="delete-group">{t('groups.delete_title', { group: group.label })}</DialogTitle>
        <DialogContent>
          <Typography sx={{ mb: 2 }}>{t('groups.delete_body')}</Typography>
          <Box component="ul" sx={{ m: 0, pl: 5 }}>{uses.map((u) => <li key={u.to}><Link to={u.to}>{u.text}</Link></li>)}</Box>
        </DialogContent>
        <DialogActions>
          <Button color="error" onClick={() => void remove()}>{t('groups.delete_do')}</Button>
          <Button variant="contained" autoFocus onClick={() => setAsking(false)}>{t('record.cancel')}</Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
