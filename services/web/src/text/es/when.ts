/* Times as people say them. */
export const when = {
  now: 'ahora',
  ago: 'hace %{count} min',
  soon: 'en %{count} min',
  today: 'hoy',
  yesterday: 'ayer',
  tomorrow: 'mañana',
};
