/* The columns of the file, what stands in them, and the field that each becomes. */
import { Autocomplete, Box, TextField, Typography } from '@mui/material';
import { styled } from '@mui/material/styles';
import ErrorOutline from '@mui/icons-material/ErrorOutlineOutlined';
import { fieldOf } from '../meta/metadata';
import type { Module } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import { fillable, isRejectName, NEW, SKIP, type ColumnPlan, type Target } from './mapping';

const Grid = styled('table')(({ theme: { cauce } }) => ({
  width: '100%', borderCollapse: 'collapse', tableLayout: 'fixed',
  '& th': { textAlign: 'left', fontWeight: 400, fontSize: 12, color: cauce.soft, padding: '4px 12px 4px 0' },
  '& td': { padding: '4px 12px 4px 0', borderTop: `1px solid ${cauce.line}`, verticalAlign: 'middle', overflow: 'hidden' },
  '& .name': { fontWeight: 500, overflowWrap: 'anywhere' },
  '& .samples': { color: cauce.soft, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  '& tr.out .name': { color: cauce.soft, fontWeight: 400 },
  '& .wrong': { display: 'flex', gap: 4, alignItems: 'center', color: cauce.red, fontSize: 12, marginTop: 2 },
  '@media (max-width: 599px)': {
    '& thead': { position: 'absolute', clipPath: 'inset(50%)' },
    '& tr, & td': { display: 'block', borderTop: 0, paddingRight: 0 },
    '& tr': { borderTop: `1px solid ${cauce.line}`, padding: '6px 0' },
    '& td': { padding: '2px 0' },
  },
}));

interface Props {
  module: Module;
  plan: ColumnPlan[];
  mayCreate: boolean;
  onChange: (index: number, target: Target) => void;
}

/* Targets that more than one column has. */
export function twice(plan: ColumnPlan[]): ReadonlySet<Target> {
  const seen = new Set<Target>();
  const out = new Set<Target>();
  for (const { target } of plan) {
    if (target === SKIP || target === NEW) continue;
    if (seen.has(target)) out.add(target);
    seen.add(target);
  }
  return out;
}

export function MappingTable({ module, plan, mayCreate, onChange }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const doubled = twice(plan);
  const fields = module.fields.filter(fillable).map((f) => f.name);
  const text = (target: Target): string => (target === SKIP ? t('import.skip') : target === NEW ? t('import.new_field') : labelOf(fieldOf(module, target)?.label) || target);
  return (
    <Grid>
      <thead>
        <tr>
          <th scope="col" style={{ width: '30%' }}>{t('import.column')}</th>
          <th scope="col">{t('import.samples')}</th>
          <th scope="col" style={{ width: '34%' }}>{t('import.becomes')}</th>
        </tr>
      </thead>
      <tbody>
        {plan.map((c, i) => {
          if (isRejectName(c.name)) return null;
          const name = c.name || t('import.nameless');
          const mayBeNew = mayCreate && c.name !== '' && c.natural === SKIP;
          const samples = c.samples.join(' · ');
          return (
            <tr key={i} className={c.target === SKIP ? 'out' : undefined}>
              <td className="name">{name}</td>
              <td><div className="samples" title={samples}>{samples || t('import.no_samples')}</div></td>
              <td>
                <Autocomplete<Target, false, true>
                  size="small" disableClearable options={[SKIP, ...(mayBeNew ? [NEW] : []), ...fields]} value={c.target} onChange={(_, v) => onChange(i, v)}
                  getOptionLabel={text} autoHighlight noOptionsText={t('filter.none')} openText={t('filter.field')} closeText={t('ra.action.close')}
                  renderInput={(params) => (
                    <TextField
                      {...params} error={doubled.has(c.target)}
                      slotProps={{ htmlInput: { ...params.inputProps, 'aria-label': t('import.becomes_of', { column: name }) } }}
                    />
                  )}
                />
                {c.withheld && c.target === SKIP && <Typography variant="caption" color="text.secondary">{t('import.withheld')}</Typography>}
                {doubled.has(c.target) && (
                  <Box className="wrong"><ErrorOutline sx={{ fontSize: 14 }} aria-hidden />{t('import.twice', { field: text(c.target) })}</Box>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </Grid>
  );
}
