/* A new record. */
import { useRef } from 'react';
import { Box } from '@mui/material';
import { useCreate, useNotify } from 'ra-core';
import { useNavigate } from 'react-router-dom';
import type { Values } from '../api/patch';
import type { Rec } from '../api/records';
import { listAddress } from '../list/useListState';
import { useModule } from '../meta/metadata';
import { Head } from '../shell/Head';
import { useLabel, useLang, useT } from '../text/i18n';
import { RecordForm } from './RecordForm';

const EMPTY: Values = {};

/* One key for each different content: trying the same again creates nothing twice, sending something else is a new submit. */
function useSubmitKey(): (values: Values) => string {
  const last = useRef({ body: '', key: '' });
  return (values) => {
    const body = JSON.stringify(values);
    if (last.current.body !== body) last.current = { body, key: crypto.randomUUID() };
    return last.current.key;
  };
}

export default function CreatePage() {
  const t = useT();
  const lang = useLang();
  const labelOf = useLabel();
  const notify = useNotify();
  const navigate = useNavigate();
  const module = useModule();
  const keyOf = useSubmitKey();
  const [create] = useCreate();
  const name = labelOf(module.label);
  const title = t('record.create', { module: name.toLocaleLowerCase(lang) });
  const back = listAddress(module.path);

  const save = async (values: Values) => {
    const made: Rec = await create(module.path, { data: values, meta: { key: keyOf(values) } }, { returnPromise: true });
    notify(t(module.feminine ? 'record.created_f' : 'record.created_m', { module: name }), { type: 'success' });
    navigate(`/${module.path}/${made.id}`, { replace: true });
  };
  return (
    <>
      <Head title={title} parent={{ label: labelOf(module.plural), to: back }} />
      <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto' }}>
        <RecordForm module={module} record={EMPTY} submitLabel={t('list.create')} onSave={save} onCancel={() => navigate(back)} />
      </Box>
    </>
  );
}
