/* Me: my account, language and theme, jobs, keys, the way out. */
import { useState } from 'react';
import { Avatar, Box, IconButton, ListItemText, MenuItem, MenuList, Popover, ToggleButton, ToggleButtonGroup, Typography } from '@mui/material';
import { useNotify, useRemoveFromStore, useStore } from 'ra-core';
import { Link } from 'react-router-dom';
import { useSaveMe } from '../account/me';
import { useExplain } from '../app/explain';
import type { Lang } from '../meta/types';
import { useSession } from '../session/session';
import { useLang, useSetLang, useT } from '../text/i18n';

const initials = (name: string): string =>
  name.split(/\s+/).filter(Boolean).slice(0, 2).map((w) => w[0]?.toUpperCase()).join('');

type Mode = 'light' | 'dark' | 'system';

interface ChoiceProps<V extends string> {
  label: string;
  value: V;
  values: { value: V; label: string; lang?: Lang }[];
  onChange: (value: V) => void;
}

function Choice<V extends string>({ label, value, values, onChange }: ChoiceProps<V>) {
  return (
    <Box sx={{ px: 3, py: 1 }}>
      <Typography variant="caption" color="text.secondary" component="div" sx={{ mb: 1 }}>{label}</Typography>
      <ToggleButtonGroup exclusive fullWidth size="small" value={value} aria-label={label} onChange={(_, v: V | null) => v && onChange(v)}>
        {values.map((v) => <ToggleButton key={v.value} value={v.value} lang={v.lang}>{v.label}</ToggleButton>)}
      </ToggleButtonGroup>
    </Box>
  );
}

export function UserMenu({ onKeys }: { onKeys: () => void }) {
  const t = useT();
  const notify = useNotify();
  const explain = useExplain();
  const lang = useLang();
  const setLang = useSetLang();
  const saveMe = useSaveMe();
  /* nothing kept: as the system */
  const [mode, setMode] = useStore<Mode | null>('theme', null);
  const asSystem = useRemoveFromStore('theme');
  const { session, signOut } = useSession();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const { name, email, administrator } = session.user;
  const label = t('user.menu', { name });
  const close = () => setAnchor(null);
  /* in force at once, and on the person's other devices */
  const speak = (next: Lang) => {
    setLang(next);
    saveMe({ lang: next }).catch((e) => notify(explain(e), { type: 'error' }));
  };
  return (
    <>
      <IconButton onClick={(e) => setAnchor(e.currentTarget)} aria-label={label} aria-haspopup="menu" aria-expanded={!!anchor}>
        <Avatar sx={{ width: 26, height: 26, fontSize: 11, fontWeight: 600, bgcolor: 'action.selected', color: 'primary.main' }} aria-hidden>
          {initials(name || email)}
        </Avatar>
      </IconButton>
      <Popover
        open={!!anchor} anchorEl={anchor} onClose={close}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }} transformOrigin={{ vertical: 'top', horizontal: 'right' }}
      >
        <Box sx={{ px: 3, py: 2, width: 264, borderBottom: 1, borderColor: 'divider' }}>
          <Typography sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>{name}</Typography>
          <Typography variant="caption" color="text.secondary" component="div" sx={{ overflowWrap: 'anywhere' }}>{email}</Typography>
          {administrator && <Typography variant="caption" color="text.secondary">{t('user.administrator')}</Typography>}
        </Box>
        <MenuList autoFocusItem aria-label={label} sx={{ p: 1 }}>
          <MenuItem component={Link} to="/account" onClick={close}>{t('user.account')}</MenuItem>
          <MenuItem component={Link} to="/jobs" onClick={close}>{t('user.jobs')}</MenuItem>
          <MenuItem component={Link} to="/guide" onClick={close}>{t('user.guide')}</MenuItem>
          <MenuItem onClick={() => { close(); onKeys(); }}>
            <ListItemText>{t('user.keys')}</ListItemText>
            <Typography variant="caption" color="text.secondary">?</Typography>
          </MenuItem>
          <MenuItem onClick={() => signOut().catch((e) => notify(explain(e), { type: 'error' }))}>{t('session.out')}</MenuItem>
        </MenuList>
        <Box sx={{ borderTop: 1, borderColor: 'divider', py: 1 }}>
          <Choice<Lang>
            label={t('user.language')} value={lang} onChange={speak}
            values={[{ value: 'es', label: 'Español', lang: 'es' }, { value: 'en', label: 'English', lang: 'en' }]}
          />
          <Choice<Mode>
            label={t('user.theme')} value={mode ?? 'system'} onChange={(m) => (m === 'system' ? asSystem() : setMode(m))}
            values={[{ value: 'light', label: t('user.light') }, { value: 'dark', label: t('user.dark') }, { value: 'system', label: t('user.system') }]}
          />
        </Box>
      </Popover>
    </>
  );
}
