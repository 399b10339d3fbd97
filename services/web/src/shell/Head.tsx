/* Where I am: a page writes its name into the top bar and the browser's title. */
import { createContext, useContext, useEffect } from 'react';
import { Typography } from '@mui/material';
import ChevronRight from '@mui/icons-material/ChevronRight';
import { createPortal } from 'react-dom';
import { Link } from 'react-router-dom';

export const HeadContext = createContext<HTMLElement | null>(null);

interface Props {
  /* the page's name; its h1 */
  title: string;
  /* where it belongs, with the way back */
  parent?: { label: string; to: string };
}

export function Head({ title, parent }: Props) {
  const slot = useContext(HeadContext);
  useEffect(() => {
    document.title = `${title} · Cauce`;
  }, [title]);
  if (!slot) return null;
  return createPortal(
    <>
      {parent && (
        <>
          <Typography component={Link} to={parent.to} noWrap sx={{ color: 'text.secondary', textDecoration: 'none', flex: 'none', maxWidth: '45%', fontSize: 14, '&:hover': { color: 'text.primary' } }}>
            {parent.label}
          </Typography>
          <ChevronRight sx={{ color: 'text.secondary', mx: 1, fontSize: 16 }} aria-hidden />
        </>
      )}
      <Typography variant="h1" noWrap sx={{ fontSize: 14 }}>{title}</Typography>
    </>,
    slot,
  );
}
