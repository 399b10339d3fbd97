/* A one-time link: whoever was invited, or forgot the password, chooses one and is in. Nobody need be signed in. */
import { useState, type FormEvent } from 'react';
import { Button } from '@mui/material';
import { isProblem } from '../api/problem';
import { useExplain } from '../app/explain';
import { useT } from '../text/i18n';
import { signIn, spendLink, type Credentials } from './api';
import { Door } from './Door';
import { forgetLinkToken, linkToken } from './link-token';
import { NewPassword } from './NewPassword';
import SignIn from './SignIn';
import { useWait } from './useWait';

/* What another person left in this window goes with the page. */
function enter(): void {
  sessionStorage.clear();
  window.location.replace('/');
}

export default function LinkPage() {
  const t = useT();
  const explain = useExplain();
  const wait = useWait();
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState('');
  const [message, setMessage] = useState('');
  const [busy, setBusy] = useState(false);
  const [gone, setGone] = useState(!linkToken());
  const [known, setKnown] = useState<Credentials>();

  const submit = async (e: FormEvent) => {
    e.preventDefault();
    if (!password) return setFault(t('session.choose_missing'));
    setBusy(true);
    setFault('');
    setMessage('');
    let email = '';
    try {
      email = (await spendLink(linkToken(), password)).email;
      forgetLinkToken();
      await signIn({ email, password });
      return enter();
    } catch (err) {
      if (email) return setKnown({ email, password: isProblem(err) && err.code === 'code_required' ? password : '' });
      if (isProblem(err) && err.code === 'bad_link') return setGone(true);
      const at = isProblem(err) ? err.errors.find((one) => one.pointer === '/password') : undefined;
      if (at) setFault(at.detail ?? explain(err));
      else setMessage(wait.take(err) ?? explain(err));
    }
    setBusy(false);
  };

  if (known) return <SignIn again={false} email={known.email} known={known.password ? known : undefined} onSignedIn={enter} />;
  if (gone) {
    return (
      <Door title={t('session.link_gone')} hint={t('session.link_gone_hint')}>
        <Button variant="contained" href="/" autoFocus sx={{ height: 36 }}>{t('session.to_sign_in')}</Button>
      </Door>
    );
  }
  return (
    <Door
      title={t('session.choose')} hint={t('session.choose_hint')} message={message} onSubmit={submit}
      foot={
        <Button type="submit" variant="contained" disabled={busy || wait.left > 0} sx={{ height: 36 }}>
          {wait.left > 0 ? t('session.submit_in', { seconds: wait.left }) : t('session.choose_submit')}
        </Button>
      }
    >
      <NewPassword label={t('session.new_password')} value={password} onChange={(next) => { setPassword(next); setFault(''); }} fault={fault} autoFocus />
    </Door>
  );
}
