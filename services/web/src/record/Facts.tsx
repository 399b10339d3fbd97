/* Under the name: two or three facts, and the ways to reach the person, one tap each. */
import { Box, IconButton, Tooltip } from '@mui/material';
import Call from '@mui/icons-material/CallOutlined';
import Mail from '@mui/icons-material/MailOutlined';
import WhatsApp from '@mui/icons-material/WhatsApp';
import { valueAt } from '../api/patch';
import type { Rec } from '../api/records';
import { callLink, whatsAppLink } from '../fields/links';
import { OptionMark } from '../fields/Mark';
import { isEmpty, useFieldText } from '../fields/text';
import { readPhone } from '../lib/phone';
import { isShown } from '../meta/fields';
import { factFields } from '../meta/standout';
import type { Kind, Module } from '../meta/types';
import { useLabel, useT } from '../text/i18n';

const MOST = 3;

export function Facts({ module, record }: { module: Module; record: Rec }) {
  const labelOf = useLabel();
  const text = useFieldText();
  const facts = factFields(module).filter((f) => !isEmpty(valueAt(record, f.name))).slice(0, MOST);
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, columnGap: 4, color: 'text.secondary', minWidth: 0 }}>
      {facts.map((f) => (
        <span key={f.name} title={labelOf(f.label)}>
          <OptionMark field={f} value={valueAt(record, f.name)} />
          <Box component="span" sx={{ position: 'absolute', clipPath: 'inset(50%)' }}>{labelOf(f.label)}: </Box>
          {text(record, f)}
        </span>
      ))}
    </Box>
  );
}

export function Reach({ module, record }: { module: Module; record: Rec }) {
  const t = useT();
  const values = (kind: Kind) =>
    module.fields.filter((f) => f.kind === kind && isShown(f)).map((f) => valueAt(record, f.name)).filter((v): v is string => typeof v === 'string' && v !== '');
  const phones = values('phone');
  /* a mobile first: it is the one that is answered */
  const chat = phones.find((p) => whatsAppLink(p));
  const phone = chat ?? phones[0];
  const mail = values('email')[0];
  const ways = [
    phone && { href: callLink(phone), name: t('record.call', { phone: readPhone(phone) }), icon: <Call /> },
    chat && { href: whatsAppLink(chat), name: t('record.whatsapp', { phone: readPhone(chat) }), icon: <WhatsApp />, out: true },
    mail && { href: `mailto:${mail}`, name: t('record.write', { email: mail }), icon: <Mail /> },
  ].filter((w) => !!w);
  return (
    <Box sx={{ display: 'flex', gap: { xs: 2, sm: 0 } }}>
      {ways.map((w) => (
        <Tooltip key={w.href} title={w.name}>
          <IconButton component="a" href={w.href ?? ''} aria-label={w.name} {...(w.out ? { target: '_blank', rel: 'noreferrer' } : {})} sx={{ width: { xs: 44, sm: 32 }, height: { xs: 44, sm: 32 }, border: { xs: 1, sm: 0 }, borderColor: 'divider' }}>
            {w.icon}
          </IconButton>
        </Tooltip>
      ))}
    </Box>
  );
}
