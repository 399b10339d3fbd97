/* A condition in words: "Etapa: es alguno de Oferta, Decisión". */
import { useCallback } from 'react';
import type { Condition } from '../api/filters';
import { useTextOf } from '../fields/text';
import { toWall } from '../lib/zone';
import { useMetadata } from '../meta/metadata';
import type { Field } from '../meta/types';
import { useLabel, useT } from '../text/i18n';
import type { MessageKey } from '../text/messages';
import { choiceOf } from './conditions';

/* `label`: the text of the id or code that the condition holds */
export function useConditionText(): (field: Field, c: Condition, label?: string) => string {
  const t = useT();
  const labelOf = useLabel();
  const text = useTextOf();
  const { zone } = useMetadata().company;
  return useCallback(
    (field, c, label) => {
      const name = labelOf(field.label);
      const choice = choiceOf(field, c);
      const op = choice ? t(choice.label) : c.op;
      const one = (v: string): string => {
        if (field.kind === 'datetime') return text({ ...field, kind: 'date' }, toWall(v, zone));
        if (field.kind === 'bool') return text(field, v === 'true');
        if (field.kind === 'multi_picklist') return text({ ...field, kind: 'picklist' }, v);
        return text(field, v, label);
      };
      const values = c.values;
      switch (choice?.shape) {
        case 'none': return `${name}: ${op}`;
        case 'period': return `${name}: ${t(`period.${values[0]}` as MessageKey)}`;
        case 'span': {
          const [, amount = '', unit = 'd'] = /^(\d+)([dwm])$/.exec(values[0] ?? '') ?? [];
          return `${name}: ${t(`span.${c.op}_${unit}` as MessageKey, { count: amount })}`;
        }
        case 'range': return `${name}: ${op} ${t('value.and', { a: one(values[0] ?? ''), b: one(values[1] ?? '') })}`;
        default: {
          const words = values.map(one).join(', ');
          const plain = c.op === 'in' || c.op === 'eq';
          if (plain) return `${name}: ${words}`;
          return `${name}: ${values.length === 1 && c.op === 'nin' ? t('op.ne') : op} ${words}`;
        }
      }
    },
    [t, labelOf, text, zone],
  );
}
