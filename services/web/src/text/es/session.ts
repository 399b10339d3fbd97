export const session = {
  title: 'Entrar a Cauce',
  again: 'Su sesión terminó',
  again_hint: 'Entre de nuevo para seguir donde iba. Lo que estaba escribiendo sigue en su lugar.',
  email: 'Correo',
  password: 'Contraseña',
  show: 'Mostrar la contraseña',
  hide: 'Ocultar la contraseña',
  submit: 'Entrar',
  out: 'Salir',
  bad: 'El correo o la contraseña no coinciden.',
  missing: 'Escriba el correo y la contraseña.',
};
