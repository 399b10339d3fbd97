/* The sections of a record: two columns of fields, one on a phone. Shared by the page and the form. */
import type { ReactNode } from 'react';
import { Box, Typography } from '@mui/material';
import { groupsOf, type FieldGroup } from '../meta/fields';
import type { Field, Module } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import { size } from '../theme/tokens';

function useTitle(): (group: FieldGroup) => string {
  const t = useT();
  const labelOf = useLabel();
  return (group) => {
    if (group.section) return labelOf(group.section.label);
    return t(group.kind === 'own' ? 'record.own_fields' : group.kind === 'system' ? 'record.system' : 'record.other');
  };
}

interface Props {
  module: Module;
  keep: (field: Field) => boolean;
  /* values to be read, or inputs: these need more space between rows and fit into narrower columns */
  of: 'values' | 'inputs';
  children: (field: Field) => ReactNode;
}

export function Sections({ module, keep, of, children }: Props) {
  const title = useTitle();
  const inputs = of === 'inputs';
  const two = 'repeat(2, minmax(0, 1fr))';
  return (
    <>
      {groupsOf(module, keep).map((group) => {
        const name = title(group);
        return (
          <Box
            component="section" aria-label={name} key={group.section?.name ?? group.kind}
            sx={{ border: 1, borderColor: 'divider', borderRadius: `${size.radius}px`, mb: 3, px: { xs: 3, sm: 4 }, pt: 3, pb: 4 }}
          >
            <Typography variant="h3" component="h2" sx={{ mb: inputs ? 4 : 2 }}>{name}</Typography>
            <Box sx={{ display: 'grid', gridTemplateColumns: { xs: 'minmax(0, 1fr)', [inputs ? 'sm' : 'md']: two }, columnGap: inputs ? 5 : 8, rowGap: inputs ? 5 : 0, alignItems: 'start' }}>
              {group.fields.map((f) => (
                <Box key={f.name} sx={f.kind === 'long_text' ? { gridColumn: '1 / -1' } : undefined}>{children(f)}</Box>
              ))}
            </Box>
          </Box>
        );
      })}
    </>
  );
}
