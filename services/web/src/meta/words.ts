/* Fields of modules whose values are read in other words than they are kept in: by "module key.field". */
import type { Words } from '../fields/words';
import type { Metadata } from './types';

const WORDS: Record<string, Words> = {
  'identity.access.device': 'device',
  'identity.user_session.device': 'device',
  'identity.user_session.label': 'device',
};

export function withWords(metadata: Metadata): Metadata {
  for (const module of metadata.modules) {
    for (const field of module.fields) field.words = WORDS[`${module.key}.${field.name}`];
  }
  return metadata;
}
