/* The picklist a record goes through, as steps: one click moves it. On a phone, or with many options, a menu. */
import { useState } from 'react';
import { Box, Button, CircularProgress, useMediaQuery } from '@mui/material';
import { styled, useTheme } from '@mui/material/styles';
import ExpandMore from '@mui/icons-material/ExpandMore';
import { valueAt } from '../api/patch';
import { OptionMark } from '../fields/Mark';
import { canChange } from '../meta/standout';
import type { Field, Module } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import { size } from '../theme/tokens';
import { ChoiceMenu } from './ChoiceMenu';
import type { Saver } from './saving';

const Bar = styled('div')(({ theme: { cauce } }) => ({
  display: 'flex', border: `1px solid ${cauce.line}`, borderRadius: size.radius, overflow: 'hidden', minWidth: 0,
  '& button': {
    all: 'unset', boxSizing: 'border-box', flex: '1 1 auto', minWidth: 0, height: 32, padding: '0 6px', cursor: 'pointer', fontSize: 13, color: cauce.soft, textAlign: 'center',
    borderLeft: `1px solid ${cauce.line}`, whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis', lineHeight: '32px',
    '&:first-of-type': { borderLeft: 0 },
    '&:hover': { background: cauce.hover, color: cauce.text },
    '&:focus-visible': { outline: `2px solid ${cauce.accent}`, outlineOffset: -2 },
    '&[aria-checked=true]': { background: cauce.chosen, color: cauce.text, fontWeight: 600 },
    '&.passed': { color: cauce.text, background: cauce.chrome },
    '&[aria-disabled=true]': { cursor: 'default' },
  },
}));

const MOST = 8;

export function Steps({ module, field, saver }: { module: Module; field: Field; saver: Saver }) {
  const t = useT();
  const labelOf = useLabel();
  const theme = useTheme();
  const narrow = useMediaQuery(theme.breakpoints.down('md'), { noSsr: true });
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const value = valueAt(saver.shown, field.name) ?? null;
  const options = field.options ?? [];
  const open = canChange(module, field);
  const at = options.findIndex((o) => o.key === value);
  const busy = !!saver.doing[field.name] && saver.doing[field.name]?.message === undefined;
  const refused = saver.doing[field.name]?.message;
  const name = labelOf(field.label);
  const choose = (next: unknown) => {
    setAnchor(null);
    if (open && next !== value) saver.save(field, next, value);
  };

  if (narrow || options.length > MOST || options.length < 2) {
    const shown = labelOf(options[at]?.label) || t('value.empty');
    return (
      <Box>
        <Button
          variant="outlined" disabled={!open} onClick={(e) => setAnchor(e.currentTarget)} aria-haspopup="menu" aria-label={`${name}: ${shown}`}
          endIcon={busy ? <CircularProgress size={12} /> : open ? <ExpandMore /> : undefined} sx={{ maxWidth: '100%', minHeight: { xs: 44, sm: 32 } }}
        >
          <OptionMark field={field} value={value} />
          <span style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>{shown}</span>
        </Button>
        <ChoiceMenu field={field} value={value} anchor={anchor} onChoose={choose} onClose={() => setAnchor(null)} />
        {refused && <Box role="alert" sx={{ color: 'error.main', fontSize: 12, mt: 1 }}>{refused}</Box>}
      </Box>
    );
  }
  const move = (by: number, from: HTMLElement) => {
    const all = [...(from.parentElement?.querySelectorAll<HTMLElement>('button') ?? [])];
    all[(all.indexOf(from) + by + all.length) % all.length]?.focus();
  };
  return (
    <Box>
      <Bar role="radiogroup" aria-label={name} aria-busy={busy || undefined}>
        {options.map((o, i) => (
          <button
            key={o.key} type="button" role="radio" aria-checked={i === at} aria-disabled={!open || undefined} tabIndex={i === Math.max(at, 0) ? 0 : -1}
            className={at >= 0 && i < at ? 'passed' : undefined} title={labelOf(o.label)} onClick={() => choose(o.key)}
            onKeyDown={(e) => {
              const by = e.key === 'ArrowRight' || e.key === 'ArrowDown' ? 1 : e.key === 'ArrowLeft' || e.key === 'ArrowUp' ? -1 : 0;
              if (!by) return;
              e.preventDefault();
              move(by, e.currentTarget);
            }}
          >
            <OptionMark field={field} value={o.key} />{labelOf(o.label)}
          </button>
        ))}
      </Bar>
      {refused && <Box role="alert" sx={{ color: 'error.main', fontSize: 12, mt: 1 }}>{refused}</Box>}
    </Box>
  );
}
