/* Whom the record is given to: found by typing, given as it is chosen. */
import { useState } from 'react';
import { Form } from 'ra-core';
import { useWatch } from 'react-hook-form';
import { FieldInput } from '../fields/FieldInput';
import type { Field } from '../meta/types';
import { useT } from '../text/i18n';

interface Props {
  field: Field;
  onChoose: (id: string) => void;
}

function Chosen({ field, onChoose }: Props) {
  const value: unknown = useWatch({ name: field.name });
  const [told, tell] = useState<unknown>(null);
  if (typeof value === 'string' && value && value !== told) {
    tell(value);
    queueMicrotask(() => onChoose(value));
  }
  return null;
}

export default function AssignForm({ field, onChoose }: Props) {
  const t = useT();
  return (
    <Form record={{} as never} onSubmit={() => undefined}>
      <FieldInput field={{ ...field, required: false }} label={t('record.assign_to')} autoFocus free />
      <Chosen field={field} onChoose={onChoose} />
    </Form>
  );
}
