import type { Messages } from '../messages';

export const filter: Messages['filter'] = {
  field: 'Field',
  condition: 'Condition',
  value: 'Value',
  from: 'From',
  to: 'To',
  amount: 'How many',
  unit: 'Unit',
  apply: 'Apply',
  cancel: 'Cancel',
  none: 'No field matches',
};
