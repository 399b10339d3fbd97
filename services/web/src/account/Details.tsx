/* Who I am here: what an administrator decides, and what I change myself. */
import { useEffect, useState, type FormEvent } from 'react';
import { Box, Button, MenuItem, TextField } from '@mui/material';
import { styled } from '@mui/material/styles';
import { useNotify } from 'ra-core';
import type { Lang } from '../meta/types';
import { useLang, useT } from '../text/i18n';
import { Block } from './Block';
import { Fault } from './Fault';
import { useSaveMe, type Me } from './me';
import { useAct } from './useAct';

const LANGS: Record<Lang, string> = { es: 'Español', en: 'English' };

const Facts = styled('dl')(({ theme }) => ({
  margin: 0, display: 'grid', gridTemplateColumns: '140px minmax(0, 1fr)', gap: '6px 12px',
  '& dt': { color: theme.cauce.soft },
  '& dd': { margin: 0, overflowWrap: 'anywhere' },
  [theme.breakpoints.down('sm')]: { gridTemplateColumns: 'minmax(0, 1fr)', gap: 0, '& dd': { marginBottom: 8 } },
}));

export function Details({ me }: { me: Me }) {
  const t = useT();
  const lang = useLang();
  const notify = useNotify();
  const save = useSaveMe();
  const act = useAct();
  const [phone, setPhone] = useState(me.phone ?? '');
  useEffect(() => setPhone(me.phone ?? ''), [me.phone]);

  const put = async (changes: Parameters<typeof save>[0]) => {
    if (await act.run(() => save(changes))) notify(t('record.saved'), { type: 'success' });
  };
  const submit = (e: FormEvent) => {
    e.preventDefault();
    void put({ phone: phone.trim() });
  };
  const facts = [
    [t('account.name'), me.name],
    [t('account.email'), me.email],
    [t('account.job_title'), me.job_title],
    [t('account.role'), me.role ?? (me.administrator ? undefined : t('account.no_role'))],
    [t('account.profile'), me.administrator ? t('account.all_rights') : (me.profile ?? t('account.no_profile'))],
  ].filter(([, value]) => value);
  return (
    <Block id="details" title={t('account.details')} hint={t('account.details_hint')}>
      <Facts>
        {facts.map(([name, value]) => <Box key={name} sx={{ display: 'contents' }}><dt>{name}</dt><dd>{value}</dd></Box>)}
      </Facts>
      <Box component="form" onSubmit={submit} noValidate sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: 3, mt: 4 }}>
        <TextField
          id="me-lang" select label={t('account.lang')} value={lang} sx={{ width: 160 }} disabled={act.busy}
          onChange={(e) => void put({ lang: e.target.value as Lang })} slotProps={{ select: { SelectDisplayProps: { 'aria-describedby': undefined } } }}
        >
          {Object.entries(LANGS).map(([key, name]) => <MenuItem key={key} value={key} lang={key}>{name}</MenuItem>)}
        </TextField>
        <TextField
          id="me-phone" label={t('account.phone')} type="tel" name="phone" autoComplete="tel" value={phone} sx={{ width: 200 }}
          onChange={(e) => setPhone(e.target.value)} slotProps={{ htmlInput: { maxLength: 20 } }}
        />
        {phone.trim() !== (me.phone ?? '') && <Button type="submit" variant="contained" disabled={act.busy} sx={{ height: 36 }}>{t('record.save')}</Button>}
      </Box>
      <Fault>{act.message}</Fault>
    </Block>
  );
}
