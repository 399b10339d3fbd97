/* What the date picker says besides its own words. */
export const date = {
  open: '%{label}: elegir en el calendario',
  open_at: '%{label}: elegir en el calendario; ahora %{at}',
  done: 'Listo',
  today: 'Hoy',
  previous_month: 'Mes anterior',
  next_month: 'Mes siguiente',
  days: 'Elegir el día',
  time: 'Elegir la hora',
  to_days: 'Elegir el día',
  to_years: 'Elegir el año',
  day: 'Día',
  week_day: 'Día de la semana',
  meridiem: 'a. m. o p. m.',
};
