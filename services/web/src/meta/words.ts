/* How values of some fields are read: in other words than they are kept in, with icons. By "module key.field". */
import type { OptionIcon } from '../fields/option-icons';
import type { Words } from '../fields/words';
import type { Metadata } from './types';

const WORDS: Record<string, Words> = {
  'identity.access.device': 'device',
  'identity.user_session.device': 'device',
  'identity.user_session.label': 'device',
};

const ICONS: Record<string, Record<string, OptionIcon>> = {
  'identity.access.event': {
    sign_in: 'in', sign_out: 'out', refused: 'ban', locked: 'lock', revoked: 'revoked', password_changed: 'password',
    second_factor: 'verified', invited: 'letter', link_asked: 'link',
  },
};

/* Listed fields that say what the record's name says already. */
const SAID: ReadonlySet<string> = new Set(['identity.user_session.device']);

export function withWords(metadata: Metadata): Metadata {
  for (const module of metadata.modules) {
    for (const field of module.fields) {
      const key = `${module.key}.${field.name}`;
      field.words = WORDS[key];
      if (SAID.has(key)) field.list = false;
      if (ICONS[key]) for (const option of field.options ?? []) option.icon = ICONS[key][option.key];
    }
  }
  return metadata;
}
