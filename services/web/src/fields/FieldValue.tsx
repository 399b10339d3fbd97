/* A value on the record page: with its link, if it has one. */
import { Link as MuiLink } from '@mui/material';
import { Link } from 'react-router-dom';
import { valueAt } from '../api/patch';
import type { Rec } from '../api/records';
import { useMetadata } from '../meta/metadata';
import type { Field } from '../meta/types';
import { useRefText } from './lookups';
import { OptionMark } from './Mark';
import { isEmpty, labelIn, useTextOf } from './text';

/* Only what a browser may safely open: never javascript: or data:. */
const safeUrl = (url: string): string | undefined => (/^https?:\/\//i.test(url) ? url : undefined);

export function FieldValue({ record, field }: { record: Rec; field: Field }) {
  const text = useTextOf();
  const { byKey } = useMetadata();
  const value = valueAt(record, field.name);
  const label = useRefText(field, typeof value === 'string' ? value : undefined, labelIn(record, field));
  if (isEmpty(value)) return <span aria-hidden>—</span>;
  const shown = text(field, value, label);
  switch (field.kind) {
    case 'email': return <MuiLink href={`mailto:${shown}`}>{shown}</MuiLink>;
    case 'phone': return <MuiLink href={`tel:${shown}`}>{shown}</MuiLink>;
    case 'url': return <MuiLink href={safeUrl(shown)} target="_blank" rel="noreferrer">{shown}</MuiLink>;
    case 'picklist': return <span><OptionMark field={field} value={value} />{shown}</span>;
    case 'long_text': return <span style={{ whiteSpace: 'pre-wrap' }}>{shown}</span>;
    case 'reference': {
      const target = byKey(field.ref);
      return target ? <MuiLink component={Link} to={`/${target.path}/${String(value)}`}>{shown}</MuiLink> : <span>{shown}</span>;
    }
    default: return <span>{shown}</span>;
  }
}
