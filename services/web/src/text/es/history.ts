export const history = {
  created: 'creó el registro',
  updated: 'cambió',
  deleted: 'eliminó el registro',
  restored: 'recuperó el registro',
  erased: 'borró datos personales',
  system: 'El sistema',
  empty: 'Todavía no hay historia de este registro.',
  failed: 'No se pudo leer el historial.',
  more: 'Ver anteriores',
};
