/* Importing a file: choose it, see what its columns become, watch the job, see what was refused and why. The job stands in the address. */
import { useState } from 'react';
import { Alert, Box, Button, Checkbox, FormControlLabel, FormGroup, FormHelperText, LinearProgress, Typography } from '@mui/material';
import { useSearchParams } from 'react-router-dom';
import { startImport } from '../api/client';
import { Nothing } from '../app/states';
import { useExplain } from '../app/explain';
import { listAddress } from '../list/useListState';
import { may } from '../meta/fields';
import { useModule } from '../meta/metadata';
import type { Module } from '../meta/types';
import { Head } from '../shell/Head';
import { useFormat } from '../text/format';
import { useLabel, useT } from '../text/i18n';
import { inSentence } from '../text/sentence';
import { ChooseFile } from './ChooseFile';
import { withNames } from './csv';
import { JobView } from './JobView';
import { makesFields, namesFor, NEW, SKIP } from './mapping';
import { MappingTable, twice } from './MappingTable';
import { useChosenFile, type Chosen } from './useChosenFile';

/* Whether something gives these records out: they name the rule that did. */
const givesOut = (module: Module): boolean => module.fields.some((f) => f.kind === 'reference' && f.ref?.endsWith('.assignment_rule'));

function useFacts(): (chosen: Chosen) => string {
  const t = useT();
  const format = useFormat();
  return ({ file, head, rows }) => {
    const named = head.delimiter === ';' ? 'import.semicolon' : head.delimiter === '\t' ? 'import.tab' : 'import.comma';
    return [
      t(rows.guess ? 'import.rows_guess' : 'import.rows_found', { count: format.integer(rows.count) }), t('import.file_size', { size: format.size(file.size) }),
      t('import.separated', { delimiter: t(named) }), t('import.encoding', { encoding: head.encoding.toUpperCase() }),
    ].join(' · ');
  };
}

function Prepare({ module, onStarted }: { module: Module; onStarted: (job: string) => void }) {
  const t = useT();
  const labelOf = useLabel();
  const format = useFormat();
  const explain = useExplain();
  const factsOf = useFacts();
  const { chosen, reading, message, setMessage, choose, aim, creates, setCreateFields, clear } = useChosenFile(module);
  const [assign, setAssign] = useState(false);
  const [busy, setBusy] = useState(false);
  const mayCreate = may(module, 'settings');
  const targets = chosen?.plan.filter((c) => c.target !== SKIP) ?? [];
  const stopped = chosen && (twice(chosen.plan).size > 0 || !targets.length);

  const send = async () => {
    if (!chosen || stopped) return;
    setBusy(true);
    setMessage('');
    try {
      const names = namesFor(module, chosen.plan);
      const file = names ? withNames(chosen.file, chosen.head, names) : chosen.file;
      const { id } = await startImport(module.path, file, { createFields: makesFields(chosen.plan), assign }, chosen.key);
      clear();
      onStarted(id);
    } catch (e) {
      setMessage(`${t('import.not_sent')}: ${explain(e)}`);
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <Typography variant="h2" component="p">{t('import.title', { module: inSentence(labelOf(module.plural)) })}</Typography>
      {!chosen && <Typography color="text.secondary">{t('import.intro')}</Typography>}
      <ChooseFile chosen={chosen && { name: chosen.file.name, facts: factsOf(chosen) }} onFile={(file) => void choose(file)} />
      {reading && <Typography color="text.secondary" role="status">{t('import.reading')}</Typography>}
      {message && <Alert severity="error">{message}</Alert>}
      {chosen && (
        <>
          <Box component="section" aria-labelledby="columns">
            <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', gap: 2, columnGap: 4, mb: 2 }}>
              <Typography variant="h2" id="columns">{t('import.columns')}</Typography>
              <Typography variant="caption" color="text.secondary" role="status">
                {t('import.recognised', { count: format.integer(targets.length), total: format.integer(chosen.plan.length) })}
              </Typography>
            </Box>
            <Typography color="text.secondary" sx={{ mb: 2 }}>{t('import.columns_hint')}</Typography>
            <MappingTable module={module} plan={chosen.plan} mayCreate={mayCreate} onChange={aim} />
          </Box>
          {(mayCreate || givesOut(module)) && (
            <Box component="section" aria-labelledby="options">
              <Typography variant="h2" id="options" sx={{ mb: 1 }}>{t('import.options')}</Typography>
              <FormGroup>
                {mayCreate && (
                  <FormControlLabel
                    control={<Checkbox size="small" checked={creates} onChange={(e) => setCreateFields(e.target.checked)} />}
                    label={t('import.create_fields')}
                  />
                )}
                {mayCreate && chosen.plan.some((c) => c.target === NEW) && <FormHelperText sx={{ ml: 5.5, mt: 0 }}>{t('import.new_note')}</FormHelperText>}
                {givesOut(module) && (
                  <FormControlLabel control={<Checkbox size="small" checked={assign} onChange={(e) => setAssign(e.target.checked)} />} label={t('import.assign')} />
                )}
                {assign && <FormHelperText sx={{ ml: 5.5, mt: 0 }}>{t('import.assign_hint')}</FormHelperText>}
              </FormGroup>
            </Box>
          )}
          <Box sx={{ position: 'sticky', bottom: 0, bgcolor: 'background.default', py: 2, borderTop: 1, borderColor: 'divider' }}>
            {busy && <LinearProgress aria-label={t('import.sending')} sx={{ mb: 2 }} />}
            <Button variant="contained" onClick={send} disabled={!!stopped || busy}>{busy ? t('import.sending') : t('import.start')}</Button>
            {!targets.length && <Typography component="span" color="text.secondary" sx={{ ml: 3 }}>{t('import.none_mapped')}</Typography>}
          </Box>
        </>
      )}
    </>
  );
}

export default function ImportPage() {
  const t = useT();
  const labelOf = useLabel();
  const module = useModule();
  const [params, setParams] = useSearchParams();
  const job = params.get('job');
  const plural = labelOf(module.plural);
  return (
    <>
      <Head title={t('import.title', { module: inSentence(plural) })} parent={{ label: plural, to: listAddress(module.path) }} />
      <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto' }}>
        <Box sx={{ maxWidth: 880, mx: 'auto', px: { xs: 2, sm: 4 }, pt: 6, display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 4 }}>
          {!may(module, 'import') ? (
            <Nothing title={t('error.forbidden')} />
          ) : job ? (
            <JobView key={job} module={module} id={job} onAnother={() => setParams({})} />
          ) : (
            <Prepare module={module} onStarted={(id) => setParams({ job: id })} />
          )}
        </Box>
      </Box>
    </>
  );
}
