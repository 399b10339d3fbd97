/* What went wrong, where it was done. */
import { Typography } from '@mui/material';

export function Fault({ children }: { children: string }) {
  return <Typography role="alert" color="error" sx={{ '&:empty': { display: 'none' } }}>{children}</Typography>;
}
