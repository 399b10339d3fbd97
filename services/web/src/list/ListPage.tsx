/* A module's list: tools above, rows, how many below. All of it comes from the metadata and the address. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Box, Button, IconButton, LinearProgress, Tooltip } from '@mui/material';
import Add from '@mui/icons-material/Add';
import Refresh from '@mui/icons-material/Refresh';
import Upload from '@mui/icons-material/UploadFileOutlined';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from 'react-router-dom';
import type { ListQuery } from '../api/filters';
import { Failed, Nothing } from '../app/states';
import { useKeys } from '../lib/keys';
import { columnsOf, may, titleField } from '../meta/fields';
import { fieldOf } from '../meta/metadata';
import { Head } from '../shell/Head';
import { usePhone } from '../shell/Shell';
import { useLabel, useT } from '../text/i18n';
import { FilterBar } from './FilterBar';
import { groupCondition, Groups } from './Groups';
import { Rows } from './Rows';
import { SearchBox } from './SearchBox';
import { StatusBar } from './StatusBar';
import { Table } from './Table';
import { defaultView, useListState } from './useListState';
import type { Pages } from './usePages';
import { ViewPicker } from './ViewPicker';

/* What the status line and the states depend on; rows change too often to draw the whole page for each. */
const summary = (p: Pages): string => [p.loaded, p.complete, p.pending, p.fetching, p.error].join();

export default function ListPage() {
  const t = useT();
  const labelOf = useLabel();
  const navigate = useNavigate();
  const client = useQueryClient();
  const phone = usePhone();
  const { module, state, view, change } = useListState();
  const search = useRef<HTMLInputElement>(null);
  const [pages, setPages] = useState<Pages>();
  const onPages = useCallback((next: Pages) => setPages((old) => (old && summary(old) === summary(next) ? old : next)), []);

  const columns = useMemo(() => columnsOf(module, view), [module, view]);
  const title = titleField(module, view?.columns);
  const groupField = view?.group_by ? fieldOf(module, view.group_by) : undefined;
  const sort = state.sort ?? view?.sort ?? module.sort ?? '-created_at';
  const query = useMemo<ListQuery>(
    () => ({
      view: view === defaultView(module) ? undefined : view?.name,
      q: state.q,
      sort: state.sort,
      filters: state.filters,
      fields: [...new Set(['label', ...columns.map((f) => f.name)])],
    }),
    [module, view, state.q, state.sort, state.filters, columns],
  );
  const rowsQuery = useMemo<ListQuery>(
    () => (groupField && state.group !== undefined ? { ...query, filters: [...query.filters, groupCondition(groupField, state.group)] } : query),
    [query, groupField, state.group],
  );
  const closed = !!groupField && state.group === undefined;
  useEffect(() => {
    if (closed) setPages(undefined);
  }, [closed]);

  const create = () => navigate(`/${module.path}/new`);
  const refresh = () => void client.invalidateQueries({ queryKey: [module.path] });
  const [creates, imports] = [may(module, 'create'), may(module, 'import')];
  useKeys({ '/': () => search.current?.focus(), c: () => creates && create() });

  const plural = labelOf(module.plural);
  const narrowed = !!state.q || state.filters.length > 0;
  const clear = () => change({ q: undefined, filters: [] });
  const empty = !groupField && pages?.complete && pages.loaded === 0;
  const failed = !closed && pages?.error != null && pages.loaded === 0;
  const rows = (scroller: React.RefObject<HTMLDivElement>, label?: string) => (
    <Rows module={module} query={rowsQuery} columns={columns} title={title} phone={phone} scroller={scroller} label={label ?? plural} onPages={onPages} />
  );

  return (
    <>
      <Head title={plural} />
      <Box
        role="toolbar" aria-label={plural}
        sx={{ flex: 'none', display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2, px: { xs: 2, sm: 4 }, py: 2, borderBottom: 1, borderColor: 'divider' }}
      >
        <ViewPicker
          module={module} view={view}
          onChoose={(v) => change({ view: v === defaultView(module) ? undefined : v.name, sort: undefined, group: undefined })}
        />
        <Box sx={{ flex: 1, order: { xs: 1, sm: 3 } }} />
        <Box sx={{ display: 'flex', gap: 1, order: { xs: 1, sm: 3 } }}>
          <Tooltip title={t('list.refresh')}>
            <IconButton onClick={refresh} aria-label={t('list.refresh')}><Refresh /></IconButton>
          </Tooltip>
          {imports && (
            <Tooltip title={t('list.import')}>
              <IconButton component={Link} to={`/${module.path}/import`} aria-label={t('list.import')}><Upload /></IconButton>
            </Tooltip>
          )}
          {creates && <Button variant="contained" startIcon={<Add />} onClick={create} aria-keyshortcuts="c" aria-label={t('list.create')} sx={{ ml: 1, minWidth: 0, '& .MuiButton-startIcon': { mr: { xs: -1, sm: 2 } } }}>
            <Box component="span" sx={{ display: { xs: 'none', sm: 'inline' } }}>{t('list.create')}</Box>
          </Button>}
        </Box>
        <Box sx={{ display: { xs: 'flex', sm: 'contents' }, flexBasis: '100%', minWidth: 0, flexWrap: 'wrap', alignItems: 'center', gap: 2, order: 2 }}>
          <SearchBox value={state.q ?? ''} label={t('list.search_in', { module: plural })} inputRef={search} onChange={(q) => change({ q: q || undefined }, true)} />
          <FilterBar module={module} filters={state.filters} onChange={(filters) => change({ filters })} />
          {state.filters.length > 1 && <Button onClick={clear} sx={{ color: 'text.secondary', display: { xs: 'none', sm: 'inline-flex' } }}>{t('list.clear')}</Button>}
        </Box>
      </Box>
      <Box sx={{ height: 2, mt: '-2px', flex: 'none', zIndex: 4 }}>
        {pages?.fetching && <LinearProgress aria-label={t('app.loading')} sx={{ height: 2 }} />}
      </Box>
      {failed && (
        <Failed title={t('list.failed')} error={pages.error} retry={refresh}>
          {narrowed && <Button onClick={clear}>{t('list.clear')}</Button>}
        </Failed>
      )}
      {empty && !failed && (
        narrowed || view?.filter ? (
          <Nothing title={t('list.no_match')} hint={t('list.no_match_hint')}>
            {narrowed && <Button variant="outlined" onClick={clear}>{t('list.clear')}</Button>}
          </Nothing>
        ) : (
          <Nothing title={t('list.empty')} hint={t('list.empty_hint')}>
            {imports && <Button variant="outlined" component={Link} to={`/${module.path}/import`}>{t('list.import')}</Button>}
            {creates && <Button variant="contained" onClick={create}>{t('list.create')}</Button>}
          </Nothing>
        )
      )}
      <Box sx={{ display: empty || failed ? 'none' : 'flex', flex: 1, minHeight: 0, flexDirection: 'column' }}>
        <Table columns={columns} title={title} sort={sort} onSort={(next) => change({ sort: next })} phone={phone} label={plural}>
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
        <StatusBar path={module.path} query={rowsQuery} pages={closed ? undefined : pages} />
      </Box>
    </>
  );
}
