/* E-mail and password, the provider, and the way to a forgotten password. */
import { useEffect, useState, type FormEvent } from 'react';
import { Button, Divider, Link, TextField } from '@mui/material';
import { isProblem } from '../api/problem';
import type { Session } from '../api/records';
import { useExplain } from '../app/explain';
import { useT } from '../text/i18n';
import { providerAddress, signIn, type Credentials, type SignInOptions } from './api';
import { Door } from './Door';
import { PasswordField } from './PasswordField';
import { readSession } from './session';
import { useWait } from './useWait';

interface Props {
  again: boolean;
  options: SignInOptions | undefined;
  credentials: Credentials;
  onChange: (credentials: Credentials) => void;
  message: string;
  onMessage: (message: string) => void;
  onSignedIn: (session: Session) => void;
  onCode: () => void;
  onForgotten: () => void;
}

/* In another window, so that the page that is covered stays; whoever comes back signed in goes on. */
function useReturn(watching: boolean, onSignedIn: (session: Session) => void): void {
  useEffect(() => {
    if (!watching) return;
    const look = () => {
      readSession().then((session) => session && onSignedIn(session)).catch(() => undefined);
    };
    window.addEventListener('focus', look);
    return () => window.removeEventListener('focus', look);
  }, [watching, onSignedIn]);
}

export function PasswordStep({ again, options, credentials, onChange, message, onMessage, onSignedIn, onCode, onForgotten }: Props) {
  const t = useT();
  const explain = useExplain();
  const wait = useWait();
  const [busy, setBusy] = useState(false);
  const { email, password } = credentials;
  const [known] = useState(email);
  useReturn(again, onSignedIn);

  const submit = async (e: FormEvent) => {
    e.preventDefault();
    if (wait.left) return;
    if (!email.trim() || !password) return onMessage(t('session.missing'));
    setBusy(true);
    onMessage('');
    try {
      onSignedIn(await signIn({ email: email.trim(), password }));
    } catch (err) {
      if (isProblem(err) && err.code === 'code_required') return onCode();
      onMessage(wait.take(err) ?? (isProblem(err) && err.status === 401 ? err.message || t('session.bad') : explain(err)));
      setBusy(false);
    }
  };
  const here = window.location.pathname + window.location.search;
  return (
    <Door
      title={again ? t('session.again') : t('session.title')} hint={again && t('session.again_hint')} message={message} onSubmit={submit}
      foot={
        <>
          <Button type="submit" variant="contained" disabled={busy || wait.left > 0} sx={{ height: 36 }}>
            {wait.left > 0 ? t('session.submit_in', { seconds: wait.left }) : t('session.submit')}
          </Button>
          {options?.forgotten && (
            <Link component="button" type="button" onClick={onForgotten} sx={{ justifySelf: 'start', fontSize: 13, minHeight: 24 }}>{t('session.forgotten')}</Link>
          )}
          {options?.provider && (
            <>
              <Divider sx={{ color: 'text.secondary', fontSize: 12 }}>{t('session.or')}</Divider>
              <Button
                variant="outlined" sx={{ height: 36, minWidth: 0, '& > span': { overflow: 'hidden', textOverflow: 'ellipsis' } }}
                href={providerAddress(again ? '/' : here)} target={again ? '_blank' : undefined}
              >
                <span>{t('session.with', { provider: options.provider })}</span>
              </Button>
            </>
          )}
        </>
      }
    >
      <TextField
        label={t('session.email')} type="email" name="email" autoComplete="username" autoFocus={!known} value={email}
        onChange={(e) => {
          wait.clear();
          onChange({ ...credentials, email: e.target.value });
        }}
        error={!!message} required slotProps={{ htmlInput: { maxLength: 254 } }}
      />
      <PasswordField
        name="password" label={t('session.password')} autoComplete="current-password" autoFocus={!!known} value={password}
        onChange={(next) => onChange({ ...credentials, password: next })} error={!!message}
      />
    </Door>
  );
}
