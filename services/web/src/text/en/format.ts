import type { Messages } from '../messages';

export const format: Messages['format'] = {
  decimal: 'Write a number, for example 12.5.',
  integer: 'Write a whole number.',
  email: 'The e-mail must look like name@company.com.',
  url: 'The address must start with http:// or https://.',
  required: 'This field is required.',
  max: 'At most %{max} characters.',
};
