/* A value on the record page: by its kind, with its link if it has one. */
import type { ClipboardEvent } from 'react';
import { Box, Chip, Link as MuiLink } from '@mui/material';
import WhatsApp from '@mui/icons-material/WhatsApp';
import { Link } from 'react-router-dom';
import { valueAt } from '../api/patch';
import type { Rec } from '../api/records';
import { may } from '../meta/fields';
import { useMetadata } from '../meta/metadata';
import type { Field, Kind, Module } from '../meta/types';
import { useT } from '../text/i18n';
import { callLink, geoLink, safeUrl, whatsAppLink } from './links';
import { useRefText } from './lookups';
import { OptionMark } from './Mark';
import { isEmpty, labelIn, useTextOf } from './text';

const LINKED: ReadonlySet<Kind> = new Set<Kind>(['email', 'phone', 'url', 'reference', 'geo_latitude', 'geo_longitude']);

/* Whether a value of this field leads somewhere: it then cannot stand inside a button. */
export const hasLink = (field: Field, value: unknown): boolean => LINKED.has(field.kind) && !isEmpty(value);

/* An e-mail address that may go on in the next line after its @. */
function Address({ children }: { children: string }) {
  const at = children.indexOf('@') + 1;
  return <>{children.slice(0, at)}{at > 0 && <wbr />}{children.slice(at)}</>;
}

interface Props {
  module: Module;
  record: Rec;
  field: Field;
}

export function FieldValue({ module, record, field }: Props) {
  const t = useT();
  const text = useTextOf();
  const { byKey } = useMetadata();
  const value = valueAt(record, field.name);
  const label = useRefText(field, typeof value === 'string' ? value : undefined, labelIn(record, field));
  if (isEmpty(value)) return <span className="empty">—</span>;
  const shown = text(field, value, label);
  switch (field.kind) {
    case 'email': return <MuiLink href={`mailto:${shown}`}><Address>{shown}</Address></MuiLink>;
    case 'phone': {
      const kept = String(value);
      const chat = whatsAppLink(kept);
      /* what is copied is the number as it is dialled */
      const copy = (e: ClipboardEvent) => {
        e.clipboardData.setData('text/plain', kept);
        e.preventDefault();
      };
      return (
        <span>
          <MuiLink href={callLink(kept)} onCopy={copy} sx={{ whiteSpace: 'nowrap' }}>{shown}</MuiLink>
          {chat && (
            <MuiLink href={chat} target="_blank" rel="noreferrer" aria-label={t('record.whatsapp', { phone: shown })} title="WhatsApp" sx={{ ml: 1, display: 'inline-grid', placeItems: 'center', width: { xs: 44, sm: 24 }, height: { xs: 44, sm: 24 }, my: { xs: '-12px', sm: '-4px' }, verticalAlign: 'middle' }}>
              <WhatsApp sx={{ fontSize: 16 }} />
            </MuiLink>
          )}
        </span>
      );
    }
    case 'url': return <MuiLink href={safeUrl(shown)} target="_blank" rel="noreferrer" title={shown}>{shown.replace(/^https?:\/\/(www\.)?|\/$/gi, '')}</MuiLink>;
    case 'picklist': return <span><OptionMark field={field} value={value} />{shown}</span>;
    case 'multi_picklist':
      return (
        <Box component="span" sx={{ display: 'inline-flex', flexWrap: 'wrap', gap: 1 }}>
          {(Array.isArray(value) ? value : [value]).map((one) => (
            <Chip key={String(one)} component="span" size="small" label={text(field, [one])} sx={{ height: 22, borderRadius: 1 }} />
          ))}
        </Box>
      );
    case 'long_text': return <span style={{ whiteSpace: 'pre-wrap' }}>{shown}</span>;
    case 'geo_latitude':
    case 'geo_longitude': {
      const place = geoLink(record, field, module);
      return place ? <MuiLink href={place} title={t('record.map')}>{shown}</MuiLink> : <span>{shown}</span>;
    }
    case 'reference': {
      const target = byKey(field.ref);
      return target && may(target, 'see') ? <MuiLink component={Link} to={`/${target.path}/${String(value)}`}>{shown}</MuiLink> : <span>{shown}</span>;
    }
    default: return <span>{shown}</span>;
  }
}
