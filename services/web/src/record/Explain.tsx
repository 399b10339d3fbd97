/* Who sees this record, and why, beside it. */
import { Box, Drawer, IconButton, Typography } from '@mui/material';
import Close from '@mui/icons-material/Close';
import { Explain as Answer } from '../admin/Explain';
import type { Rec } from '../api/records';
import type { Module } from '../meta/types';
import { useT } from '../text/i18n';

export default function Explain({ module, record, onClose }: { module: Module; record: Rec; onClose: () => void }) {
  const t = useT();
  return (
    <Drawer
      open anchor="right" onClose={onClose}
      slotProps={{ paper: { role: 'dialog', 'aria-modal': true, 'aria-labelledby': 'explain-title', sx: { width: 380, maxWidth: '100vw', p: 4, display: 'flex', flexDirection: 'column', gap: 5 } } }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center' }}>
        <Typography variant="h2" id="explain-title" sx={{ flex: 1 }}>{t('record.explain')}</Typography>
        <IconButton onClick={onClose} aria-label={t('ra.action.close')}><Close /></IconButton>
      </Box>
      <Answer module={module} record={record.id} />
    </Drawer>
  );
}
