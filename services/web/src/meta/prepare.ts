/* The metadata as the client uses it: said in its words, without what says nothing to people. */
import { isWorkedOn } from './fields';
import type { Metadata } from './types';
import { withWords } from './words';

const HOLDERS: ReadonlySet<string> = new Set(['owner', 'assigned_to']);

/* Whose a role or a rule is says nothing, unless the module lists it: a session's person. */
function withoutHolders(metadata: Metadata): Metadata {
  for (const module of metadata.modules) {
    if (isWorkedOn(module)) continue;
    for (const field of module.fields) if (HOLDERS.has(field.name) && !field.list) field.apart = true;
  }
  return metadata;
}

export const prepared = (metadata: Metadata): Metadata => withoutHolders(withWords(metadata));
