/* The same field was changed by somebody else while it was written in place: mine or theirs. */
import { valueAt } from '../api/patch';
import { compare } from './conflict';
import { ConflictDialog } from './ConflictDialog';
import type { Module } from '../meta/types';
import { isChangeable } from '../meta/fields';
import type { Saver } from './saving';

export function InlineConflict({ module, saver }: { module: Module; saver: Saver }) {
  const { conflict, settle } = saver;
  if (!conflict) return null;
  const [field] = compare(module.fields.filter(isChangeable), conflict.base, conflict.mine, conflict.theirs).clashes;
  return (
    <ConflictDialog
      module={module} conflict={conflict} onClose={() => settle(null)}
      onAgree={(merged, theirs) => settle({ value: field ? (valueAt(merged, field.name) ?? null) : null, theirs })}
    />
  );
}
