export const conflict = {
  title: 'Alguien cambió este registro mientras usted lo editaba',
  body: '%{who} guardó este registro mientras usted lo editaba. Elija, campo por campo, qué queda. Nada suyo se ha guardado todavía.',
  field: 'Campo',
  mine: 'Lo mío',
  theirs: 'Lo de ellos',
  all_mine: 'Todo lo mío',
  all_theirs: 'Todo lo de ellos',
  only_theirs: 'También cambió, sin chocar con lo suyo: %{fields}.',
  save: 'Guardar esta elección',
  close: 'Seguir editando',
  choose: '%{field}: qué queda',
};
