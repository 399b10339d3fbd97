import type { Messages } from '../messages';

export const history: Messages['history'] = {
  created: 'created the record',
  updated: 'changed',
  deleted: 'deleted the record',
  restored: 'restored the record',
  erased: 'erased personal data',
  system: 'The system',
  empty: 'This record has no history yet.',
  failed: 'The history could not be read.',
  more: 'See earlier ones',
  filter: 'Only changes of one field',
  all_fields: 'All changes',
  none_of_field: 'That field has not changed.',
  rest: '%{count} more fields',
  rest_one: '1 more field',
};
