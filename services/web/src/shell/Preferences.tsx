/* Language and theme: chosen here, kept on the device. */
import { Box, Button, IconButton, Tooltip } from '@mui/material';
import { useTheme as useMuiTheme } from '@mui/material/styles';
import DarkMode from '@mui/icons-material/DarkModeOutlined';
import LightMode from '@mui/icons-material/LightModeOutlined';
import { useTheme } from 'ra-ui-materialui';
import { useLang, useSetLang, useT } from '../text/i18n';

const NAMES = { es: 'Español', en: 'English' } as const;

export function Preferences() {
  const t = useT();
  const lang = useLang();
  const setLang = useSetLang();
  const mode = useMuiTheme().palette.mode;
  const [, setTheme] = useTheme();
  const otherLang = lang === 'es' ? 'en' : 'es';
  const otherMode = mode === 'dark' ? 'light' : 'dark';
  const themeLabel = `${t('user.theme')}: ${t(`user.${otherMode}`)}`;
  return (
    <Box sx={{ display: 'flex', alignItems: 'center' }}>
      <Tooltip title={`${t('user.language')}: ${NAMES[otherLang]}`}>
        <Button
          onClick={() => setLang(otherLang)} aria-label={`${t('user.language')}: ${NAMES[otherLang]}`} lang={otherLang}
          sx={{ minWidth: 32, px: 0, color: 'text.secondary' }}
        >
          {otherLang.toUpperCase()}
        </Button>
      </Tooltip>
      <Tooltip title={themeLabel}>
        <IconButton onClick={() => setTheme(otherMode)} aria-label={themeLabel}>
          {mode === 'dark' ? <LightMode /> : <DarkMode />}
        </IconButton>
      </Tooltip>
    </Box>
  );
}
