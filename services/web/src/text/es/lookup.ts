export const lookup = {
  hint: 'Escriba para buscar',
  none: 'Nada coincide',
  searching: 'Buscando…',
  failed: 'No se pudo buscar',
  recent: 'reciente',
  create: 'Crear %{module}…',
  create_named: 'Crear %{module} «%{name}»…',
};
