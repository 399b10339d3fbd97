import type { Messages } from '../messages';

export const period: Messages['period'] = { day: 'this day', week: 'this week', month: 'this month', year: 'this year' };
