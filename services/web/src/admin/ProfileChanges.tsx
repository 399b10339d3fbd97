/* What is about to be saved of a profile: how much, what, and taking back one of them; and what somebody else saved meanwhile. */
import { useState } from 'react';
import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, IconButton, Typography } from '@mui/material';
import Undo from '@mui/icons-material/Undo';
import type { Rec } from '../api/records';
import { useT } from '../text/i18n';
import { useChangeLines, type ChangeLine } from './useChangeText';
import { changesOf, draftOf, type Draft, type ProfileDraft } from './useProfileDraft';

interface BarProps {
  profile: ProfileDraft;
  onSave: () => void;
}

export function ChangesBar({ profile, onSave }: BarProps) {
  const t = useT();
  const linesOf = useChangeLines();
  const [shown, setShown] = useState(false);
  const { changes, before, change, discard, busy } = profile;
  if (!changes?.count || !before) return null;
  const takeBack = (line: ChangeLine) =>
    change((draft) => {
      const next = new Set(draft[line.set]);
      if (line.added) next.delete(line.key);
      else next.add(line.key);
      return { ...draft, [line.set]: next };
    });
  const texts = [
    ...(changes.name ? [{ words: t('profiles.name'), back: () => change((d) => ({ ...d, name: before.name })) }] : []),
    ...(changes.description ? [{ words: t('profiles.description'), back: () => change((d) => ({ ...d, description: before.description })) }] : []),
    ...linesOf(changes).map((line) => ({ words: line.words, back: () => takeBack(line) })),
  ];
  return (
    <Box component="section" aria-label={t('profiles.show_changes')} sx={{ flex: 'none', borderTop: 1, borderColor: 'divider', bgcolor: (th) => th.cauce.chrome, px: { xs: 3, sm: 4 }, py: 2 }}>
      {shown && (
        <Box component="ul" sx={{ listStyle: 'none', m: 0, mb: 2, p: 0, maxHeight: '32dvh', overflow: 'auto' }}>
          {texts.map((line) => (
            <Box component="li" key={line.words} sx={{ display: 'flex', alignItems: 'center', gap: 2 }}>
              <Box sx={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>{line.words}</Box>
              <IconButton aria-label={t('profiles.take_back', { change: line.words })} title={t('profiles.take_back', { change: line.words })} onClick={line.back}><Undo /></IconButton>
            </Box>
          ))}
        </Box>
      )}
      <Box sx={{ display: 'flex', alignItems: 'center', flexWrap: 'wrap', gap: 2 }}>
        <Typography role="status" sx={{ fontWeight: 600 }}>
          {t('profiles.changes', { count: changes.count })}
        </Typography>
        <Button onClick={() => setShown(!shown)} aria-expanded={shown}>{t(shown ? 'profiles.hide_changes' : 'profiles.show_changes')}</Button>
        <Box sx={{ flex: 1 }} />
        <Button onClick={discard} disabled={busy} sx={{ color: 'text.secondary' }}>{t('profiles.discard')}</Button>
        <Button variant="contained" onClick={onSave} disabled={busy} aria-keyshortcuts="Control+Enter">{t(busy ? 'record.saving' : 'profiles.save')}</Button>
      </Box>
    </Box>
  );
}

function Lines({ title, before, after }: { title: string; before: Draft; after: Draft }) {
  const t = useT();
  const changes = changesOf(before, after);
  const lines = useChangeLines()(changes).map((line) => line.words);
  if (changes.name) lines.unshift(`${t('profiles.name')}: ${after.name}`);
  if (changes.description) lines.unshift(`${t('profiles.description')}: ${after.description}`);
  return (
    <section aria-label={title}>
      <Typography variant="h3" sx={{ mb: 1 }}>{title}</Typography>
      {lines.length ? (
        <Box component="ul" sx={{ m: 0, pl: 5 }}>{lines.map((line) => <li key={line}>{line}</li>)}</Box>
      ) : (
        <Typography color="text.secondary">{t('profiles.no_changes')}</Typography>
      )}
    </section>
  );
}

interface ConflictProps {
  profile: ProfileDraft;
  theirs: Rec;
  onMerge: () => void;
}

export function ProfileConflict({ profile, theirs, onMerge }: ConflictProps) {
  const t = useT();
  const { before, draft, closeConflict, leaveTheirs } = profile;
  if (!before || !draft) return null;
  return (
    <Dialog open onClose={closeConflict} maxWidth="md" fullWidth aria-labelledby="profile-conflict">
      <DialogTitle id="profile-conflict">{t('profiles.conflict_title')}</DialogTitle>
      <DialogContent>
        <Typography sx={{ mb: 4 }}>{t('profiles.conflict_body')}</Typography>
        <Box sx={{ display: 'grid', gridTemplateColumns: { sm: '1fr 1fr' }, gap: 4 }}>
          <Lines title={t('profiles.their_changes')} before={before} after={draftOf(theirs)} />
          <Lines title={t('profiles.your_changes')} before={before} after={draft} />
        </Box>
      </DialogContent>
      <DialogActions sx={{ flexWrap: 'wrap' }}>
        <Button onClick={() => leaveTheirs(theirs)}>{t('profiles.only_theirs')}</Button>
        <Box sx={{ flex: 1 }} />
        <Button variant="outlined" onClick={closeConflict}>{t('profiles.keep_editing')}</Button>
        <Button variant="contained" onClick={onMerge}>{t('profiles.merge')}</Button>
      </DialogActions>
    </Dialog>
  );
}
