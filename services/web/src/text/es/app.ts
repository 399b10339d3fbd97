export const app = { name: 'Cauce', skip: 'Ir al contenido', loading: 'Cargando…', menu: 'Módulos', more: 'Más' };
