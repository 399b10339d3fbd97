/* What every page before the sign-in stands in: covers whatever is behind it, which stays as it is. */
import type { FormEvent, ReactNode } from 'react';
import { Box, Dialog, Typography } from '@mui/material';
import { Mark } from '../shell/Mark';
import { Preferences } from '../shell/Preferences';

interface Props {
  title: string;
  hint?: ReactNode;
  /* what went wrong */
  message?: string;
  onSubmit?: (e: FormEvent) => void;
  children?: ReactNode;
  /* below what went wrong: what can be done */
  foot?: ReactNode;
}

export function Door({ title, hint, message, onSubmit, children, foot }: Props) {
  return (
    <Dialog open fullScreen transitionDuration={0} slotProps={{ paper: { sx: { bgcolor: 'background.default', border: 0, borderRadius: 0 } } }} aria-labelledby="door">
      <Box sx={{ display: 'flex', justifyContent: 'flex-end', p: 2 }}>
        <Preferences />
      </Box>
      <Box component="main" sx={{ flex: 1, display: 'grid', placeItems: 'center', px: 4, pb: { xs: 8, sm: 24 } }}>
        <Box
          component={onSubmit ? 'form' : 'div'} onSubmit={onSubmit} noValidate={onSubmit ? true : undefined}
          sx={{ width: '100%', maxWidth: 320, display: 'grid', gap: 4, '@media (pointer: coarse)': { '& .MuiButton-root': { minHeight: 44 } } }}
        >
          <Mark size={36} />
          <Box>
            <Typography variant="h1" id="door">{title}</Typography>
            {hint && <Typography color="text.secondary" component="div" sx={{ mt: 1 }}>{hint}</Typography>}
          </Box>
          {children}
          <Typography role="alert" color="error" sx={{ '&:empty': { display: 'none' } }}>{message}</Typography>
          {foot}
        </Box>
      </Box>
    </Dialog>
  );
}
