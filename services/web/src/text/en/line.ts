import type { Messages } from '../messages';

export const line: Messages['line'] = { offline: 'No connection', offline_hint: 'What you have read stays in view. What you write can be saved when the network is back.', back: 'Online again', read: 'read',
  version: 'There is a new version', version_load: 'Load', version_hint: 'What you are writing in a form is kept. It also loads by itself when you go to another page.',
};
