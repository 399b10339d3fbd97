/* A new record. The address may fill in fields: /tasks/new?lead=<id>. */
import { useMemo } from 'react';
import { Box, Button, SnackbarContent } from '@mui/material';
import { useNotify } from 'ra-core';
import { Link, useLocation, useNavigate } from 'react-router-dom';
import { setAt, type Values } from '../api/patch';
import { listAddress } from '../list/useListState';
import { isCreatable } from '../meta/fields';
import { fieldOf, useModule } from '../meta/metadata';
import type { Module } from '../meta/types';
import { Head } from '../shell/Head';
import { useLabel, useT } from '../text/i18n';
import { inSentence } from '../text/sentence';
import { RecordForm } from './RecordForm';
import { useCreateRecord } from './useCreate';

function filledIn(module: Module, search: string): Values {
  const out: Values = {};
  for (const [name, value] of new URLSearchParams(search)) {
    const field = fieldOf(module, name);
    if (!field || !isCreatable(field) || !value) continue;
    setAt(out, name, field.kind === 'bool' ? value === 'true' : field.kind === 'multi_picklist' ? value.split(',') : value);
  }
  return out;
}

export default function CreatePage() {
  const t = useT();
  const labelOf = useLabel();
  const notify = useNotify();
  const navigate = useNavigate();
  const module = useModule();
  const { search } = useLocation();
  const create = useCreateRecord(module);
  const start = useMemo(() => filledIn(module, search), [module, search]);
  const name = labelOf(module.label);
  const title = t('record.create', { module: inSentence(name) });
  const back = listAddress(module.path);

  const save = async (values: Values, again: boolean) => {
    const made = await create(values);
    const message = t('record.created', { label: made.label || inSentence(name) });
    const to = `/${module.path}/${made.id}`;
    if (!again) {
      notify(message, { type: 'success' });
      return navigate(to, { replace: true });
    }
    notify(<SnackbarContent message={message} action={<Button component={Link} to={to} sx={{ color: 'inherit', textDecoration: 'underline' }}>{t('record.open')}</Button>} />);
  };
  return (
    <>
      <Head title={title} parent={{ label: labelOf(module.plural), to: back }} />
      <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto' }}>
        <RecordForm
          module={module} record={start} submitLabel={t('list.create')} again={t('record.create_again')} draftFor={search} onSave={save} onCancel={() => navigate(back)}
        />
      </Box>
    </>
  );
}
