/* A change of a profile in words: "Prospectos: crear", "Veda Teléfono al ver". */
import { useCallback } from 'react';
import { fieldOf, useMetadata } from '../meta/metadata';
import type { Right } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import type { MessageKey } from '../text/messages';
import { parse, type Moment } from './rights';

export interface ChangeLine {
  /* the text it is stored as */
  key: string;
  set: 'grants' | 'denials';
  added: boolean;
  words: string;
}

interface Changed {
  grants: { added: string[]; removed: string[] };
  denials: { added: string[]; removed: string[] };
}

export function useChangeLines(): (changes: Changed) => ChangeLine[] {
  const t = useT();
  const labelOf = useLabel();
  const { modules } = useMetadata();
  return useCallback(
    (changes) => {
      const line = (set: ChangeLine['set'], added: boolean) => (key: string): ChangeLine => {
        const { module, key: name, field, what } = parse(key, modules);
        const label = module ? labelOf(module.plural) : name;
        if (set === 'grants') {
          const verb = t(added ? 'profiles.given' : 'profiles.taken');
          return { key, set, added, words: `${label} · ${verb}: ${t(`profiles.right.${what as Right}` as MessageKey)}` };
        }
        const found = module && field ? fieldOf(module, field) : undefined;
        const words = t(added ? 'profiles.field_closed' : 'profiles.field_opened', {
          field: found ? labelOf(found.label) : (field ?? ''), moment: t(`profiles.moment.${what as Moment}` as MessageKey),
        });
        return { key, set, added, words: `${label} · ${words}` };
      };
      return [
        ...changes.grants.added.map(line('grants', true)), ...changes.grants.removed.map(line('grants', false)),
        ...changes.denials.added.map(line('denials', true)), ...changes.denials.removed.map(line('denials', false)),
      ];
    },
    [t, labelOf, modules],
  );
}
