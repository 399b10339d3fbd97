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
};
