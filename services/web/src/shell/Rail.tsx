/* The modules: a rail of icons at the left that opens under the pointer or the focus, a bar at the bottom of a phone. */
import { useState, type MouseEvent } from 'react';
import { Box, ButtonBase, Menu, MenuItem } from '@mui/material';
import { styled } from '@mui/material/styles';
import MoreHoriz from '@mui/icons-material/MoreHoriz';
import { Link, NavLink, useLocation } from 'react-router-dom';
import { useT } from '../text/i18n';
import { font, size } from '../theme/tokens';
import { ModuleIcon } from './icons';
import { Mark } from './Mark';
import { usePlaces, type Place } from './places';

const Side = styled('nav')(({ theme: { cauce } }) => ({
  position: 'absolute', inset: '0 auto 0 0', zIndex: 20, width: size.rail, overflow: 'hidden auto', scrollbarWidth: 'none',
  background: cauce.chrome, borderRight: `1px solid ${cauce.line}`, transition: 'width 120ms ease-out',
  '&:hover, &:focus-within': { width: size.railOpen, boxShadow: '4px 0 16px rgba(0,0,0,.08)' },
  '&:hover': { transitionDelay: '150ms' },
  '& .mark': { display: 'flex', alignItems: 'center', gap: 12, height: size.bar, padding: '0 12px', whiteSpace: 'nowrap',
    color: cauce.text, textDecoration: 'none', fontWeight: 600, fontSize: font.input },
  display: 'flex', flexDirection: 'column',
  '& ul': { listStyle: 'none', margin: 0, padding: '8px 6px', display: 'grid', gap: 2 },
  '& .last': { marginTop: 'auto', borderTop: `1px solid ${cauce.line}` },
  '& li a': { display: 'flex', alignItems: 'center', gap: 14, height: 36, padding: '0 11px', borderRadius: size.radius,
    color: cauce.soft, textDecoration: 'none', whiteSpace: 'nowrap', overflow: 'hidden', outlineOffset: -2 },
  '& svg': { flex: 'none' },
  '& span': { opacity: 0, transition: 'opacity 120ms' },
  '&:hover span, &:focus-within span': { opacity: 1 },
  '& li a:hover': { background: cauce.hover, color: cauce.text },
  '& .letter': { marginLeft: 'auto', fontSize: 11, color: cauce.soft },
  '& .name': { overflow: 'hidden', textOverflow: 'ellipsis' },
  '& li a.active, & .inside a': { background: cauce.chosen, color: cauce.accent, fontWeight: 500 },
}));

/* On a page of administration, wherever it has its address. */
function useInside(): boolean {
  const { pathname } = useLocation();
  const { administration } = usePlaces();
  return administration.some((p) => pathname === p.to || pathname.startsWith(`${p.to}/`));
}

function Entry({ place }: { place: Place }) {
  return (
    <li>
      <NavLink to={place.to} title={place.letter ? `${place.title} (G ${place.letter.toUpperCase()})` : place.title}>
        <ModuleIcon name={place.icon} aria-hidden />
        <span className="name">{place.title}</span>
        {place.letter && <span className="letter" aria-hidden>G {place.letter.toUpperCase()}</span>}
      </NavLink>
    </li>
  );
}

export function Rail() {
  const t = useT();
  const { everyday, home } = usePlaces();
  const inside = useInside();
  return (
    <Side aria-label={t('app.menu')}>
      <Link to="/" className="mark" aria-label={t('app.name')}>
        <Mark />
        <span aria-hidden>{t('app.name')}</span>
      </Link>
      <ul>
        {everyday.map((p) => <Entry key={p.to} place={p} />)}
      </ul>
      {home && <ul className={inside ? 'last inside' : 'last'}><Entry place={home} /></ul>}
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
  const { everyday, home } = usePlaces();
  const inside = useInside();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const all = [...everyday, ...(home ? [home] : [])];
  const first = all.length > BOTTOM_MAX ? all.slice(0, BOTTOM_MAX - 1) : all;
  const rest = all.slice(first.length);
  return (
    <Bottom aria-label={t('app.menu')}>
      {first.map((p) => (
        <NavLink to={p.to} key={p.to} className={({ isActive }) => (isActive || (inside && p === home) ? 'active' : undefined)}>
          <ModuleIcon name={p.icon} aria-hidden />
          <span>{p.title}</span>
        </NavLink>
      ))}
      {rest.length > 0 && (
        <ButtonBase onClick={(e: MouseEvent<HTMLElement>) => setAnchor(e.currentTarget)} aria-haspopup="menu">
          <MoreHoriz fontSize="small" aria-hidden />
          <span>{t('app.more')}</span>
        </ButtonBase>
      )}
      <Menu open={!!anchor} anchorEl={anchor} onClose={() => setAnchor(null)}>
        {rest.map((p) => (
          <MenuItem key={p.to} component={Link} to={p.to} onClick={() => setAnchor(null)}>
            <Box sx={{ mr: 3, display: 'flex', color: 'text.secondary' }}><ModuleIcon name={p.icon} aria-hidden /></Box>
            {p.title}
          </MenuItem>
        ))}
      </Menu>
    </Bottom>
  );
}
