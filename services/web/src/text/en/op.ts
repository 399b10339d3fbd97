import type { Messages } from '../messages';

export const op: Messages['op'] = {
  eq: 'is',
  ne: 'is not',
  lt: 'less than',
  le: 'at most',
  gt: 'more than',
  ge: 'at least',
  in: 'is any of',
  nin: 'is none of',
  contains: 'contains',
  starts: 'starts with',
  empty: 'is empty',
  filled: 'has a value',
  between: 'between',
  this: 'in this period',
  last: 'in the last',
  next: 'in the next',
  today: 'is today',
  before: 'before',
  since: 'since',
};
