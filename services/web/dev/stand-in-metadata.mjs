/* Metadata of the stand-in, made by hand: [name, kind, es, en, section, flags, extra]. */

const FLAGS = { l: 'list', s: 'searchable', r: 'required', u: 'unique', o: 'read_only', c: 'custom' };

function field([name, kind, es, en, section, flags = '', extra = {}]) {
  const f = { name, kind, label: { es, en }, required: false, list: false, searchable: false, unique: false, read_only: false, custom: false, max: 200 };
  for (const c of flags) f[FLAGS[c]] = true;
  if (section) f.section = section;
  return { ...f, ...extra };
}

const options = (...items) => ({ options: items.map(([key, es, en, color]) => ({ key, label: { es, en }, ...(color && { color }) })) });
const user = { ref: 'identity.user' };
const sections = (...items) => items.map(([name, es, en]) => ({ name, label: { es, en } }));
const rights = ['see', 'create', 'change', 'delete', 'import', 'export', 'mass_delete', 'duplicate', 'mass_duplicate', 'settings'];
const view = (name, es, en, more = {}) => ({ name, label: { es, en }, ...more });

const common = (label, listLabel) => [
  ['id', 'uuid', 'Id', 'Id', '', 'o'],
  ['version', 'integer', 'Versión', 'Version', '', 'o'],
  ['label', 'text', ...label, '', listLabel ? 'ol' : 'o'],
  ['created_at', 'datetime', 'Creado', 'Created', '', listLabel ? 'ol' : 'o'],
  ['created_by', 'reference', 'Creado por', 'Created by', '', 'o', user],
  ['updated_at', 'datetime', 'Modificado', 'Changed', '', 'o'],
  ['updated_by', 'reference', 'Modificado por', 'Changed by', '', 'o', user],
  ['deleted_at', 'datetime', 'Eliminado', 'Deleted', '', 'o'],
];

const lead = [
  ...common(['Prospecto', 'Lead'], true),
  ['owner', 'reference', 'Propietario', 'Owner', 'handling', '', user],
  ['assigned_to', 'reference', 'Asignado a', 'Assigned to', 'handling', 'l', user],
  ['custom', 'custom', 'Campos propios', 'Custom fields'],
  ['labels', 'labels', 'Textos', 'Texts', '', 'o'],
  ['number', 'number', 'Número', 'Number', '', 'o'],
  ['name', 'text', 'Nombre', 'Name', 'main', 's'],
  ['company', 'text', 'Empresa', 'Company', 'main', 'ls'],
  ['id_type', 'picklist', 'Tipo de identificación', 'Id type', 'main', '', options(['nit', 'NIT', 'NIT'], ['cc', 'Cédula de ciudadanía', 'Citizen id (CC)'], ['ce', 'Cédula de extranjería', 'Foreigner id (CE)'])],
  ['tax_id', 'tax_id', 'Identificación', 'Tax id', 'main', 's', { max: 40 }],
  ['typology', 'picklist', 'Tipología de cliente', 'Customer typology', 'main', '', options(['reseller', 'Canal (revendedor)', 'Reseller'], ['integrator', 'Integrador', 'Integrator'], ['retail', 'Tienda de cómputo', 'Computer shop'], ['corporate', 'Corporativo', 'Corporate'], ['government', 'Gobierno', 'Government'])],
  ['status', 'picklist', 'Estado', 'Status', 'main', 'l', options(['new', 'Nuevo', 'New', 'blue'], ['contacting', 'En contacto', 'In contact', 'amber'], ['qualified', 'Calificado', 'Qualified', 'green'], ['unqualified', 'No calificado', 'Unqualified', 'grey'], ['converted', 'Convertido', 'Converted', 'violet'])],
  ['stage', 'picklist', 'Etapa de venta', 'Sales stage', 'main', 'l', options(['identify', 'Identificar necesidades', 'Identify needs', 'blue'], ['analysis', 'En análisis', 'In analysis', 'teal'], ['presentation', 'Presentación', 'Presentation', 'violet'], ['offer', 'Oferta presentada', 'Offer presented', 'amber'], ['negotiation', 'Negociación', 'Negotiation', 'amber'], ['decision', 'Decisión', 'Decision', 'green'], ['postponed', 'Aplazado', 'Postponed', 'grey'])],
  ['priority', 'picklist', 'Prioridad', 'Priority', 'main', 'l', options(['high', 'Alta', 'High', 'red'], ['medium', 'Media', 'Medium', 'amber'], ['low', 'Baja', 'Low', 'grey'])],
  ['score', 'integer', 'Puntaje', 'Score', 'main'],
  ['email', 'email', 'Correo', 'E-mail', 'contact', 's', { max: 254 }],
  ['phone', 'phone', 'Teléfono', 'Phone', 'contact', 's', { max: 20 }],
  ['mobile', 'phone', 'Celular', 'Mobile', 'contact', 's', { max: 20 }],
  ['website', 'url', 'Sitio web', 'Website', 'contact', '', { max: 500 }],
  ['city', 'city', 'Ciudad', 'City', 'contact', 'l'],
  ['address', 'text', 'Dirección', 'Address', 'contact', '', { max: 300 }],
  ['latitude', 'geo_latitude', 'Latitud', 'Latitude', 'contact'],
  ['longitude', 'geo_longitude', 'Longitud', 'Longitude', 'contact'],
  ['interest_area', 'picklist', 'Área de interés', 'Area of interest', 'interest', '', options(['computing', 'Cómputo', 'Computing'], ['printing', 'Impresión', 'Printing'], ['networking', 'Redes', 'Networking'], ['security', 'Seguridad', 'Security'])],
  ['interest_detail', 'long_text', 'Detalle del interés', 'Interest detail', 'interest', '', { max: 4000 }],
  ['source', 'picklist', 'Origen', 'Source', 'interest', '', options(['web_form', 'Formulario web', 'Web form'], ['whatsapp', 'WhatsApp', 'WhatsApp'], ['import', 'Importación', 'Import'], ['referral', 'Referido', 'Referral'], ['call', 'Llamada', 'Call'])],
  ['referrer', 'text', 'Referido por', 'Referrer', 'interest'],
  ['handling_area', 'picklist', 'Área que atiende', 'Handling area', 'handling', '', options(['sales', 'Ventas', 'Sales'], ['service', 'Servicio', 'Service'], ['marketing', 'Mercadeo', 'Marketing'])],
  ['contacted_by_sales', 'bool', 'Contactado por ventas', 'Contacted by sales', 'handling'],
  ['contacted_by_sales_at', 'datetime', 'Contactado por ventas el', 'Contacted by sales on', 'handling'],
  ['needs_visit', 'bool', 'Requiere visita', 'Needs a visit', 'handling'],
  ['consent', 'bool', 'Autoriza tratamiento de datos', 'Consents to data processing', 'consent'],
  ['consent_at', 'datetime', 'Fecha de autorización', 'Consent date', 'consent'],
  ['custom.total_visits', 'integer', 'Visitas en total', 'Total visits', '', 'c'],
  ['custom.credit_line', 'money', 'Cupo solicitado', 'Requested credit', '', 'c'],
  ['custom.anniversary', 'date', 'Aniversario', 'Anniversary', '', 'c'],
  ['custom.brands', 'multi_picklist', 'Marcas que vende', 'Brands sold', '', 'c', options(['hp', 'HP', 'HP'], ['lenovo', 'Lenovo', 'Lenovo'], ['epson', 'Epson', 'Epson'])],
];

const task = [
  ...common(['Tarea', 'Task'], false),
  ['owner', 'reference', 'Propietario', 'Owner', '', '', user],
  ['assigned_to', 'reference', 'Asignada a', 'Assigned to', '', 'l', user],
  ['custom', 'custom', 'Campos propios', 'Custom fields'],
  ['labels', 'labels', 'Textos', 'Texts', '', 'o'],
  ['number', 'number', 'Número', 'Number', '', 'o'],
  ['name', 'text', 'Nombre', 'Name', 'main', 'lsr'],
  ['lead', 'reference', 'Prospecto', 'Lead', 'main', 'l', { ref: 'leads.lead' }],
  ['due_at', 'datetime', 'Vence', 'Due', 'main', 'l'],
  ['priority', 'picklist', 'Prioridad', 'Priority', 'main', 'l', options(['high', 'Alta', 'High', 'red'], ['medium', 'Media', 'Medium', 'amber'], ['low', 'Baja', 'Low', 'grey'])],
  ['done', 'bool', 'Hecha', 'Done', 'main', 'l'],
  ['description', 'long_text', 'Descripción', 'Description', 'main', '', { max: 10000 }],
];

const person = [
  ...common(['Usuario', 'User'], false),
  ['labels', 'labels', 'Textos', 'Texts', '', 'o'],
  ['name', 'text', 'Nombre', 'Name', 'main', 'lsr'],
  ['email', 'email', 'Correo', 'E-mail', 'main', 'lsru', { max: 254 }],
  ['administrator', 'bool', 'Administrador', 'Administrator', 'main', 'lo'],
];

export const metadata = {
  company: { name: 'Distribuciones del Valle', zone: 'America/Bogota', currency: 'COP', lang: 'es' },
  principal: { administrator: true },
  modules: [
    {
      key: 'leads.lead', service: 'leads', name: 'lead', path: 'leads', label: { es: 'Prospecto', en: 'Lead' },
      plural: { es: 'Prospectos', en: 'Leads' }, feminine: false, icon: 'lead', sort: '-created_at', rights,
      sections: sections(['main', 'Datos principales', 'Main details'], ['contact', 'Contacto y ubicación', 'Contact and place'], ['interest', 'Interés', 'Interest'], ['handling', 'Gestión', 'Handling'], ['consent', 'Autorización de datos', 'Data consent']),
      views: [
        view('all', 'Todos', 'All'),
        view('contacted', 'Contactados', 'Contacted', { filter: 'contacted_by_sales[eq]=true' }),
        view('not_contacted_by_sales', 'Sin contactar por ventas', 'Not contacted by sales', { filter: 'contacted_by_sales[ne]=true' }),
        view('needs_visit', 'Requieren visita', 'Need a visit', { filter: 'needs_visit[eq]=true' }),
        view('stages', 'Prospectos y sus Etapas', 'Leads and their stages', { columns: ['label', 'stage', 'status', 'assigned_to', 'created_at'] }),
        view('by_stage', 'Por etapa de venta', 'By sales stage', { group_by: 'stage' }),
        view('by_source', 'Por origen', 'By source', { group_by: 'source' }),
        view('by_referrer', 'Por referidor', 'By referrer', { filter: 'referrer[filled]=', sort: 'referrer', columns: ['referrer', 'label', 'company', 'stage', 'created_at'] }),
        view('prospecting_week', 'Prospección: esta semana', 'Prospecting: this week', { filter: 'handling_area[eq]=sales&created_at[this]=week' }),
      ],
      fields: lead.map(field),
    },
    {
      key: 'activities.task', service: 'activities', name: 'task', path: 'tasks', label: { es: 'Tarea', en: 'Task' },
      plural: { es: 'Tareas', en: 'Tasks' }, feminine: true, icon: 'task', sort: 'due_at', rights, sections: sections(['main', 'Datos', 'Details']),
      views: [view('all', 'Todas', 'All'), view('pending', 'Pendientes', 'Pending', { filter: 'done[ne]=true', sort: 'due_at' }), view('today', 'Para hoy', 'Due today', { filter: 'done[ne]=true&due_at[today]=', sort: 'due_at' })],
      fields: task.map(field),
    },
    {
      key: 'identity.user', service: 'identity', name: 'user', path: 'users', label: { es: 'Usuario', en: 'User' },
      plural: { es: 'Usuarios', en: 'Users' }, feminine: false, icon: 'person', sort: 'label', rights, sections: sections(['main', 'Datos', 'Details']),
      views: [], fields: person.map(field),
    },
  ],
};

export const cities = `05001 Medellín Antioquia|05088 Bello Antioquia|05266 Envigado Antioquia|05360 Itagüí Antioquia|05615 Rionegro Antioquia
08001 Barranquilla Atlántico|08758 Soledad Atlántico|11001 Bogotá D.C.|13001 Cartagena Bolívar|15001 Tunja Boyacá|15238 Duitama Boyacá
15759 Sogamoso Boyacá|17001 Manizales Caldas|18001 Florencia Caquetá|19001 Popayán Cauca|20001 Valledupar Cesar|23001 Montería Córdoba
25175 Chía Cundinamarca|25754 Soacha Cundinamarca|41001 Neiva Huila|44001 Riohacha La-Guajira|47001 Santa-Marta Magdalena
50001 Villavicencio Meta|52001 Pasto Nariño|54001 Cúcuta Norte-de-Santander|63001 Armenia Quindío|66001 Pereira Risaralda
68001 Bucaramanga Santander|68276 Floridablanca Santander|70001 Sincelejo Sucre|73001 Ibagué Tolima|76001 Cali Valle-del-Cauca
76520 Palmira Valle-del-Cauca|76109 Buenaventura Valle-del-Cauca|81001 Arauca Arauca|85001 Yopal Casanare`
  .split(/[|\n]/)
  .map((line) => {
    const [code, name, department] = line.trim().split(' ').map((w) => w.replaceAll('-', ' '));
    return { code, name, department };
  });
