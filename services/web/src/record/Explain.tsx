/* Who sees this record, and why: asked for one person at a time, oneself at first. */
import { useState } from 'react';
import { Box, Drawer, IconButton, Skeleton, Typography } from '@mui/material';
import Check from '@mui/icons-material/Check';
import Close from '@mui/icons-material/Close';
import Block from '@mui/icons-material/DoNotDisturbAltOutlined';
import { useQuery } from '@tanstack/react-query';
import { Form } from 'ra-core';
import { useWatch } from 'react-hook-form';
import { explain } from '../api/client';
import type { Rec } from '../api/records';
import { Failed } from '../app/states';
import { FieldInput } from '../fields/FieldInput';
import { assigneeField } from '../meta/standout';
import type { Field, Module } from '../meta/types';
import { useSession } from '../session/session';
import { useT } from '../text/i18n';

function Said({ yes, children }: { yes: boolean; children: React.ReactNode }) {
  return (
    <Box component="li" sx={{ display: 'flex', gap: 2, alignItems: 'flex-start' }}>
      {yes ? <Check sx={{ color: 'success.main', flex: 'none' }} aria-hidden /> : <Block sx={{ color: 'text.secondary', flex: 'none' }} aria-hidden />}
      <span>{children}</span>
    </Box>
  );
}

function Answer({ module, record, user }: { module: Module; record: Rec; user: string }) {
  const t = useT();
  const { data, error, refetch } = useQuery({
    queryKey: [module.path, 'explain', record.id, user, record.version],
    queryFn: ({ signal }) => explain(module.path, record.id, user, signal),
  });
  if (error) return <Failed title={t('record.explain_failed')} error={error} retry={() => void refetch()} />;
  if (!data) return <Box aria-busy="true"><Skeleton height={28} /><Skeleton height={28} /><Skeleton height={28} /></Box>;
  const list = { listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 2 } as const;
  return (
    <>
      <Box component="ul" sx={list} role="list">
        <Said yes={data.see}>{t(data.see ? 'record.may_see' : 'record.may_not_see')}</Said>
        <Said yes={data.change}>{t(data.change ? 'record.may_change' : 'record.may_not_change')}</Said>
        <Said yes={data.delete}>{t(data.delete ? 'record.may_delete' : 'record.may_not_delete')}</Said>
      </Box>
      <Box>
        <Typography variant="h3" sx={{ mb: 2 }}>{t('record.why')}</Typography>
        <Box component="ul" sx={list} role="list">
          {data.reasons.map((r) => <Said key={r.code + r.text} yes={r.allows}>{r.text}</Said>)}
        </Box>
      </Box>
    </>
  );
}

function OfPerson({ module, record, field }: { module: Module; record: Rec; field: Field }) {
  const me = useSession().session.user.id;
  const chosen: unknown = useWatch({ name: field.name });
  return <Answer module={module} record={record} user={typeof chosen === 'string' && chosen ? chosen : me} />;
}

export default function Explain({ module, record, onClose }: { module: Module; record: Rec; onClose: () => void }) {
  const t = useT();
  const { session } = useSession();
  const people = assigneeField(module);
  const [start] = useState(() => (people ? { [people.name]: session.user.id, labels: { [people.name]: session.user.name } } : {}));
  return (
    <Drawer
      open anchor="right" onClose={onClose}
      slotProps={{ paper: { role: 'dialog', 'aria-modal': true, 'aria-labelledby': 'explain-title', sx: { width: 380, maxWidth: '100vw', p: 4, display: 'flex', flexDirection: 'column', gap: 5 } } }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center' }}>
        <Typography variant="h2" id="explain-title" sx={{ flex: 1 }}>{t('record.explain')}</Typography>
        <IconButton onClick={onClose} aria-label={t('ra.action.close')}><Close /></IconButton>
      </Box>
      {people ? (
        <Form record={start as never} onSubmit={() => undefined}>
          <Box sx={{ display: 'grid', gap: 5 }}>
            <FieldInput field={{ ...people, required: false }} label={t('record.explain_person')} free />
            <OfPerson module={module} record={record} field={people} />
          </Box>
        </Form>
      ) : (
        <Answer module={module} record={record} user={session.user.id} />
      )}
    </Drawer>
  );
}
