/* The user guide in Spanish. */
export const es = {
  start: {
    title: 'Empezar',
    texts: [
      'Un módulo se abre con lo suyo: lo que creó, le pertenece o le asignaron. «Todos» agrega lo demás que su perfil, su rol y las reglas le dejan ver.',
      'El menú de la izquierda se abre al pasar por encima; en el teléfono está abajo. Solo tiene los módulos que su perfil ve.',
      '[[Ctrl K]] encuentra un registro por su nombre, su empresa o su teléfono, va a un módulo y hace lo que la página puede hacer. Es el camino más corto a todo.',
      '[[?]] muestra las teclas de la página en la que está. [[G]] y una letra lleva a un módulo.',
    ],
  },
  find: {
    title: 'Encontrar',
    texts: [
      '[[/]] busca en la lista; no importan tildes ni mayúsculas. [[M]] cambia entre lo suyo y todo. [[V]] elige una vista lista para usar.',
      '[[F]] agrega un filtro: escriba el nombre del campo, elija la condición («es», «no es», «está vacío», «esta semana», «en los últimos días») y aplique. Toque un filtro para cambiarlo.',
      'Un clic en el título de una columna ordena por ella; con [[Mayús]] se agrega otra al orden.',
      '[[O]] elige las columnas, su orden y la altura de las filas. Se guarda para usted, en todos sus equipos; un administrador puede guardarlo para todos.',
      'La dirección del navegador contiene la vista, los filtros y el orden: guárdela o envíela. Quien la abra verá solo lo que puede ver.',
      'El número de abajo se detiene en 10.000: un clic en él los cuenta todos.',
    ],
  },
  change: {
    title: 'Cambiar varios a la vez',
    texts: [
      '[[X]] marca la fila; [[Mayús ↓]] extiende; «Seleccionar los…» toma todo lo que la lista encuentra, aunque no se vea.',
      'Con una selección aparece la barra de abajo: [[A]] asigna, «Cambiar» pone un valor en un campo, «Eliminar» los lleva a la papelera, «Más» exporta o duplica.',
      'Hasta mil se cambian de una vez y se puede deshacer. Más de mil van como un trabajo: en [Trabajos](/jobs) se ve cómo va y se puede detener. Lo que no se pudo cambiar queda dicho, con su motivo.',
      '[[F2]] edita un valor en la lista misma: [[Enter]] guarda, [[Esc]] lo deja como estaba.',
      'La papelera está en «⋯»: desde allí se restaura lo eliminado.',
    ],
  },
  record: {
    title: 'El registro',
    texts: [
      'Un clic en un valor lo edita donde está. [[E]] abre el formulario completo; [[Ctrl Enter]] lo guarda.',
      '[[J]] y [[K]] pasan al siguiente y al anterior de la lista de la que viene. [[Esc]] vuelve a la misma fila.',
      '[[N]] crea lo que cuelga de él, como una tarea. [[H]] va a la línea de tiempo: quién cambió qué, de qué a qué.',
      'Si otra persona lo cambió mientras usted escribía, elige campo por campo entre lo suyo y lo de ella. Si cambiaron campos distintos, se guardan los dos.',
      '«¿Quién lo ve?», en «⋯», dice por qué usted ve ese registro; un administrador lo pregunta por otra persona.',
    ],
  },
  board: {
    title: 'El tablero',
    texts: [
      '«Tablero» muestra las mismas fichas en columnas por cualquier lista de opciones; arriba se elige cuál, el total de cada columna y el orden.',
      'Arrastre una tarjeta a otra columna, o use [[Alt →]]. [[X]] escoge varias y se mueven juntas. En el teléfono, el botón «⋯» de la tarjeta dice a dónde.',
      'El cambio se ve en el acto; si se rechaza, la tarjeta vuelve y dice por qué. [[Ctrl Z]] deshace.',
    ],
  },
  import: {
    title: 'Importar y exportar',
    texts: [
      '«Importar», en «⋯», lee un CSV cuya primera línea nombra las columnas. Antes de empezar se ve a qué campo va cada una y con qué ejemplos.',
      'La importación sigue aunque cierre la página. Al final dice cuántas filas entraron y, de las rechazadas, el motivo; descárguelas, corríjalas y vuelva a importar ese archivo.',
      '«Exportar a CSV» guarda lo que la lista encuentra, con sus columnas y su orden.',
    ],
  },
  offline: {
    title: 'Sin conexión',
    texts: [
      'Cauce se puede instalar como aplicación desde el menú del navegador.',
      'Lo que abrió se puede leer sin conexión, con la hora en que se leyó. Lo que no se pudo guardar sigue en el formulario y lo dice.',
      'Al salir, lo que quedó en el equipo se borra.',
    ],
  },
  account: {
    title: 'Su cuenta',
    texts: [
      'En [Mi cuenta](/account) se cambia la contraseña, se activa el segundo factor y se ve dónde está abierta su sesión; ciérrela donde no la reconozca.',
      'Con «Estoy ausente» no recibe asignaciones automáticas; lo que ya tiene sigue a su nombre.',
      'Una llave de API deja que un programa lea o escriba en su nombre, solo dentro de lo que usted le permita y hasta el día que diga.',
      'El idioma y el tema se eligen en el menú con su nombre.',
    ],
  },
  people: {
    title: 'Administrar: personas',
    texts: [
      'Un [usuario](/users) nuevo elige su contraseña con el enlace que su registro da. A quien se va se le desactiva: sus registros se conservan.',
      'Los [roles](/roles) son un árbol: un superior ve lo de quienes están debajo. Se mueven arrastrando o con [[Alt →]] y [[Alt ←]].',
      'Los [grupos](/groups) reparten lo nuevo por turnos, según el peso de cada persona y sin contar a quien está ausente. Las [reglas de asignación](/assignment-rules) dicen qué va a cada grupo.',
    ],
  },
  rights: {
    title: 'Administrar: qué puede hacer cada quien',
    texts: [
      'Un [perfil](/profiles) dice qué módulos y qué campos se ven, se crean y se cambian. [[Espacio]] marca una casilla; los cambios se guardan juntos.',
      'El [registro de accesos](/accesses) tiene cada entrada y cada intento; [sesiones](/sessions), las que están abiertas.',
    ],
  },
  sharing: {
    title: 'Administrar: quién ve qué',
    texts: [
      'El [acceso por defecto](/default-access) dice si un módulo es privado o lo ven todos. Las [reglas para compartir](/sharing-rules) abren a otros lo que es privado.',
      '[¿Quién ve qué?](/admin/explain) responde por un registro y una persona: si lo ve, si lo cambia, y qué lo permite.',
    ],
  },
} as const;
