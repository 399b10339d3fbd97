/* A session: where somebody is signed in, and its end. */
import { Box, Chip } from '@mui/material';
import { useNotify } from 'ra-core';
import { useNavigate } from 'react-router-dom';
import type { PanelProps } from '../app/panels';
import { inWords, useWordsLoaded } from '../fields/words';
import { listAddress } from '../list/useListState';
import { may } from '../meta/fields';
import { useModule } from '../meta/metadata';
import { useSession } from '../session/session';
import { useLang, useT } from '../text/i18n';
import { ConfirmButton } from './ConfirmButton';
import { Fault } from './Fault';
import { useRemoveOne } from './lists';
import { useAct } from './useAct';

export default function SessionPanel({ record }: PanelProps) {
  const t = useT();
  const lang = useLang();
  useWordsLoaded();
  const module = useModule();
  const notify = useNotify();
  const navigate = useNavigate();
  const act = useAct();
  const removeOne = useRemoveOne(module.path);
  const { session } = useSession();
  const own = session.id === record.id;
  const end = async () => {
    if (!(await act.run(() => removeOne(record)))) return;
    notify(t('account.session_ended'), { type: 'success' });
    navigate(listAddress(module.path));
  };
  return (
    <Box sx={{ border: 1, borderColor: 'divider', borderRadius: 1, p: 3, mb: 4, display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 3 }}>
      <Box sx={{ flex: '1 1 240px', fontWeight: 500 }}>
        {[record.labels?.owner, record.device ? inWords('device', String(record.device), lang) : t('account.no_device')].filter(Boolean).join(' · ')}
        {own && <Chip size="small" color="primary" variant="outlined" label={t('account.this_session')} sx={{ ml: 2, height: 20 }} />}
      </Box>
      {!own && may(module, 'delete') && (
        <ConfirmButton label={t('account.end')} question={t('account.user_one_end_ask')} yes={t('account.end_yes')} busy={act.busy} onYes={() => void end()} />
      )}
      <Fault>{act.message}</Fault>
    </Box>
  );
}
