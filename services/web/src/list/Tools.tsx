/* The line of tools over a list: view, whose, search, filters, how it is arranged, create. */
import { lazy, Suspense, useRef, useState, type RefObject } from 'react';
import { Badge, Box, Button, IconButton, Tooltip } from '@mui/material';
import Add from '@mui/icons-material/Add';
import Columns from '@mui/icons-material/ViewColumnOutlined';
import FilterList from '@mui/icons-material/FilterList';
import { useKeys } from '../lib/keys';
import { useCommands, type Command } from '../shell/commands';
import { useLabel, useT } from '../text/i18n';
import { FilterBar } from './FilterBar';
import { MineSwitch } from './MineSwitch';
import { ModeSwitch } from './ModeSwitch';
import { MoreMenu, type MoreActions } from './MoreMenu';
import { SearchBox } from './SearchBox';
import type { useListState } from './useListState';
import { ViewPicker } from './ViewPicker';

const FilterSheet = lazy(() => import('./FilterSheet'));

interface Props {
  list: ReturnType<typeof useListState>;
  phone: boolean;
  actions: MoreActions;
  create?: () => void;
  columnsRef: RefObject<HTMLButtonElement>;
  onColumns: (anchor: HTMLElement) => void;
}

const TOUCH = { width: { xs: 44, sm: 32 }, height: { xs: 44, sm: 32 } } as const;

export function Tools({ list, phone, actions, create, columnsRef, onColumns }: Props) {
  const { module, state, view, mine, mayBeMine, sort, change, chooseView, chooseMine } = list;
  const t = useT();
  const labelOf = useLabel();
  const search = useRef<HTMLInputElement>(null);
  const [opened, setOpened] = useState({ views: 0, filter: 0 });
  const [sheet, setSheet] = useState(false);
  const plural = labelOf(module.plural);

  const toSearch = () => search.current?.focus();
  const toFilter = () => (phone ? setSheet(true) : setOpened((o) => ({ ...o, filter: o.filter + 1 })));
  const toViews = () => setOpened((o) => ({ ...o, views: o.views + 1 }));
  const toColumns = () => columnsRef.current && onColumns(columnsRef.current);
  const turnMine = () => (mayBeMine ? chooseMine(!mine) : false);
  useKeys({ '/': toSearch, f: toFilter, v: toViews, o: toColumns, m: turnMine, r: actions.refresh, c: () => (create ? create() : false) });

  const command = (id: string, label: string, run: (() => void) | undefined, keys?: string): Command[] => (run ? [{ id, label, run, keys }] : []);
  useCommands([
    ...command('list.create', t('list.create'), create, 'C'),
    ...command('list.search', t('list.search'), toSearch, '/'),
    ...command('list.filter', t('list.add_filter'), toFilter, 'F'),
    ...command('list.mine', t(mine ? 'list.see_all' : 'list.see_mine'), mayBeMine ? () => chooseMine(!mine) : undefined, 'M'),
    ...command('list.views', t('list.view'), toViews, 'V'),
    ...command('list.columns', t('columns.title'), phone ? undefined : toColumns, 'O'),
    ...command('list.refresh', t('list.refresh'), actions.refresh, 'R'),
    ...command('list.import', t('list.import'), actions.import),
    ...command('list.export', t('bulk.export_list'), actions.export),
    ...command('list.bin', t(state.deleted ? 'bin.leave' : 'bin.title'), actions.bin),
  ]);

  const clear = state.filters.length > 1 && (
    <Button onClick={() => change({ q: undefined, filters: [] })} sx={{ color: 'text.secondary', flex: 'none' }}>{t('list.clear')}</Button>
  );
  return (
    <Box
      role="toolbar" aria-label={plural}
      sx={{ flex: 'none', display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2, px: { xs: 2, sm: 4 }, py: 2, borderBottom: 1, borderColor: 'divider' }}
    >
      <ViewPicker module={module} view={view} opened={opened.views} onChoose={chooseView} />
      {!phone && mayBeMine && <MineSwitch mine={mine} onChange={chooseMine} />}
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, ml: 'auto', order: { xs: 1, sm: 3 } }}>
        {!state.deleted && <ModeSwitch mode="list" />}
        {!phone && (
          <Tooltip title={t('columns.title')}>
            <IconButton ref={columnsRef} onClick={(e) => onColumns(e.currentTarget)} aria-label={t('columns.title')} aria-haspopup="dialog" aria-keyshortcuts="o"><Columns /></IconButton>
          </Tooltip>
        )}
        <MoreMenu actions={actions} inBin={!!state.deleted} />
        {create && (
          <Button
            variant="contained" startIcon={<Add />} onClick={create} aria-keyshortcuts="c" aria-label={t('list.create')}
            sx={{ ml: 1, minWidth: { xs: 44, sm: 0 }, height: { xs: 44, sm: 32 }, '& .MuiButton-startIcon': { mr: { xs: -1, sm: 2 } } }}
          >
            <Box component="span" sx={{ display: { xs: 'none', sm: 'inline' } }}>{t('list.create')}</Box>
          </Button>
        )}
      </Box>
      <Box sx={{ display: { xs: 'flex', sm: 'contents' }, flexBasis: '100%', minWidth: 0, alignItems: 'center', gap: 2, order: 2 }}>
        <SearchBox value={state.q ?? ''} label={t('list.search_in', { module: plural })} inputRef={search} onChange={(q) => change({ q: q || undefined }, true)} />
        {phone ? (
          <>
            {mayBeMine && <MineSwitch mine={mine} onChange={chooseMine} />}
            <IconButton onClick={() => setSheet(true)} aria-label={t('list.filter_sort_n', { count: state.filters.length })} aria-haspopup="dialog" sx={TOUCH}>
              <Badge badgeContent={state.filters.length} color="primary"><FilterList /></Badge>
            </IconButton>
          </>
        ) : (
          <>
            <FilterBar module={module} filters={state.filters} opened={opened.filter} onChange={(filters) => change({ filters })} />
            {clear}
          </>
        )}
      </Box>
      {sheet && (
        <Suspense>
          <FilterSheet
            module={module} filters={state.filters} sort={sort} onFilters={(filters) => change({ filters })} onSort={(next) => change({ sort: next })}
            onClose={() => setSheet(false)}
          />
        </Suspense>
      )}
    </Box>
  );
}
