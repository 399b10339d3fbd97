import type { Messages } from '../messages';

export const user: Messages['user'] = {
  menu: 'Account of %{name}',
  language: 'Language',
  theme: 'Theme',
  light: 'Light',
  dark: 'Dark',
  keys: 'Keys',
  administrator: 'Administrator',
};
