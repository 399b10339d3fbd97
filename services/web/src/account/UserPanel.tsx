/* What an administrator does about a user, above the user's fields; and where the user stands. */
import { useState } from 'react';
import { Alert, Box, Button } from '@mui/material';
import Link from '@mui/icons-material/LinkOutlined';
import { useQueryClient } from '@tanstack/react-query';
import { useNotify } from 'ra-core';
import { patch, readOne } from '../api/client';
import { call } from '../api/http';
import type { Rec } from '../api/records';
import type { PanelProps } from '../app/panels';
import { may } from '../meta/fields';
import { useMetadata } from '../meta/metadata';
import { useSession } from '../session/session';
import { useFormat } from '../text/format';
import { useT } from '../text/i18n';
import { ConfirmButton } from './ConfirmButton';
import { Fault } from './Fault';
import { useShort } from './lists';
import { PasswordToRemove } from './SecondFactor';
import { Secret } from './Secret';
import { useAct, type Act } from './useAct';
import { useEndAll, UserPlace } from './UserPlace';

interface Invitation {
  token: string;
  expires_at: string;
  mailed?: boolean;
}

/* Nobody has come in with it yet: what a new user needs first. */
function useIsNew(record: Rec): boolean {
  const log = useMetadata().byKey('identity.access');
  const { data } = useShort(log && may(log, 'see') ? log.path : undefined, [
    { field: 'person', op: 'eq', values: [record.id] },
    { field: 'event', op: 'in', values: ['invited', 'sign_in', 'password_changed'] },
  ], '-created_at', 1);
  return !!data && !data.items.length;
}

function Invite({ record, act, fresh }: { record: Rec; act: Act; fresh: boolean }) {
  const t = useT();
  const format = useFormat();
  const client = useQueryClient();
  const [made, setMade] = useState<Invitation>();
  const invite = () =>
    act.run(async () => {
      setMade((await call<Invitation>('/invitations', { method: 'POST', body: { user: record.id } })).data);
      void client.invalidateQueries({ queryKey: ['accesses'] });
    });
  if (made) {
    return (
      <Alert
        severity="success" sx={{ flexBasis: '100%', '& .MuiAlert-message': { minWidth: 0, flex: 1 } }}
        action={<Button color="inherit" onClick={() => setMade(undefined)}>{t('account.done')}</Button>}
      >
        <Box sx={{ mb: 2 }}>
          {t(made.mailed ? 'account.invite_mailed' : 'account.invite_not_mailed', { email: String(record.email ?? '') })}{' '}
          {t('account.invite_until', { at: format.datetime(made.expires_at) })}
        </Box>
        <Secret label={t('account.invite_link')} text={`${window.location.origin}/enlace/${made.token}`} />
      </Alert>
    );
  }
  return (
    <>
      {fresh && <Box sx={{ flexBasis: '100%' }}>{t('account.invite_first')}</Box>}
      <Button variant={fresh ? 'contained' : 'outlined'} startIcon={<Link />} disabled={act.busy} onClick={invite}>{t(fresh ? 'account.invite' : 'account.invite_again')}</Button>
    </>
  );
}

/* On the record as it is now: the page may show an older one. */
function useSetInactive(record: Rec): (inactive: boolean) => Promise<void> {
  const client = useQueryClient();
  return async (inactive) => {
    const now = await readOne('users', record.id);
    client.setQueryData(['users', 'getOne', { id: record.id, meta: undefined }], await patch('users', now.id, now.version, { inactive }));
    await client.invalidateQueries({ queryKey: ['users'] });
    await client.invalidateQueries({ queryKey: ['sessions'] });
  };
}

function Actions({ record }: { record: Rec }) {
  const t = useT();
  const notify = useNotify();
  const act = useAct();
  const fresh = useIsNew(record);
  const endAll = useEndAll(record);
  const setInactive = useSetInactive(record);
  const { session } = useSession();
  const [removing, setRemoving] = useState(false);
  const inactive = !!record.inactive;
  const oneself = session.user.id === record.id;
  const label = record.label ?? '';
  const did = (done: boolean, message: string) => done && notify(message, { type: 'success' });

  const removeFactor = async (password: string) => {
    await call('/second-factor/removal', { method: 'POST', body: { user: record.id, password } });
    setRemoving(false);
    notify(t('account.factor_removed_of', { user: label }), { type: 'success' });
  };
  if (inactive) {
    return (
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2 }}>
        <Box sx={{ flex: '1 1 240px' }}>{t('account.user_inactive')}</Box>
        <Button variant="outlined" disabled={act.busy} onClick={async () => did(await act.run(() => setInactive(false)), t('account.user_activated', { user: label }))}>
          {t('account.activate')}
        </Button>
        <Fault>{act.message}</Fault>
      </Box>
    );
  }
  return (
    <Box role="group" aria-label={t('account.user_actions')} sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2 }}>
      <Invite record={record} act={act} fresh={fresh} />
      {!oneself && (
        <>
          <ConfirmButton
            label={t('account.user_end')} question={t('account.user_end_ask')} yes={t('account.end_yes')} busy={act.busy}
            onYes={() => void act.run(async () => notify(t('account.user_ended', { ended: await endAll(), user: label }), { type: 'success' }))}
          />
          {!removing && <Button variant="outlined" onClick={() => setRemoving(true)}>{t('account.user_factor')}</Button>}
          <ConfirmButton
            label={t('account.deactivate')} question={t('account.deactivate_ask')} yes={t('account.deactivate')} busy={act.busy}
            onYes={() => void act.run(() => setInactive(true)).then((done) => did(done, t('account.user_deactivated', { user: label })))}
          />
        </>
      )}
      {removing && (
        <Box sx={{ flexBasis: '100%' }}>
          <Box component="p" sx={{ m: 0, mb: 2, maxWidth: 560 }}>{t('account.user_factor_hint', { user: label })}</Box>
          <PasswordToRemove label={t('account.own_password')} yes={t('account.user_factor')} onRemove={removeFactor} onCancel={() => setRemoving(false)} />
        </Box>
      )}
      <Fault>{act.message}</Fault>
    </Box>
  );
}

export default function UserPanel({ record }: PanelProps) {
  const { session } = useSession();
  return (
    <Box sx={{ border: 1, borderColor: 'divider', borderRadius: 1, p: 3, mb: 4, display: 'grid', gap: 3 }}>
      {session.user.administrator && <Actions record={record} />}
      <UserPlace record={record} />
    </Box>
  );
}
