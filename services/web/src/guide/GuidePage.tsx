/* The user guide: what people do here every day, part by part, in the language that is chosen. */
import { Fragment, useEffect, useState, type ReactNode } from 'react';
import { Box, InputAdornment, TextField, Typography } from '@mui/material';
import Search from '@mui/icons-material/Search';
import { Link, useLocation } from 'react-router-dom';
import { Nothing } from '../app/states';
import { plain } from '../lib/plain';
import { useSession } from '../session/session';
import { Head } from '../shell/Head';
import { Key } from '../shell/Key';
import { useLang, useT } from '../text/i18n';
import { en } from './en';
import { es } from './es';
import { FOR_ADMINISTRATORS, type Guide, type Part } from './guide';

const GUIDES: Record<'es' | 'en', Guide> = { es, en };
const MARKS = /(\[\[[^\]]+\]\]|\[[^\]]+\]\([^)]+\))/;

/* A text with its keys and its places drawn. */
function Text({ children }: { children: string }): ReactNode {
  return children.split(MARKS).map((piece, i) => {
    const keys = /^\[\[(.+)\]\]$/.exec(piece)?.[1];
    if (keys) return <Fragment key={i}>{keys.split(' ').map((k) => <Key key={k}>{k}</Key>)}</Fragment>;
    const place = /^\[(.+)\]\((.+)\)$/.exec(piece);
    return place?.[2] ? <Link key={i} to={place[2]}>{place[1]}</Link> : <Fragment key={i}>{piece}</Fragment>;
  });
}

const has = (part: Part, words: string): boolean => plain([part.title, ...part.texts].join(' ')).includes(plain(words));

export default function GuidePage() {
  const t = useT();
  const guide = GUIDES[useLang()];
  const { administrator } = useSession().session.user;
  const { hash } = useLocation();
  const [words, setWords] = useState('');
  useEffect(() => {
    if (hash) document.getElementById(hash.slice(1))?.scrollIntoView({ block: 'start' });
  }, [hash]);
  const parts = Object.entries<Part>(guide).filter(([id, part]) => (administrator || !FOR_ADMINISTRATORS.has(id)) && has(part, words.trim()));
  return (
    <>
      <Head title={t('user.guide')} />
      <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto' }} tabIndex={-1}>
        <Box sx={{ maxWidth: 760, mx: 'auto', px: { xs: 3, sm: 4 }, pt: 4, pb: 16 }}>
          <TextField
            value={words} onChange={(e) => setWords(e.target.value)} placeholder={t('user.guide_find')} fullWidth type="search"
            slotProps={{ htmlInput: { 'aria-label': t('user.guide_find') }, input: { startAdornment: <InputAdornment position="start"><Search fontSize="small" aria-hidden /></InputAdornment> } }}
          />
          {!parts.length && <Nothing title={t('user.guide_nothing')} />}
          {parts.map(([id, part]) => (
            <Box component="section" key={id} id={id} aria-labelledby={`${id}-title`} sx={{ mt: 7, scrollMarginTop: 16 }}>
              <Typography variant="h2" id={`${id}-title`} sx={{ mb: 2 }}>{part.title}</Typography>
              <Box component="ul" sx={{ m: 0, pl: 5, display: 'grid', gap: 2, fontSize: 14, lineHeight: '22px', '& a': { color: 'primary.main' } }}>
                {part.texts.map((text) => <li key={text}><Text>{text}</Text></li>)}
              </Box>
            </Box>
          ))}
        </Box>
      </Box>
    </>
  );
}
