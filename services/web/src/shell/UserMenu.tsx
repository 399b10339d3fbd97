/* Me: who is signed in, the keys, the way out. */
import { useState } from 'react';
import { Avatar, Box, IconButton, ListItemText, MenuItem, MenuList, Popover, Typography } from '@mui/material';
import { useNotify } from 'ra-core';
import { useExplain } from '../app/explain';
import { useSession } from '../session/session';
import { useT } from '../text/i18n';

const initials = (name: string): string =>
  name.split(/\s+/).filter(Boolean).slice(0, 2).map((w) => w[0]?.toUpperCase()).join('');

export function UserMenu({ onKeys }: { onKeys: () => void }) {
  const t = useT();
  const notify = useNotify();
  const explain = useExplain();
  const { session, signOut } = useSession();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const { name, email, administrator } = session.user;
  const label = t('user.menu', { name });
  return (
    <>
      <IconButton onClick={(e) => setAnchor(e.currentTarget)} aria-label={label} aria-haspopup="menu" aria-expanded={!!anchor}>
        <Avatar sx={{ width: 26, height: 26, fontSize: 11, fontWeight: 600, bgcolor: 'action.selected', color: 'primary.main' }} aria-hidden>
          {initials(name || email)}
        </Avatar>
      </IconButton>
      <Popover
        open={!!anchor} anchorEl={anchor} onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }} transformOrigin={{ vertical: 'top', horizontal: 'right' }}
      >
        <Box sx={{ px: 3, py: 2, minWidth: 200, borderBottom: 1, borderColor: 'divider' }}>
          <Typography sx={{ fontWeight: 600 }}>{name}</Typography>
          <Typography variant="caption" color="text.secondary" component="div">{email}</Typography>
          {administrator && <Typography variant="caption" color="text.secondary">{t('user.administrator')}</Typography>}
        </Box>
        <MenuList autoFocusItem aria-label={label} sx={{ p: 1 }}>
          <MenuItem onClick={() => { setAnchor(null); onKeys(); }}>
            <ListItemText>{t('user.keys')}</ListItemText>
            <Typography variant="caption" color="text.secondary">?</Typography>
          </MenuItem>
          <MenuItem onClick={() => signOut().catch((e) => notify(explain(e), { type: 'error' }))}>{t('session.out')}</MenuItem>
        </MenuList>
      </Popover>
    </>
  );
}
