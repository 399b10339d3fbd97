/*
 * Changing a record in its whole form. The change holds for the version that was read. What others save meanwhile comes
 * into the fields that are not being written; where both wrote in one, the person chooses.
 */
import { useEffect, useRef, useState } from 'react';
import { Alert, Box, Button } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { useNotify } from 'ra-core';
import { useFormContext } from 'react-hook-form';
import { useLocation, useNavigate, useParams } from 'react-router-dom';
import { patch, readOne } from '../api/client';
import { changesBetween, valueAt, type Values } from '../api/patch';
import { isProblem } from '../api/problem';
import type { Rec } from '../api/records';
import { listAddress } from '../list/useListState';
import { isChangeable } from '../meta/fields';
import { useModule } from '../meta/metadata';
import type { Field, Module } from '../meta/types';
import { Head } from '../shell/Head';
import { useLabel, useT } from '../text/i18n';
import { compare, merge, rebase } from './conflict';
import { ConflictDialog, type Conflict } from './ConflictDialog';
import { NewsLine } from './NewsLine';
import { own } from './own';
import { RecordForm } from './RecordForm';
import { putRecord } from './saving';
import { Gone, Loading, Unread } from './states';
import { useNews, useRecord } from './useRecord';

const NONE: ReadonlySet<number> = new Set();

/* Takes over what others saved, field by field; says which of them are being written here too. */
function Follow({ fields, record, base, onClash }: { fields: Field[]; record: Rec; base: React.MutableRefObject<Values>; onClash: (fields: Field[]) => void }) {
  const form = useFormContext();
  const version = useRef(record.version);
  useEffect(() => {
    if (record.version === version.current) return;
    version.current = record.version;
    const found = rebase(fields, base.current, own(fields, base.current, form.getValues()), record);
    base.current = found.base;
    for (const f of found.taken) form.setValue(f.name, valueAt(record, f.name) ?? null);
    onClash(found.clashes);
  }, [record, fields, base, form, onClash]);
  return null;
}

function Edit({ module, start, record }: { module: Module; start: Rec; record: Rec }) {
  const t = useT();
  const labelOf = useLabel();
  const notify = useNotify();
  const navigate = useNavigate();
  const client = useQueryClient();
  const focus = (useLocation().state as { focus?: string } | null)?.focus;
  const base = useRef<Values>(start);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [clashes, setClashes] = useState<Field[]>([]);
  const { news, dismiss } = useNews(module, record, NONE);
  const [fields] = useState(() => module.fields.filter(isChangeable));
  const here = `/${module.path}/${record.id}`;

  /* on top of a change in other fields it is saved by itself */
  const send = async (values: Values): Promise<{ saved: Rec; over: boolean }> => {
    let from = base.current;
    let mine = values;
    for (let tries = 1; ; tries++) {
      try {
        return { saved: await patch(module.path, record.id, Number(from.version), changesBetween(from, mine)), over: tries > 1 };
      } catch (e) {
        if (!isProblem(e) || e.status !== 412 || tries > 3) throw e;
        const theirs = e.current ?? (await readOne(module.path, record.id));
        if (compare(fields, from, mine, theirs).clashes.length) {
          setConflict({ base: from, mine, theirs });
          throw e;
        }
        mine = own(fields, theirs, merge(fields, from, mine, theirs, new Set()));
        from = theirs;
        if (!Object.keys(changesBetween(from, mine)).length) return { saved: theirs, over: true };
      }
    }
  };
  const save = async (values: Values) => {
    if (!Object.keys(changesBetween(base.current, values)).length) {
      notify(t('record.unchanged'), { type: 'info' });
      return navigate(here, { replace: true });
    }
    const { saved, over } = await send(values);
    putRecord(client, module.path, saved);
    notify(t(over ? 'record.saved_over_form' : 'record.saved'), { type: 'success' });
    navigate(here, { replace: true });
  };
  return (
    <RecordForm module={module} record={start} base={base} submitLabel={t('record.save')} focus={focus} onSave={save} onCancel={() => navigate(here, { replace: true })}>
      <Follow fields={fields} record={record} base={base} onClash={setClashes} />
      {news && (
        <Box sx={{ position: 'fixed', zIndex: 6, top: 56, left: 0, right: 0, display: 'grid', justifyContent: 'center', px: 4, pointerEvents: 'none', '& > *': { pointerEvents: 'auto' } }}>
          <NewsLine news={news} onClose={dismiss} floating />
          {clashes.length > 0 && (
            <Alert severity="warning" sx={{ py: 0, mt: 1 }}>{t('record.clash', { fields: clashes.map((f) => labelOf(f.label)).join(', ') })}</Alert>
          )}
        </Box>
      )}
      {conflict && <Choose module={module} conflict={conflict} base={base} onClose={() => setConflict(null)} />}
    </RecordForm>
  );
}

/* What was chosen goes into the form and the ordinary way from there: validation, If-Match with their version. */
function Choose({ module, conflict, base, onClose }: { module: Module; conflict: Conflict; base: React.MutableRefObject<Values>; onClose: () => void }) {
  const form = useFormContext();
  const agree = (merged: Values, theirs: Rec) => {
    for (const f of module.fields.filter(isChangeable)) form.setValue(f.name, valueAt(merged, f.name) ?? null, { shouldDirty: true });
    base.current = theirs;
    onClose();
    setTimeout(() => document.querySelector<HTMLFormElement>('main form')?.requestSubmit());
  };
  return <ConflictDialog module={module} conflict={conflict} onAgree={agree} onClose={onClose} />;
}

export default function EditPage() {
  const t = useT();
  const labelOf = useLabel();
  const module = useModule();
  const navigate = useNavigate();
  const { id = '' } = useParams();
  const { record, error, gone, refetch } = useRecord(module, id);

  /* what is read while someone writes must not move the ground under the form */
  const [start, setStart] = useState<Rec>();
  useEffect(() => {
    if (record) setStart((old) => (old?.id === record.id ? old : record));
  }, [record]);

  const parent = { label: labelOf(module.plural), to: listAddress(module.path) };
  return (
    <>
      <Head title={start?.label || labelOf(module.label)} parent={parent} />
      <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto', display: 'flex', flexDirection: 'column' }}>
        {start && record && start.id === id ? (
          <>
            {gone && (
              <Alert severity="warning" sx={{ flex: 'none', borderRadius: 0 }} action={<Button color="inherit" onClick={() => navigate(`/${module.path}/${id}`, { replace: true })}>{t('record.look')}</Button>}>
                {t('record.gone_meanwhile')}
              </Alert>
            )}
            <Edit key={start.id} module={module} start={start} record={record} />
          </>
        ) : gone ? (
          <Gone module={module} id={id} />
        ) : error ? (
          <Unread error={error} retry={() => void refetch()} />
        ) : (
          <Loading />
        )}
      </Box>
    </>
  );
}
