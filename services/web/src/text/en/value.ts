import type { Messages } from '../messages';

export const value: Messages['value'] = { yes: 'Yes', no: 'No', and: '%{a} and %{b}', empty: 'Empty' };
