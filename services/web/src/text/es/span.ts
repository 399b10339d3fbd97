export const span = { d: 'días', w: 'semanas', m: 'meses' };
