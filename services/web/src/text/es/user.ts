export const user = {
  menu: 'Cuenta de %{name}',
  account: 'Mi cuenta',
  language: 'Idioma',
  theme: 'Tema',
  light: 'Claro',
  dark: 'Oscuro',
  system: 'Sistema',
  jobs: 'Trabajos',
  keys: 'Teclas',
  administrator: 'Administrador',
};
