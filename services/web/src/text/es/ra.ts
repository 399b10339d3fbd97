/* words that react-admin's own parts ask for */
export const ra = {
  action: { clear_input_value: 'Borrar', undo: 'Deshacer', close: 'Cerrar', add: 'Agregar' },
  boolean: { true: 'Sí', false: 'No', null: ' ' },
  message: { invalid_form: 'Revise los campos marcados.' },
  notification: { http_error: 'No hay conexión con el servidor.' },
};
