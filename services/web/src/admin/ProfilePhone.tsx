/* The matrix on a phone: one module at a time. */
import { Box, Checkbox, FormControlLabel, Typography } from '@mui/material';
import { styled } from '@mui/material/styles';
import ChevronRight from '@mui/icons-material/ChevronRight';
import type { Field, Module } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import type { MessageKey } from '../text/messages';
import { Notes, Tick, type Edit } from './MatrixRow';
import { denialOf, grant, grantOf, isGrantable, MOMENTS, momentsOf, open as openFields, RIGHTS, type Allowed } from './rights';

const List = styled('ul')(({ theme: { cauce } }) => ({
  listStyle: 'none', margin: 0, padding: 0,
  '& li.module': { borderBottom: `1px solid ${cauce.line}` },
  '& .head': { display: 'flex', alignItems: 'center', gap: 6, width: '100%', minHeight: 48, padding: '4px 0', border: 0, background: 'none', color: 'inherit', font: 'inherit', fontSize: 14, textAlign: 'left' },
  '& small': { display: 'block', color: cauce.soft, fontSize: 12 },
  '& .notes': { display: 'grid', gap: 4, color: cauce.amber, fontSize: 12, padding: '0 0 8px 24px', '& span': { display: 'flex', gap: 6 }, '& svg': { fontSize: 15, flex: 'none' } },
  '& table': { width: '100%', borderCollapse: 'collapse', fontSize: 13 },
  '& thead th': { fontSize: 12, fontWeight: 400, color: cauce.soft, padding: 2, width: 62 },
  '& tbody th': { textAlign: 'left', fontWeight: 400, overflowWrap: 'anywhere' },
  '& tbody tr': { borderTop: `1px solid ${cauce.line}` },
  '& td': { padding: 0 },
  '& .tick': { display: 'grid', placeItems: 'center', height: 44 },
  '& input[type=checkbox]': { width: 18, height: 18, accentColor: cauce.accent },
}));

interface Props {
  modules: Module[];
  allowed: Allowed;
  open: string | undefined;
  fieldsOf: (module: Module) => Field[];
  readOnly: boolean;
  onOpen: (module: Module) => void;
  onEdit: Edit;
}

function Fields({ module, fields, allowed, readOnly, onEdit }: { module: Module; fields: Field[]; allowed: Allowed; readOnly: boolean; onEdit: Edit }) {
  const t = useT();
  const labelOf = useLabel();
  return (
    <table aria-label={t('profiles.fields_of', { module: labelOf(module.plural) })}>
      <thead>
        <tr>
          <th scope="col" style={{ textAlign: 'left' }}>{t('profiles.fields')}</th>
          {MOMENTS.map((m) => <th scope="col" key={m}>{t(`profiles.moment.${m}` as MessageKey)}</th>)}
        </tr>
      </thead>
      <tbody>
        {fields.map((f) => (
          <tr key={f.name}>
            <th scope="row">{labelOf(f.label)}{f.required && ' *'}</th>
            {MOMENTS.map((m) => (
              <td key={m}>
                {momentsOf(module, f).includes(m) && (
                  <Tick
                    stop label={`${labelOf(module.plural)}: ${t('profiles.field_cell', { field: labelOf(f.label), moment: t(`profiles.moment.${m}` as MessageKey) })}`}
                    checked={!allowed.denials.has(denialOf(module.key, f.name, m))} disabled={readOnly}
                    onChange={(yes) => onEdit((a) => ({ ...a, ...openFields(a, module, [f], m, yes) }))}
                  />
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function ProfilePhone({ modules, allowed, open, fieldsOf, readOnly, onOpen, onEdit }: Props) {
  const t = useT();
  const labelOf = useLabel();
  return (
    <List>
      {modules.map((m) => {
        const possible = RIGHTS.filter((right) => isGrantable(m, right));
        const given = possible.filter((right) => allowed.grants.has(grantOf(m.key, right)));
        const isOpen = open === m.key;
        return (
          <li key={m.key} className="module">
            <button type="button" className="head" aria-expanded={isOpen} onClick={() => onOpen(m)}>
              <ChevronRight aria-hidden sx={{ transform: isOpen ? 'rotate(90deg)' : 'none' }} />
              <span>
                {labelOf(m.plural)}
                <small>{t('profiles.rights_count', { count: given.length, total: possible.length })}</small>
              </span>
            </button>
            <Notes module={m} allowed={allowed} />
            {isOpen && (
              <Box sx={{ pl: 5, pb: 4 }}>
                {possible.map((right) => (
                  <FormControlLabel
                    key={right} sx={{ display: 'flex', minHeight: 44 }} label={t(`profiles.right.${right}`)} disabled={readOnly}
                    control={<Checkbox checked={given.includes(right)} onChange={(e) => onEdit((a) => ({ ...a, ...grant(a, m, [right], e.target.checked) }))} />}
                  />
                ))}
                {m.administrators && <Typography variant="caption" color="text.secondary">{t('profiles.not_for_profiles')}</Typography>}
                <Fields module={m} fields={fieldsOf(m)} {...{ allowed, readOnly, onEdit }} />
              </Box>
            )}
          </li>
        );
      })}
    </List>
  );
}
