/* A short list: what it is at the left, what can be done at the right, below it on a phone. */
import type { ReactNode } from 'react';
import { styled } from '@mui/material/styles';
import { size } from '../theme/tokens';

const List = styled('ul')(({ theme }) => ({
  margin: 0, padding: 0, listStyle: 'none', border: `1px solid ${theme.cauce.line}`, borderRadius: size.radius,
  '& > li': { display: 'flex', flexWrap: 'wrap', alignItems: 'center', justifyContent: 'space-between', gap: 8, padding: '8px 12px', minHeight: 48 },
  '& > li > div:first-of-type': { flex: '1 1 160px', minWidth: 0 },
  '& > li + li': { borderTop: `1px solid ${theme.cauce.line}` },
  '&:empty': { display: 'none' },
}));

export function Lines({ label, children }: { label: string; children: ReactNode }) {
  return <List aria-label={label}>{children}</List>;
}
