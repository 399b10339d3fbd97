/*
 * Where I am: a page writes its name into the top bar and the browser's title. What it belongs to stands before it.
 */
import { createContext, useContext, useEffect } from 'react';
import { Typography } from '@mui/material';
import ChevronRight from '@mui/icons-material/ChevronRight';
import { createPortal } from 'react-dom';
import { Link, useLocation } from 'react-router-dom';
import { size } from '../theme/tokens';
import { usePlaces } from './places';

export const HeadContext = createContext<HTMLElement | null>(null);

interface Step {
  label: string;
  to: string;
}

interface Props {
  /* the page's name; its h1 */
  title: string;
  /* where it belongs, with the way back */
  parent?: Step;
}

function Before({ step, wide }: { step: Step; wide?: boolean }) {
  const display = wide ? { xs: 'none', md: 'inline' } : undefined;
  const high = { xs: size.touch, sm: 'auto' };
  return (
    <>
      <Typography component={Link} to={step.to} noWrap sx={{ display, lineHeight: { xs: `${size.touch}px`, sm: 1.4 }, minWidth: high, color: 'text.secondary', textDecoration: 'none', flex: 'none', maxWidth: '45%', fontSize: 14, '&:hover': { color: 'text.primary' } }}>
        {step.label}
      </Typography>
      <ChevronRight sx={{ display, color: 'text.secondary', mx: 1, fontSize: 16, flex: 'none' }} aria-hidden />
    </>
  );
}

export function Head({ title, parent }: Props) {
  const slot = useContext(HeadContext);
  const { pathname } = useLocation();
  const { administration, home } = usePlaces();
  useEffect(() => {
    document.title = `${title} · Cauce`;
  }, [title]);
  if (!slot) return null;
  const [, path] = pathname.split('/');
  const inside = home && administration.some((p) => p.module?.path === path) ? { label: home.title, to: home.to } : undefined;
  return createPortal(
    <>
      {inside && parent?.to !== inside.to && <Before step={inside} wide={!!parent} />}
      {parent && <Before step={parent} />}
      <Typography variant="h1" noWrap sx={{ fontSize: 14 }}>{title}</Typography>
    </>,
    slot,
  );
}
