import type { Messages } from '../messages';

export const keys: Messages['keys'] = {
  title: 'Keys',
  search: 'Search',
  create: 'Create',
  open: 'Open',
  move: 'Down and up',
  edit: 'Edit',
  save: 'Save',
  back: 'Back',
  help: 'This list',
  close: 'Close',
};
