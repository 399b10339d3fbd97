import type { Messages } from '../messages';

export const format: Messages['format'] = {
  decimal: 'Write a number, for example 12.5.',
  integer: 'Write a whole number.',
  email: 'The e-mail must look like name@company.com.',
  url: 'The address must start with http:// or https://.',
  required: 'This field is required.',
  max: 'At most %{max} characters.',
  date_half: 'A part of the date is missing: day, month and a four-digit year.',
  datetime_half: 'A part is missing: day, month, year, hour and minutes.',
  date_impossible: 'There is no such date: that month has fewer days.',
  date_range: 'Write the year with four digits, from %{first} to %{last}.',
  date_skipped: 'There is no such time: the clock moves forward that day. Choose another.',
};
