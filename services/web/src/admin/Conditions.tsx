/* The condition of a rule: shown in words, or changed by the list's filter editor, with how many records meet it now. */
import { Fragment } from 'react';
import { Box, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { count } from '../api/client';
import { listAddressOf, type Condition } from '../api/filters';
import { useRefText } from '../fields/lookups';
import { FilterBar } from '../list/FilterBar';
import { useConditionText } from '../list/useConditionText';
import { fieldOf } from '../meta/metadata';
import type { Field, Module } from '../meta/types';
import { useFormat } from '../text/format';
import { useT } from '../text/i18n';
import { formatFilter, parseFilter, type RuleFilter } from './condition';

function Words({ field, condition }: { field: Field; condition: Condition }) {
  const text = useConditionText();
  const label = useRefText(field, condition.values[0]);
  return <strong>{text(field, condition, label)}</strong>;
}

export function ConditionWords({ module, filter }: { module: Module | undefined; filter: unknown }) {
  const { conditions, rest } = parseFilter(filter);
  const parts = [
    ...conditions.map((c) => {
      const field = module && fieldOf(module, c.field);
      return field ? <Words field={field} condition={c} /> : <code>{formatFilter({ conditions: [c], rest: [] })}</code>;
    }),
    ...rest.map((part) => <code key={part}>{part}</code>),
  ];
  return <>{parts.map((part, i) => <Fragment key={i}>{i > 0 && ', '}{part}</Fragment>)}</>;
}

function Matches({ module, conditions }: { module: Module; conditions: Condition[] }) {
  const t = useT();
  const format = useFormat();
  const { data, isFetching, error } = useQuery({
    queryKey: [module.path, 'getCount', 'rule', conditions],
    queryFn: ({ signal }) => count(module.path, { filters: conditions }, {}, signal),
  });
  if (error) return null;
  const n = data ? format.integer(data.count) : '';
  const words = !data ? t('sharing.counting') : data.capped ? t('sharing.matches_more', { count: n }) : t('sharing.matches', { count: n });
  return (
    <Typography color="text.secondary" role="status" aria-busy={isFetching}>
      {words}{' '}{data && data.count > 0 && <Link to={listAddressOf(module.path, { filters: conditions })}>{t('sharing.see_matches')}</Link>}
    </Typography>
  );
}

interface Props {
  module: Module;
  filter: RuleFilter;
  onChange: (filter: RuleFilter) => void;
}

export function ConditionEditor({ module, filter, onChange }: Props) {
  const t = useT();
  const unknown = [...filter.conditions.filter((c) => !fieldOf(module, c.field)).map((c) => formatFilter({ conditions: [c], rest: [] })), ...filter.rest];
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2 }}>
        <FilterBar module={module} filters={filter.conditions} onChange={(conditions) => onChange({ ...filter, conditions })} />
        {!filter.conditions.length && !filter.rest.length && <Typography color="text.secondary">{t('sharing.any')}</Typography>}
      </Box>
      {unknown.length > 0 && <Typography color="text.secondary">{t('sharing.kept', { filter: unknown.join('&') })}</Typography>}
      {!filter.rest.length && <Matches module={module} conditions={filter.conditions} />}
    </Box>
  );
}
