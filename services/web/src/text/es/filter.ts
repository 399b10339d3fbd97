export const filter = {
  field: 'Campo',
  condition: 'Condición',
  value: 'Valor',
  from: 'Desde',
  to: 'Hasta',
  amount: 'Cuántos',
  unit: 'Unidad',
  apply: 'Aplicar',
  cancel: 'Cancelar',
  none: 'Ningún campo coincide',
};
