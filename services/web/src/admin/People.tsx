/* The people of a role, a profile, a group: some by name, how many, and the way to all of them. */
import { Box, Skeleton } from '@mui/material';
import { Link } from 'react-router-dom';
import type { Rec } from '../api/records';
import { useMetadata } from '../meta/metadata';
import { useT } from '../text/i18n';
import { listWhere } from './addresses';

const NAMED = 12;

interface Props {
  people: Rec[] | undefined;
  /* the field of people that they have in common, and its value */
  field: string;
  value: string;
  none: string;
}

export function usePeopleCount(): (n: number) => string {
  const t = useT();
  return (n) => t('admin.people', { count: n });
}

export function People({ people, field, value, none }: Props) {
  const t = useT();
  const count = usePeopleCount();
  const users = useMetadata().byKey('identity.user');
  if (!people) return <Skeleton variant="rounded" height={40} aria-busy="true" />;
  if (!people.length || !users) return <Box sx={{ color: 'text.secondary' }}>{none}</Box>;
  return (
    <Box>
      <Link to={listWhere(users, field, value)}>{count(people.length)}</Link>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, mt: 1, p: 0, display: 'grid', gap: 0.5 }}>
        {people.slice(0, NAMED).map((p) => (
          <Box component="li" key={p.id} sx={{ overflowWrap: 'anywhere' }}>
            <Link to={`/${users.path}/${p.id}`}>{p.label}</Link>
            {p.inactive === true && <Box component="span" sx={{ color: 'text.secondary' }}> ({t('admin.inactive')})</Box>}
          </Box>
        ))}
        {people.length > NAMED && <Box component="li" sx={{ color: 'text.secondary' }}>{t('admin.and_more', { count: people.length - NAMED })}</Box>}
      </Box>
    </Box>
  );
}
