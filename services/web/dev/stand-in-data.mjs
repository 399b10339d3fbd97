/* Records of the stand-in: 5,000 leads with Colombian names, 60 tasks, 6 users; the same at every start. */
import { cities, metadata } from './stand-in-metadata.mjs';

let seed = 42;
const random = () => {
  seed = (seed * 1664525 + 1013904223) % 4294967296;
  return seed / 4294967296;
};
const pick = (list) => list[Math.floor(random() * list.length)];
const maybe = (p, value) => (random() < p ? value() : undefined);

let counter = 0;
export const uuid = () => {
  counter++;
  return `0190${counter.toString(16).padStart(4, '0')}-0000-7000-8000-${(counter * 7919).toString(16).padStart(12, '0')}`;
};

const FIRST = 'Ana María|Juan Carlos|Luz Marina|Andrés Felipe|Diana Patricia|Carlos Alberto|Sandra Milena|Jorge Iván|Paola Andrea|Óscar Darío|Gloria Inés|Hernán|Yolanda|Sebastián|Valentina|Wilson|Íngrid|Nicolás|Martha Lucía|Édgar'.split('|');
const LAST = 'Restrepo|Gómez|Rodríguez|Quintero|Muñoz|Zuluaga|Ospina|Cárdenas|Buitrago|Peña|Ñáñez|Arango|Mejía|Castaño|Villamizar|Bohórquez|Salazar|Londoño|Rincón|Echeverri'.split('|');
const WHAT = 'Soluciones|Distribuidora|Comercializadora|Tecnología|Sistemas|Suministros|Grupo|Inversiones|Redes y Cómputo|Papelería'.split('|');
const WHOSE = 'del Norte|Andina|Los Álamos|del Caribe|TIC|Integral|La 14|San José|del Pacífico|Nacional'.split('|');
const FORM = ['S.A.S.', 'Ltda.', 'S.A.', 'y Cía.'];

const person = () => `${pick(FIRST)} ${pick(LAST)} ${pick(LAST)}`;
const fold = (s) => s.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
const DAY = 86_400_000;
const now = Date.now();
const iso = (ms) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
const keys = (module, name) => metadata.modules.find((m) => m.path === module).fields.find((f) => f.name === name).options.map((o) => o.key);

export const users = ['Mónica Ríos', 'Ana Restrepo', 'Julián Pérez', 'Camila Torres', 'Felipe Ossa', 'Laura Niño'].map((name, i) => ({
  id: uuid(), version: 1, label: name, name, email: i ? `${fold(name).replace(' ', '.')}@distrivalle.example` : 'admin@distrivalle.example', administrator: i === 0,
  created_at: iso(now - 400 * DAY), updated_at: iso(now - 400 * DAY),
}));

function lead(i) {
  const name = i === 3 ? 'Asociación Colombiana de Distribuidores Mayoristas de Tecnología y Suministros del Eje Cafetero' : person();
  const company = i % 11 ? `${pick(WHAT)} ${pick(WHOSE)} ${pick(FORM)}` : undefined;
  const created = now - Math.floor(i * 3.1 * 3_600_000 + random() * 3_000_000);
  const contacted = random() < 0.4;
  const who = pick(users).id;
  return {
    id: uuid(), version: 1, label: name, created_at: iso(created), created_by: users[0].id, updated_at: iso(created), updated_by: users[0].id,
    owner: users[0].id, assigned_to: maybe(0.85, () => who), number: 5000 - i, name, company,
    id_type: company ? 'nit' : 'cc', tax_id: `${800000000 + Math.floor(random() * 99999999)}-${Math.floor(random() * 10)}`,
    typology: pick(keys('leads', 'typology')), status: pick(keys('leads', 'status')), stage: maybe(0.93, () => pick(keys('leads', 'stage'))),
    priority: maybe(0.8, () => pick(keys('leads', 'priority'))), score: Math.floor(random() * 100),
    email: maybe(0.8, () => `${fold(name.split(' ')[0])}.${fold(name.split(' ').at(-1))}${i}@correo.example`),
    mobile: `+573${Math.floor(random() * 1e9).toString().padStart(9, '0')}`, website: maybe(0.2, () => `https://www.empresa${i}.example`),
    city: pick(cities).code, address: `Calle ${1 + Math.floor(random() * 120)} # ${1 + Math.floor(random() * 90)}-${1 + Math.floor(random() * 99)}`,
    interest_area: pick(keys('leads', 'interest_area')),
    interest_detail: maybe(0.3, () => 'Renovación de 40 portátiles y 6 impresoras multifuncionales.\nPide garantía en sitio y pago a 60 días.'),
    source: pick(keys('leads', 'source')), referrer: maybe(0.1, person), handling_area: pick(keys('leads', 'handling_area')),
    contacted_by_sales: contacted || undefined, contacted_by_sales_at: contacted ? iso(created + 5 * 3_600_000) : undefined,
    needs_visit: random() < 0.2 || undefined, consent: true, consent_at: iso(created),
    custom: { total_visits: Math.floor(random() * 12), ...(i % 4 ? {} : { credit_line: `${(1 + Math.floor(random() * 90)) * 1000000}.00`, brands: ['hp', 'epson'] }) },
  };
}

export const leads = Array.from({ length: 5000 }, (_, i) => lead(i));

const TASKS = 'Llamar para confirmar la visita|Enviar cotización de portátiles|Pedir cámara de comercio|Confirmar recibo de la muestra|Agendar demostración de redes'.split('|');
export const tasks = Array.from({ length: 60 }, (_, i) => {
  const l = leads[i * 7];
  const name = TASKS[i % TASKS.length];
  return {
    id: uuid(), version: 1, label: name, created_at: iso(now - i * DAY), created_by: users[1].id, updated_at: iso(now - i * DAY), number: i + 1,
    owner: users[1].id, assigned_to: users[i % users.length].id, name, lead: l.id, due_at: iso(now + (i - 15) * DAY * 0.4),
    priority: keys('tasks', 'priority')[i % 3], done: i < 12 || undefined, description: i % 3 ? undefined : 'Tener a mano la última oferta.', custom: {},
  };
});

export const tables = { leads, tasks, users };

const cityText = new Map(cities.map((c) => [c.code, `${c.name}, ${c.department}`]));
const pathOf = new Map(metadata.modules.map((m) => [m.key, m.path]));

/* The texts of a record's references and cities. */
export function labelsOf(module, record) {
  const labels = {};
  for (const f of module.fields) {
    const value = record[f.name];
    if (!value) continue;
    if (f.kind === 'city') labels[f.name] = cityText.get(value);
    if (f.kind === 'reference') labels[f.name] = tables[pathOf.get(f.ref)]?.find((r) => r.id === value)?.label;
  }
  return labels;
}

export { fold, iso };
