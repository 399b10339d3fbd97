/* Why a list shows nothing: nothing of mine, nothing that matches, an empty bin, or nothing at all. Each says what can be done. */
import { Button } from '@mui/material';
import { Link } from 'react-router-dom';
import { Nothing } from '../app/states';
import { useLabel, useT } from '../text/i18n';
import { inSentence } from '../text/sentence';
import type { useListState } from './useListState';

interface Props {
  list: ReturnType<typeof useListState>;
  create?: () => void;
  imports: boolean;
}

export function EmptyList({ list, create, imports }: Props) {
  const { module, state, view, mine, change, chooseMine } = list;
  const t = useT();
  const labelOf = useLabel();
  const name = inSentence(labelOf(module.plural));
  const narrowed = !!state.q || state.filters.length > 0;
  const all = mine && <Button variant="outlined" onClick={() => chooseMine(false)}>{t('list.see_all')}</Button>;
  if (narrowed) {
    return (
      <Nothing title={t('list.no_match')} hint={t(mine ? 'list.no_match_mine_hint' : 'list.no_match_hint')}>
        <Button variant="outlined" onClick={() => change({ q: undefined, filters: [] })}>{t('list.clear')}</Button>
        {all}
      </Nothing>
    );
  }
  if (view?.filter) {
    return <Nothing title={t('list.empty_view')} hint={t(mine ? 'list.empty_view_mine_hint' : 'list.empty_view_hint', { view: labelOf(view.label) })}>{all}</Nothing>;
  }
  if (state.deleted) return <Nothing title={t('bin.empty')} hint={t('bin.empty_hint')} />;
  if (mine) {
    return (
      <Nothing title={t('list.empty_mine', { module: name })} hint={t('list.empty_mine_hint')}>
        {all}
        {create && <Button variant="contained" onClick={create}>{t('list.create')}</Button>}
      </Nothing>
    );
  }
  return (
    <Nothing title={t('list.empty')} hint={t(create ? 'list.empty_hint' : 'list.empty_no_create_hint')}>
      {imports && <Button variant="outlined" component={Link} to={`/${module.path}/import`}>{t('list.import')}</Button>}
      {create && <Button variant="contained" onClick={create}>{t('list.create')}</Button>}
    </Nothing>
  );
}
