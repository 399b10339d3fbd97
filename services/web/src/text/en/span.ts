import type { Messages } from '../messages';

export const span: Messages['span'] = {
  d: 'days',
  w: 'weeks',
  m: 'months',
  last_d: 'in the last %{count} days',
  last_d_one: 'in the last day',
  last_w: 'in the last %{count} weeks',
  last_w_one: 'in the last week',
  last_m: 'in the last %{count} months',
  last_m_one: 'in the last month',
  next_d: 'in the next %{count} days',
  next_d_one: 'in the next day',
  next_w: 'in the next %{count} weeks',
  next_w_one: 'in the next week',
  next_m: 'in the next %{count} months',
  next_m_one: 'in the next month',
};
