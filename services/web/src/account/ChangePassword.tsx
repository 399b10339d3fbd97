/* One's own password: with the one in force; the other sessions end. */
import { useState, type FormEvent } from 'react';
import { Box, Button } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { useNotify } from 'ra-core';
import { call } from '../api/http';
import { formErrors, isProblem } from '../api/problem';
import { NewPassword } from '../session/NewPassword';
import { PasswordField } from '../session/PasswordField';
import { useWait } from '../session/useWait';
import { useT } from '../text/i18n';
import { Block } from './Block';
import { Fault } from './Fault';
import type { Me } from './me';
import { useAct } from './useAct';

const FIELDS = new Set(['current', 'password']);

export function ChangePassword({ me }: { me: Me }) {
  const t = useT();
  const notify = useNotify();
  const client = useQueryClient();
  const act = useAct();
  const wait = useWait();
  const [open, setOpen] = useState(false);
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [faults, setFaults] = useState<Record<string, string>>({});
  const close = () => {
    setOpen(false);
    setCurrent('');
    setPassword('');
    setFaults({});
    act.say('');
  };

  const submit = async (e: FormEvent) => {
    e.preventDefault();
    setFaults({});
    const done = await act.run(
      () => call('/password', { method: 'POST', body: { current, password } }),
      (err) => {
        if (!isProblem(err) || !err.errors.length) return wait.take(err);
        const found = formErrors(err, FIELDS);
        setFaults(found.fields);
        return found.rest.join(' ');
      },
    );
    if (!done) return;
    close();
    void client.invalidateQueries({ queryKey: ['sessions'] });
    notify(t('account.password_saved'), { type: 'success' });
  };
  return (
    <Block id="password" title={t('session.password')} hint={t('account.password_hint')}>
      {open ? (
        <Box component="form" onSubmit={submit} noValidate sx={{ display: 'grid', gap: 3, maxWidth: 320 }}>
          <input type="text" name="username" autoComplete="username" value={me.email} readOnly hidden />
          <PasswordField
            name="current" label={t('account.current_password')} value={current} onChange={setCurrent} autoComplete="current-password" autoFocus
            error={!!faults.current} helper={faults.current}
          />
          <NewPassword label={t('session.new_password')} value={password} onChange={setPassword} whose={me} fault={faults.password} />
          <Fault>{act.message}</Fault>
          <Box sx={{ display: 'flex', gap: 2 }}>
            <Button type="submit" variant="contained" disabled={act.busy || wait.left > 0}>
              {wait.left > 0 ? t('session.submit_in', { seconds: wait.left }) : t('account.change_password')}
            </Button>
            <Button onClick={close}>{t('record.cancel')}</Button>
          </Box>
        </Box>
      ) : (
        <Button variant="outlined" onClick={() => setOpen(true)}>{t('account.change_password')}</Button>
      )}
    </Block>
  );
}
