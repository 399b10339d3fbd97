import type { Messages } from '../messages';

export const session: Messages['session'] = {
  title: 'Sign in to Cauce',
  again: 'Your session has ended',
  again_hint: 'Sign in again to go on where you were. What you were writing is still in its place.',
  email: 'E-mail',
  password: 'Password',
  show: 'Show the password',
  hide: 'Hide the password',
  submit: 'Sign in',
  out: 'Sign out',
  bad: 'The e-mail and the password don’t match.',
  missing: 'Write your e-mail and your password.',
};
