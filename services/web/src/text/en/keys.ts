import type { Messages } from '../messages';

export const keys: Messages['keys'] = {
  title: 'Keys',
  here: 'On this page',
  everywhere: 'Everywhere',
  go: 'Go to',
  find: 'Find and do',
  search: 'Search in the list',
  create: 'Create',
  open: 'Open',
  move: 'Down and up',
  edit: 'Edit',
  save: 'Save',
  back: 'Go back or close',
  help: 'This list',
  then: 'then',
  close: 'Close',
  edit_cell: 'Edit the cell',
  select: 'Select',
};
