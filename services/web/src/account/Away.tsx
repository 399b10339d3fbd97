/* Away: nothing is given to me by itself meanwhile; until when, or until I am back. */
import { useEffect, useState } from 'react';
import { Box, Button, FormControlLabel, Switch } from '@mui/material';
import { useNotify } from 'ra-core';
import { DateBox } from '../fields/DateBox';
import { isFault, toHeld } from '../fields/dates';
import { toWall } from '../lib/zone';
import { useMetadata } from '../meta/metadata';
import { useFormat } from '../text/format';
import { useT } from '../text/i18n';
import { Block } from './Block';
import { Fault } from './Fault';
import { useSaveMe, type Me } from './me';
import { useAct } from './useAct';

/* what the label above an input takes: what stands beside it stays in its place when the input says something below */
const LABEL = 19;

export function Away({ me }: { me: Me }) {
  const t = useT();
  const format = useFormat();
  const notify = useNotify();
  const { zone } = useMetadata().company;
  const save = useSaveMe();
  const act = useAct();
  const kept = me.away && me.away_until ? toWall(me.away_until, zone) : '';
  const [until, setUntil] = useState(kept);
  /* turned at once, and back when it is refused */
  const [turned, setTurned] = useState<boolean>();
  useEffect(() => setUntil(kept), [kept]);

  const put = async (away: boolean, wall: string) => {
    const at = toHeld(wall, 'datetime', zone);
    /* the field says why */
    if (isFault(at)) return;
    if (at && Date.parse(at) <= Date.now()) return act.say(t('account.away_past'));
    const done = await act.run(() => save(away && at ? { away, away_until: at } : { away }));
    if (done) notify(t(away ? 'account.away_saved' : 'account.back_saved'), { type: 'success' });
  };
  const now = me.away ? (me.away_until ? t('account.away_until_now', { at: format.datetime(me.away_until) }) : t('account.away_now')) : t('account.here_now');
  return (
    <Block id="away" title={t('account.away')} hint={t('account.away_hint')}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: 3 }}>
        <FormControlLabel
          sx={{ minHeight: 36, mt: `${LABEL}px` }} label={t('account.away_switch')}
          control={
            <Switch
              checked={turned ?? !!me.away}
              onChange={(e) => {
                setTurned(e.target.checked);
                void put(e.target.checked, e.target.checked ? until : '').finally(() => setTurned(undefined));
              }}
            />
          }
        />
        <DateBox id="me-away-until" kind="datetime" label={t('account.away_until')} value={until} sx={{ width: 220 }} onChange={setUntil} />
        {until !== kept && (
          <Button variant="contained" disabled={act.busy} sx={{ height: 36, mt: `${LABEL}px` }} onClick={() => void put(true, until)}>
            {t(me.away ? 'record.save' : 'account.away_from_now')}
          </Button>
        )}
      </Box>
      <Box component="p" sx={{ color: 'text.secondary', m: 0, mt: 2 }} role="status">{now}</Box>
      <Fault>{act.message}</Fault>
    </Block>
  );
}
