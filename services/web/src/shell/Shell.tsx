/* The frame: rail, 48 px bar, the page, and on a phone the bottom bar. */
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { Box, ButtonBase, IconButton, useMediaQuery } from '@mui/material';
import { styled, useTheme } from '@mui/material/styles';
import Search from '@mui/icons-material/Search';
import { useQueryClient } from '@tanstack/react-query';
import { Outlet } from 'react-router-dom';
import { useFetched } from '../lib/fetched';
import { holdKeys } from '../lib/held';
import { useKeys } from '../lib/keys';
import { connect } from '../live/connection';
import { Bell } from '../notices/Bell';
import { useSession } from '../session/session';
import { useT } from '../text/i18n';
import { size } from '../theme/tokens';
import { GoHint } from './GoHint';
import { HeadContext } from './Head';
import { Key } from './Key';
import { LineState } from './LineState';
import { NewVersion } from './NewVersion';
import { BottomBar, Rail } from './Rail';
import { useRemember } from './recent';
import { useGoKeys } from './useGoKeys';
import { UserMenu } from './UserMenu';

const loadPalette = () => import('./Palette');
const Palette = lazy(loadPalette);
const KeysDialog = lazy(() => import('./KeysDialog').then((m) => ({ default: m.KeysDialog })));

const Skip = styled('a')(({ theme: { cauce } }) => ({
  position: 'absolute', left: 8, top: -60, zIndex: 30, padding: '8px 12px', background: cauce.raised, border: `1px solid ${cauce.line}`,
  borderRadius: size.radius, '&:focus': { top: 8 },
}));

const Find = styled(ButtonBase)(({ theme: { cauce } }) => ({
  height: 30, padding: '0 6px 0 10px', gap: 8, font: 'inherit', border: `1px solid ${cauce.line}`, borderRadius: size.radius, color: cauce.soft, flex: 'none',
  '&:hover': { borderColor: cauce.edge, background: cauce.hover },
}));

export function usePhone(): boolean {
  return useMediaQuery(useTheme().breakpoints.down('sm'), { noSsr: true });
}

export function Shell() {
  const t = useT();
  const phone = usePhone();
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  const [over, setOver] = useState<'keys' | 'palette' | null>(null);
  const client = useQueryClient();
  const me = useSession().session.user.id;
  useEffect(() => connect(client, me), [client, me]);
  useRemember();
  useFetched(loadPalette);
  /* what is typed before the palette has come */
  const held = useRef<(() => string) | null>(null);
  const early = useCallback(() => {
    const typed = held.current?.() ?? '';
    held.current = null;
    return typed;
  }, []);
  useEffect(() => () => void early(), [early]);
  const close = useCallback(() => {
    early();
    setOver(null);
  }, [early]);
  const find = useCallback(() => {
    held.current ??= holdKeys(close);
    setOver('palette');
  }, [close]);
  const keys = useCallback(() => setOver('keys'), []);
  useKeys({ '?': keys, 'mod+k': find });
  const going = useGoKeys();
  return (
    <Box sx={{ position: 'relative', height: '100dvh', pl: phone ? 0 : `${size.rail}px`, display: 'flex', flexDirection: 'column' }}>
      <Skip href="#content">{t('app.skip')}</Skip>
      {!phone && <Rail />}
      <Box
        component="header"
        sx={{ flex: 'none', height: size.bar, display: 'flex', alignItems: 'center', gap: 2, px: { xs: 2, sm: 4 }, borderBottom: 1, borderColor: 'divider' }}
      >
        <Box ref={setSlot} sx={{ flex: 1, minWidth: 0, display: 'flex', alignItems: 'center' }} />
        {!phone && <LineState />}
        <NewVersion phone={phone} />
        {phone ? (
          <IconButton onClick={find} aria-label={t('palette.open')}><Search /></IconButton>
        ) : (
          <Find onClick={find} aria-label={t('palette.open')} aria-keyshortcuts="Control+K">
            <Search aria-hidden sx={{ fontSize: 16 }} />
            <Box component="span" sx={{ display: { xs: 'none', md: 'inline' }, mr: 8 }} aria-hidden>{t('palette.open')}</Box>
            <Box component="span" aria-hidden><Key>Ctrl</Key><Key>K</Key></Box>
          </Find>
        )}
        <Bell />
        <UserMenu onKeys={keys} />
      </Box>
      <Box component="main" id="content" tabIndex={-1} sx={{ flex: 1, minHeight: 0, display: 'flex', flexDirection: 'column', outline: 'none !important' }}>
        <HeadContext.Provider value={slot}>
          <Outlet />
        </HeadContext.Provider>
      </Box>
      {phone && <LineState phone />}
      {phone && <BottomBar />}
      {going && <GoHint />}
      <Suspense fallback={null}>
        {over === 'palette' && <Palette onClose={close} early={early} phone={phone} />}
        {over === 'keys' && <KeysDialog open onClose={close} />}
      </Suspense>
    </Box>
  );
}
