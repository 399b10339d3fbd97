/* A forgotten password: asks for the e-mail; the answer is the same whoever asks. */
import { useState, type FormEvent } from 'react';
import { Button, Link, TextField } from '@mui/material';
import { useExplain } from '../app/explain';
import { useT } from '../text/i18n';
import { forgot } from './api';
import { Door } from './Door';
import { useWait } from './useWait';

export function Forgotten({ email: known, onBack }: { email: string; onBack: () => void }) {
  const t = useT();
  const explain = useExplain();
  const wait = useWait();
  const [email, setEmail] = useState(known);
  const [sent, setSent] = useState(false);
  const [busy, setBusy] = useState(false);
  const [message, setMessage] = useState('');

  const submit = async (e: FormEvent) => {
    e.preventDefault();
    if (!/.@./.test(email.trim())) return setMessage(t('session.email_missing'));
    setBusy(true);
    setMessage('');
    try {
      await forgot(email.trim());
      setSent(true);
    } catch (err) {
      setMessage(wait.take(err) ?? explain(err));
    }
    setBusy(false);
  };
  if (sent) {
    return (
      <Door title={t('session.sent_title')} hint={<span role="status">{t('session.sent', { email: email.trim() })}</span>}>
        <Button variant="contained" onClick={onBack} autoFocus sx={{ height: 36 }}>{t('session.back')}</Button>
      </Door>
    );
  }
  return (
    <Door
      title={t('session.forgotten_title')} hint={t('session.forgotten_hint')} message={message} onSubmit={submit}
      foot={
        <>
          <Button type="submit" variant="contained" disabled={busy || wait.left > 0} sx={{ height: 36 }}>{t('session.send_link')}</Button>
          <Link component="button" type="button" onClick={onBack} sx={{ justifySelf: 'start', fontSize: 13, minHeight: 24 }}>{t('session.back')}</Link>
        </>
      }
    >
      <TextField
        label={t('session.email')} type="email" name="email" autoComplete="username" autoFocus value={email} error={!!message} required
        onChange={(e) => setEmail(e.target.value)} slotProps={{ htmlInput: { maxLength: 254 } }}
      />
    </Door>
  );
}
