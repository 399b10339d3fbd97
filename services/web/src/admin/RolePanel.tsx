/* The selected role: what its people see, who they are, what may be done with it. */
import { Box, Button, Typography } from '@mui/material';
import Add from '@mui/icons-material/Add';
import Delete from '@mui/icons-material/DeleteOutlined';
import Edit from '@mui/icons-material/EditOutlined';
import Move from '@mui/icons-material/DriveFileMoveOutlined';
import { Link } from 'react-router-dom';
import type { Rec } from '../api/records';
import { useModule } from '../meta/metadata';
import { useT } from '../text/i18n';
import { People, usePeopleCount } from './People';
import { ancestors, descendants, type Node } from './tree';

interface Props {
  node: Node;
  people: Map<string, Rec[]> | undefined;
  writable: boolean;
  /* why it can't be deleted */
  kept: string | undefined;
  onAct: (act: 'rename' | 'create' | 'move' | 'remove', node: Node) => void;
}

/* One sentence: whose records its people see, and who sees theirs. */
function Sight({ node, people }: { node: Node; people: Map<string, Rec[]> | undefined }) {
  const t = useT();
  const count = usePeopleCount();
  const below = descendants(node);
  const n = below.reduce((sum, d) => sum + (people?.get(d.role.id)?.length ?? 0), 0);
  const above = ancestors(node).map((a) => a.role.label).join(', ');
  const roles = t('roles.count', { count: below.length });
  return (
    <Typography sx={{ mb: 4 }}>
      {below.length ? t('roles.sees', { people: count(n), roles }) : t('roles.sees_none')}{' '}
      {above ? t('roles.seen_by', { roles: above }) : t('roles.seen_none')}{' '}{t('roles.peers')}
    </Typography>
  );
}

export function RolePanel({ node, people, writable, kept, onAct }: Props) {
  const t = useT();
  const { path } = useModule();
  const id = node.role.id;
  return (
    <Box component="section" aria-label={node.role.label}>
      <Typography variant="h2" sx={{ mb: 2, overflowWrap: 'anywhere' }}>{node.role.label}</Typography>
      {typeof node.role.description === 'string' && node.role.description && <Typography color="text.secondary" sx={{ mb: 2 }}>{node.role.description}</Typography>}
      <Sight node={node} people={people} />
      <Typography variant="h3" sx={{ mb: 1 }}>{t('roles.people')}</Typography>
      <People people={people ? (people.get(id) ?? []) : undefined} field="role" value={id} none={t('roles.nobody')} />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, mt: 4 }}>
        {writable && (
          <>
            <Button variant="outlined" startIcon={<Add />} onClick={() => onAct('create', node)}>{t('roles.create_child')}</Button>
            <Button variant="outlined" startIcon={<Edit />} onClick={() => onAct('rename', node)}>{t('roles.rename')}</Button>
            <Button variant="outlined" startIcon={<Move />} onClick={() => onAct('move', node)}>{t('roles.move')}</Button>
            <Button variant="outlined" startIcon={<Delete />} disabled={!!kept} onClick={() => onAct('remove', node)}>{t('roles.remove')}</Button>
          </>
        )}
        <Button component={Link} to={`/${path}/${id}`}>{t('roles.record')}</Button>
      </Box>
      {writable && <Typography variant="caption" color="text.secondary" component="p" sx={{ mt: 2 }}>{kept ?? t('roles.remove_free')}</Typography>}
    </Box>
  );
}
