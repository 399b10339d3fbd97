/* The records of one other module that name this one: a small list, with its order, that makes new ones in place. */
import { useMemo, useState } from 'react';
import { Box, Button, Skeleton } from '@mui/material';
import { styled } from '@mui/material/styles';
import Add from '@mui/icons-material/Add';
import ArrowDown from '@mui/icons-material/ArrowDownward';
import ArrowUp from '@mui/icons-material/ArrowUpward';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { count, listPage } from '../api/client';
import { listAddressOf, type ListQuery } from '../api/filters';
import { valueAt } from '../api/patch';
import type { Rec } from '../api/records';
import { Failed, Nothing } from '../app/states';
import { OptionMark } from '../fields/Mark';
import { useFieldText } from '../fields/text';
import { useLive } from '../live/live';
import { columnsOf, isNumeric, isSortable, titleField } from '../meta/fields';
import { mayRelate, type Relation } from '../meta/standout';
import { usePhone } from '../shell/Shell';
import { useFormat } from '../text/format';
import { useLabel, useT } from '../text/i18n';
import { inSentence } from '../text/sentence';

const ROWS = 20;
const COLUMNS = 5;

const Table = styled('table')(({ theme: { cauce } }) => ({
  width: '100%', borderCollapse: 'collapse', tableLayout: 'fixed',
  '& th': { textAlign: 'left', fontWeight: 400, fontSize: 12, color: cauce.soft, padding: 0, height: 32 },
  '& th > span': { padding: '0 8px' },
  '& th button': { all: 'unset', cursor: 'pointer', padding: '0 8px', lineHeight: '32px', '&:hover': { color: cauce.text }, '&:focus-visible': { outline: `2px solid ${cauce.accent}`, outlineOffset: -2 } },
  '& td': { borderTop: `1px solid ${cauce.line}`, height: 34, padding: '0 8px', color: cauce.soft, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  '& td a': { color: cauce.text, fontWeight: 500, textDecoration: 'none', '&:hover': { textDecoration: 'underline' } },
  '& .number': { textAlign: 'right', fontVariantNumeric: 'tabular-nums' },
  '& tbody tr:hover': { background: cauce.hover },
}));

export const relatedQuery = (relation: Relation, id: string): ListQuery => ({ filters: [{ field: relation.field.name, op: 'eq', values: [id] }] });

/* How many there are; kept up to date. */
export function useRelatedCount(relation: Relation, id: string) {
  const client = useQueryClient();
  const { path, key } = relation.module;
  useLive(key, () => void client.invalidateQueries({ queryKey: [path, 'getRelated', relation.key, id] }));
  return useQuery({
    queryKey: [path, 'getRelated', relation.key, id, 'count'],
    queryFn: ({ signal }) => count(path, relatedQuery(relation, id), {}, signal),
  }).data;
}

interface Props {
  relation: Relation;
  record: Rec;
  onCreate: () => void;
}

export function Related({ relation, record, onCreate }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const format = useFormat();
  const text = useFieldText();
  const phone = usePhone();
  const { module, field } = relation;
  const [sort, setSort] = useState(module.sort ?? '-created_at');
  const title = titleField(module);
  const columns = useMemo(() => columnsOf(module, undefined).filter((f) => f !== field).slice(0, phone ? 2 : COLUMNS), [module, field, phone]);
  const total = useRelatedCount(relation, record.id);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: [module.path, 'getRelated', relation.key, record.id, sort, phone],
    queryFn: ({ signal }) =>
      listPage(module.path, { ...relatedQuery(relation, record.id), sort, fields: [...new Set(['label', ...columns.map((f) => f.name)])], limit: ROWS }, signal),
    placeholderData: keepPreviousData,
  });
  const all = listAddressOf(module.path, relatedQuery(relation, record.id));
  const create = mayRelate(relation) && (
    <Button variant="outlined" startIcon={<Add />} onClick={onCreate} sx={{ minHeight: { xs: 44, sm: 32 } }}>{t('record.create', { module: inSentence(labelOf(module.label)) })}</Button>
  );
  if (isPending) return <Box aria-busy="true"><Skeleton height={34} /><Skeleton height={34} /></Box>;
  if (error && !data) return <Failed title={t('list.failed')} error={error} retry={() => void refetch()} />;
  if (!data?.items.length) return <Nothing title={t('record.related_empty', { module: inSentence(labelOf(module.plural)) })}>{create}</Nothing>;
  const [first = ''] = sort.split(',');
  return (
    <Box>
      <Table aria-label={labelOf(module.plural)}>
        <thead>
          <tr>
            {columns.map((f) => {
              const order = first === f.name ? 'ascending' : first === `-${f.name}` ? 'descending' : undefined;
              const Arrow = order === 'ascending' ? ArrowUp : ArrowDown;
              return (
                <th key={f.name} scope="col" aria-sort={order} className={isNumeric(f) ? 'number' : undefined} style={f === title ? { width: '34%' } : undefined}>
                  {isSortable(f) ? (
                    <button type="button" onClick={() => setSort(first === f.name ? `-${f.name}` : f.name)}>
                      {labelOf(f.label)}{order && <Arrow sx={{ fontSize: 12, verticalAlign: -1, ml: 0.5 }} aria-hidden />}
                    </button>
                  ) : (
                    <span>{labelOf(f.label)}</span>
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {data.items.map((r) => (
            <tr key={r.id}>
              {columns.map((f) => (
                <td key={f.name} className={isNumeric(f) ? 'number' : undefined} title={text(r, f)}>
                  {f === title ? (
                    <Link to={`/${module.path}/${r.id}`}>{text(r, f) || r.label || t('list.no_name')}</Link>
                  ) : (
                    <>
                      {f.kind === 'picklist' && <OptionMark field={f} value={valueAt(r, f.name)} />}
                      {text(r, f)}
                    </>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'center', mt: 3 }}>
        {create}
        <Button component={Link} to={all} sx={{ minHeight: { xs: 44, sm: 32 } }}>
          {total ? t('record.see_all', { count: `${format.integer(total.count)}${total.capped ? '+' : ''}` }) : t('record.see_list')}
        </Button>
      </Box>
    </Box>
  );
}
