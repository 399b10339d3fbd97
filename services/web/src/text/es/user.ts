export const user = {
  menu: 'Cuenta de %{name}',
  language: 'Idioma',
  theme: 'Tema',
  light: 'Claro',
  dark: 'Oscuro',
  keys: 'Teclas',
  administrator: 'Administrador',
};
