/* A record: its name, the facts that matter, what may be done with it; its fields or its history. */
import { Box, Button, Skeleton, Tab, Tabs, Typography } from '@mui/material';
import Edit from '@mui/icons-material/EditOutlined';
import { useGetOne } from 'ra-core';
import { Link, useLocation, useNavigate, useParams } from 'react-router-dom';
import { isProblem } from '../api/problem';
import type { Rec } from '../api/records';
import { Panel } from '../app/Panel';
import { Failed, Nothing } from '../app/states';
import { OptionMark } from '../fields/Mark';
import { isEmpty, useFieldText } from '../fields/text';
import { useKeys } from '../lib/keys';
import { listAddress } from '../list/useListState';
import { may } from '../meta/fields';
import { useModule } from '../meta/metadata';
import type { Field } from '../meta/types';
import { Head } from '../shell/Head';
import { useLabel, useT } from '../text/i18n';
import { DeleteButton } from './DeleteButton';
import { History } from './History';
import { Values } from './Values';

/* The picklists of the list are what people steer by. */
function Facts({ record, fields }: { record: Rec; fields: Field[] }) {
  const labelOf = useLabel();
  const text = useFieldText();
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, columnGap: 4, color: 'text.secondary' }}>
      {fields.map((f) => (
        <span key={f.name} title={labelOf(f.label)}>
          <OptionMark field={f} value={record[f.name]} />
          <Box component="span" sx={{ position: 'absolute', clipPath: 'inset(50%)' }}>{labelOf(f.label)}: </Box>
          {text(record, f)}
        </span>
      ))}
    </Box>
  );
}

function Loading() {
  return (
    <Box sx={{ p: 4, display: 'grid', gap: 3 }} aria-busy="true">
      <Skeleton variant="rounded" width={260} height={24} />
      <Skeleton variant="rounded" height={180} />
      <Skeleton variant="rounded" height={180} />
    </Box>
  );
}

export default function RecordPage() {
  const t = useT();
  const labelOf = useLabel();
  const module = useModule();
  const navigate = useNavigate();
  const { id = '' } = useParams();
  const history = useLocation().pathname.endsWith('/history');
  const { data: record, error, refetch } = useGetOne<Rec>(module.path, { id });
  const here = `/${module.path}/${id}`;
  const edit = (field?: Field) => navigate(`${here}/edit`, { state: { focus: field?.name } });
  useKeys({ e: () => record && may(module, 'change') && edit(), Escape: () => navigate(listAddress(module.path)) });

  const parent = { label: labelOf(module.plural), to: listAddress(module.path) };
  const name = record ? record.label || t('list.no_name') : labelOf(module.label);
  if (!record) {
    const missing = isProblem(error) && (error.status === 404 || error.status === 400);
    return (
      <>
        <Head title={labelOf(module.label)} parent={parent} />
        {missing ? (
          <Nothing title={t('record.missing')} hint={t('record.missing_hint')}>
            <Button variant="outlined" component={Link} to={parent.to}>{t('record.back', { module: parent.label })}</Button>
          </Nothing>
        ) : error ? (
          <Failed title={t('record.failed')} error={error} retry={() => void refetch()} />
        ) : (
          <Loading />
        )}
      </>
    );
  }
  const facts = module.fields.filter((f) => f.kind === 'picklist' && f.list && !isEmpty(record[f.name])).slice(0, 4);
  return (
    <>
      <Head title={name} parent={parent} />
      <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto' }}>
        <Box sx={{ maxWidth: 1120, mx: 'auto', px: { xs: 2, sm: 4 }, pt: 4, pb: 8 }}>
          <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 2, mb: 2 }}>
            <Box sx={{ flex: 1, minWidth: 0 }}>
              <Typography component="p" sx={{ fontSize: 20, fontWeight: 600, lineHeight: 1.3, overflowWrap: 'anywhere', mb: 1 }}>{name}</Typography>
              <Facts record={record} fields={facts} />
            </Box>
            {may(module, 'delete') && <DeleteButton module={module} record={record} />}
            {may(module, 'change') && <Button variant="contained" startIcon={<Edit />} onClick={() => edit()} aria-keyshortcuts="e">{t('record.edit')}</Button>}
          </Box>
          <Panel module={module} record={record} />
          <Tabs value={history ? 1 : 0} aria-label={name} sx={{ borderBottom: 1, borderColor: 'divider', mb: 4 }}>
            <Tab label={t('record.data')} component={Link} to={here} replace id="tab-data" aria-controls="panel" />
            <Tab label={t('record.history')} component={Link} to={`${here}/history`} replace id="tab-history" aria-controls="panel" />
          </Tabs>
          <Box role="tabpanel" id="panel" aria-labelledby={history ? 'tab-history' : 'tab-data'}>
            {history ? <History module={module} record={record} /> : <Values module={module} record={record} onEdit={edit} />}
          </Box>
        </Box>
      </Box>
    </>
  );
}
