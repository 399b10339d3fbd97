/* What a key may do: the rights that its person has, module by module. A right that isn't there can't be given. */
import { Box, Button, Checkbox, Typography } from '@mui/material';
import { styled } from '@mui/material/styles';
import { useMetadata } from '../meta/metadata';
import type { Module, Right } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import { font, size } from '../theme/tokens';

const RIGHTS: Right[] = ['see', 'create', 'change', 'delete', 'import', 'export', 'mass_delete', 'duplicate', 'mass_duplicate', 'settings'];

const Grid = styled('div')(({ theme }) => ({
  border: `1px solid ${theme.cauce.line}`, borderRadius: size.radius, maxHeight: 420, overflow: 'auto',
  '& .line': { display: 'flex', flexWrap: 'wrap', alignItems: 'center', padding: '2px 12px', columnGap: 4 },
  '& .line + .line': { borderTop: `1px solid ${theme.cauce.line}` },
  '& .name': { flex: '1 1 180px', display: 'flex', alignItems: 'center', fontWeight: 500 },
  '& label': { display: 'inline-flex', alignItems: 'center', fontSize: font.small, paddingRight: 8, cursor: 'pointer', minHeight: 32 },
  '@media (pointer: coarse)': { '& label': { minHeight: 44 } },
}));

interface Props {
  value: string[];
  onChange: (scopes: string[]) => void;
}

export function ScopeMatrix({ value, onChange }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const { modules } = useMetadata();
  const chosen = new Set(value);
  const rightsOf = (m: Module) => RIGHTS.filter((r) => m.rights.includes(r));
  const put = (scopes: string[], on: boolean) => {
    const next = new Set(value);
    for (const s of scopes) next[on ? 'add' : 'delete'](s);
    onChange([...next]);
  };
  const seeing = modules.filter((m) => m.rights.includes('see')).map((m) => `${m.key}:see`);
  return (
    <Box role="group" aria-label={t('account.scopes')}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1, mb: 1 }}>
        <Typography sx={{ flex: 1, minWidth: 160 }} color="text.secondary" variant="caption">{t('account.scopes_hint')}</Typography>
        <Button onClick={() => onChange([...seeing])}>{t('account.scopes_see')}</Button>
        <Button onClick={() => onChange([])} disabled={!value.length}>{t('account.scopes_none')}</Button>
      </Box>
      <Grid tabIndex={0} role="group" aria-label={t('account.scopes')}>
        {modules.map((m) => {
          const all = rightsOf(m).map((r) => `${m.key}:${r}`);
          const some = all.filter((s) => chosen.has(s)).length;
          const name = labelOf(m.plural);
          return (
            <div className="line" role="group" aria-label={name} key={m.key}>
              <label className="name">
                <Checkbox
                  size="small" checked={some > 0 && some === all.length} indeterminate={some > 0 && some < all.length}
                  onChange={(e) => put(all, e.target.checked)} slotProps={{ input: { 'aria-label': t('account.scope_all', { module: name }) } }}
                />
                {name}
              </label>
              {rightsOf(m).map((r) => (
                <label key={r}>
                  <Checkbox
                    size="small" sx={{ p: 1 }} checked={chosen.has(`${m.key}:${r}`)} onChange={(e) => put([`${m.key}:${r}`], e.target.checked)}
                    slotProps={{ input: { 'aria-label': `${name}: ${t(`account.right_${r}`)}` } }}
                  />
                  {t(`account.right_${r}`)}
                </label>
              ))}
            </div>
          );
        })}
      </Grid>
    </Box>
  );
}
