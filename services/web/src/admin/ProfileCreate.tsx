/* A new profile: a name, and what it begins with. */
import { useState, type FormEvent } from 'react';
import { Box, Button, TextField, Typography } from '@mui/material';
import { Link, useNavigate } from 'react-router-dom';
import { readOne } from '../api/client';
import type { Values } from '../api/patch';
import { Nothing } from '../app/states';
import { useExplain } from '../app/explain';
import { listAddress } from '../list/useListState';
import { may } from '../meta/fields';
import { useModule } from '../meta/metadata';
import { Head } from '../shell/Head';
import { useLabel, useT } from '../text/i18n';
import { Lookup } from './Lookup';
import { useWriting } from './writing';

export default function ProfileCreate() {
  const t = useT();
  const labelOf = useLabel();
  const module = useModule();
  const navigate = useNavigate();
  const explain = useExplain();
  const { add } = useWriting(module.path);
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [from, setFrom] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const back = listAddress(module.path);

  const submit = async (e: FormEvent) => {
    e.preventDefault();
    if (!name.trim()) return setError(t('profiles.required_name'));
    setBusy(true);
    try {
      const start: Values = from ? await readOne(module.path, from) : {};
      const made = await add({ name: name.trim(), description: description.trim(), grants: start.grants, denials: start.denials });
      navigate(`/${module.path}/${made.id}`, { replace: true });
    } catch (e2) {
      setError(explain(e2));
      setBusy(false);
    }
  };
  return (
    <>
      <Head title={t('profiles.create')} parent={{ label: labelOf(module.plural), to: back }} />
      {!may(module, 'create') ? (
        <Nothing title={t('error.forbidden')} hint={t('admin.only_administrators')} />
      ) : (
        <Box component="form" noValidate onSubmit={(e) => void submit(e)} sx={{ display: 'grid', gap: 4, maxWidth: 480, width: '100%', mx: 'auto', px: 4, py: 8 }}>
          <Typography color="text.secondary">{t('profiles.create_intro')}</Typography>
          <TextField label={t('profiles.name')} required autoFocus value={name} onChange={(e) => setName(e.target.value)} error={!!error} helperText={error} slotProps={{ htmlInput: { maxLength: 120, name: 'name' } }} />
          <TextField label={t('profiles.description')} value={description} onChange={(e) => setDescription(e.target.value)} slotProps={{ htmlInput: { maxLength: 500 } }} />
          <Lookup of={module.key} label={t('profiles.copy_start')} value={from} onChange={setFrom} />
          <Box sx={{ display: 'flex', justifyContent: 'flex-end', gap: 2 }}>
            <Button component={Link} to={back} sx={{ color: 'text.secondary' }}>{t('record.cancel')}</Button>
            <Button type="submit" variant="contained" disabled={busy}>{t('profiles.create_do')}</Button>
          </Box>
        </Box>
      )}
    </>
  );
}
