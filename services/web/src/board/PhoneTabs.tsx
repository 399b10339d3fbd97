/* The columns as tabs on a phone: one at a time, swiped or tapped. */
import { useEffect, useRef } from 'react';
import { Box, ButtonBase } from '@mui/material';
import { OptionMark } from '../fields/Mark';
import type { Field } from '../meta/types';
import { useFormat } from '../text/format';
import { useT } from '../text/i18n';
import type { Totals } from './totals';

interface Props {
  field: Field;
  keys: string[];
  current: number;
  totals: Totals | undefined;
  columnName: (key: string) => string;
  onGo: (index: number) => void;
}

export function PhoneTabs({ field, keys, current, totals, columnName, onGo }: Props) {
  const t = useT();
  const format = useFormat();
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const el = bar.current;
    const tab = el?.children[current];
    if (el && tab instanceof HTMLElement) el.scrollLeft = tab.offsetLeft - (el.clientWidth - tab.offsetWidth) / 2;
  }, [current, totals]);
  return (
    <Box ref={bar} component="nav" aria-label={t('board.tabs')} sx={{ flex: 'none', display: 'flex', overflowX: 'auto', position: 'relative', borderBottom: 1, borderColor: 'divider', scrollbarWidth: 'none' }}>
      {keys.map((key, i) => (
        <ButtonBase
          key={key} onClick={() => onGo(i)} aria-current={i === current ? 'true' : undefined}
          sx={{ flex: 'none', height: 44, px: 3, gap: 1, fontFamily: 'inherit', fontSize: 13, borderBottom: 2, borderColor: i === current ? 'primary.main' : 'transparent', fontWeight: i === current ? 600 : 400, color: i === current ? 'text.primary' : 'text.secondary' }}
        >
          <span><OptionMark field={field} value={key} />{columnName(key)}</span>
          <Box component="span" sx={{ color: 'text.secondary', fontWeight: 400, fontVariantNumeric: 'tabular-nums' }}>{totals ? format.integer(totals.get(key)?.count ?? 0) : ''}</Box>
        </ButtonBase>
      ))}
    </Box>
  );
}
