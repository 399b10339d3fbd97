import type { Messages } from '../messages';

export const span: Messages['span'] = { d: 'days', w: 'weeks', m: 'months' };
