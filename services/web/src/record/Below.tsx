/* What hangs on a record, in tabs with their counts; which one is open stands in the address. */
import { Box, Button, Tab, Tabs } from '@mui/material';
import Add from '@mui/icons-material/Add';
import type { Rec } from '../api/records';
import { mayRelate, type Relation } from '../meta/standout';
import type { Module } from '../meta/types';
import { useFormat } from '../text/format';
import { useLabel, useT } from '../text/i18n';
import { inSentence } from '../text/sentence';
import { Related, useRelatedCount } from './Related';
import { Timeline } from './Timeline';

export const HISTORY = 'history';
const MOST_JUMPS = 4;

function Count({ relation, id }: { relation: Relation; id: string }) {
  const format = useFormat();
  const count = useRelatedCount(relation, id);
  if (!count) return null;
  return <Box component="span" sx={{ ml: 1, color: 'text.secondary', fontSize: 12, fontVariantNumeric: 'tabular-nums' }}>{format.integer(count.count)}{count.capped && '+'}</Box>;
}

/* The same from the top: how many there are, a click goes there; and the first kind that is made, in one. */
export function Jumps({ record, relations, onOpen, onCreate }: { record: Rec; relations: Relation[]; onOpen: (tab: string) => void; onCreate: (relation: Relation) => void }) {
  const t = useT();
  const labelOf = useLabel();
  const first = relations.find(mayRelate);
  if (!relations.length || relations.length > MOST_JUMPS) return null;
  return (
    <Box component="nav" aria-label={t('record.related')} sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1, ml: -2, mt: -1 }}>
      {relations.map((r) => (
        <Button key={r.key} onClick={() => onOpen(r.key)} sx={{ color: 'text.secondary', minHeight: { xs: 44, sm: 28 }, height: 28 }}>
          {labelOf(r.module.plural)}{r.several && ` · ${labelOf(r.field.label)}`}<Count relation={r} id={record.id} />
        </Button>
      ))}
      {first && (
        <Button startIcon={<Add />} onClick={() => onCreate(first)} aria-keyshortcuts="n" sx={{ minHeight: { xs: 44, sm: 28 }, height: 28 }}>
          {t('record.create', { module: inSentence(labelOf(first.module.label)) })}
        </Button>
      )}
    </Box>
  );
}

interface Props {
  module: Module;
  record: Rec;
  relations: Relation[];
  /* the time line is a tab where there is no room beside */
  history: boolean;
  tab: string | null;
  onTab: (tab: string) => void;
  onCreate: (relation: Relation) => void;
}

export function Below({ module, record, relations, history, tab, onTab, onCreate }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const names = [...relations.map((r) => r.key), ...(history ? [HISTORY] : [])];
  const open = names.find((n) => n === tab) ?? names[0];
  if (!open) return null;
  const relation = relations.find((r) => r.key === open);
  const idOf = (name: string) => `tab-${name.replaceAll('.', '-')}`;
  return (
    <Box id="below" tabIndex={-1} sx={{ mt: 4, scrollMarginTop: 16, outline: 'none !important' }}>
      <Tabs
        value={open} onChange={(_, next: string) => onTab(next)} variant="scrollable" allowScrollButtonsMobile aria-label={t('record.related')}
        sx={{ borderBottom: 1, borderColor: 'divider', mb: 3, '& .MuiTab-root': { minHeight: { xs: 44, sm: 36 } } }}
      >
        {relations.map((r) => (
          <Tab
            key={r.key} value={r.key} id={idOf(r.key)} aria-controls="below-panel"
            label={<span>{labelOf(r.module.plural)}{r.several && ` · ${labelOf(r.field.label)}`}<Count relation={r} id={record.id} /></span>}
          />
        ))}
        {history && <Tab value={HISTORY} id={idOf(HISTORY)} aria-controls="below-panel" label={t('record.timeline')} />}
      </Tabs>
      <Box role="tabpanel" id="below-panel" aria-labelledby={idOf(open)}>
        {relation ? <Related key={relation.key} relation={relation} record={record} onCreate={() => onCreate(relation)} /> : <Timeline module={module} record={record} />}
      </Box>
    </Box>
  );
}
