/* My API keys: for programs that act as me, within what I allow them. */
import { useState } from 'react';
import { Box, Button, Chip, Skeleton, Typography } from '@mui/material';
import Add from '@mui/icons-material/Add';
import { useNotify } from 'ra-core';
import { Link } from 'react-router-dom';
import type { Rec } from '../api/records';
import { may } from '../meta/fields';
import { useMetadata } from '../meta/metadata';
import { useSession } from '../session/session';
import { useT } from '../text/i18n';
import { Block } from './Block';
import { ConfirmButton } from './ConfirmButton';
import { Fault } from './Fault';
import { KeyForm } from './KeyForm';
import { KeySecret } from './KeySecret';
import { KeyFacts } from './KeyFacts';
import { KEY_MODULE, KEY_PATH, stateOf, useIssue, type Issued } from './keys';
import { Lines } from './Lines';
import { useRemoveOne, useShort } from './lists';
import { useAct } from './useAct';

export function MyKeys() {
  const t = useT();
  const notify = useNotify();
  const act = useAct();
  const issue = useIssue();
  const { session } = useSession();
  const module = useMetadata().byKey(KEY_MODULE);
  const sees = module && may(module, 'see');
  const { data, error, isPending } = useShort(sees ? KEY_PATH : undefined, [{ field: 'person', op: 'eq', values: [session.user.id] }], 'label');
  const removeOne = useRemoveOne(KEY_PATH);
  const [making, setMaking] = useState(false);
  const [issued, setIssued] = useState<Issued>();

  const renew = (key: Rec) => act.run(async () => setIssued(await issue(key)));
  const revoke = async (key: Rec) => {
    if (await act.run(() => removeOne(key))) notify(t('account.key_revoked'), { type: 'success' });
  };
  const creates = module && may(module, 'create') && may(module, 'change');
  return (
    <Block
      id="keys" title={t('account.keys')} hint={t('account.keys_hint')}
      action={creates && !making && <Button variant="outlined" startIcon={<Add />} onClick={() => setMaking(true)}>{t('account.key_new')}</Button>}
    >
      {making && <KeyForm onCancel={() => setMaking(false)} onDone={(next) => { setMaking(false); setIssued(next); }} />}
      {issued && <KeySecret issued={issued} onDone={() => setIssued(undefined)} />}
      <Fault>{act.message}</Fault>
      {!sees ? (
        <Typography color="text.secondary">{t('account.keys_hidden')}</Typography>
      ) : isPending ? (
        <Skeleton variant="rounded" height={64} />
      ) : error ? (
        <Typography color="error">{t('account.not_read')}</Typography>
      ) : !data.items.length && !making ? (
        <Typography color="text.secondary">{t('account.keys_none')}</Typography>
      ) : (
        <Lines label={t('account.keys')}>
          {data.items.map((key) => (
            <li key={key.id}>
              <Box>
                <Box sx={{ fontWeight: 500, overflowWrap: 'anywhere' }}>
                  <Link to={`/${KEY_PATH}/${key.id}`} style={{ color: 'inherit' }}>{key.label}</Link>{' '}
                  {stateOf(key) === 'expired' && <Chip size="small" color="error" variant="outlined" label={t('account.key_expired')} sx={{ height: 20 }} />}
                  {stateOf(key) === 'soon' && <Chip size="small" color="warning" variant="outlined" label={t('account.key_soon')} sx={{ height: 20 }} />}
                </Box>
                <KeyFacts record={key} />
              </Box>
              <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2 }}>
                {module && may(module, 'change') && stateOf(key) !== 'expired' && (
                  <ConfirmButton
                    label={t('account.key_renew')} of={key.label} question={t('account.key_renew_ask')} yes={t('account.key_renew_yes')} busy={act.busy}
                    onYes={() => void renew(key)}
                  />
                )}
                {module && may(module, 'delete') && (
                  <ConfirmButton
                    label={t('account.key_revoke')} of={key.label} question={t('account.key_revoke_ask')} yes={t('account.key_revoke_yes')} busy={act.busy}
                    onYes={() => void revoke(key)}
                  />
                )}
              </Box>
            </li>
          ))}
        </Lines>
      )}
      {data?.more && <Typography color="text.secondary">{t('account.more_there')}</Typography>}
    </Block>
  );
}
