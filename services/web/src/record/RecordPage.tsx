/* A record: what matters on top, its fields to be read and changed in place, what hangs on it below, its history beside. */
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { Box, Typography, useMediaQuery } from '@mui/material';
import { useTheme } from '@mui/material/styles';
import { useNotify } from 'ra-core';
import { useLocation, useNavigate, useParams } from 'react-router-dom';
import { duplicate } from '../api/client';
import { valueAt } from '../api/patch';
import type { Rec } from '../api/records';
import { useExplain } from '../app/explain';
import { Panel } from '../app/Panel';
import { panels } from '../app/panels';
import { useNameOf } from '../fields/text';
import { useFetched } from '../lib/fetched';
import { useNeighbours } from '../list/neighbours';
import { listAddress } from '../list/useListState';
import { may } from '../meta/fields';
import { useMetadata, useModule } from '../meta/metadata';
import { assigneeField, canChange, mayRelate, relationsTo, type Relation } from '../meta/standout';
import type { Module } from '../meta/types';
import { Head } from '../shell/Head';
import { useLabel, useT } from '../text/i18n';
import { inSentence } from '../text/sentence';
import { useRemoval } from '../text/removal';
import { useActions, type Action } from './actions';
import { Below, HISTORY, Jumps } from './Below';
import { InlineConflict } from './InlineConflict';
import { loadEditor } from './InlineField';
import { NewsLine } from './NewsLine';
import { RecordHead } from './RecordHead';
import { useSaver } from './saving';
import { Gone, Loading, Unread } from './states';
import { Timeline } from './Timeline';
import { useDelete } from './useDelete';
import { useNews, useRecord } from './useRecord';
import { Values } from './Values';

const CreateDialog = lazy(() => import('./CreateDialog'));
const Explain = lazy(() => import('./Explain'));
const RemoveDialog = lazy(() => import('./RemoveDialog'));

/* The tab that the address names; /history is the time line's own address. */
function useTab(here: string) {
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  const tab = pathname.endsWith('/history') ? HISTORY : new URLSearchParams(search).get('tab');
  const setTab = (next: string) => navigate(next === HISTORY ? `${here}/history` : `${here}?tab=${next}`, { replace: true });
  return { tab, setTab, suffix: pathname.endsWith('/history') ? '/history' : search };
}

function Loaded({ module, record }: { module: Module; record: Rec }) {
  const t = useT();
  const labelOf = useLabel();
  const notify = useNotify();
  const explain = useExplain();
  const nameOf = useNameOf();
  const navigate = useNavigate();
  const { modules } = useMetadata();
  const here = `/${module.path}/${record.id}`;
  const wide = useMediaQuery(useTheme().breakpoints.up('lg'), { noSsr: true });
  const { tab, setTab, suffix } = useTab(here);
  const saver = useSaver(module, record);
  const { news, flash, dismiss } = useNews(module, record, saver.own);
  const neighbours = useNeighbours(module.path, record.id);
  const relations = useMemo(() => relationsTo(module, modules), [module, modules]);
  const { act: remove, busy: removing } = useDelete(module, record);
  const removal = useRemoval(module);
  const [ending, setEnding] = useState(false);
  const [assign, setAssign] = useState<HTMLElement | null>(null);
  const [asking, setAsking] = useState(false);
  const [making, setMaking] = useState<Relation | null>(null);
  const line = useRef<HTMLElement>(null);
  useFetched(loadEditor);
  const person = assigneeField(module);

  const go = (by: 1 | -1) => {
    const open = (id: string | undefined) => id && navigate(`/${module.path}/${id}${suffix}`, { replace: true });
    neighbours.move(by).then(open, (e) => notify(explain(e), { type: 'error' }));
  };
  const copy = async () => {
    try {
      const made = await duplicate(module.path, record.id, crypto.randomUUID());
      navigate(`/${module.path}/${made.id}`);
      notify(t('record.duplicated'), { type: 'success' });
    } catch (e) {
      notify(`${t('record.not_duplicated')}: ${explain(e)}`, { type: 'error' });
    }
  };
  const show = (find: () => HTMLElement | null) =>
    requestAnimationFrame(() => {
      find()?.scrollIntoView({ block: 'start' });
      find()?.focus({ preventScroll: true });
    });
  const open = (to: string) => {
    setTab(to);
    show(() => document.getElementById('below'));
  };
  const timeline = () => (wide ? show(() => line.current) : open(HISTORY));
  const give = () => {
    const button = document.getElementById('assignee');
    button?.scrollIntoView({ block: 'nearest' });
    setAssign(button);
  };
  const makeable = relations.filter(mayRelate);
  const name = (m: Module) => inSentence(labelOf(m.label));
  const actions: Action[] = [
    { id: 'edit', label: t('record.edit'), keys: 'E', key: 'e', off: !may(module, 'change'), run: () => navigate(`${here}/edit`) },
    { id: 'assign', label: t('record.assign'), keys: 'A', key: 'a', off: !person || !canChange(module, person), run: give },
    { id: 'next', label: t('record.next'), keys: 'J', key: 'j', off: neighbours.index === undefined, run: () => go(1) },
    { id: 'previous', label: t('record.previous'), keys: 'K', key: 'k', off: neighbours.index === undefined, run: () => go(-1) },
    { id: 'timeline', label: t('record.timeline'), keys: 'H', key: 'h', run: timeline },
    ...makeable.map((r, i): Action => ({
      id: `new.${r.key}`, label: t('record.create', { module: r.several ? `${name(r.module)} · ${labelOf(r.field.label)}` : name(r.module) }), inMenu: true,
      run: () => setMaking(r), ...(i === 0 ? { keys: 'N', key: 'n' } : {}),
    })),
    { id: 'duplicate', label: t('record.duplicate'), inMenu: true, off: !may(module, 'duplicate'), run: () => void copy() },
    { id: 'explain', label: t('record.explain'), inMenu: true, run: () => setAsking(true) },
    {
      id: 'link', label: t('record.copy_link'), inMenu: true,
      run: () => void navigator.clipboard?.writeText(`${window.location.origin}${here}`).then(() => notify(t('record.link_copied'), { type: 'info' }), () => notify(t('error.unknown'), { type: 'error' })),
    },
    /* what ends something is in its panel, where there is one */
    { id: 'delete', label: removal.word, off: !may(module, 'delete') || removing || (removal.final && module.key in panels), run: removal.final ? () => setEnding(true) : remove },
    { id: 'back', label: t('record.back', { module: labelOf(module.plural) }), keys: 'Esc', key: 'Escape', run: () => navigate(listAddress(module.path)) },
  ];
  useActions(actions);

  return (
    <Box sx={{ flex: 1, minHeight: 0, display: 'flex', overflow: wide ? 'hidden' : 'auto' }}>
      <Box sx={{ flex: 1, minWidth: 0, overflow: wide ? 'auto' : 'visible' }}>
        <Box sx={{ maxWidth: 1120, mx: 'auto', px: { xs: 2, sm: 4 }, pt: 3, pb: 12 }}>
          <RecordHead module={module} saver={saver} neighbours={neighbours} go={go} actions={actions} assign={assign} setAssign={setAssign}>
            <Jumps record={record} relations={relations} onOpen={open} onCreate={setMaking} />
          </RecordHead>
          {news && <NewsLine news={news} onClose={dismiss} />}
          <Panel module={module} record={record} />
          <Values module={module} saver={saver} flash={flash} />
          <Below module={module} record={record} relations={relations} history={!wide} tab={tab} onTab={setTab} onCreate={setMaking} />
        </Box>
      </Box>
      {wide && (
        <Box
          component="aside" ref={line} tabIndex={-1} aria-label={t('record.timeline')}
          sx={{ width: { lg: 340, xl: 400 }, flex: 'none', overflow: 'auto', borderLeft: 1, borderColor: 'divider', px: 4, pt: 4, pb: 8, outline: 'none' }}
        >
          <Typography variant="h2" sx={{ mb: 2 }}>{t('record.timeline')}</Typography>
          <Timeline module={module} record={record} />
        </Box>
      )}
      <InlineConflict module={module} saver={saver} />
      <Suspense>
        {ending && (
          <RemoveDialog
            open title={t('record.remove_own', { word: removal.word, label: nameOf(module, record) })} hint={t('bulk.remove_own_hint')} word={removal.word}
            onYes={remove} onClose={() => setEnding(false)}
          />
        )}
        {asking && <Explain module={module} record={record} onClose={() => setAsking(false)} />}
        {making && (
          <CreateDialog
            module={making.module} draftFor={`${making.key}.${record.id}`} onClose={() => setMaking(null)}
            values={{ [making.field.name]: record.id, labels: { [making.field.name]: valueAt(record, 'label') ?? '' } }}
          />
        )}
      </Suspense>
    </Box>
  );
}

export default function RecordPage() {
  const labelOf = useLabel();
  const t = useT();
  const nameOf = useNameOf();
  const module = useModule();
  const navigate = useNavigate();
  const { id = '' } = useParams();
  const { record, error, gone, refetch } = useRecord(module, id);
  const parent = { label: labelOf(module.plural), to: listAddress(module.path) };
  const out = !record || gone;
  useActions([{ id: 'out', label: t('record.back', { module: parent.label }), keys: 'Esc', key: 'Escape', off: !out, run: () => navigate(parent.to) }]);
  return (
    <>
      <Head title={record && !gone ? nameOf(module, record) || t('list.no_name') : labelOf(module.label)} parent={parent} />
      {gone ? (
        <Gone module={module} id={id} />
      ) : record ? (
        <Loaded key={record.id} module={module} record={record} />
      ) : error ? (
        <Unread error={error} retry={() => void refetch()} />
      ) : (
        <Loading />
      )}
    </>
  );
}
