/* Where I am signed in; one or all others are ended. */
import { Box, Chip, Skeleton, Typography } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { useNotify } from 'ra-core';
import { call } from '../api/http';
import type { Rec } from '../api/records';
import { useFieldText } from '../fields/text';
import { inWords, useWordsLoaded } from '../fields/words';
import { may } from '../meta/fields';
import { fieldOf, useMetadata } from '../meta/metadata';
import { useSession } from '../session/session';
import { useFormat } from '../text/format';
import { useLang, useT } from '../text/i18n';
import { Block } from './Block';
import { ConfirmButton } from './ConfirmButton';
import { Fault } from './Fault';
import { useRemoveOne, useShort } from './lists';
import { Lines } from './Lines';
import { useAct } from './useAct';

const MODULE = 'identity.user_session';


export function MySessions() {
  const t = useT();
  const lang = useLang();
  useWordsLoaded();
  const format = useFormat();
  const notify = useNotify();
  const client = useQueryClient();
  const act = useAct();
  const { session } = useSession();
  const module = useMetadata().byKey(MODULE);
  const sees = module && may(module, 'see');
  const path = module?.path ?? 'sessions';
  const { data, error, isPending } = useShort(sees ? path : undefined, [{ field: 'owner', op: 'eq', values: [session.user.id] }], '-created_at');
  const removeOne = useRemoveOne(path);
  const own = session.id;
  const text = useFieldText();
  const method = module && fieldOf(module, 'method');

  const endOthers = async () => {
    let ended = 0;
    const done = await act.run(async () => {
      ended = Number((await call<{ ended?: number }>('/sessions/end', { method: 'POST', body: {} })).data.ended ?? 0);
      await client.invalidateQueries({ queryKey: [path] });
    });
    if (done) notify(ended ? t('account.others_ended', { ended }) : t('account.no_others'), { type: 'success' });
  };
  const endOne = async (record: Rec) => {
    if (await act.run(() => removeOne(record))) notify(t('account.session_ended'), { type: 'success' });
  };
  /* this one first, then who was there last */
  const items = [...(data?.items ?? [])].sort((a, b) =>
    a.id === own ? -1 : b.id === own ? 1 : String(b.seen_at ?? '').localeCompare(String(a.seen_at ?? '')));
  const alone = !!data && items.every((one) => one.id === own);
  return (
    <Block
      id="sessions" title={t('account.sessions')} hint={t('account.sessions_hint')}
      action={!alone && <ConfirmButton label={t('account.end_others')} question={t('account.end_others_ask')} yes={t('account.end_others_yes')} busy={act.busy} onYes={() => void endOthers()} />}
    >
      <Fault>{act.message}</Fault>
      {!sees ? (
        <Typography color="text.secondary">{t('account.sessions_hidden')}</Typography>
      ) : isPending ? (
        <Skeleton variant="rounded" height={80} />
      ) : error ? (
        <Typography color="error">{t('account.not_read')}</Typography>
      ) : (
        <Lines label={t('account.sessions')}>
          {items.map((one) => {
            const device = one.device ? inWords('device', String(one.device), lang) : t('account.no_device');
            return (
              <li key={one.id}>
                <Box>
                  <Box sx={{ fontWeight: 500, overflowWrap: 'anywhere' }} title={String(one.device ?? '')}>
                    {device} {one.id === own && <Chip size="small" color="primary" variant="outlined" label={t('account.this_session')} sx={{ ml: 1, height: 20 }} />}
                  </Box>
                  <Typography variant="caption" color="text.secondary">
                    {[one.address, method && text(one, method), t('account.last_seen', { at: format.relative(String(one.seen_at ?? one.created_at)) })].filter(Boolean).join(' · ')}
                  </Typography>
                </Box>
                {one.id !== own && module && may(module, 'delete') && (
                  <ConfirmButton
                    label={t('account.end')} of={device} question={t('account.end_ask')} yes={t('account.end_yes')} busy={act.busy} onYes={() => void endOne(one)}
                  />
                )}
              </li>
            );
          })}
        </Lines>
      )}
      {data?.more && <Typography color="text.secondary">{t('account.more_there')}</Typography>}
    </Block>
  );
}
