/* Everything that is set up once and looked at now and then, in groups, each with a line of what it is for. */
import { Box, Typography } from '@mui/material';
import { styled } from '@mui/material/styles';
import { Link } from 'react-router-dom';
import { Nothing } from '../app/states';
import { useT } from '../text/i18n';
import { size } from '../theme/tokens';
import { Head } from './Head';
import { ModuleIcon } from './icons';
import { ADMIN_GROUPS, usePlaces } from './places';

const Entry = styled(Link)(({ theme: { cauce } }) => ({
  display: 'flex', gap: 12, alignItems: 'flex-start', padding: '10px 12px', borderRadius: size.radius, color: cauce.text, textDecoration: 'none',
  '&:hover': { background: cauce.hover }, '& svg': { flex: 'none', color: cauce.soft, marginTop: 1 }, '& small': { display: 'block', fontSize: 'inherit', color: cauce.soft },
  '& strong': { fontWeight: 500 },
}));

export default function AdministrationPage() {
  const t = useT();
  const { administration } = usePlaces();
  return (
    <>
      <Head title={t('places.title')} />
      {administration.length === 0 && <Nothing title={t('places.empty')} hint={t('places.empty_hint')} />}
      <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto' }}>
        <Box sx={{ maxWidth: 960, mx: 'auto', px: { xs: 2, sm: 4 }, pt: 4, pb: 8 }}>
          {ADMIN_GROUPS.map((group) => {
            const places = administration.filter((p) => p.group === group);
            return places.length > 0 && (
              <Box component="section" key={group} aria-labelledby={`g-${group}`} sx={{ mb: 6 }}>
                <Typography variant="h2" id={`g-${group}`} sx={{ px: 3, mb: 1, fontSize: 13, color: 'text.secondary' }}>{t(`places.${group}`)}</Typography>
                <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr' }, gap: 1 }}>
                  {places.map((p) => (
                    <li key={p.to}>
                      <Entry to={p.to}>
                        <ModuleIcon name={p.icon} aria-hidden />
                        <span><strong>{p.title}</strong><small>{p.hint}</small></span>
                      </Entry>
                    </li>
                  ))}
                </Box>
              </Box>
            );
          })}
        </Box>
      </Box>
    </>
  );
}
