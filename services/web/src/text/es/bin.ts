export const bin = {
  title: 'Papelera',
  leave: 'Salir de la papelera',
  here: 'Papelera: lo eliminado se puede recuperar.',
  empty: 'La papelera está vacía.',
  empty_hint: 'Aquí queda lo que se elimina, por si hace falta recuperarlo.',
  restore: 'Recuperar',
};
