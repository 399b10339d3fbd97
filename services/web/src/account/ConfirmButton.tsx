/* A thing that can't be undone: asked once more in its own place, said what it does, taken back by Esc. */
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { Box, Button, Typography } from '@mui/material';
import { useT } from '../text/i18n';

interface Props {
  label: string;
  /* names the thing to readers when the label alone doesn't */
  of?: string;
  /* what happens */
  question: ReactNode;
  /* the second button: "Cerrar", "Revocar" */
  yes: string;
  busy?: boolean;
  icon?: ReactNode;
  onYes: () => void;
}

export function ConfirmButton({ label, of, question, yes, busy, icon, onYes }: Props) {
  const t = useT();
  const id = useId();
  const [asked, setAsked] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  const back = useRef(false);
  useEffect(() => {
    if (!asked && back.current) first.current?.focus();
    back.current = asked;
  }, [asked]);

  if (!asked) {
    return (
      <Button ref={first} variant="outlined" startIcon={icon} disabled={busy} onClick={() => setAsked(true)} aria-label={of ? `${label}: ${of}` : undefined}>{label}</Button>
    );
  }
  return (
    <Box
      role="group" aria-labelledby={id} onKeyDown={(e) => {
        if (e.key !== 'Escape') return;
        e.stopPropagation();
        e.preventDefault();
        setAsked(false);
      }}
      sx={{ flex: '1 1 100%', display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2 }}
    >
      <Typography id={id} sx={{ flex: '0 1 auto', maxWidth: 560 }}>{question}</Typography>
      <Box sx={{ display: 'flex', gap: 1 }}>
        <Button
          variant="contained" color="error" disabled={busy} autoFocus
          onClick={() => {
            setAsked(false);
            onYes();
          }}
        >
          {yes}
        </Button>
        <Button onClick={() => setAsked(false)}>{t('account.no')}</Button>
      </Box>
    </Box>
  );
}
