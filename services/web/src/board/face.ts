/* What stands on the cards of a board: which fields, whose initials, which date. */
import { useMemo } from 'react';
import { valueAt } from '../api/patch';
import type { Rec } from '../api/records';
import { isEmpty, labelIn, useFieldText } from '../fields/text';
import { toWall } from '../lib/zone';
import { isShown } from '../meta/fields';
import { fieldOf } from '../meta/metadata';
import type { Field, Module } from '../meta/types';
import { useFormat } from '../text/format';
import { sortKeys } from './order';

export interface Face {
  title: Field | undefined;
  /* the first two that have a value are shown */
  facts: Field[];
  who: Field | undefined;
  when: Field | undefined;
}

const isTime = (f: Field | undefined): boolean => f?.kind === 'date' || f?.kind === 'datetime';

/* `columns`: those of the list, as they are arranged. */
export function useFace(module: Module, columns: Field[], title: Field | undefined, by: Field | undefined, sort: string): Face {
  return useMemo(() => {
    const visible = (name: string): Field | undefined => module.fields.find((f) => f.name === name && isShown(f));
    const who = visible('assigned_to') ?? visible('owner');
    const sorted = fieldOf(module, sortKeys(sort)[0] ?? '');
    const when = (isTime(sorted) ? sorted : undefined) ?? columns.find(isTime) ?? visible('created_at');
    const facts = columns.filter((f) => f !== title && f !== by && f !== who && f !== when && f.kind !== 'bool');
    return { title, facts, who, when };
  }, [module, columns, title, by, sort]);
}

const FACTS = 2;

export const initials = (name: string): string =>
  name.split(/\s+/).filter(Boolean).slice(0, 2).map((w) => w[0]?.toUpperCase()).join('');

export interface Words {
  title: string;
  facts: { field: Field; text: string }[];
  who: string;
  when: string;
}

/* The words of one card. */
export function useWords(face: Face, nameless: string): (record: Rec) => Words {
  const text = useFieldText();
  const format = useFormat();
  return useMemo(
    () => (record) => {
      const at = face.when && valueAt(record, face.when.name);
      const day = isEmpty(at) ? '' : face.when?.kind === 'datetime' ? toWall(String(at), format.zone).slice(0, 10) : String(at);
      const title = (face.title && text(record, face.title)) || record.label || nameless;
      const facts: Words['facts'] = [];
      for (const field of face.facts) {
        const shown = facts.length < FACTS ? text(record, field) : '';
        if (shown && shown !== title) facts.push({ field, text: shown });
      }
      return {
        title,
        facts,
        who: (face.who && !isEmpty(valueAt(record, face.who.name)) && labelIn(record, face.who)) || '',
        when: day && format.day(day),
      };
    },
    [face, text, format, nameless],
  );
}
