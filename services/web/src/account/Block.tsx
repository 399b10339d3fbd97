/* A part of the account's page, with an address of its own. */
import type { ReactNode } from 'react';
import { Box, Typography } from '@mui/material';

interface Props {
  id: string;
  title: string;
  hint?: ReactNode;
  /* what can be done with the whole */
  action?: ReactNode;
  children: ReactNode;
}

export function Block({ id, title, hint, action, children }: Props) {
  return (
    <Box component="section" id={id} aria-labelledby={`${id}-title`} tabIndex={-1} sx={{ scrollMarginTop: 16, py: 5, borderBottom: 1, borderColor: 'divider', '&:last-of-type': { border: 0 }, outline: 'none !important' }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: 2, mb: 3 }}>
        <Box sx={{ flex: '1 1 260px', minWidth: 0 }}>
          <Typography variant="h2" id={`${id}-title`}>{title}</Typography>
          {hint && <Typography color="text.secondary" component="div" sx={{ mt: 0.5, maxWidth: 560 }}>{hint}</Typography>}
        </Box>
        {action}
      </Box>
      {children}
    </Box>
  );
}
