/* A grouped view: each group with its count; the open one, named by the address, shows its rows. */
import type { ReactNode } from 'react';
import ExpandMore from '@mui/icons-material/ExpandMore';
import ChevronRight from '@mui/icons-material/ChevronRight';
import { useQuery } from '@tanstack/react-query';
import { count } from '../api/client';
import { formatQuery, type Condition, type ListQuery } from '../api/filters';
import { Failed, Nothing, Waiting } from '../app/states';
import { OptionMark } from '../fields/Mark';
import { useTextOf } from '../fields/text';
import type { Field, Module } from '../meta/types';
import { useFormat } from '../text/format';
import { useT } from '../text/i18n';

/* The rows of a group; '' stands for those where the field is empty. */
export function groupCondition(field: Field, group: string): Condition {
  return group === '' ? { field: field.name, op: 'empty', values: [] } : { field: field.name, op: 'eq', values: [group] };
}

interface Props {
  module: Module;
  field: Field;
  query: ListQuery;
  open: string | undefined;
  onOpen: (group: string | undefined) => void;
  phone: boolean;
  /* draws the rows of the open group */
  rows: (group: string, label: string) => ReactNode;
}

export function Groups({ module, field, query, open, onOpen, phone, rows }: Props) {
  const t = useT();
  const format = useFormat();
  const text = useTextOf();
  const { data, error, isPending, refetch } = useQuery({
    /* below "getList", so that what refreshes the rows refreshes the counts */
    queryKey: [module.path, 'getGroups', formatQuery(query), field.name],
    queryFn: ({ signal }) => count(module.path, query, { groupBy: field.name }, signal),
  });
  if (isPending) return <Waiting />;
  if (error && !data) return <Failed title={t('list.failed')} error={error} retry={() => void refetch()} />;

  const groups = (data?.groups ?? []).map((g) => ({ key: g.key ?? '', count: g.count }));
  const order = new Map(field.options?.map((o, i) => [o.key, i]));
  groups.sort((a, b) => (order.get(a.key) ?? (a.key ? 998 : 999)) - (order.get(b.key) ?? (b.key ? 998 : 999)));
  if (!groups.length) return <Nothing title={t('list.no_match')} hint={t('list.no_match_hint')} />;

  return groups.map((g) => {
    const label = g.key ? text(field, g.key) : t('list.no_value');
    const isOpen = open === g.key;
    const head = (
      <button type="button" aria-expanded={isOpen} onClick={() => onOpen(isOpen ? undefined : g.key)}>
        {isOpen ? <ExpandMore sx={{ fontSize: 16 }} aria-hidden /> : <ChevronRight sx={{ fontSize: 16 }} aria-hidden />}
        <span><OptionMark field={field} value={g.key} />{label}</span>
        <span className="count">{format.integer(g.count)}</span>
      </button>
    );
    return (
      <div key={g.key} role={phone ? undefined : 'presentation'}>
        {phone ? (
          <div className="group">{head}</div>
        ) : (
          <div role="rowgroup"><div className="group" role="row"><div role="gridcell" style={{ display: 'contents' }}>{head}</div></div></div>
        )}
        {isOpen && rows(g.key, label)}
      </div>
    );
  });
}
