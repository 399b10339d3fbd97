/* The bell: how many notices are unread, and the list of them. A new one shows itself for a moment. */
import { useState } from 'react';
import { Badge, Box, Button, IconButton, Popover, Snackbar, Tooltip, Typography } from '@mui/material';
import { styled } from '@mui/material/styles';
import BellIcon from '@mui/icons-material/NotificationsNoneOutlined';
import { Link, useNavigate } from 'react-router-dom';
import { Nothing } from '../app/states';
import { useMetadata } from '../meta/metadata';
import { useSession } from '../session/session';
import { ModuleIcon } from '../shell/icons';
import { useFormat } from '../text/format';
import { useLabel, useT } from '../text/i18n';
import { When } from '../text/When';
import { size } from '../theme/tokens';
import { useNotices, type Notice } from './notices';
import { useWatch } from './useWatch';

const Item = styled(Link)(({ theme: { cauce } }) => ({
  display: 'flex', gap: 12, padding: '10px 12px', borderRadius: size.radius, color: cauce.text, textDecoration: 'none',
  '&:hover': { background: cauce.hover }, '& > svg': { flex: 'none', color: cauce.soft, marginTop: 1 }, '& time': { color: cauce.soft, fontSize: 12 },
  '& .new': { flex: 'none', alignSelf: 'center', width: 8, height: 8, borderRadius: 4, background: cauce.accent },
  '& .what': { flex: 1, minWidth: 0, overflowWrap: 'anywhere' }, '& .say': { color: cauce.soft },
}));

function useSay(): (n: Notice) => { say: string; what: string; to: string; icon?: string } {
  const t = useT();
  const label = useLabel();
  const format = useFormat();
  const { byKey } = useMetadata();
  return (n) => {
    const module = byKey(n.module);
    const icon = module?.icon;
    if (n.kind === 'assigned') {
      return { say: n.actor ? t('notice.assigned', { actor: n.actor }) : t('notice.assigned_system'), what: n.label || label(module?.label), to: `/${module?.path ?? ''}/${n.record}`, icon };
    }
    const counts = t('notice.job_counts', { done: format.integer(n.done), rejected: format.integer(n.rejected) });
    return { say: t(`notice.job_${n.state}`, { module: label(module?.plural) }), what: counts, to: '/jobs', icon: 'report' };
  };
}

export function Bell() {
  const t = useT();
  const navigate = useNavigate();
  const me = useSession().session.user.id;
  const { byKey } = useMetadata();
  const { notices, unread, markRead } = useNotices(me);
  const say = useSay();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [toast, setToast] = useState<Notice | null>(null);
  useWatch(me, setToast);
  /* of modules that may be seen no more, nothing is said */
  const shown = notices.filter((n) => byKey(n.module));
  const label = unread ? t('notice.open_count', { count: unread }) : t('notice.open');
  const toasted = toast && say(toast);
  return (
    <>
      <Tooltip title={label}>
        <IconButton onClick={(e) => setAnchor(e.currentTarget)} aria-label={label} aria-haspopup="dialog" aria-expanded={!!anchor}>
          <Badge badgeContent={unread} max={9} color="primary" slotProps={{ badge: { 'aria-hidden': true, sx: { height: 16, minWidth: 16, fontSize: 10, px: 1 } } }}><BellIcon /></Badge>
        </IconButton>
      </Tooltip>
      <Popover
        open={!!anchor} anchorEl={anchor} onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }} transformOrigin={{ vertical: 'top', horizontal: 'right' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': t('notice.open'), sx: { width: 360, maxHeight: 480 } } }}
      >
        <Box sx={{ display: 'flex', alignItems: 'center', px: 4, height: 48, borderBottom: 1, borderColor: 'divider' }}>
          <Typography variant="h2" sx={{ flex: 1, fontSize: 14 }}>{t('notice.open')}</Typography>
          {unread > 0 && <Button onClick={() => markRead()}>{t('notice.all_read')}</Button>}
        </Box>
        {shown.length === 0 && <Box sx={{ '& > *': { py: 8 } }}><Nothing title={t('notice.empty')} hint={t('notice.empty_hint')} /></Box>}
        <Box component="ul" sx={{ listStyle: 'none', m: 0, p: shown.length ? 1.5 : 0 }}>
          {shown.map((n) => {
            const { say: words, what, to, icon } = say(n);
            return (
              <li key={n.id}>
                <Item to={to} onClick={() => { markRead(n.id); setAnchor(null); }}>
                  <ModuleIcon name={icon} aria-hidden />
                  <span className="what"><span className="say">{words}</span><br />{what}<br /><When value={n.at} /></span>
                  {!n.read && <span className="new" role="img" aria-label={t('notice.unread')} />}
                </Item>
              </li>
            );
          })}
        </Box>
      </Popover>
      <Snackbar
        key={toast?.id} open={!!toast} autoHideDuration={6000} onClose={(_, why) => why !== 'clickaway' && setToast(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }} message={toasted && `${toasted.say}: ${toasted.what}`}
        action={toasted && (
          <Button color="inherit" onClick={() => { if (toast) markRead(toast.id); setToast(null); navigate(toasted.to); }}>{t('notice.see')}</Button>
        )}
      />
    </>
  );
}
