export const keys = {
  title: 'Teclas',
  search: 'Buscar',
  create: 'Crear',
  open: 'Abrir',
  move: 'Bajar y subir',
  edit: 'Editar',
  save: 'Guardar',
  back: 'Volver',
  help: 'Esta lista',
  close: 'Cerrar',
};
