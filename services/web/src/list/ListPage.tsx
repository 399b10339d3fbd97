/* A module's list: tools above, rows, how many below. All of it comes from the metadata, the address and the arrangement. */
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { Box, Button, LinearProgress } from '@mui/material';
import ArrowUp from '@mui/icons-material/ArrowUpward';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router-dom';
import { narrowing } from '../api/client';
import { formatQuery, type ListQuery } from '../api/filters';
import type { Rec } from '../api/records';
import { Failed } from '../app/states';
import { may, titleField } from '../meta/fields';
import { fieldOf } from '../meta/metadata';
import { useSession } from '../session/session';
import { Head } from '../shell/Head';
import { usePhone } from '../shell/Shell';
import { useFormat } from '../text/format';
import { useLabel, useT } from '../text/i18n';
import { assignField } from './assign';
import { EmptyList } from './EmptyList';
import { rowHeight } from './grid';
import { groupCondition, Groups } from './Groups';
import type { MoreActions } from './MoreMenu';
import { Rows, type RowsState } from './Rows';
import { EVERYTHING, isNothing, NOTHING, select, type Selection } from './selection';
import { StatusBar } from './StatusBar';
import { Table } from './Table';
import { Tools } from './Tools';
import { fieldNames, useArranging } from './useArranging';
import { useBulk } from './useBulk';
import { useCount } from './useCount';
import { defaultView, useListState } from './useListState';
import { WorkLine } from './WorkLine';

const ColumnsPanel = lazy(() => import('./ColumnsPanel'));
const Outcome = lazy(() => import('./Outcome'));
const SelectionBar = lazy(() => import('./SelectionBar'));

/* What the status line and the states depend on; rows change too often to draw the whole page for each. */
const summary = (p: RowsState): string => [p.list, p.loaded, p.complete, p.pending, p.fetching, p.error, p.fresh].join();

export default function ListPage() {
  const t = useT();
  const labelOf = useLabel();
  const format = useFormat();
  const navigate = useNavigate();
  const client = useQueryClient();
  const phone = usePhone();
  const { administrator } = useSession().session.user;
  const list = useListState();
  const { module, state, view, mine, sort, change, arrangement } = list;
  const arranging = useArranging(list);
  const [rowsState, setRowsState] = useState<RowsState>();
  const onRows = useCallback((next: RowsState) => setRowsState((old) => (old && summary(old) === summary(next) ? old : next)), []);
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const [assigning, setAssigning] = useState(false);
  const [panel, setPanel] = useState<HTMLElement | null>(null);
  const columnsButton = useRef<HTMLButtonElement>(null);

  const shape = JSON.stringify(arranging.columns.map((c) => c.field.name));
  // eslint-disable-next-line react-hooks/exhaustive-deps -- widths alone are no other columns
  const columns = useMemo(() => arranging.columns.map((c) => c.field), [module, shape]);
  const title = titleField(module, view?.columns);
  const groupField = view?.group_by ? fieldOf(module, view.group_by) : undefined;
  const query = useMemo<ListQuery>(
    () => ({
      view: view === defaultView(module) ? undefined : view?.name,
      q: state.q,
      sort: sort === (view?.sort ?? module.sort) ? undefined : sort,
      filters: state.filters,
      mine,
      deleted: state.deleted,
      fields: fieldNames(columns),
    }),
    [module, view, mine, sort, state.q, state.filters, state.deleted, columns],
  );
  const rowsQuery = useMemo<ListQuery>(
    () => (groupField && state.group !== undefined ? { ...query, filters: [...query.filters, groupCondition(groupField, state.group)] } : query),
    [query, groupField, state.group],
  );
  const closed = !!groupField && state.group === undefined;
  const which = formatQuery(narrowing(rowsQuery));
  useEffect(() => setSelection(NOTHING), [which]);
  useEffect(() => {
    if (closed) setRowsState(undefined);
  }, [closed]);

  /* what the rows of another list said is not of this one */
  const pages = closed || rowsState?.list !== `${module.path}?${formatQuery(rowsQuery)}` ? undefined : rowsState;
  const counted = useCount(module.path, rowsQuery, pages);
  const bulk = useBulk(module, rowsQuery, selection, counted.count, counted.capped, setSelection);
  const create = may(module, 'create') && !module.made_by_system ? () => navigate(`/${module.path}/new`) : undefined;
  const imports = may(module, 'import');
  const changes = may(module, 'change');
  const deletes = may(module, 'delete');
  const selectable = state.deleted ? deletes : changes || deletes || may(module, 'export') || may(module, 'duplicate');
  const refresh = () => void client.invalidateQueries({ queryKey: [module.path] });
  const names = columns.map((f) => f.name);
  const actions: MoreActions = {
    refresh,
    columns: phone ? setPanel : undefined,
    import: imports ? () => navigate(`/${module.path}/import`) : undefined,
    export: may(module, 'export') && !closed ? () => void bulk.exportList(names, false) : undefined,
    bin: deletes ? () => change({ deleted: state.deleted ? undefined : true, view: undefined, group: undefined, mine: undefined }) : undefined,
  };
  const mayAssign = changes && !state.deleted && !!assignField(module);
  const assign = useCallback((r: Rec | undefined) => {
    if (r) setSelection((s) => (isNothing(s) ? select(s, [r], true) : s));
    setAssigning(true);
  }, []);

  const plural = labelOf(module.plural);
  const empty = !groupField && pages?.complete && pages.loaded === 0;
  const failed = pages?.error != null && pages.loaded === 0;
  const fresh = pages?.fresh ?? 0;
  const rows = (scroller: RefObject<HTMLDivElement>, label?: string) => (
    <Rows
      module={module} query={rowsQuery} columns={columns} title={title} height={rowHeight(arranging.density)} phone={phone} scroller={scroller} label={label ?? plural}
      selectable={selectable} selection={selection} onSelection={setSelection} onAssign={mayAssign ? assign : undefined} onRows={onRows}
    />
  );

  return (
    <>
      {view && view !== defaultView(module) && !state.deleted ? <Head title={labelOf(view.label)} parent={{ label: plural, to: `/${module.path}` }} /> : (
        <Head title={state.deleted ? t('bin.title') : plural} parent={state.deleted ? { label: plural, to: `/${module.path}` } : undefined} />
      )}
      <Tools list={list} phone={phone} actions={actions} create={create} columnsRef={columnsButton} onColumns={setPanel} />
      {state.deleted && (
        <Box sx={{ flex: 'none', display: 'flex', alignItems: 'center', gap: 2, px: 4, py: 1, bgcolor: 'action.hover', borderBottom: 1, borderColor: 'divider' }}>
          <span>{t('bin.here')}</span>
          <Button onClick={actions.bin}>{t('bin.leave')}</Button>
        </Box>
      )}
      <Box sx={{ height: 2, mt: '-2px', flex: 'none', zIndex: 4 }}>
        {pages?.fetching && <LinearProgress aria-label={t('app.loading')} sx={{ height: 2 }} />}
      </Box>
      {failed && (
        <Failed title={t('list.failed')} error={pages.error} retry={refresh}>
          {(!!state.q || state.filters.length > 0) && <Button onClick={() => change({ q: undefined, filters: [] })}>{t('list.clear')}</Button>}
        </Failed>
      )}
      {empty && !failed && <EmptyList list={list} create={create} imports={imports} />}
      {arrangement.ready && (
        <Box sx={{ display: empty || failed ? 'none' : 'flex', flex: 1, minHeight: 0, flexDirection: 'column', position: 'relative' }}>
          {fresh > 0 && (
            <Button
              variant="contained" onClick={pages?.takeIn} startIcon={<ArrowUp />}
              sx={{ position: 'absolute', top: { xs: 8, sm: 40 }, left: '50%', transform: 'translateX(-50%)', zIndex: 4, borderRadius: 16, height: { xs: 44, sm: 28 } }}
            >
              {t('list.fresh', { count: format.integer(fresh) })}
            </Button>
          )}
          <Table
            columns={arranging.columns} title={title} sort={sort} onSort={(next) => change({ sort: next })} onWidths={arranging.onColumns} phone={phone} label={plural}
            height={rowHeight(arranging.density)} picked={selectable ? (isNothing(selection) ? false : selection.all && !selection.ids.size ? true : 'mixed') : undefined}
            onPickAll={() => setSelection(isNothing(selection) ? EVERYTHING : NOTHING)}
          >
            {(scroller) =>
              groupField ? (
                <Groups
                  module={module} field={groupField} query={query} open={state.group} phone={phone}
                  onOpen={(group) => change({ group }, true)} rows={(_, label) => rows(scroller, t('list.group_rows', { group: label }))}
                />
              ) : (
                rows(scroller)
              )
            }
          </Table>
          {bulk.work ? <WorkLine work={bulk.work} /> : isNothing(selection) ? <StatusBar pages={pages} counted={counted} /> : (
            <Suspense fallback={<StatusBar pages={pages} counted={counted} />}>
              <SelectionBar
                module={module} selection={selection} counted={counted} bulk={bulk} phone={phone} inBin={!!state.deleted} assigning={assigning} onAssigning={setAssigning}
                onExport={() => void bulk.exportList(names, true)} onSelection={setSelection}
              />
            </Suspense>
          )}
        </Box>
      )}
      <Suspense>
        {panel && (
          <ColumnsPanel
            module={module} anchor={panel} columns={arranging.columns} title={title} density={arranging.density} arranged={arranging.arranged}
            onColumns={arranging.onColumns} onDensity={arranging.onDensity} onOpenSo={arranging.onOpenSo} onReset={arranging.onReset}
            onForAll={administrator ? arranging.onForAll : undefined} onClose={() => setPanel(null)}
          />
        )}
        {bulk.outcome && <Outcome path={module.path} outcome={bulk.outcome} onClose={bulk.closeOutcome} />}
      </Suspense>
    </>
  );
}
