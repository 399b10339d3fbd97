/* My account: who I am here, how I get in, where I am signed in, what acts for me. */
import { useEffect } from 'react';
import { Box, Skeleton } from '@mui/material';
import { styled } from '@mui/material/styles';
import { Link, useLocation } from 'react-router-dom';
import { Failed } from '../app/states';
import { Head } from '../shell/Head';
import { useCommands } from '../shell/commands';
import { useT } from '../text/i18n';
import type { MessageKey } from '../text/messages';
import { size } from '../theme/tokens';
import { Away } from './Away';
import { ChangePassword } from './ChangePassword';
import { Details } from './Details';
import { useMe } from './me';
import { MyKeys } from './MyKeys';
import { MySessions } from './MySessions';
import { SecondFactor } from './SecondFactor';

const PARTS: [string, MessageKey][] = [
  ['details', 'account.details'],
  ['away', 'account.away'],
  ['password', 'session.password'],
  ['second-factor', 'account.factor'],
  ['sessions', 'account.sessions'],
  ['keys', 'account.keys'],
];

const Side = styled('nav')(({ theme: { cauce, breakpoints } }) => ({
  position: 'sticky', top: 0, alignSelf: 'start', width: 180, flex: 'none', display: 'grid', gap: 2, paddingTop: 16,
  '& a': { color: cauce.soft, textDecoration: 'none', padding: '6px 10px', borderRadius: size.radius },
  '& a:hover': { background: cauce.hover, color: cauce.text },
  [breakpoints.down('md')]: { display: 'none' },
}));

function go(id: string): void {
  const part = document.getElementById(id);
  part?.scrollIntoView({ block: 'start' });
  part?.focus({ preventScroll: true });
}

export default function AccountPage() {
  const t = useT();
  const { hash, key } = useLocation();
  const { data: me, error, refetch } = useMe();
  const there = !!me;
  useEffect(() => {
    if (there && hash) go(hash.slice(1));
  }, [there, hash, key]);
  useCommands(PARTS.map(([id, name]) => ({ id: `account.${id}`, label: `${t('account.title')}: ${t(name)}`, run: () => go(id) })));

  return (
    <>
      <Head title={t('account.title')} />
      {error && !me ? (
        <Failed title={t('account.failed')} error={error} retry={() => void refetch()} />
      ) : (
        <Box sx={{ flex: 1, minHeight: 0, overflow: 'auto' }}>
          <Box sx={{ maxWidth: 1000, mx: 'auto', px: { xs: 3, sm: 4 }, pb: 16, display: 'flex', gap: 8 }}>
            <Side aria-label={t('account.title')}>
              {PARTS.map(([id, name]) => <Link key={id} to={`#${id}`} replace>{t(name)}</Link>)}
            </Side>
            <Box sx={{ flex: 1, minWidth: 0 }}>
              {me ? (
                <>
                  <Details me={me} />
                  <Away me={me} />
                  <ChangePassword me={me} />
                  <SecondFactor me={me} />
                  <MySessions />
                  <MyKeys />
                </>
              ) : (
                <Box sx={{ display: 'grid', gap: 4, pt: 5 }} aria-busy="true"><Skeleton variant="rounded" height={140} /><Skeleton variant="rounded" height={90} /><Skeleton variant="rounded" height={90} /></Box>
              )}
            </Box>
          </Box>
        </Box>
      )}
    </>
  );
}
