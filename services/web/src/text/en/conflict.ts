import type { Messages } from '../messages';

export const conflict: Messages['conflict'] = {
  title: 'Someone changed this record while you were editing it',
  body: '%{who} saved this record while you were editing it. Choose what stays, field by field. Nothing of yours has been saved yet.',
  field: 'Field',
  mine: 'Mine',
  theirs: 'Theirs',
  all_mine: 'All mine',
  all_theirs: 'All theirs',
  only_theirs: 'Also changed, without touching yours: %{fields}.',
  save: 'Save this choice',
  close: 'Keep editing',
  choose: '%{field}: what stays',
};
