/* Lista | Tablero: the same records, the same filters. What was chosen last is how the module opens. */
import type { ReactNode } from 'react';
import { Box, Tooltip } from '@mui/material';
import { styled } from '@mui/material/styles';
import TableRows from '@mui/icons-material/TableRowsOutlined';
import ViewColumn from '@mui/icons-material/ViewWeekOutlined';
import { useStore } from 'ra-core';
import { Link, Navigate, useLocation } from 'react-router-dom';
import { boardFields } from '../meta/fields';
import { useModule } from '../meta/metadata';
import type { Module } from '../meta/types';
import { useT } from '../text/i18n';
import { size } from '../theme/tokens';
import { useArrangement } from './arrangement';

type Mode = 'list' | 'board';

const Side = styled(Link)(({ theme: { cauce } }) => ({
  display: 'inline-flex', alignItems: 'center', gap: 6, height: size.control - 2, padding: '0 10px', color: cauce.soft, textDecoration: 'none', fontWeight: 500,
  '&[aria-current=true]': { background: cauce.chosen, color: cauce.text },
  '&:hover': { color: cauce.text },
  '&:focus-visible': { outlineOffset: -2 },
  '@media (max-width: 599px)': { height: size.touch, minWidth: size.touch, justifyContent: 'center' },
}));

/* How it was seen last on this device, else on another. */
function useMode(module: Module) {
  const { present, change } = useArrangement(module);
  const [here, setHere] = useStore<Mode | undefined>(`mode.${module.key}`, undefined);
  const mode: Mode = here ?? present.mode ?? 'list';
  const keep = (next: Mode) => {
    setHere(next);
    if (next !== (present.mode ?? 'list')) change({ mode: next }).catch(() => undefined);
  };
  return { mode, keep };
}

/* What both understand of the address. */
function shared(search: string): string {
  const params = search.replace(/^\?/, '').split('&').filter((p) => p && !/^(by|sum|group|deleted)=/.test(p));
  return params.length ? `?${params.join('&')}` : '';
}

export function ModeSwitch({ mode }: { mode: Mode }) {
  const t = useT();
  const module = useModule();
  const { search } = useLocation();
  const { keep } = useMode(module);
  if (!boardFields(module).length) return null;
  const side = (to: Mode, label: string, icon: ReactNode) => (
    <Tooltip title={label}>
      <Side
        to={`/${module.path}${to === 'board' ? '/board' : ''}${shared(search)}`} onClick={() => keep(to)}
        aria-current={mode === to ? 'true' : undefined} aria-label={label}
      >
        {icon}
        <Box component="span" sx={{ display: { xs: 'none', lg: 'inline' } }}>{label}</Box>
      </Side>
    </Tooltip>
  );
  return (
    <Box role="group" aria-label={t('board.mode')} sx={{ flex: 'none', display: 'inline-flex', border: 1, borderColor: 'divider', borderRadius: `${size.radius}px`, overflow: 'hidden' }}>
      {side('list', t('board.as_list'), <TableRows sx={{ fontSize: 16 }} aria-hidden />)}
      {side('board', t('board.as_board'), <ViewColumn sx={{ fontSize: 16 }} aria-hidden />)}
    </Box>
  );
}

/* A module without anything in its address opens as it was seen last. */
export function LastMode({ children }: { children: ReactNode }) {
  const module = useModule();
  const { search } = useLocation();
  const { mode } = useMode(module);
  if (!search && mode === 'board' && boardFields(module).length) return <Navigate to={`/${module.path}/board`} replace />;
  return children;
}
