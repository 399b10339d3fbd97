/* The first administrator of an empty installation, with the code that the server wrote into its log. */
import { useState, type FormEvent } from 'react';
import { Button, TextField } from '@mui/material';
import { formErrors, isProblem } from '../api/problem';
import type { Session } from '../api/records';
import { useExplain } from '../app/explain';
import { useT } from '../text/i18n';
import { setUp, signIn } from './api';
import { Door } from './Door';
import { NewPassword } from './NewPassword';

const FIELDS = ['code', 'name', 'email', 'password'] as const;
type Field = (typeof FIELDS)[number];
const EMPTY = { code: '', name: '', email: '', password: '' };
const COMPLETE = { code: 'off', name: 'name', email: 'username' } as const;
const MAX = { code: 100, name: 200, email: 254 } as const;

export function SetUp({ onSignedIn }: { onSignedIn: (session: Session) => void }) {
  const t = useT();
  const explain = useExplain();
  const [values, setValues] = useState(EMPTY);
  const [faults, setFaults] = useState<Partial<Record<string, string>>>({});
  const [message, setMessage] = useState('');
  const [busy, setBusy] = useState(false);
  const put = (field: Field) => (value: string) => {
    setValues({ ...values, [field]: value });
    setFaults({ ...faults, [field]: undefined });
  };

  const submit = async (e: FormEvent) => {
    e.preventDefault();
    setBusy(true);
    setMessage('');
    try {
      const { code, name, email, password } = values;
      const at = { email: email.trim(), password };
      await setUp({ ...at, code: code.trim(), name: name.trim() });
      onSignedIn(await signIn(at));
    } catch (err) {
      const found = isProblem(err) && err.errors.length ? formErrors(err, new Set<string>(FIELDS)) : { fields: {}, rest: [explain(err)] };
      setFaults(found.fields);
      setMessage(found.rest.join(' '));
      setBusy(false);
    }
  };
  return (
    <Door
      title={t('session.set_up')} hint={t('session.set_up_hint')} message={message} onSubmit={submit}
      foot={<Button type="submit" variant="contained" disabled={busy} sx={{ height: 36 }}>{t('session.set_up_submit')}</Button>}
    >
      {(['code', 'name', 'email'] as const).map((field) => (
        <TextField
          key={field} name={field} label={t(`session.set_up_${field}`)} type={field === 'email' ? 'email' : 'text'} autoComplete={COMPLETE[field]}
          value={values[field]} onChange={(e) => put(field)(e.target.value)} error={!!faults[field]} required autoFocus={field === 'code'}
          helperText={faults[field] ?? (field === 'code' ? t('session.set_up_code_hint') : undefined)} slotProps={{ htmlInput: { maxLength: MAX[field] } }}
        />
      ))}
      <NewPassword label={t('session.password')} value={values.password} onChange={put('password')} whose={values} fault={faults.password} />
    </Door>
  );
}
