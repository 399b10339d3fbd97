export const period = { day: 'este día', week: 'esta semana', month: 'este mes', year: 'este año' };
