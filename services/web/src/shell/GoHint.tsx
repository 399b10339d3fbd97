/* After G: where the letters lead. */
import { Box } from '@mui/material';
import { useT } from '../text/i18n';
import { Key } from './Key';
import { usePlaces } from './places';

export function GoHint() {
  const t = useT();
  const { everyday, administration, home } = usePlaces();
  const places = [...everyday, ...(home ? [home] : []), ...administration].filter((p) => p.letter);
  return (
    <Box
      role="status" aria-label={t('keys.go')}
      sx={{
        position: 'absolute', left: '50%', bottom: 24, transform: 'translateX(-50%)', zIndex: 25, display: 'flex', flexWrap: 'wrap', columnGap: 5, rowGap: 1.5,
        justifyContent: 'center', maxWidth: 'min(720px, 90%)', px: 4, py: 3, bgcolor: 'background.paper', border: 1, borderColor: 'divider', borderRadius: 2, boxShadow: 4,
      }}
    >
      {places.map((p) => <Box component="span" key={p.to} sx={{ whiteSpace: 'nowrap' }}><Key>{p.letter.toUpperCase()}</Key>{p.title}</Box>)}
    </Box>
  );
}
