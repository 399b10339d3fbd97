/* The fields of a record to be read; a pencil on each leads into the form at that field. */
import { Box, IconButton } from '@mui/material';
import { styled } from '@mui/material/styles';
import Edit from '@mui/icons-material/EditOutlined';
import type { Rec } from '../api/records';
import { FieldValue } from '../fields/FieldValue';
import { isChangeable, isShown, may } from '../meta/fields';
import type { Field, Module } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import { font } from '../theme/tokens';
import { Sections } from './Sections';

const Line = styled('dl')(({ theme }) => ({
  margin: 0, minHeight: 28, display: 'grid', gridTemplateColumns: '176px minmax(0, 1fr)', columnGap: 12, alignItems: 'baseline',
  '& dt': { color: theme.cauce.soft, lineHeight: 1.4, padding: '4px 0' },
  '& dd': { margin: 0, fontSize: font.input, padding: '4px 28px 4px 0', overflowWrap: 'anywhere', position: 'relative', minHeight: 28 },
  '& dd > button': { position: 'absolute', right: 0, top: 0, width: 24, height: 24, opacity: 0 },
  '&:hover dd > button, & dd > button:focus-visible': { opacity: 1 },
  '& [aria-hidden]': { color: theme.cauce.soft },
  [theme.breakpoints.down('sm')]: {
    gridTemplateColumns: 'minmax(0, 1fr)',
    '& dt': { fontSize: font.small, padding: '4px 0 0' },
    '& dd': { paddingTop: 0 },
  },
}));

interface Props {
  module: Module;
  record: Rec;
  onEdit: (field: Field) => void;
}

export function Values({ module, record, onEdit }: Props) {
  const t = useT();
  const labelOf = useLabel();
  const open = (field: Field) => may(module, 'change') && isChangeable(field);
  return (
    <Box>
      <Sections module={module} keep={isShown} of="values">
        {(field) => (
          <Line>
            <dt>{labelOf(field.label)}</dt>
            <dd onDoubleClick={() => open(field) && onEdit(field)}>
              <FieldValue record={record} field={field} />
              {open(field) && (
                <IconButton tabIndex={-1} onClick={() => onEdit(field)} aria-label={t('record.edit_field', { field: labelOf(field.label) })}>
                  <Edit sx={{ fontSize: 15 }} />
                </IconButton>
              )}
            </dd>
          </Line>
        )}
      </Sections>
    </Box>
  );
}
