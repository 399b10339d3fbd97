/* The sign-in page; `again` when it covers a page whose session has ended. */
import { useState, type FormEvent } from 'react';
import { Box, Button, Dialog, IconButton, InputAdornment, TextField, Typography } from '@mui/material';
import Visibility from '@mui/icons-material/VisibilityOutlined';
import VisibilityOff from '@mui/icons-material/VisibilityOffOutlined';
import { call } from '../api/http';
import { isProblem } from '../api/problem';
import type { Session } from '../api/records';
import { useExplain } from '../app/explain';
import { Mark } from '../shell/Mark';
import { Preferences } from '../shell/Preferences';
import { useT } from '../text/i18n';

interface Props {
  again: boolean;
  email?: string;
  onSignedIn: (session: Session) => void;
}

export default function SignIn({ again, email: known, onSignedIn }: Props) {
  const t = useT();
  const explain = useExplain();
  const [email, setEmail] = useState(known ?? '');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [message, setMessage] = useState('');

  const submit = async (e: FormEvent) => {
    e.preventDefault();
    if (!email.trim() || !password) return setMessage(t('session.missing'));
    setBusy(true);
    setMessage('');
    try {
      onSignedIn((await call<Session>('/session', { method: 'POST', body: { email: email.trim(), password } })).data);
    } catch (err) {
      setMessage(isProblem(err) && err.status === 401 ? err.message || t('session.bad') : explain(err));
      setBusy(false);
    }
  };

  return (
    <Dialog open fullScreen transitionDuration={0} slotProps={{ paper: { sx: { bgcolor: 'background.default', border: 0 } } }} aria-labelledby="sign-in">
      <Box sx={{ display: 'flex', justifyContent: 'flex-end', p: 2 }}>
        <Preferences />
      </Box>
      <Box component="main" sx={{ flex: 1, display: 'grid', placeItems: 'center', px: 4, pb: 24 }}>
        <Box component="form" onSubmit={submit} noValidate sx={{ width: '100%', maxWidth: 320, display: 'grid', gap: 4 }}>
          <Mark size={36} />
          <Box>
            <Typography variant="h1" id="sign-in">{again ? t('session.again') : t('session.title')}</Typography>
            {again && <Typography color="text.secondary" sx={{ mt: 1 }}>{t('session.again_hint')}</Typography>}
          </Box>
          <TextField
            label={t('session.email')} type="email" name="email" autoComplete="username" autoFocus={!known} value={email}
            onChange={(e) => setEmail(e.target.value)} error={!!message} required
          />
          <TextField
            label={t('session.password')} type={shown ? 'text' : 'password'} name="password" autoComplete="current-password"
            autoFocus={!!known} value={password} onChange={(e) => setPassword(e.target.value)} error={!!message} required
            slotProps={{
              input: {
                endAdornment: (
                  <InputAdornment position="end">
                    <IconButton aria-label={t(shown ? 'session.hide' : 'session.show')} onClick={() => setShown(!shown)} edge="end">
                      {shown ? <VisibilityOff /> : <Visibility />}
                    </IconButton>
                  </InputAdornment>
                ),
              },
            }}
          />
          <Typography role="alert" color="error" sx={{ '&:empty': { display: 'none' } }}>{message}</Typography>
          <Button type="submit" variant="contained" disabled={busy} sx={{ height: 36 }}>{t('session.submit')}</Button>
        </Box>
      </Box>
    </Dialog>
  );
}
