import type { Messages } from '../messages';

export const ra: Messages['ra'] = {
  action: { clear_input_value: 'Clear', undo: 'Undo', close: 'Close', add: 'Add' },
  boolean: { true: 'Yes', false: 'No', null: ' ' },
  message: { invalid_form: 'Check the marked fields.' },
  notification: { http_error: 'There is no connection to the server.' },
};
