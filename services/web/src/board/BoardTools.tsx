/* The board's line of tools: view, columns by what, total of what, order; search and filters as in the list. */
import { lazy, Suspense, useRef, useState, type ReactNode } from 'react';
import { Badge, Box, Button, IconButton, Menu, MenuItem, Tooltip } from '@mui/material';
import Add from '@mui/icons-material/Add';
import ArrowDown from '@mui/icons-material/ArrowDownward';
import ArrowUp from '@mui/icons-material/ArrowUpward';
import FilterList from '@mui/icons-material/FilterList';
import Functions from '@mui/icons-material/Functions';
import Sort from '@mui/icons-material/SwapVert';
import ViewColumn from '@mui/icons-material/ViewWeekOutlined';
import { Link, useNavigate } from 'react-router-dom';
import { useKeys } from '../lib/keys';
import { FilterBar } from '../list/FilterBar';
import { MineSwitch } from '../list/MineSwitch';
import { ModeSwitch } from '../list/ModeSwitch';
import { SearchBox } from '../list/SearchBox';
import { ViewPicker } from '../list/ViewPicker';
import { boardFields, isSortable, may, sumFields } from '../meta/fields';
import type { Field } from '../meta/types';
import { useCommands } from '../shell/commands';
import { useLabel, useT } from '../text/i18n';
import type { BoardState } from './useBoardState';

const FilterSheet = lazy(() => import('../list/FilterSheet'));

interface PickerProps {
  icon: ReactNode;
  /* what it chooses, and what is chosen now */
  label: string;
  name: string;
  children: (close: (run: () => void) => () => void) => ReactNode;
}

function Picker({ icon, label, name, children }: PickerProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const close = (run: () => void) => () => {
    setAnchor(null);
    run();
  };
  return (
    <>
      <Tooltip title={name}>
        <Button
          onClick={(e) => setAnchor(e.currentTarget)} aria-haspopup="menu" aria-expanded={!!anchor} aria-label={name}
          sx={{ minWidth: { xs: 44, sm: 32 }, maxWidth: 220, color: 'text.secondary', gap: 1.5, flex: 'none' }}
        >
          {icon}
          <Box component="span" sx={{ display: { xs: 'none', lg: 'inline' }, overflow: 'hidden', textOverflow: 'ellipsis' }}>{name}</Box>
        </Button>
      </Tooltip>
      <Menu open={!!anchor} anchorEl={anchor} onClose={() => setAnchor(null)} slotProps={{ list: { 'aria-label': label }, paper: { sx: { maxHeight: 420 } } }}>
        {anchor && children(close)}
      </Menu>
    </>
  );
}

function SortPicker({ fields, sort, onSort }: { fields: Field[]; sort: string; onSort: (sort: string) => void }) {
  const t = useT();
  const labelOf = useLabel();
  const [first = ''] = sort.split(',');
  const current = fields.find((f) => f.name === first.replace(/^-/, ''));
  const down = first.startsWith('-');
  const name = t('board.sort', { field: `${labelOf(current?.label)} (${t(down ? 'board.descending' : 'board.ascending')})` });
  return (
    <Picker icon={<Sort sx={{ fontSize: 16 }} />} label={t('board.sort_label')} name={name}>
      {(close) => fields.map((f) => {
        const here = f === current;
        return (
          <MenuItem key={f.name} selected={here} onClick={close(() => onSort(here && !down ? `-${f.name}` : f.name))}>
            <span style={{ flex: 1 }}>{labelOf(f.label)}</span>
            {here && (down ? <ArrowDown sx={{ fontSize: 14, ml: 2 }} aria-label={t('board.descending')} /> : <ArrowUp sx={{ fontSize: 14, ml: 2 }} aria-label={t('board.ascending')} />)}
          </MenuItem>
        );
      })}
    </Picker>
  );
}

interface Props {
  board: BoardState;
  phone: boolean;
  onBy: (name: string) => void;
}

export function BoardTools({ board, phone, onBy }: Props) {
  const { module, state, view, field, sum, sort, mine, mayBeMine, change, chooseView, chooseMine } = board;
  const t = useT();
  const labelOf = useLabel();
  const navigate = useNavigate();
  const search = useRef<HTMLInputElement>(null);
  const [opened, setOpened] = useState({ views: 0, filter: 0 });
  const [sheet, setSheet] = useState(false);
  const plural = labelOf(module.plural);
  const fields = boardFields(module);
  const sums = sumFields(module);
  const creates = may(module, 'create') && !module.made_by_system;
  const create = () => (creates ? navigate(`/${module.path}/new`) : false);
  const toSearch = () => search.current?.focus();
  const toFilter = () => (phone ? setSheet(true) : setOpened((o) => ({ ...o, filter: o.filter + 1 })));
  const toViews = () => setOpened((o) => ({ ...o, views: o.views + 1 }));
  const turnMine = () => (mayBeMine ? chooseMine(!mine) : false);
  useKeys({ '/': toSearch, f: toFilter, v: toViews, m: turnMine, c: create });
  useCommands([
    ...(creates ? [{ id: 'list.create', label: t('list.create'), keys: 'C', run: create }] : []),
    { id: 'list.search', label: t('list.search'), keys: '/', run: toSearch },
    { id: 'list.filter', label: t('list.add_filter'), keys: 'F', run: toFilter },
    { id: 'list.views', label: t('list.view'), keys: 'V', run: toViews },
    ...(mayBeMine ? [{ id: 'list.mine', label: t(mine ? 'list.see_all' : 'list.see_mine'), keys: 'M', run: turnMine }] : []),
    ...fields.filter((f) => f !== field).map((f) => ({ id: `board.by.${f.name}`, label: t('board.by', { field: labelOf(f.label) }), run: () => onBy(f.name) })),
  ]);
  return (
    <Box
      role="toolbar" aria-label={plural}
      sx={{ flex: 'none', display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: { xs: 1, sm: 2 }, px: { xs: 2, sm: 4 }, py: 2, borderBottom: 1, borderColor: 'divider' }}
    >
      <ViewPicker module={module} view={view} opened={opened.views} onChoose={(v) => (v.group_by ? change({ view: v.name, sort: undefined, by: undefined }) : chooseView(v))} />
      {!phone && mayBeMine && <MineSwitch mine={mine} onChange={chooseMine} />}
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, ml: 'auto', order: { xs: 1, sm: 3 } }}>
        <ModeSwitch mode="board" />
        {creates && (
          <Button variant="contained" startIcon={<Add />} component={Link} to={`/${module.path}/new`} aria-keyshortcuts="c" aria-label={t('list.create')} sx={{ ml: 1, minWidth: { xs: 44, sm: 0 }, '& .MuiButton-startIcon': { mr: { xs: -1, sm: 2 } } }}>
            <Box component="span" sx={{ display: { xs: 'none', sm: 'inline' } }}>{t('list.create')}</Box>
          </Button>
        )}
      </Box>
      <Box sx={{ display: { xs: 'flex', sm: 'contents' }, flexBasis: '100%', minWidth: 0, alignItems: 'center', gap: { xs: 1, sm: 2 }, order: 2 }}>
        <Picker icon={<ViewColumn sx={{ fontSize: 16 }} />} label={t('board.by_label')} name={t('board.by', { field: labelOf(field?.label) })}>
          {(close) => fields.map((f) => <MenuItem key={f.name} selected={f === field} onClick={close(() => onBy(f.name))}>{labelOf(f.label)}</MenuItem>)}
        </Picker>
        {sums.length > 0 && (
          <Picker icon={<Functions sx={{ fontSize: 16 }} />} label={t('board.sum_label')} name={sum ? t('board.sum', { field: labelOf(sum.label) }) : t('board.sum_none')}>
            {(close) => [
              <MenuItem key="" selected={!sum} onClick={close(() => change({ sum: 'none' }))}>{t('board.sum_none')}</MenuItem>,
              ...sums.map((f) => <MenuItem key={f.name} selected={f === sum} onClick={close(() => change({ sum: f.name }))}>{labelOf(f.label)}</MenuItem>),
            ]}
          </Picker>
        )}
        {!phone && <SortPicker fields={module.fields.filter(isSortable)} sort={sort} onSort={(next) => change({ sort: next })} />}
        {phone && mayBeMine && <MineSwitch mine={mine} onChange={chooseMine} />}
        <SearchBox value={state.q ?? ''} label={t('list.search_in', { module: plural })} inputRef={search} onChange={(q) => change({ q: q || undefined }, true)} />
        {phone ? (
          <IconButton onClick={() => setSheet(true)} aria-label={t('list.filter_sort_n', { count: state.filters.length })} aria-haspopup="dialog" sx={{ width: 44, height: 44 }}>
            <Badge badgeContent={state.filters.length} color="primary"><FilterList /></Badge>
          </IconButton>
        ) : (
          <FilterBar module={module} filters={state.filters} opened={opened.filter} onChange={(filters) => change({ filters })} />
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
