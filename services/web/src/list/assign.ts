/* Whose work a record is: the field that "assign" changes. */
import { isChangeable } from '../meta/fields';
import { fieldOf } from '../meta/metadata';
import type { Field, Module } from '../meta/types';

export function assignField(module: Module): Field | undefined {
  return ['assigned_to', 'owner'].map((name) => fieldOf(module, name)).find((f) => f && isChangeable(f));
}
