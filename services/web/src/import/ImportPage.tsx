/* Importing a file: choose it, watch the job, see which rows were refused and why. The job stands in the address. */
import { useRef, useState } from 'react';
import { Alert, Box, Button, Checkbox, FormControlLabel, Typography } from '@mui/material';
import { styled } from '@mui/material/styles';
import Upload from '@mui/icons-material/UploadFileOutlined';
import { useSearchParams } from 'react-router-dom';
import { startImport } from '../api/client';
import { useExplain } from '../app/explain';
import { listAddress } from '../list/useListState';
import { may } from '../meta/fields';
import { useModule } from '../meta/metadata';
import { Head } from '../shell/Head';
import { useFormat } from '../text/format';
import { useLabel, useLang, useT } from '../text/i18n';
import { size } from '../theme/tokens';
import { JobView } from './JobView';

const Drop = styled('div')(({ theme: { cauce } }) => ({
  border: `1px dashed ${cauce.edge}`, borderRadius: size.radius, padding: '32px 16px', display: 'grid', justifyItems: 'center', gap: 12,
  textAlign: 'center', '&.over': { background: cauce.chosen, borderColor: cauce.accent },
}));

const LOOKS_LIKE_CSV = /\.(csv|txt|tsv)$/i;

export default function ImportPage() {
  const t = useT();
  const lang = useLang();
  const labelOf = useLabel();
  const format = useFormat();
  const explain = useExplain();
  const module = useModule();
  const [params, setParams] = useSearchParams();
  const picker = useRef<HTMLInputElement>(null);
  /* one key for each chosen file: sending it again after a lost answer starts no second job */
  const [chosen, setChosen] = useState<{ file: File; key: string } | null>(null);
  const [createFields, setCreateFields] = useState(false);
  const [over, setOver] = useState(false);
  const [busy, setBusy] = useState(false);
  const [message, setMessage] = useState('');
  const job = params.get('job');
  const plural = labelOf(module.plural);
  const title = t('import.title', { module: plural.toLocaleLowerCase(lang) });

  const choose = (file: File | undefined) => {
    if (!file) return;
    setMessage(!LOOKS_LIKE_CSV.test(file.name) ? t('import.not_csv') : file.size === 0 ? t('import.empty_file') : '');
    setChosen(LOOKS_LIKE_CSV.test(file.name) && file.size > 0 ? { file, key: crypto.randomUUID() } : null);
  };
  const send = async () => {
    if (!chosen) return;
    setBusy(true);
    setMessage('');
    try {
      const { id } = await startImport(module.path, chosen.file, createFields, chosen.key);
      setChosen(null);
      setParams({ job: id });
    } catch (e) {
      setMessage(`${t('import.not_sent')}: ${explain(e)}`);
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <Head title={title} parent={{ label: plural, to: listAddress(module.path) }} />
      <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto' }}>
        <Box sx={{ maxWidth: 720, mx: 'auto', px: { xs: 2, sm: 4 }, py: 6, display: 'grid', gap: 4 }}>
          {job ? (
            <JobView key={job} module={module} id={job} onAnother={() => setParams({})} />
          ) : (
            <>
              <Typography variant="h2" component="p">{title}</Typography>
              <Typography color="text.secondary">{t('import.intro')}</Typography>
              <Drop
                className={over ? 'over' : undefined}
                onDragOver={(e) => {
                  e.preventDefault();
                  setOver(true);
                }}
                onDragLeave={() => setOver(false)}
                onDrop={(e) => {
                  e.preventDefault();
                  setOver(false);
                  choose(e.dataTransfer.files[0]);
                }}
              >
                <input ref={picker} type="file" accept=".csv,.txt,.tsv,text/csv" hidden onChange={(e) => choose(e.target.files?.[0])} />
                <Button variant="outlined" startIcon={<Upload />} onClick={() => picker.current?.click()}>{t('import.choose')}</Button>
                <Typography color={chosen ? 'text.primary' : 'text.secondary'} sx={{ overflowWrap: 'anywhere' }}>
                  {chosen ? t('import.chosen', { name: chosen.file.name, size: format.size(chosen.file.size) }) : t('import.drop')}
                </Typography>
              </Drop>
              {may(module, 'settings') && <FormControlLabel
                control={<Checkbox size="small" checked={createFields} onChange={(e) => setCreateFields(e.target.checked)} />}
                label={t('import.create_fields')}
              />}
              {message && <Alert severity="error">{message}</Alert>}
              <Box>
                <Button variant="contained" onClick={send} disabled={!chosen || busy}>{busy ? t('import.sending') : t('import.start')}</Button>
              </Box>
            </>
          )}
        </Box>
      </Box>
    </>
  );
}
