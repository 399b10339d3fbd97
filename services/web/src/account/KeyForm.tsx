/* A new API key: its name, until when, and what it may do. */
import { useRef, useState, type FormEvent } from 'react';
import { Box, Button, MenuItem, TextField } from '@mui/material';
import { formErrors, isProblem } from '../api/problem';
import { DateBox } from '../fields/DateBox';
import { faultArgs, faultText } from '../fields/dates';
import { addDays, fromWall, today } from '../lib/zone';
import { useMetadata } from '../meta/metadata';
import { useT } from '../text/i18n';
import { Fault } from './Fault';
import { createKey, useIssue, type Issued } from './keys';
import { ScopeMatrix } from './ScopeMatrix';
import { useAct } from './useAct';

const DAYS = ['30', '90', '180', '365'] as const;
const FIELDS = new Set(['name', 'expires_at', 'scopes']);

export function KeyForm({ onDone, onCancel }: { onDone: (issued: Issued) => void; onCancel: () => void }) {
  const t = useT();
  const act = useAct();
  const issue = useIssue();
  const { zone } = useMetadata().company;
  const submit = useRef({ body: '', key: '' });
  const [name, setName] = useState('');
  const [days, setDays] = useState<string>('90');
  const [day, setDay] = useState(() => addDays(today(zone), 90));
  const [scopes, setScopes] = useState<string[]>([]);
  const [faults, setFaults] = useState<Record<string, string>>({});

  const send = async (e: FormEvent) => {
    e.preventDefault();
    const missing: Record<string, string> = {};
    if (!name.trim()) missing.name = t('account.key_name_missing');
    const fault = faultText(day, 'date');
    if (!day) missing.expires_at = t('account.key_expiry_missing');
    if (fault) missing.expires_at = t(fault, faultArgs);
    if (!scopes.length) missing.scopes = t('account.scopes_missing');
    setFaults(missing);
    if (Object.keys(missing).length) return;
    /* until the end of that day */
    const values = { name: name.trim(), expires_at: fromWall(`${day}T23:59`, zone), scopes };
    const body = JSON.stringify(values);
    if (submit.current.body !== body) submit.current = { body, key: crypto.randomUUID() };
    await act.run(
      async () => onDone(await issue(await createKey(values, submit.current.key))),
      (err) => {
        if (!isProblem(err) || !err.errors.length) return undefined;
        const found = formErrors(err, FIELDS);
        setFaults(found.fields);
        return found.rest.join(' ');
      },
    );
  };
  return (
    <Box component="form" onSubmit={send} noValidate aria-label={t('account.key_new')} sx={{ display: 'grid', gap: 4, border: 1, borderColor: 'divider', borderRadius: 1, p: 4, mb: 3 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 3 }}>
        <TextField
          id="key-name" name="key-name" label={t('account.key_name')} value={name} onChange={(e) => setName(e.target.value)} required autoFocus sx={{ flex: '1 1 220px', width: 'auto' }}
          error={!!faults.name} helperText={faults.name ?? t('account.key_name_hint')} slotProps={{ htmlInput: { maxLength: 120 } }}
        />
        <TextField
          id="key-days" select label={t('account.key_lasts')} value={days} sx={{ width: 150 }}
          onChange={(e) => {
            setDays(e.target.value);
            if (e.target.value) setDay(addDays(today(zone), Number(e.target.value)));
          }}
        >
          {DAYS.map((d) => <MenuItem key={d} value={d}>{t('account.key_days', { days: d })}</MenuItem>)}
          <MenuItem value="">{t('account.key_other_day')}</MenuItem>
        </TextField>
        <DateBox
          id="key-day" name="key-day" kind="date" label={t('account.key_expires')} value={day} required sx={{ width: 160 }} error={!!faults.expires_at} message={faults.expires_at}
          onChange={(next) => {
            setDay(next);
            setDays('');
          }}
        />
      </Box>
      <Box>
        <ScopeMatrix value={scopes} onChange={setScopes} />
        <Fault>{faults.scopes ?? ''}</Fault>
      </Box>
      <Fault>{act.message}</Fault>
      <Box sx={{ display: 'flex', gap: 2 }}>
        <Button type="submit" variant="contained" disabled={act.busy}>{t('account.key_create')}</Button>
        <Button onClick={onCancel}>{t('record.cancel')}</Button>
      </Box>
    </Box>
  );
}
