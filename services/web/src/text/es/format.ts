export const format = {
  decimal: 'Escriba un número, por ejemplo 12,5.',
  integer: 'Escriba un número entero.',
  email: 'El correo debe tener la forma nombre@empresa.com.',
  url: 'La dirección debe empezar por http:// o https://.',
  required: 'Este campo es obligatorio.',
  max: 'Máximo %{max} caracteres.',
  date_half: 'Falta una parte de la fecha: día, mes y año con cuatro cifras.',
  datetime_half: 'Falta una parte: día, mes, año, hora y minutos.',
  date_impossible: 'Esa fecha no existe: ese mes no tiene tantos días.',
  date_range: 'Escriba el año con cuatro cifras, de %{first} a %{last}.',
  date_skipped: 'Esa hora no existe: ese día el reloj se adelanta. Elija otra.',
};
