/* Someone saved the record while it was being edited here: mine or theirs, field by field. */
import { useMemo, useState } from 'react';
import { Box, Button, ButtonBase, Dialog, DialogActions, DialogContent, DialogTitle, Typography } from '@mui/material';
import { styled } from '@mui/material/styles';
import Check from '@mui/icons-material/Check';
import { valueAt, type Values } from '../api/patch';
import type { Rec } from '../api/records';
import { useRefText } from '../fields/lookups';
import { labelIn, useTextOf } from '../fields/text';
import { isChangeable } from '../meta/fields';
import type { Field, Module } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import { compare, merge } from './conflict';

export interface Conflict {
  base: Values;
  mine: Values;
  theirs: Rec;
}

const Side = styled(ButtonBase)(({ theme: { cauce } }) => ({
  display: 'flex', justifyContent: 'space-between', alignItems: 'flex-start', gap: 8, textAlign: 'left', padding: '6px 10px', font: 'inherit', fontSize: 13,
  minHeight: 32, border: `1px solid ${cauce.line}`, borderRadius: 6, overflowWrap: 'anywhere',
  '&[aria-checked=true]': { borderColor: cauce.accent, background: cauce.chosen },
}));

function Choice({ field, record, whose, chosen, onChoose }: { field: Field; record: Values; whose: string; chosen: boolean; onChoose: () => void }) {
  const t = useT();
  const text = useTextOf();
  const value = valueAt(record, field.name);
  const label = useRefText(field, typeof value === 'string' ? value : undefined, whose === 'theirs' ? labelIn(record as Rec, field) : undefined);
  const shown = text(field, value, label) || t('value.empty');
  return (
    <Side role="radio" aria-checked={chosen} aria-label={`${t(whose === 'mine' ? 'conflict.mine' : 'conflict.theirs')}: ${shown}`} onClick={onChoose}>
      {shown}
      <Check sx={{ fontSize: 16, visibility: chosen ? 'visible' : 'hidden', color: 'primary.main' }} aria-hidden />
    </Side>
  );
}

interface Props {
  module: Module;
  conflict: Conflict;
  /* the record as it shall be, to be saved on theirs */
  onAgree: (merged: Values, theirs: Rec) => void;
  onClose: () => void;
}

export function ConflictDialog({ module, conflict, onAgree, onClose }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const { base, mine, theirs } = conflict;
  const fields = useMemo(() => module.fields.filter(isChangeable), [module]);
  const found = useMemo(() => compare(fields, base, mine, theirs), [fields, base, mine, theirs]);
  const [keep, setKeep] = useState<ReadonlySet<string>>(() => new Set(found.clashes.map((f) => f.name)));
  const choose = (name: string, isMine: boolean) => {
    const next = new Set(keep);
    if (isMine) next.add(name);
    else next.delete(name);
    setKeep(next);
  };
  const all = (isMine: boolean) => setKeep(new Set(isMine ? found.clashes.map((f) => f.name) : []));

  const save = () => onAgree(merge(fields, base, mine, theirs, keep), theirs);

  const columns = { display: 'grid', gridTemplateColumns: { xs: '1fr 1fr', sm: '140px 1fr 1fr' }, gap: 2, alignItems: 'start' };
  return (
    <Dialog open onClose={onClose} maxWidth="md" fullWidth aria-labelledby="conflict-title">
      <DialogTitle id="conflict-title">{t('conflict.title')}</DialogTitle>
      <DialogContent>
        <Typography sx={{ mb: 4 }}>{t('conflict.body', { who: theirs.labels?.updated_by || t('record.somebody') })}</Typography>
        {found.clashes.length > 0 && (
          <Box sx={{ ...columns, mb: 1, color: 'text.secondary', fontSize: 12 }} aria-hidden>
            <Box sx={{ display: { xs: 'none', sm: 'block' } }}>{t('conflict.field')}</Box>
            <span>{t('conflict.mine')}</span>
            <span>{t('conflict.theirs')}</span>
          </Box>
        )}
        {found.clashes.map((f) => (
          <Box key={f.name} role="radiogroup" aria-label={t('conflict.choose', { field: labelOf(f.label) })} sx={{ ...columns, mb: 2 }}>
            <Box sx={{ gridColumn: { xs: '1 / -1', sm: 'auto' }, pt: { sm: 1.5 }, fontWeight: 500 }}>{labelOf(f.label)}</Box>
            <Choice field={f} record={mine} whose="mine" chosen={keep.has(f.name)} onChoose={() => choose(f.name, true)} />
            <Choice field={f} record={theirs} whose="theirs" chosen={!keep.has(f.name)} onChoose={() => choose(f.name, false)} />
          </Box>
        ))}
        {found.theirs.length > 0 && (
          <Typography color="text.secondary" sx={{ mt: 3 }}>
            {t('conflict.only_theirs', { fields: found.theirs.map((f) => labelOf(f.label)).join(', ') })}
          </Typography>
        )}
      </DialogContent>
      <DialogActions sx={{ flexWrap: 'wrap' }}>
        {found.clashes.length > 1 && <Button onClick={() => all(true)}>{t('conflict.all_mine')}</Button>}
        {found.clashes.length > 1 && <Button onClick={() => all(false)}>{t('conflict.all_theirs')}</Button>}
        <Box sx={{ flex: 1 }} />
        <Button variant="outlined" onClick={onClose}>{t('conflict.close')}</Button>
        <Button variant="contained" onClick={save}>{t('conflict.save')}</Button>
      </DialogActions>
    </Dialog>
  );
}
