/* The modules: a rail of icons at the left that opens under the pointer or the focus, a bar at the bottom of a phone. */
import { useState, type MouseEvent } from 'react';
import { Box, ButtonBase, Menu, MenuItem } from '@mui/material';
import { styled } from '@mui/material/styles';
import MoreHoriz from '@mui/icons-material/MoreHoriz';
import { Link, NavLink } from 'react-router-dom';
import { useMetadata } from '../meta/metadata';
import { useLabel, useT } from '../text/i18n';
import { font, size } from '../theme/tokens';
import { ModuleIcon } from './icons';
import { Mark } from './Mark';

const Side = styled('nav')(({ theme: { cauce } }) => ({
  position: 'absolute', inset: '0 auto 0 0', zIndex: 20, width: size.rail, overflow: 'hidden auto', scrollbarWidth: 'none',
  background: cauce.chrome, borderRight: `1px solid ${cauce.line}`, transition: 'width 120ms ease-out',
  '&:hover, &:focus-within': { width: size.railOpen, boxShadow: '4px 0 16px rgba(0,0,0,.08)' },
  '&:hover': { transitionDelay: '150ms' },
  '& .mark': { display: 'flex', alignItems: 'center', gap: 12, height: size.bar, padding: '0 12px', whiteSpace: 'nowrap',
    color: cauce.text, textDecoration: 'none', fontWeight: 600, fontSize: font.input },
  '& ul': { listStyle: 'none', margin: 0, padding: '8px 6px', display: 'grid', gap: 2 },
  '& li a': { display: 'flex', alignItems: 'center', gap: 14, height: 36, padding: '0 11px', borderRadius: size.radius,
    color: cauce.soft, textDecoration: 'none', whiteSpace: 'nowrap', overflow: 'hidden', outlineOffset: -2 },
  '& svg': { flex: 'none' },
  '& span': { opacity: 0, transition: 'opacity 120ms' },
  '&:hover span, &:focus-within span': { opacity: 1 },
  '& li a:hover': { background: cauce.hover, color: cauce.text },
  '& li a.active': { background: cauce.chosen, color: cauce.accent, fontWeight: 500 },
}));

export function Rail() {
  const t = useT();
  const label = useLabel();
  const { modules } = useMetadata();
  return (
    <Side aria-label={t('app.menu')}>
      <Link to="/" className="mark" aria-label={t('app.name')}>
        <Mark />
        <span aria-hidden>{t('app.name')}</span>
      </Link>
      <ul>
        {modules.map((m) => (
          <li key={m.key}>
            <NavLink to={`/${m.path}`}>
              <ModuleIcon name={m.icon} aria-hidden />
              <span>{label(m.plural)}</span>
            </NavLink>
          </li>
        ))}
      </ul>
    </Side>
  );
}

const Bottom = styled('nav')(({ theme: { cauce } }) => ({
  display: 'flex', background: cauce.chrome, borderTop: `1px solid ${cauce.line}`, paddingBottom: 'env(safe-area-inset-bottom)',
  '& > *': { flex: 1, minWidth: 0, height: 52, display: 'grid', justifyItems: 'center', alignContent: 'center', gap: 2,
    color: cauce.soft, textDecoration: 'none', fontSize: 11, outlineOffset: -2 },
  '& > * > span': { maxWidth: '100%', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', padding: '0 2px' },
  '& .active': { color: cauce.accent, fontWeight: 600 },
}));

const BOTTOM_MAX = 5;

export function BottomBar() {
  const t = useT();
  const label = useLabel();
  const { modules } = useMetadata();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const first = modules.length > BOTTOM_MAX ? modules.slice(0, BOTTOM_MAX - 1) : modules;
  const rest = modules.slice(first.length);
  return (
    <Bottom aria-label={t('app.menu')}>
      {first.map((m) => (
        <NavLink to={`/${m.path}`} key={m.key}>
          <ModuleIcon name={m.icon} aria-hidden />
          <span>{label(m.plural)}</span>
        </NavLink>
      ))}
      {rest.length > 0 && (
        <ButtonBase onClick={(e: MouseEvent<HTMLElement>) => setAnchor(e.currentTarget)} aria-haspopup="menu">
          <MoreHoriz fontSize="small" aria-hidden />
          <span>{t('app.more')}</span>
        </ButtonBase>
      )}
      <Menu open={!!anchor} anchorEl={anchor} onClose={() => setAnchor(null)}>
        {rest.map((m) => (
          <MenuItem key={m.key} component={Link} to={`/${m.path}`} onClick={() => setAnchor(null)}>
            <Box sx={{ mr: 3, display: 'flex', color: 'text.secondary' }}><ModuleIcon name={m.icon} aria-hidden /></Box>
            {label(m.plural)}
          </MenuItem>
        ))}
      </Menu>
    </Bottom>
  );
}
