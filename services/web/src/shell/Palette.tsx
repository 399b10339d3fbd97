/* Ctrl-K: find a record, go somewhere, do what the page can do. Arrows choose, Enter opens, Ctrl+Enter in another tab. */
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { Box, Dialog, IconButton, InputBase, LinearProgress, Typography } from '@mui/material';
import { styled } from '@mui/material/styles';
import Add from '@mui/icons-material/Add';
import Bolt from '@mui/icons-material/BoltOutlined';
import Close from '@mui/icons-material/Close';
import Search from '@mui/icons-material/Search';
import { useNavigate } from 'react-router-dom';
import { listAddressOf } from '../api/filters';
import { useFieldText } from '../fields/text';
import { may } from '../meta/fields';
import { useMetadata } from '../meta/metadata';
import { useSession } from '../session/session';
import { useLabel, useT } from '../text/i18n';
import { font, size } from '../theme/tokens';
import { useAllCommands } from './commands';
import { ModuleIcon } from './icons';
import { Key } from './Key';
import { usePlaces } from './places';
import { matches } from './plain';
import { readRecent } from './recent';
import { useFind } from './useFind';

interface Item {
  id: string;
  label: string;
  icon: ReactNode;
  /* beside the label, softly */
  note?: string;
  keys?: string[];
  to?: string;
  run?: () => void;
}

interface Section {
  title: string;
  items: Item[];
}

const SHOWN_MAX = 7;

const List = styled('div')(({ theme: { cauce } }) => ({
  flex: 1, minHeight: 0, overflowY: 'auto', padding: 6, scrollPaddingBlock: 32,
  '& .section': { padding: '10px 10px 4px', fontSize: font.small, color: cauce.soft },
  '& .item': { display: 'flex', alignItems: 'center', gap: 12, minHeight: 36, padding: '4px 10px', borderRadius: size.radius, cursor: 'pointer' },
  '& .item.at': { background: cauce.chosen },
  '& .item svg': { color: cauce.soft, flex: 'none' },
  '& .name': { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', flex: '0 1 auto' },
  '& .note': { color: cauce.soft, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', flex: '1 1 0', minWidth: 0, fontSize: font.small },
  '& .keys': { marginLeft: 'auto', flex: 'none' },
  '@media (pointer: coarse)': { '& .item': { minHeight: 44 } },
}));

function useSections(typed: string): { sections: Section[]; waiting: boolean; failed: string[] } {
  const t = useT();
  const label = useLabel();
  const text = useFieldText();
  const commands = useAllCommands();
  const { everyday, administration, home, mine } = usePlaces();
  const { modules, byKey } = useMetadata();
  const user = useSession().session.user.id;
  const recent = useMemo(() => readRecent(user), [user]);
  const q = typed.trim();
  const found = useFind(q, true);

  const here = commands.map((c): Item => ({ id: `do ${c.id}`, label: c.label, icon: <Bolt />, keys: c.keys?.split('+'), run: c.run }));
  const places = [...everyday, ...(home ? [home] : []), ...(q ? [...administration, ...mine] : [])].map((p): Item => ({
    id: `go ${p.to}`, label: p.title, icon: <ModuleIcon name={p.icon} />, to: p.to, note: p.hint, keys: p.letter ? ['G', p.letter.toUpperCase()] : undefined,
  }));
  const creates = modules.filter((m) => may(m, 'create') && (q || everyday.some((p) => p.module === m))).map((m): Item => ({
    id: `new ${m.path}`, label: t('palette.create_in', { module: label(m.plural) }), icon: <Add />, to: `/${m.path}/new`,
  }));
  const recents = recent.flatMap((r): Item[] => {
    const module = byKey(r.module);
    return module ? [{ id: `record ${r.id}`, label: r.label, icon: <ModuleIcon name={module.icon} />, note: label(module.label), to: `/${module.path}/${r.id}` }] : [];
  });
  const fits = (items: Item[], most = SHOWN_MAX) => (q ? items.filter((i) => matches(i.label, q)) : items).slice(0, most);

  const known = fits(recents, q ? 3 : SHOWN_MAX);
  const shown = new Set(known.map((i) => i.id));
  const records = found.groups.map(({ module, records: hits, more, facts }): Section => {
    const icon = <ModuleIcon name={module.icon} />;
    const items = hits.map((r): Item => ({
      id: `record ${r.id}`, label: r.label || t('list.no_name'), icon, to: `/${module.path}/${r.id}`, note: facts.map((f) => text(r, f)).filter(Boolean).join(' · '),
    }));
    const rest: Item = { id: `all ${module.path}`, label: t('palette.all', { module: label(module.plural) }), icon: <Search />, to: listAddressOf(module.path, { q: found.q }) };
    return { title: label(module.plural), items: [...items.filter((i) => !shown.has(i.id)), ...(more ? [rest] : [])] };
  });
  const own: Section[] = [
    { title: t('palette.recent'), items: known },
    { title: t('palette.here'), items: fits(here, 20) },
    { title: t('palette.go'), items: fits(places, q ? SHOWN_MAX : 20) },
    { title: t('palette.create'), items: fits(creates, q ? 4 : SHOWN_MAX) },
  ];
  return {
    sections: [...own, ...records].filter((s) => s.items.length),
    waiting: found.waiting,
    failed: found.failed.map((m) => label(m.plural)),
  };
}

interface Props {
  onClose: () => void;
  /* ends the holding of keys: what was typed before this was here */
  early: () => string;
  phone: boolean;
}

export default function Palette({ onClose, early, phone }: Props) {
  const t = useT();
  const id = useId();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState('');
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const held = early();
    if (held) setTyped(held);
  }, [early]);
  const { sections, waiting, failed } = useSections(typed);
  const items = sections.flatMap((s) => s.items);
  const index = Math.max(0, items.findIndex((i) => i.id === at));
  const current = items[index];

  useEffect(() => {
    list.current?.querySelector('.at')?.scrollIntoView({ block: 'nearest' });
  }, [current?.id]);

  const open = (item: Item | undefined, tab: boolean) => {
    if (!item) return;
    if (item.to && tab) return void window.open(item.to, '_blank', 'noopener');
    onClose();
    if (item.to) navigate(item.to);
    /* the dialog gives the focus back first */
    else setTimeout(() => item.run?.());
  };
  const move = (by: number) => setAt(items[(index + by + items.length) % items.length]?.id ?? '');
  const onKey = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return;
    if (e.key === 'ArrowDown') move(1);
    else if (e.key === 'ArrowUp') move(-1);
    else if (e.key === 'Enter') open(current, e.ctrlKey || e.metaKey);
    else if (e.key.toLowerCase() === 'k' && (e.ctrlKey || e.metaKey)) onClose();
    else return;
    e.preventDefault();
  };

  return (
    <Dialog
      open onClose={onClose} transitionDuration={0} fullScreen={phone} aria-labelledby={`${id}-title`}
      sx={{ '& .MuiDialog-container': { alignItems: 'flex-start' } }}
      slotProps={{ paper: { sx: phone ? { border: 0, borderRadius: 0 } : { mt: '12vh', width: 620, maxWidth: 'calc(100vw - 32px)', height: 'min(520px, 70vh)' } } }}
    >
      <Box component="h2" id={`${id}-title`} sx={{ position: 'absolute', clipPath: 'inset(50%)' }}>{t('palette.open')}</Box>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, px: 4, height: 52, flex: 'none', borderBottom: 1, borderColor: 'divider' }}>
        <Search sx={{ color: 'text.secondary' }} aria-hidden />
        <InputBase
          autoFocus fullWidth value={typed} placeholder={t('palette.placeholder')} onKeyDown={onKey}
          onChange={(e) => { setTyped(e.target.value); setAt(''); }} sx={{ fontSize: phone ? 16 : font.input, alignSelf: 'stretch' }}
          inputProps={{
            'aria-label': t('palette.placeholder'), role: 'combobox', 'aria-expanded': true, 'aria-controls': id, 'aria-autocomplete': 'list', autoComplete: 'off',
            'aria-activedescendant': current ? `${id}-${index}` : undefined, enterKeyHint: 'go', spellCheck: false, style: { outline: 'none' },
          }}
        />
        {phone && <IconButton onClick={onClose} aria-label={t('keys.close')}><Close /></IconButton>}
      </Box>
      <Box sx={{ height: 2, mt: '-2px', flex: 'none' }}>{waiting && <LinearProgress aria-label={t('palette.searching')} sx={{ height: 2 }} />}</Box>
      <Box aria-live="polite" sx={{ position: 'absolute', clipPath: 'inset(50%)' }}>{typed && !waiting && t('palette.results', { count: items.length })}</Box>
      {items.length === 0 && !waiting && (
        <Box sx={{ px: 4, py: 8, textAlign: 'center' }}>
          <Typography>{t('palette.nothing', { q: typed.trim() })}</Typography>
          <Typography color="text.secondary">{t('palette.nothing_hint')}</Typography>
        </Box>
      )}
      <List id={id} role="listbox" aria-label={t('palette.open')} ref={list}>
        {sections.map((section, s) => {
          const before = sections.slice(0, s).reduce((n, x) => n + x.items.length, 0);
          return (
            <div role="group" aria-labelledby={`${id}-s${s}`} key={section.title}>
              <div className="section" id={`${id}-s${s}`}>{section.title}</div>
              {section.items.map((item, i) => (
                <div
                  key={item.id} id={`${id}-${before + i}`} role="option" aria-selected={before + i === index} className={before + i === index ? 'item at' : 'item'}
                  onMouseMove={() => setAt(item.id)} onClick={(e: MouseEvent) => open(item, e.ctrlKey || e.metaKey)}
                >
                  {item.icon}
                  <span className="name">{item.label}</span>
                  <span className="note">{item.note}</span>
                  {item.keys && !phone && <span className="keys" aria-hidden>{item.keys.map((k) => <Key key={k}>{k}</Key>)}</span>}
                </div>
              ))}
            </div>
          );
        })}
        {failed.map((module) => <div className="section" role="presentation" key={module}>{t('palette.failed', { module })}</div>)}
      </List>
      {!phone && (
        <Box sx={{ flex: 'none', display: 'flex', gap: 4, px: 4, py: 1.5, borderTop: 1, borderColor: 'divider', color: 'text.secondary', fontSize: font.small }} aria-hidden>
          <span><Key>↑</Key><Key>↓</Key>{t('palette.choose')}</span>
          <span><Key>Enter</Key>{t('palette.run')}</span>
          <span><Key>Ctrl</Key><Key>Enter</Key>{t('palette.new_tab')}</span>
        </Box>
      )}
    </Dialog>
  );
}
