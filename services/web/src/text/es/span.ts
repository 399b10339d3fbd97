/* Spans of time: their units to choose, and as the words of a filter. */
export const span = {
  d: 'días',
  w: 'semanas',
  m: 'meses',
  last_d: 'en los últimos %{count} días',
  last_d_one: 'en el último día',
  last_w: 'en las últimas %{count} semanas',
  last_w_one: 'en la última semana',
  last_m: 'en los últimos %{count} meses',
  last_m_one: 'en el último mes',
  next_d: 'en los próximos %{count} días',
  next_d_one: 'en el próximo día',
  next_w: 'en las próximas %{count} semanas',
  next_w_one: 'en la próxima semana',
  next_m: 'en los próximos %{count} meses',
  next_m_one: 'en el próximo mes',
};
