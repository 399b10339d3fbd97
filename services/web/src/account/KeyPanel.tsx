/* An API key: whether it is good, a new secret, its end. */
import { useState } from 'react';
import { Box, Chip } from '@mui/material';
import { useNotify } from 'ra-core';
import { useNavigate } from 'react-router-dom';
import type { PanelProps } from '../app/panels';
import { listAddress } from '../list/useListState';
import { may } from '../meta/fields';
import { useModule } from '../meta/metadata';
import { useT } from '../text/i18n';
import { ConfirmButton } from './ConfirmButton';
import { Fault } from './Fault';
import { KeyFacts } from './KeyFacts';
import { KeySecret } from './KeySecret';
import { stateOf, useIssue, type Issued } from './keys';
import { useRemoveOne } from './lists';
import { useAct } from './useAct';

const COLORS = { none: 'warning', expired: 'error', soon: 'warning', good: 'success' } as const;

export default function KeyPanel({ record }: PanelProps) {
  const t = useT();
  const module = useModule();
  const notify = useNotify();
  const navigate = useNavigate();
  const act = useAct();
  const issue = useIssue();
  const removeOne = useRemoveOne(module.path);
  const [issued, setIssued] = useState<Issued>();
  const state = stateOf(record);
  const revoke = async () => {
    if (!(await act.run(() => removeOne(record)))) return;
    notify(t('account.key_revoked'), { type: 'success' });
    navigate(listAddress(module.path));
  };
  return (
    <Box sx={{ border: 1, borderColor: 'divider', borderRadius: 1, p: 3, mb: 4 }}>
      {issued && <KeySecret issued={issued} onDone={() => setIssued(undefined)} />}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 3 }}>
        <Box sx={{ flex: '1 1 240px' }}>
          <Chip size="small" variant="outlined" color={COLORS[state]} label={t(`account.key_state_${state}`)} sx={{ height: 20, mb: 1 }} />
          <KeyFacts record={record} />
        </Box>
        {may(module, 'change') && state !== 'expired' && (
          <ConfirmButton
            label={t(record.prefix ? 'account.key_renew' : 'account.key_issue')} question={t(record.prefix ? 'account.key_renew_ask' : 'account.key_issue_ask')}
            yes={t(record.prefix ? 'account.key_renew_yes' : 'account.key_issue')} busy={act.busy} onYes={() => void act.run(async () => setIssued(await issue(record)))}
          />
        )}
        {may(module, 'delete') && (
          <ConfirmButton label={t('account.key_revoke')} question={t('account.key_revoke_ask')} yes={t('account.key_revoke_yes')} busy={act.busy} onYes={() => void revoke()} />
        )}
      </Box>
      <Fault>{act.message}</Fault>
    </Box>
  );
}
