import type { Messages } from '../messages';

export const bin: Messages['bin'] = {
  title: 'Recycle bin',
  leave: 'Leave the recycle bin',
  here: 'Recycle bin: what was deleted can be restored.',
  empty: 'The recycle bin is empty.',
  empty_hint: 'What is deleted stays here, in case it is needed again.',
  restore: 'Restore',
};
