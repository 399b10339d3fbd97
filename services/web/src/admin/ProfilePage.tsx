/* A profile: who has it, and the matrix of what it allows. Changes are gathered and saved together. */
import { useCallback, useDeferredValue, useMemo, useRef, useState } from 'react';
import { Alert, Box, Button, InputAdornment, Skeleton, TextField, Typography, useMediaQuery } from '@mui/material';
import { useTheme } from '@mui/material/styles';
import Copy from '@mui/icons-material/ContentCopyOutlined';
import Delete from '@mui/icons-material/DeleteOutlined';
import Search from '@mui/icons-material/Search';
import { Link, useNavigate, useParams } from 'react-router-dom';
import { isProblem } from '../api/problem';
import type { Rec } from '../api/records';
import { Failed, Nothing } from '../app/states';
import { useKeys } from '../lib/keys';
import { listAddress } from '../list/useListState';
import { may } from '../meta/fields';
import { useMetadata, useModule } from '../meta/metadata';
import type { Field, Module } from '../meta/types';
import { UnsavedGuard } from '../record/UnsavedGuard';
import { useCommands } from '../shell/commands';
import { Head } from '../shell/Head';
import { useLabel, useT } from '../text/i18n';
import { CopyDialog } from './CopyDialog';
import type { Edit } from './MatrixRow';
import { People } from './People';
import { ChangesBar, ProfileConflict } from './ProfileChanges';
import { ProfileMatrix } from './ProfileMatrix';
import { ProfilePhone } from './ProfilePhone';
import { usePeople } from './reading';
import { allowedOf, fieldsOf, parse } from './rights';
import { useSay } from './undo';
import { useProfileDraft, type Draft } from './useProfileDraft';
import { useWriting } from './writing';

const plain = (s: string): string => s.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/* The modules and fields that the search leaves, everyday ones first. */
function useShown(query: string) {
  const t = useT();
  const labelOf = useLabel();
  const { modules } = useMetadata();
  return useMemo(() => {
    const q = plain(query.trim());
    const fields = new Map<string, Field[]>();
    const hit = new Set<string>();
    const shown = modules.filter((m) => {
      const all = fieldsOf(m);
      const byName = !q || plain(labelOf(m.plural)).includes(q) || plain(labelOf(m.label)).includes(q);
      const found = q ? all.filter((f) => plain(labelOf(f.label)).includes(q)) : [];
      if (q && found.length) hit.add(m.key);
      fields.set(m.key, found.length ? found : all);
      return byName || found.length > 0;
    });
    const isAdministration = (m: Module): boolean => m.service === 'identity' || !!m.administrators || !!m.made_by_system;
    const sections = [
      { title: t('admin.everyday'), modules: shown.filter((m) => !isAdministration(m)) },
      { title: t('admin.administration'), modules: shown.filter(isAdministration) },
    ].filter((s) => s.modules.length);
    return { sections, fields, hit };
  }, [modules, query, labelOf, t]);
}

function Matrix({ draft, readOnly, onEdit }: { draft: Draft; readOnly: boolean; onEdit: Edit }) {
  const t = useT();
  /* ten columns need room */
  const narrow = useMediaQuery(useTheme().breakpoints.down('md'), { noSsr: true });
  const { modules } = useMetadata();
  const [query, setQuery] = useState('');
  const search = useRef<HTMLInputElement>(null);
  const { sections, fields, hit } = useShown(useDeferredValue(query));
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback(
    (m: Module) =>
      setOpened((old) => {
        /* where it is narrow one at a time */
        const next = new Set(narrow ? [] : old);
        if (old.has(m.key)) next.delete(m.key);
        else next.add(m.key);
        return next;
      }),
    [narrow],
  );
  const shownFields = useCallback((m: Module) => fields.get(m.key) ?? [], [fields]);
  useKeys({ '/': () => search.current?.focus() });
  const gone = useMemo(() => [...draft.grants, ...draft.denials].filter((g) => !parse(g, modules).module), [draft.grants, draft.denials, modules]);
  const shared = { allowed: draft, fieldsOf: shownFields, readOnly, onOpen: toggle, onEdit };
  return (
    <>
      <TextField
        type="search" value={query} onChange={(e) => setQuery(e.target.value)} inputRef={search} placeholder={t('profiles.search')} sx={{ maxWidth: 360, mb: 2 }}
        slotProps={{ htmlInput: { 'aria-label': t('profiles.search'), 'aria-keyshortcuts': '/' }, input: { startAdornment: <InputAdornment position="start"><Search /></InputAdornment> } }}
      />
      <Typography variant="caption" color="text.secondary" component="p" sx={{ mb: 2 }}>{t('profiles.field_denied')}</Typography>
      {!sections.length ? (
        <Nothing title={t('profiles.no_match')} />
      ) : narrow ? (
        <ProfilePhone modules={sections.flatMap((s) => s.modules)} open={[...opened][0] ?? [...hit][0]} {...shared} />
      ) : (
        <ProfileMatrix sections={sections} openModules={query.trim() ? new Set([...opened, ...hit]) : opened} {...shared} />
      )}
      {gone.length > 0 && <Alert severity="info" sx={{ mt: 4 }}>{t('profiles.gone', { list: gone.join(', ') })}</Alert>}
    </>
  );
}

export default function ProfilePage() {
  const t = useT();
  const labelOf = useLabel();
  const module = useModule();
  const navigate = useNavigate();
  const { id = '' } = useParams();
  const say = useSay();
  const profile = useProfileDraft(module.path, id);
  const { base, before, draft, changes, newer, conflict, change } = profile;
  const { drop, bring } = useWriting(module.path);
  const people = usePeople();
  const own = useMemo(() => people.data?.filter((p) => p.profile === id), [people.data, id]);
  const [copying, setCopying] = useState(false);
  const readOnly = !may(module, 'change');
  const onEdit = useCallback<Edit>((make) => change((old) => make(old)), [change]);

  const saved = (record: Rec | undefined, from: Draft, to: Draft, count: number) => {
    if (!record) return;
    say.done(t('profiles.saved', { count }), () => profile.undo(from, to));
  };
  const save = async () => {
    if (!changes?.count || !before || !draft) return;
    if (!draft.name.trim()) return say.failed(t('admin.not_saved'), t('profiles.required_name'));
    try {
      saved(await profile.save(), before, draft, changes.count);
    } catch (e) {
      say.failed(t('admin.not_saved'), e);
    }
  };
  const merge = async () => {
    if (!conflict || !before || !draft || !changes) return;
    try {
      saved(await profile.saveMerged(conflict), before, draft, changes.count);
    } catch (e) {
      say.failed(t('admin.not_saved'), e);
    }
  };
  const leaving = useRef(false);
  const remove = async () => {
    if (!base) return;
    try {
      await drop(base);
      leaving.current = true;
      navigate(listAddress(module.path));
      say.done(t('profiles.removed', { label: base.label }), () => bring(id));
    } catch (e) {
      say.failed(t('record.not_removed'), e);
    }
  };
  useKeys({ 'mod+Enter': () => void save() });
  useCommands(readOnly ? [] : [
    { id: 'profile.save', label: t('profiles.save'), keys: 'Ctrl+Enter', run: () => void save() },
    { id: 'profile.copy', label: t('profiles.copy'), run: () => setCopying(true) },
    { id: 'profile.new', label: t('profiles.create'), run: () => navigate(`/${module.path}/new`) },
  ]);
  const dirty = useCallback(() => !!changes?.count && !leaving.current, [changes]);

  const parent = { label: labelOf(module.plural), to: listAddress(module.path) };
  if (!draft || !base) {
    const missing = isProblem(profile.error) && (profile.error.status === 404 || profile.error.status === 400);
    return (
      <>
        <Head title={labelOf(module.label)} parent={parent} />
        {missing ? (
          <Nothing title={t('record.missing')} hint={t('record.missing_hint')}>
            <Button variant="outlined" component={Link} to={parent.to}>{t('record.back', { module: parent.label })}</Button>
          </Nothing>
        ) : profile.error ? (
          <Failed title={t('profiles.failed')} error={profile.error} retry={() => void profile.refetch()} />
        ) : (
          <Box sx={{ p: 4, display: 'grid', gap: 3 }} aria-busy="true"><Skeleton variant="rounded" width={260} height={36} /><Skeleton variant="rounded" height={400} /></Box>
        )}
      </>
    );
  }
  const used = !!own?.length;
  return (
    <>
      <Head title={base.label ?? labelOf(module.label)} parent={parent} />
      <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto' }} tabIndex={-1}>
        <Box sx={{ maxWidth: 1400, mx: 'auto', px: { xs: 3, sm: 4 }, pt: 4, pb: 8 }}>
          {newer && !conflict && (
            <Alert severity="info" sx={{ mb: 3 }} action={<Button onClick={() => profile.takeIn(newer)}>{t('profiles.take_theirs')}</Button>}>{t('profiles.meanwhile')}</Alert>
          )}
          <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: 3, mb: 3 }}>
            <TextField label={t('profiles.name')} value={draft.name} disabled={readOnly} required onChange={(e) => change((d) => ({ ...d, name: e.target.value }))} sx={{ width: { xs: '100%', sm: 240 } }} slotProps={{ htmlInput: { maxLength: 120 } }} />
            <TextField label={t('profiles.description')} value={draft.description} disabled={readOnly} onChange={(e) => change((d) => ({ ...d, description: e.target.value }))} sx={{ flex: 1, minWidth: 240 }} slotProps={{ htmlInput: { maxLength: 500 } }} />
            <Button component={Link} to={`/${module.path}/${id}/history`}>{t('record.history')}</Button>
            {!readOnly && <Button startIcon={<Copy />} onClick={() => setCopying(true)}>{t('profiles.copy')}</Button>}
            {may(module, 'delete') && (
              <Button startIcon={<Delete />} onClick={() => void remove()} disabled={used || !people.data} title={used ? t('profiles.remove_used') : undefined}>{t('profiles.remove')}</Button>
            )}
          </Box>
          <Typography color="text.secondary" sx={{ mb: 3 }}>{t('profiles.intro')}{readOnly && ` ${t('admin.only_administrators')}`}</Typography>
          <Box sx={{ display: 'grid', gridTemplateColumns: { md: 'minmax(0, 1fr) 220px' }, gap: 6, alignItems: 'start' }}>
            <Box sx={{ minWidth: 0 }}><Matrix draft={draft} readOnly={readOnly} onEdit={onEdit} /></Box>
            <Box component="section" aria-labelledby="who-has">
              <Typography variant="h2" id="who-has" sx={{ fontSize: 13, mb: 1 }}>{t('profiles.who')}</Typography>
              <People people={own} field="profile" value={id} none={t('profiles.who_none')} />
              {used && <Typography variant="caption" color="text.secondary" component="p" sx={{ mt: 1 }}>{t('profiles.remove_used')}</Typography>}
            </Box>
          </Box>
        </Box>
      </Box>
      <ChangesBar profile={profile} onSave={() => void save()} />
      {conflict && <ProfileConflict profile={profile} theirs={conflict} onMerge={() => void merge()} />}
      {copying && <CopyDialog exclude={id} onClose={() => setCopying(false)} onCopy={(other) => change((d) => ({ ...d, ...allowedOf(other) }))} />}
      <UnsavedGuard dirty={dirty} />
    </>
  );
}
