import type { Messages } from '../messages';

export const app: Messages['app'] = { name: 'Cauce', skip: 'Skip to content', loading: 'Loading…', menu: 'Modules', more: 'More' };
