// A module of a test as a developer writes it: a field of every kind, picklists, sections, views.
const PICKLISTS = `option (cauce.picklist) = {
  name: "ticket_stage"
  items: { key: "open" es: "Abierto" en: "Open" color: "blue" }
  items: { key: "waiting" es: "En espera" en: "Waiting" color: "amber" }
  items: { key: "solved" es: "Resuelto" en: "Solved" color: "green" }
};
option (cauce.picklist) = {
  name: "ticket_part"
  items: { key: "screen" es: "Pantalla" en: "Screen" }
  items: { key: "cable" es: "Cable" en: "Cable" }
  items: { key: "mouse" es: "Ratón" en: "Mouse" }
};
`
const PARTS = `    remove: { es: "Anular" en: "Cancel" es_done: "anulado" en_done: "cancelled" }
    sections: { name: "place" es: "Lugar" en: "Place" }
    views: { name: "unsolved" es: "Sin resolver" en: "Unsolved" filter: "stage[ne]=solved" sort: "-price" columns: "label,stage,price" }
    views: { name: "by_stage" es: "Por etapa" en: "By stage" group_by: "stage" }
`
// name, type in proto, type of the column, labels, the rest of its options
const FIELDS = [
  ['detail', 'string', 'text', 'Detalle', 'Detail', 'kind: KIND_LONG_TEXT section: "main" searchable: true'],
  ['email', 'string', 'text', 'Correo', 'E-mail', 'kind: KIND_EMAIL section: "main" list: true'],
  ['phone', 'string', 'text', 'Teléfono', 'Phone', 'kind: KIND_PHONE section: "main"'],
  ['site', 'string', 'text', 'Página', 'Page', 'kind: KIND_URL section: "main"'],
  ['minutes', 'int64', 'bigint', 'Minutos', 'Minutes', 'section: "main" list: true'],
  ['weight', 'int64', 'bigint', 'Peso', 'Weight', 'kind: KIND_DECIMAL section: "main"'],
  ['price', 'int64', 'bigint', 'Precio', 'Price', 'kind: KIND_MONEY section: "main" list: true'],
  ['discount', 'int64', 'bigint', 'Descuento', 'Discount', 'kind: KIND_PERCENT section: "main"'],
  ['urgent', 'bool', 'boolean', 'Urgente', 'Urgent', 'section: "main" list: true'],
  ['due', 'int32', 'date', 'Vence', 'Due', 'kind: KIND_DATE section: "main" list: true'],
  ['visit_at', 'int64', 'timestamptz', 'Visita', 'Visit', 'kind: KIND_DATETIME section: "main"'],
  ['stage', 'string', 'text', 'Etapa', 'Stage', 'kind: KIND_PICKLIST picklist: "ticket_stage" section: "main" list: true'],
  ['parts', 'string', 'text[]', 'Partes', 'Parts', 'kind: KIND_MULTI_PICKLIST picklist: "ticket_part" section: "main"'],
  ['lead', 'bytes', 'uuid', 'Prospecto', 'Lead', 'kind: KIND_REFERENCE ref: "leads.lead" section: "main" list: true'],
  ['city', 'string', 'text', 'Ciudad', 'City', 'kind: KIND_CITY section: "place" list: true'],
  ['latitude', 'int64', 'bigint', 'Latitud', 'Latitude', 'kind: KIND_GEO_LATITUDE section: "place"'],
  ['longitude', 'int64', 'bigint', 'Longitud', 'Longitude', 'kind: KIND_GEO_LONGITUDE section: "place"'],
]

// The proto of a new module with all of that in it.
export function withEveryKind(proto) {
  const lines = FIELDS.map(([name, type, , es, en, more], i) =>
    `  ${type === 'string' && more.includes('MULTI') ? 'repeated' : 'optional'} ${type} ${name} = ${21 + i} [(cauce.field) = { ${more} es: "${es}" en: "${en}" }];\n`)
  const end = proto.lastIndexOf('}')
  return `${proto.slice(0, end)}${lines.join('')}${proto.slice(end)}`
    .replace(/^option \(cauce\.service\).*\n/m, (line) => line + PICKLISTS)
    .replace(/^ {2}\};\n/m, (line) => PARTS + line)
}

export const EVERY_KIND_SQL = `ALTER TABLE ticket ${FIELDS.map(([name, , type]) => `ADD COLUMN ${name} ${type}`).join(', ')};
CREATE INDEX ticket_lead ON ticket (lead, created_at, id) WHERE deleted_at IS NULL;
`
export const FIELD_NAMES = FIELDS.map(([name]) => name)
