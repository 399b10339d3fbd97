import type { Messages } from '../messages';

export const date: Messages['date'] = {
  open: '%{label}: choose in the calendar',
  open_at: '%{label}: choose in the calendar; now %{at}',
  done: 'Done',
  today: 'Today',
  previous_month: 'Previous month',
  next_month: 'Next month',
  days: 'Choose the day',
  time: 'Choose the time',
  to_days: 'Choose the day',
  to_years: 'Choose the year',
  day: 'Day',
  week_day: 'Day of the week',
  meridiem: 'AM or PM',
};
