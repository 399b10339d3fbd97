import type { Messages } from '../messages';

export const error: Messages['error'] = {
  network: 'There is no connection to the server. Check the network and try again.',
  timeout: 'The server took too long to answer. Try again.',
  outcome: 'It is not known whether it was saved. Save again: nothing is made twice.',
  forbidden: 'You don’t have permission to do this.',
  missing: 'It was not found.',
  busy: 'There are too many requests. Wait a moment and try again.',
  server: 'The server could not answer. Try again in a moment.',
  unknown: 'Something went wrong.',
  trace: 'Code for support: %{trace}',
  page: 'This screen failed.',
  page_hint: 'What was saved is safe. Load the page again.',
  reload: 'Load again',
  gone: 'There is a new version of Cauce.',
  gone_hint: 'The page is being loaded again. What you were writing in a form is kept.',
  gone_offline: 'A part of this screen is missing and there is no connection to fetch it. Load the page again when the network is back.',
  start: 'Could not start.',
  no_module: 'This page does not exist.',
  no_rights: 'You have no access to any module yet',
  no_rights_hint: 'An administrator gives it with a profile.',
  home: 'Go to the start',
};
