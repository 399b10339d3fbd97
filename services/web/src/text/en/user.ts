import type { Messages } from '../messages';

export const user: Messages['user'] = {
  menu: 'Account of %{name}',
  account: 'My account',
  language: 'Language',
  theme: 'Theme',
  light: 'Light',
  dark: 'Dark',
  system: 'System',
  jobs: 'Jobs',
  keys: 'Keys',
  guide: 'Guide',
  guide_find: 'Search the guide',
  guide_nothing: 'The guide does not speak of that.',
  administrator: 'Administrator',
};
