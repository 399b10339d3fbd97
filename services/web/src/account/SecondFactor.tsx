/* The second factor: scanned, confirmed by a code, its recovery codes; and taken away with the password. */
import { useState, type FormEvent } from 'react';
import { Box, Button, TextField } from '@mui/material';
import Check from '@mui/icons-material/VerifiedUserOutlined';
import { useNotify } from 'ra-core';
import { call } from '../api/http';
import { PasswordField } from '../session/PasswordField';
import { useWait } from '../session/useWait';
import { useT } from '../text/i18n';
import { Block } from './Block';
import { Fault } from './Fault';
import { useRefreshMe, type Me } from './me';
import { QrCode } from './QrCode';
import { RecoveryCodes } from './RecoveryCodes';
import { useAct } from './useAct';

interface Begun {
  secret: string;
  uri: string;
}

const DIGITS = 6;
const inFours = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');

function SetUp({ begun, onConfirmed, onCancel }: { begun: Begun; onConfirmed: (codes: string[]) => void; onCancel: () => void }) {
  const t = useT();
  const act = useAct();
  const wait = useWait();
  const [code, setCode] = useState('');
  const send = (text: string) =>
    act.run(async () => {
      const { data } = await call<{ recovery_codes: string[] }>('/second-factor/confirmation', { method: 'POST', body: { code: text } });
      onConfirmed(data.recovery_codes);
    }, (e) => {
      setCode('');
      return wait.take(e);
    });
  const type = (text: string) => {
    const next = text.replace(/\D/g, '').slice(0, DIGITS);
    setCode(next);
    if (next.length === DIGITS && next !== code && !act.busy) void send(next);
  };
  return (
    <Box
      component="form" noValidate onSubmit={(e: FormEvent) => {
        e.preventDefault();
        if (code.length === DIGITS) void send(code);
        else act.say(t('session.code_missing'));
      }}
      sx={{ display: 'flex', flexWrap: 'wrap', gap: 5 }}
    >
      <QrCode text={begun.uri} label={t('account.qr')} />
      <Box component="ol" sx={{ flex: '1 1 260px', maxWidth: 420, m: 0, pl: 4, display: 'grid', gap: 3, alignContent: 'start' }}>
        <li>{t('account.factor_scan')}</li>
        <li>
          {t('account.factor_type')}
          <Box component="code" aria-label={t('account.factor_secret')} role="textbox" aria-readonly="true" tabIndex={0} sx={{ display: 'block', mt: 1, fontSize: 14, overflowWrap: 'anywhere' }}>
            {inFours(begun.secret)}
          </Box>
        </li>
        <li>
          {t('account.factor_confirm')}
          <Box sx={{ display: 'flex', alignItems: 'flex-end', gap: 2, mt: 2 }}>
            <TextField
              id="factor-code" label={t('session.code')} name="code" value={code} autoFocus autoComplete="one-time-code" error={!!act.message} sx={{ width: 160 }}
              onChange={(e) => type(e.target.value)} slotProps={{ htmlInput: { inputMode: 'numeric', style: { letterSpacing: '0.2em', fontSize: 16 } } }}
            />
            <Button type="submit" variant="contained" disabled={act.busy || wait.left > 0} sx={{ height: 36 }}>{t('account.confirm')}</Button>
            <Button onClick={onCancel} sx={{ height: 36 }}>{t('record.cancel')}</Button>
          </Box>
          <Fault>{act.message}</Fault>
        </li>
      </Box>
    </Box>
  );
}

export function PasswordToRemove({ label, yes, onRemove, onCancel }: { label: string; yes: string; onRemove: (password: string) => Promise<unknown>; onCancel: () => void }) {
  const t = useT();
  const act = useAct();
  const wait = useWait();
  const [password, setPassword] = useState('');
  return (
    <Box
      component="form" noValidate sx={{ display: 'grid', gap: 3, maxWidth: 320 }}
      onSubmit={(e: FormEvent) => {
        e.preventDefault();
        if (!password) return act.say(t('account.password_missing'));
        void act.run(() => onRemove(password), wait.take);
      }}
    >
      <PasswordField name="password" label={label} value={password} onChange={setPassword} autoComplete="current-password" autoFocus error={!!act.message} />
      <Fault>{act.message}</Fault>
      <Box sx={{ display: 'flex', gap: 2 }}>
        <Button type="submit" variant="contained" color="error" disabled={act.busy || wait.left > 0}>{yes}</Button>
        <Button onClick={onCancel}>{t('record.cancel')}</Button>
      </Box>
    </Box>
  );
}

export function SecondFactor({ me }: { me: Me }) {
  const t = useT();
  const notify = useNotify();
  const refresh = useRefreshMe();
  const act = useAct();
  const [begun, setBegun] = useState<Begun>();
  const [codes, setCodes] = useState<string[]>();
  const [removing, setRemoving] = useState(false);

  const begin = () =>
    act.run(async () => setBegun((await call<Begun>('/second-factor', { method: 'POST', body: {} })).data));
  const remove = async (password: string) => {
    await call('/second-factor/removal', { method: 'POST', body: { password } });
    await refresh();
    setRemoving(false);
    notify(t('account.factor_removed'), { type: 'success' });
  };
  return (
    <Block id="second-factor" title={t('account.factor')} hint={t('account.factor_hint')}>
      {codes ? (
        <RecoveryCodes codes={codes} email={me.email} onDone={() => { setCodes(undefined); void refresh(); }} />
      ) : me.second_factor ? (
        <>
          <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.5, color: 'success.main', mb: 3 }}><Check aria-hidden />{t('account.factor_active')}</Box>
          {removing ? (
            <PasswordToRemove label={t('account.current_password')} yes={t('account.factor_remove')} onRemove={remove} onCancel={() => setRemoving(false)} />
          ) : (
            <Button variant="outlined" onClick={() => setRemoving(true)}>{t('account.factor_remove')}</Button>
          )}
        </>
      ) : begun ? (
        <SetUp begun={begun} onConfirmed={(next) => { setBegun(undefined); setCodes(next); }} onCancel={() => setBegun(undefined)} />
      ) : (
        <Button variant="outlined" disabled={act.busy} onClick={begin}>{t('account.factor_begin')}</Button>
      )}
      <Fault>{act.message}</Fault>
    </Block>
  );
}
