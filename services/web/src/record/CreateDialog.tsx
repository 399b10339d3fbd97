/* A new record in its whole form, without leaving the page: from a lookup, or from the list of related ones. */
import { useState } from 'react';
import { Dialog, DialogContent, DialogTitle } from '@mui/material';
import { useNotify } from 'ra-core';
import type { Values } from '../api/patch';
import type { Rec } from '../api/records';
import type { Module } from '../meta/types';
import { usePhone } from '../shell/Shell';
import { useLabel, useT } from '../text/i18n';
import { inSentence } from '../text/sentence';
import { RecordForm } from './RecordForm';
import { useCreateRecord } from './useCreate';

interface Props {
  module: Module;
  /* what is filled in already, with the texts of references in `labels` */
  values: Values;
  /* names the draft: what the new record is for */
  draftFor: string;
  onClose: (made?: Rec) => void;
}

export default function CreateDialog({ module, values, draftFor, onClose }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const phone = usePhone();
  const notify = useNotify();
  const create = useCreateRecord(module);
  const [start] = useState(values);
  const name = labelOf(module.label);
  const title = t('record.create', { module: inSentence(name) });
  const save = async (written: Values) => {
    const made = await create(written);
    notify(t('record.created', { label: made.label || inSentence(name) }), { type: 'success' });
    onClose(made);
  };
  /* what is done here is not done to the form or the field that the dialog was opened from */
  const own = (e: React.SyntheticEvent) => e.stopPropagation();
  return (
    <Dialog open onClose={(_, reason) => reason !== 'backdropClick' && onClose()} fullScreen={phone} maxWidth="md" fullWidth scroll="paper" aria-labelledby="create-title" onKeyDown={(e) => e.key !== 'Escape' && own(e)} onBlur={own} onClick={own}>
      <DialogTitle id="create-title">{title}</DialogTitle>
      <DialogContent sx={{ pb: '0 !important' }}>
        <RecordForm module={module} record={start} submitLabel={t('list.create')} inDialog draftFor={draftFor} onSave={save} onCancel={() => onClose()} />
      </DialogContent>
    </Dialog>
  );
}
