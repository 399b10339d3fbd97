export const format = {
  decimal: 'Escriba un número, por ejemplo 12,5.',
  integer: 'Escriba un número entero.',
  email: 'El correo debe tener la forma nombre@empresa.com.',
  url: 'La dirección debe empezar por http:// o https://.',
  required: 'Este campo es obligatorio.',
  max: 'Máximo %{max} caracteres.',
};
