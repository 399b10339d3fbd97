/* The connection. */
export const line = { offline: 'Sin conexión', offline_hint: 'Lo que ya leyó sigue a la vista. Lo que escriba podrá guardarlo cuando vuelva la red.', back: 'De nuevo en línea', read: 'leído',
  version: 'Hay una versión nueva', version_load: 'Cargar', version_hint: 'Lo que está escribiendo en un formulario se conserva. También se carga sola al ir a otra página.',
};
