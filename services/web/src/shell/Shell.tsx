/* The frame: rail, 48 px bar, the page, and on a phone the bottom bar. */
import { useEffect, useState } from 'react';
import { Box, useMediaQuery } from '@mui/material';
import { styled, useTheme } from '@mui/material/styles';
import { useQueryClient } from '@tanstack/react-query';
import { Outlet } from 'react-router-dom';
import { connect } from '../live/connection';
import { useSession } from '../session/session';
import { useT } from '../text/i18n';
import { useKeys } from '../lib/keys';
import { size } from '../theme/tokens';
import { HeadContext } from './Head';
import { KeysDialog } from './KeysDialog';
import { Preferences } from './Preferences';
import { BottomBar, Rail } from './Rail';
import { UserMenu } from './UserMenu';

const Skip = styled('a')(({ theme: { cauce } }) => ({
  position: 'absolute', left: 8, top: -60, zIndex: 30, padding: '8px 12px', background: cauce.raised, border: `1px solid ${cauce.line}`,
  borderRadius: size.radius, '&:focus': { top: 8 },
}));

export function usePhone(): boolean {
  return useMediaQuery(useTheme().breakpoints.down('sm'), { noSsr: true });
}

export function Shell() {
  const t = useT();
  const phone = usePhone();
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  const [keysOpen, setKeysOpen] = useState(false);
  const client = useQueryClient();
  const me = useSession().session.user.id;
  useEffect(() => connect(client, me), [client, me]);
  useKeys({ '?': () => setKeysOpen(true) });
  return (
    <Box sx={{ position: 'relative', height: '100dvh', pl: phone ? 0 : `${size.rail}px`, display: 'flex', flexDirection: 'column' }}>
      <Skip href="#content">{t('app.skip')}</Skip>
      {!phone && <Rail />}
      <Box
        component="header"
        sx={{ flex: 'none', height: size.bar, display: 'flex', alignItems: 'center', gap: 2, px: { xs: 2, sm: 4 }, borderBottom: 1, borderColor: 'divider' }}
      >
        <Box ref={setSlot} sx={{ flex: 1, minWidth: 0, display: 'flex', alignItems: 'center' }} />
        <Preferences />
        <UserMenu onKeys={() => setKeysOpen(true)} />
      </Box>
      <Box component="main" id="content" tabIndex={-1} sx={{ flex: 1, minHeight: 0, display: 'flex', flexDirection: 'column', outline: 'none !important' }}>
        <HeadContext.Provider value={slot}>
          <Outlet />
        </HeadContext.Provider>
      </Box>
      {phone && <BottomBar />}
      <KeysDialog open={keysOpen} onClose={() => setKeysOpen(false)} />
    </Box>
  );
}
