/* The second factor: six digits, sent by themselves, or a recovery code. The password is not asked for again. */
import { useRef, useState, type FormEvent } from 'react';
import { Box, Button, Link, TextField } from '@mui/material';
import { isProblem } from '../api/problem';
import type { Session } from '../api/records';
import { useExplain } from '../app/explain';
import { useT } from '../text/i18n';
import { signIn, type Credentials } from './api';
import { Door } from './Door';
import { useWait } from './useWait';

export const DIGITS = 6;

interface Props {
  credentials: Credentials;
  onSignedIn: (session: Session) => void;
  /* back to the password, with why */
  onBack: (message?: string) => void;
}

export function CodeStep({ credentials, onSignedIn, onBack }: Props) {
  const t = useT();
  const explain = useExplain();
  const wait = useWait();
  const input = useRef<HTMLInputElement>(null);
  const sending = useRef(false);
  const [recovery, setRecovery] = useState(false);
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [message, setMessage] = useState('');

  const send = async (text: string) => {
    if (sending.current || wait.left) return;
    sending.current = true;
    setBusy(true);
    setMessage('');
    try {
      onSignedIn(await signIn({ ...credentials, code: text }));
    } catch (err) {
      if (isProblem(err) && err.code === 'bad_credentials') return onBack(explain(err));
      setMessage(wait.take(err) ?? explain(err));
      setCode('');
      input.current?.focus();
    } finally {
      sending.current = false;
      setBusy(false);
    }
  };
  const type = (text: string) => {
    const next = recovery ? text.slice(0, 40) : text.replace(/\D/g, '').slice(0, DIGITS);
    setCode(next);
    if (!recovery && next.length === DIGITS && next !== code) void send(next);
  };
  const submit = (e: FormEvent) => {
    e.preventDefault();
    const text = code.trim();
    if (recovery ? text : text.length === DIGITS) void send(text);
    else setMessage(t(recovery ? 'session.recovery_missing' : 'session.code_missing'));
  };
  return (
    <Door
      title={t('session.code_title')} hint={t(recovery ? 'session.recovery_hint' : 'session.code_hint')} message={message} onSubmit={submit}
      foot={
        <>
          <Button type="submit" variant="contained" disabled={busy || wait.left > 0} sx={{ height: 36 }}>
            {wait.left > 0 ? t('session.submit_in', { seconds: wait.left }) : t('session.submit')}
          </Button>
          <Box sx={{ display: 'flex', flexWrap: 'wrap', justifyContent: 'space-between', gap: 2, '& > *': { fontSize: 13, minHeight: 24 } }}>
            <Link
              component="button" type="button"
              onClick={() => {
                setRecovery(!recovery);
                setCode('');
                setMessage('');
                input.current?.focus();
              }}
            >
              {t(recovery ? 'session.use_code' : 'session.use_recovery')}
            </Link>
            <Link component="button" type="button" onClick={() => onBack()} color="text.secondary">{t('session.other_account')}</Link>
          </Box>
        </>
      }
    >
      {/* tells a password manager whose code it is */}
      <input type="text" name="email" autoComplete="username" value={credentials.email} readOnly hidden />
      <TextField
        key={String(recovery)} label={t(recovery ? 'session.recovery' : 'session.code')} name="code" value={code} inputRef={input} autoFocus
        autoComplete={recovery ? 'off' : 'one-time-code'} error={!!message} required onChange={(e) => type(e.target.value)}
        slotProps={{
          htmlInput: {
            inputMode: recovery ? 'text' : 'numeric', autoCapitalize: 'characters', spellCheck: false, readOnly: busy,
            style: { fontSize: 20, letterSpacing: '0.2em', fontVariantNumeric: 'tabular-nums' },
          },
        }}
      />
    </Door>
  );
}
