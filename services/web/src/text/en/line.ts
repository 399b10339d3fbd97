import type { Messages } from '../messages';

export const line: Messages['line'] = { offline: 'No connection', offline_hint: 'What you have read stays in view. What you write can be saved when the network is back.', back: 'Online again', read: 'read' };
