/* The roles as the tree they are. The selected one stands in the address: /roles?role=… */
import { useCallback, useMemo, useRef, useState } from 'react';
import { Box, Button, Drawer, InputAdornment, Skeleton, TextField, Typography } from '@mui/material';
import Add from '@mui/icons-material/Add';
import Search from '@mui/icons-material/Search';
import { useSearchParams } from 'react-router-dom';
import { Failed, Nothing } from '../app/states';
import { useKeys } from '../lib/keys';
import { may } from '../meta/fields';
import { useModule } from '../meta/metadata';
import { useCommands } from '../shell/commands';
import { Head } from '../shell/Head';
import { usePhone } from '../shell/Shell';
import { useLabel, useT } from '../text/i18n';
import { MoveDialog } from './MoveDialog';
import { groupBy, useAll, usePeople } from './reading';
import { RolePanel } from './RolePanel';
import { RoleTree, type Naming } from './RoleTree';
import { buildTree, rowsOf, type Node } from './tree';
import { nodeOf, useRoles } from './useRoles';

const FIELDS = ['id', 'version', 'label', 'name', 'parent', 'description'];
const plain = (s = ''): string => s.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

export default function RolesPage() {
  const t = useT();
  const labelOf = useLabel();
  const module = useModule();
  const phone = usePhone();
  const [params, setParams] = useSearchParams();
  const { data: roles, error, refetch } = useAll(module.key, FIELDS);
  const { data: everybody } = usePeople();
  const people = useMemo(() => everybody && groupBy(everybody, 'role'), [everybody]);
  const tree = useMemo(() => buildTree(roles ?? []), [roles]);
  const actions = useRoles(module.path, people);
  const writable = may(module, 'change');

  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [query, setQuery] = useState('');
  const [naming, setNaming] = useState<Naming | null>(null);
  const [moving, setMoving] = useState<Node>();
  const search = useRef<HTMLInputElement>(null);

  const q = plain(query.trim());
  const found = useMemo(() => (q ? new Set((roles ?? []).filter((r) => plain(r.label).includes(q)).map((r) => r.id)) : undefined), [roles, q]);
  const rows = useMemo(() => rowsOf(tree, closed, found), [tree, closed, found]);
  const selected = nodeOf(tree, params.get('role')) ?? (phone ? undefined : rows[0]);

  const select = useCallback((node: Node) => setParams({ role: node.role.id }, { replace: true }), [setParams]);
  const turn = useCallback(
    (node: Node, open?: boolean) =>
      setClosed((old) => {
        const next = new Set(old);
        if (open ?? old.has(node.role.id)) next.delete(node.role.id);
        else next.add(node.role.id);
        return next;
      }),
    [],
  );
  const act = (what: 'rename' | 'create' | 'move' | 'remove', node: Node) => {
    if (!writable) return;
    if (what === 'rename') setNaming({ id: node.role.id, isNew: false });
    if (what === 'create') {
      turn(node, true);
      setNaming({ id: node.role.id, isNew: true });
    }
    if (what === 'move') setMoving(node);
    if (what === 'remove') {
      void actions.remove(node).then((gone) => {
        if (gone && node.parent) select(node.parent);
      });
    }
  };
  const named = async (name: string | null) => {
    const now = naming;
    setNaming(null);
    if (!now || name === null || !name.trim()) return;
    const node = nodeOf(tree, now.id);
    if (!now.isNew) return void (node && (await actions.rename(node, name)));
    const made = await actions.create(name, node);
    if (made) setParams({ role: made.id }, { replace: true });
  };
  const move = (node: Node, under: Node | undefined) => {
    void actions.move(node, under).then((done) => done && under && turn(under, true));
  };

  useKeys({ '/': () => search.current?.focus() });
  useCommands([
    { id: 'roles.expand', label: t('roles.expand'), run: () => setClosed(new Set()) },
    { id: 'roles.collapse', label: t('roles.collapse'), run: () => setClosed(new Set(tree.byId.keys())) },
    ...(writable ? [{ id: 'roles.create', label: t('roles.create'), run: () => setNaming({ id: '', isNew: true }) }] : []),
    ...(writable && selected ? [
      { id: 'roles.child', label: t('roles.create_child'), keys: 'Ins', run: () => act('create', selected) },
      { id: 'roles.rename', label: t('roles.rename'), keys: 'F2', run: () => act('rename', selected) },
      { id: 'roles.move', label: t('roles.move'), keys: 'M', run: () => act('move', selected) },
    ] : []),
  ]);

  const panel = selected && <RolePanel node={selected} people={people} writable={writable} kept={actions.kept(selected)} onAct={act} />;
  return (
    <>
      <Head title={labelOf(module.plural)} />
      {error && !roles ? (
        <Failed title={t('roles.failed')} error={error} retry={() => void refetch()} />
      ) : (
        <Box sx={{ flex: 1, minHeight: 0, display: 'grid', gridTemplateColumns: { md: 'minmax(0, 1fr) 380px' }, gridTemplateRows: { xs: 'auto auto', md: '100%' }, overflow: { xs: 'auto', md: 'hidden' } }}>
          <Box sx={{ minWidth: 0, overflow: { md: 'auto' }, px: { xs: 2, sm: 4 }, pt: 3, pb: 8 }}>
            <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, mb: 3 }}>
              <TextField
                type="search" value={query} onChange={(e) => setQuery(e.target.value)} inputRef={search} placeholder={t('roles.search')} sx={{ width: { xs: '100%', sm: 260 } }}
                slotProps={{ htmlInput: { 'aria-label': t('roles.search'), 'aria-keyshortcuts': '/' }, input: { startAdornment: <InputAdornment position="start"><Search /></InputAdornment> } }}
              />
              <Button onClick={() => setClosed(new Set())}>{t('roles.expand')}</Button>
              <Button onClick={() => setClosed(new Set(tree.byId.keys()))}>{t('roles.collapse')}</Button>
              <Box sx={{ flex: 1 }} />
              {writable && <Button variant="contained" startIcon={<Add />} onClick={() => setNaming({ id: '', isNew: true })}>{t('roles.create')}</Button>}
            </Box>
            {!roles ? (
              <Box aria-busy="true" sx={{ display: 'grid', gap: 1 }}>{[220, 180, 200, 160].map((w) => <Skeleton key={w} width={w} height={32} />)}</Box>
            ) : rows.length || naming ? (
              <RoleTree
                rows={rows} closed={closed} searching={!!q} people={people} selected={selected} movable={writable} naming={naming}
                onNamed={(name) => void named(name)} onTurn={turn} onSelect={select} onMove={move} onAct={act}
              />
            ) : (
              <Nothing title={t(q ? 'roles.no_match' : 'roles.empty')} hint={q ? undefined : t('roles.empty_hint')} />
            )}
            {writable && !phone && <Typography variant="caption" color="text.secondary" component="p" sx={{ mt: 4 }}>{t('roles.keys')}</Typography>}
          </Box>
          {phone ? (
            <Drawer anchor="bottom" open={!!panel && !naming && !moving} onClose={() => setParams({}, { replace: true })} slotProps={{ paper: { role: 'dialog', 'aria-label': selected?.role.label, sx: { maxHeight: '75dvh', p: 4, borderTopLeftRadius: 12, borderTopRightRadius: 12 } } }}>
              {panel}
            </Drawer>
          ) : (
            <Box sx={{ overflow: { md: 'auto' }, borderLeft: { md: 1 }, borderTop: { xs: 1, md: 0 }, borderColor: { xs: 'divider', md: 'divider' }, px: 4, py: 4 }}>
              {panel ?? <Typography color="text.secondary">{t('roles.choose')}</Typography>}
            </Box>
          )}
        </Box>
      )}
      {moving && (
        <MoveDialog
          node={moving} onClose={() => setMoving(undefined)}
          onMove={(under) => {
            setMoving(undefined);
            move(moving, nodeOf(tree, under));
          }}
        />
      )}
    </>
  );
}
