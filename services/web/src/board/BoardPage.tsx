/* A module's records as cards in the columns of a picklist. All of it comes from the metadata and the address. */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { Alert, Box, Button } from '@mui/material';
import LockOutlined from '@mui/icons-material/LockOutlined';
import { Link } from 'react-router-dom';
import { formatQuery, type Condition, type ListQuery } from '../api/filters';
import { Failed, Nothing, Waiting } from '../app/states';
import { shownColumns } from '../list/arrangement';
import { defaultView } from '../list/useListState';
import { isChangeable, may, titleField } from '../meta/fields';
import type { Field, Module } from '../meta/types';
import { useSession } from '../session/session';
import { Head } from '../shell/Head';
import { usePhone } from '../shell/Shell';
import { useLabel, useT } from '../text/i18n';
import { inSentence } from '../text/sentence';
import { createBoardApi } from './api';
import { Board } from './Board';
import { BoardTools } from './BoardTools';
import { useFace } from './face';
import { comparator, sortKeys } from './order';
import { storeOf } from './stores';
import { useBoardState } from './useBoardState';

/* Why the cards stay where they are; '' when they may be moved. */
function useFixed(module: Module, field: Field | undefined): string {
  const t = useT();
  const labelOf = useLabel();
  if (!field || (may(module, 'change') && isChangeable(field))) return '';
  if (field.read_only) return t('board.fixed_read_only', { field: labelOf(field.label) });
  if (!may(module, 'change')) return t('board.fixed_module', { module: inSentence(labelOf(module.plural)) });
  return t('board.fixed_field', { field: labelOf(field.label) });
}

/* The columns: the options in their order, those that the address leaves; then what is in no option, then what is empty. */
function columnKeys(field: Field, filters: Condition[], counted: Iterable<string> | undefined): string[] {
  const options = field.options?.map((o) => o.key) ?? [];
  const here = filters.filter((c) => c.field === field.name && (c.op === 'in' || c.op === 'eq'));
  const left = (key: string): boolean => here.every((c) => c.values.includes(key));
  const others = [...(counted ?? [])].filter((key) => key !== '' && !options.includes(key));
  const empty = [...(counted ?? [])].includes('') ? [''] : [];
  return [...options, ...others, ...empty].filter(left);
}

export default function BoardPage() {
  const t = useT();
  const labelOf = useLabel();
  const phone = usePhone();
  const { session } = useSession();
  const board = useBoardState();
  const { module, state, view, mine, sort, field, sum, change, chooseMine, arrangement } = board;
  const fixed = useFixed(module, field);
  const [hadEmpty, setHadEmpty] = useState('');
  const { own, company } = arrangement;
  const columns = useMemo(() => shownColumns(module, view, own, company).map((c) => c.field), [module, view, own, company]);
  const face = useFace(module, columns, titleField(module, view?.columns), field, sort);

  const query = useMemo<ListQuery>(
    () => ({
      view: view === defaultView(module) ? undefined : view?.name,
      q: state.q,
      mine,
      sort,
      filters: state.filters,
      fields: [...new Set([
        'label', ...[face.title, ...face.facts, face.who, face.when, field, sum].flatMap((f) => (f ? [f.name] : [])),
        ...sortKeys(sort).filter((name) => module.fields.some((f) => f.name === name)),
      ])],
    }),
    [module, view, state.q, mine, state.filters, sort, face, field, sum],
  );
  const key = [session.user.id, module.path, field?.name, sum?.name, formatQuery(query)].join('\n');
  const store = useMemo(
    () => storeOf(key, () => ({
      api: createBoardApi(module.path, field ?? (module.fields[0] as Field), query, sum?.name), by: field?.name ?? '', sum: sum?.name, compare: comparator(module, sort),
    })),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the key names all that it is made of
    [key],
  );
  const ready = arrangement.ready && !!field;
  useEffect(() => {
    if (ready) store.open();
  }, [store, ready]);
  const totals = useSyncExternalStore(store.subscribe, () => store.totals);
  const error = useSyncExternalStore(store.subscribe, () => (store.totals ? null : store.totalsError));
  useEffect(() => {
    if (totals?.has('')) setHadEmpty(key);
  }, [totals, key]);

  const onBy = (name: string) => {
    change({ by: name });
    arrangement.change({ by: name }).catch(() => undefined);
  };
  const plural = labelOf(module.plural);
  const keys = useMemo(() => {
    /* the column without value does not go when its last card does */
    const counted = totals ? [...totals].filter(([k, total]) => total.count > 0 || (k === '' && hadEmpty === key)).map(([k]) => k) : undefined;
    return field ? columnKeys(field, state.filters, counted) : [];
  }, [field, state.filters, totals, hadEmpty, key]);
  const narrowed = !!state.q || state.filters.length > 0;
  const nothing = totals && (narrowed || mine) && [...totals.values()].every((total) => !total.count) && hadEmpty !== key;

  return (
    <>
      {view && view !== defaultView(module) ? <Head title={labelOf(view.label)} parent={{ label: plural, to: `/${module.path}/board` }} /> : <Head title={plural} />}
      <BoardTools board={board} phone={phone} onBy={onBy} />
      {fixed && <Alert severity="info" icon={<LockOutlined />} sx={{ py: 0, borderRadius: 0, flex: 'none' }}>{fixed}</Alert>}
      {!field ? (
        <Nothing title={t('board.none')} hint={t('board.none_hint')}>
          <Button variant="outlined" component={Link} to={`/${module.path}`}>{t('board.as_list')}</Button>
        </Nothing>
      ) : !arrangement.ready ? (
        <Waiting />
      ) : error ? (
        <Failed title={t('list.failed')} error={error} retry={() => store.refresh()} />
      ) : nothing ? (
        <Nothing title={t(narrowed ? 'list.no_match' : 'board.none_mine')} hint={narrowed ? t('list.no_match_hint') : undefined}>
          {narrowed && <Button variant="outlined" onClick={() => change({ q: undefined, filters: [] })}>{t('list.clear')}</Button>}
          {mine && <Button variant="outlined" onClick={() => chooseMine(false)}>{t('list.see_all')}</Button>}
        </Nothing>
      ) : (
        <Box sx={{ flex: 1, minHeight: 0, display: 'flex', flexDirection: 'column' }}>
          <Board key={key} module={module} field={field} sum={sum} store={store} face={face} keys={keys} movable={!fixed} phone={phone} />
        </Box>
      )}
    </>
  );
}
