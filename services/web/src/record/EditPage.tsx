/* Changing a record. The change holds for the version that was read; when another one is in force, the two are compared. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { Box, Button } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { useGetOne, useNotify, useUpdate } from 'ra-core';
import { Link, useLocation, useNavigate, useParams } from 'react-router-dom';
import { readOne } from '../api/client';
import { changesBetween, type Values } from '../api/patch';
import { isProblem } from '../api/problem';
import type { Rec } from '../api/records';
import { Failed, Nothing, Waiting } from '../app/states';
import { listAddress } from '../list/useListState';
import { useModule } from '../meta/metadata';
import type { Module } from '../meta/types';
import { Head } from '../shell/Head';
import { useLabel, useT } from '../text/i18n';
import { ConflictDialog, type Conflict } from './ConflictDialog';
import { RecordForm } from './RecordForm';

function Edit({ module, record }: { module: Module; record: Rec }) {
  const t = useT();
  const notify = useNotify();
  const navigate = useNavigate();
  const client = useQueryClient();
  const focus = (useLocation().state as { focus?: string } | null)?.focus;
  const [update] = useUpdate();
  const [conflict, setConflict] = useState<Conflict | null>(null);
  /* the version the form started from, or the one the person agreed to in a conflict */
  const base = useRef(record);
  const here = `/${module.path}/${record.id}`;

  const save = async (values: Values) => {
    if (!Object.keys(changesBetween(base.current, values)).length) {
      notify(t('record.unchanged'), { type: 'info' });
      return navigate(here, { replace: true });
    }
    try {
      await update(module.path, { id: record.id, data: values, previousData: base.current }, { returnPromise: true });
    } catch (e) {
      if (isProblem(e) && e.status === 412) setConflict({ base: base.current, mine: values, theirs: await readOne(module.path, record.id) });
      throw e;
    }
    void client.invalidateQueries({ queryKey: [module.path, 'getList'] });
    notify(t('record.saved'), { type: 'success' });
    navigate(here, { replace: true });
  };
  const agreed = useCallback((theirs: Rec) => {
    base.current = theirs;
    setConflict(null);
  }, []);

  return (
    <RecordForm module={module} record={record} submitLabel={t('record.save')} focus={focus} onSave={save} onCancel={() => navigate(here, { replace: true })}>
      {conflict && <ConflictDialog module={module} conflict={conflict} onAgree={agreed} onClose={() => setConflict(null)} />}
    </RecordForm>
  );
}

export default function EditPage() {
  const t = useT();
  const labelOf = useLabel();
  const module = useModule();
  const { id = '' } = useParams();
  const { data, error, refetch } = useGetOne<Rec>(module.path, { id });

  /* what is read while someone writes must not move the ground under the form */
  const [record, setRecord] = useState<Rec>();
  useEffect(() => {
    if (data) setRecord((old) => (old?.id === data.id ? old : data));
  }, [data]);

  const parent = { label: labelOf(module.plural), to: listAddress(module.path) };
  return (
    <>
      <Head title={record?.label || labelOf(module.label)} parent={parent} />
      <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto' }}>
        {record ? (
          <Edit key={record.id} module={module} record={record} />
        ) : isProblem(error) && error.status === 404 ? (
          <Nothing title={t('record.missing')} hint={t('record.missing_hint')}>
            <Button variant="outlined" component={Link} to={parent.to}>{t('record.back', { module: parent.label })}</Button>
          </Nothing>
        ) : error ? (
          <Failed title={t('record.failed')} error={error} retry={() => void refetch()} />
        ) : (
          <Waiting />
        )}
      </Box>
    </>
  );
}
