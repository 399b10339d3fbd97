/*
 * A stand-in for the gateway, for development alone: the REST contract over arrays in memory, and dist/ under the strict
 * policy it is served with. `node dev/stand-in.mjs [port]`; sign in with admin@distrivalle.example and the password "cauce".
 */
import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fold, iso, labelsOf, tables, users, uuid } from './stand-in-data.mjs';
import { cities, metadata } from './stand-in-metadata.mjs';
import { COUNT, page, Refused, select, sorted, valueOf } from './stand-in-query.mjs';

const PORT = Number(process.argv[2] ?? 8790);
const DIST = process.env.CAUCE_DIST ?? fileURLToPath(new URL('../dist/', import.meta.url));
const CSP = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const sessions = new Map();
const replays = new Map();
const jobs = new Map();
const events = new Map();
let seq = 0;

const etag = (text) => `"${createHash('sha1').update(text).digest('hex').slice(0, 16)}"`;

function send(res, status, body, headers = {}) {
  const text = body === undefined ? '' : JSON.stringify(body);
  res.writeHead(status, { 'Content-Type': status >= 400 ? 'application/problem+json' : 'application/json', 'Cache-Control': 'no-cache', ...headers });
  res.end(text);
}

async function read(req) {
  const chunks = [];
  for await (const c of req) chunks.push(c);
  return Buffer.concat(chunks).toString();
}

function out(module, record, fields) {
  const whole = { ...record, labels: labelsOf(module, record) };
  if (!fields) return whole;
  const names = new Set(['id', 'version', 'label', 'labels', ...fields.map((f) => f.split('.')[0])]);
  return Object.fromEntries(Object.entries(whole).filter(([k]) => names.has(k)));
}

function emit(type, record, changes, me) {
  const list = events.get(record.id) ?? [];
  list.unshift({ seq: ++seq, at: record.updated_at, type, actor: me?.id, version: record.version, changes });
  events.set(record.id, list);
}

/* Writes `changes` into the record after checking them as the entity layer would. */
function apply(module, record, changes, creating) {
  const errors = [];
  const flat = Object.entries(changes).flatMap(([k, v]) => (k === 'custom' && v ? Object.entries(v).map(([c, x]) => [`custom.${c}`, x]) : [[k, v]]));
  const bad = (name, code, detail) => errors.push({ pointer: `/${name.replace('.', '/')}`, code, detail });
  for (const [name, value] of flat) {
    const f = module.fields.find((x) => x.name === name);
    if (!f) bad(name, 'unknown_field', 'Este campo no existe.');
    else if (f.read_only || f.kind === 'number') bad(name, 'read_only', 'Este campo no se puede cambiar.');
    else if (value != null && f.kind === 'phone' && !/^\+?[\d\s()-]{7,20}$/.test(value)) bad(name, 'invalid_phone', 'El teléfono debe llevar indicativo, por ejemplo +573001234567.');
    else if (value != null && f.kind === 'tax_id' && !/^[\d.-]+$/.test(value)) bad(name, 'invalid_tax_id', 'La identificación lleva solo números y guion.');
    else if (value != null && f.unique && tables[module.path].some((r) => r !== record && !r.deleted_at && r[name] === value)) bad(name, 'unique', 'Ya existe otro registro con este valor.');
    else if (value == null && f.required) bad(name, 'required', 'Este campo es obligatorio.');
  }
  if (creating) for (const f of module.fields) if (f.required && !flat.some(([n]) => n === f.name)) bad(f.name, 'required', 'Este campo es obligatorio.');
  if (errors.length) throw new Refused(422, 'invalid', 'Hay campos por corregir.', { errors });
  const log = flat.map(([field, after]) => ({ field, before: valueOf(record, field) ?? null, after }));
  for (const [name, value] of flat) {
    const at = name.startsWith('custom.') ? (record.custom ??= {}) : record;
    const key = name.replace('custom.', '');
    if (value == null) delete at[key];
    else at[key] = value;
  }
  record.label = record.name || record.company || record.email || `${module.label.es} ${record.number ?? ''}`;
  return log;
}

function startImport(module, text, me) {
  const rows = text.split(/\r?\n/).filter((l) => l.trim());
  const names = rows[0].split(/[;,]/).map((h) => fold(h.replace(/^\uFEFF/, '').trim()));
  const columns = names.map((n) => module.fields.find((f) => [f.name, fold(f.label.es), fold(f.label.en)].includes(n))?.name);
  const job = { id: randomUUID(), kind: 'import', module: module.key, state: 'waiting', total: rows.length - 1, done: 0, rejected: 0, created_at: iso(Date.now()), rejects: [] };
  jobs.set(job.id, job);
  let line = 1;
  const timer = setInterval(() => {
    job.state = 'running';
    for (let n = 0; n < Math.max(5, job.total / 6) && line < rows.length; n++, line++) {
      const values = Object.fromEntries(rows[line].split(/[;,]/).map((v, i) => [columns[i], v.trim()]).filter(([c, v]) => c && v));
      const at = iso(Date.now());
      const record = { id: uuid(), version: 1, created_at: at, updated_at: at, created_by: me.id, custom: {} };
      try {
        apply(module, record, values, true);
        tables[module.path].unshift(record);
        job.done++;
      } catch (e) {
        const [first] = e.more?.errors ?? [];
        job.rejected++;
        if (job.rejects.length < 100) job.rejects.push({ row: line + 1, field: first?.pointer.slice(1).replace('/', '.'), code: first?.code, message: first?.detail });
      }
    }
    if (line < rows.length) return;
    Object.assign(job, { state: 'done', finished_at: iso(Date.now()) });
    clearInterval(timer);
  }, 700);
  return job;
}

async function records(req, res, url, module, [id, action], me) {
  const table = tables[module.path];
  const params = url.searchParams;
  if (!id && req.method === 'GET') {
    const limit = Math.min(Number(params.get('limit') ?? 50), 200);
    const { items, next } = page(sorted(module, select(module, table, params), params), params, limit);
    const fields = params.get('fields')?.split(',');
    return send(res, 200, { items: items.map((r) => out(module, r, fields)), next });
  }
  if (!id && req.method === 'POST') {
    const key = req.headers['idempotency-key'];
    const body = JSON.parse(await read(req));
    if (key && replays.has(key)) {
      const record = replays.get(key);
      return send(res, 201, out(module, record), { ETag: `"${record.version}"`, 'Idempotency-Replayed': 'true' });
    }
    const at = iso(Date.now());
    const record = { id: uuid(), version: 1, created_at: at, updated_at: at, created_by: me.id, updated_by: me.id, number: table.length + 1, custom: {} };
    const log = apply(module, record, body, true);
    table.unshift(record);
    emit('created', record, log, me);
    if (key) replays.set(key, record);
    return send(res, 201, out(module, record), { Location: `/api/v1/${module.path}/${record.id}`, ETag: '"1"' });
  }
  if (id === 'count') {
    const found = select(module, table, params, COUNT);
    const cap = Number(params.get('cap') ?? 10000);
    const by = params.get('group_by');
    const tally = new Map();
    if (by) for (const r of found) tally.set(valueOf(r, by), (tally.get(valueOf(r, by)) ?? 0) + 1);
    const groups = by && [...tally].map(([key, n]) => ({ key, count: n }));
    return send(res, 200, { count: cap ? Math.min(found.length, cap) : found.length, capped: cap > 0 && found.length > cap, ...(groups && { groups }) });
  }
  if (id === 'import' && req.method === 'POST') return send(res, 202, startImport(module, await read(req), me));
  if (id === 'jobs') return jobs.has(action) ? send(res, 200, jobs.get(action)) : send(res, 404, { code: 'not_found', status: 404, title: 'No existe' });

  const record = table.find((r) => r.id === id);
  if (!record || (record.deleted_at && action !== 'restore')) throw new Refused(404, 'not_found', 'Este registro no existe o no puede verlo.');
  const tag = `"${record.version}"`;
  if (action === 'history') {
    const born = { seq: 1, at: record.created_at, type: 'created', actor: users[0].id, version: 1, changes: [{ field: 'name', before: null, after: record.name }] };
    const before = Number(params.get('before') ?? Infinity);
    const items = (events.get(id) ?? [born]).filter((e) => e.seq < before).slice(0, 50);
    return send(res, 200, { items, actors: Object.fromEntries(users.map((u) => [u.id, u.name])) });
  }
  if (action === 'restore') {
    delete record.deleted_at;
    record.version++;
    record.updated_at = iso(Date.now());
    emit('restored', record, [], me);
    return send(res, 200, out(module, record), { ETag: `"${record.version}"` });
  }
  if (req.method === 'GET') return req.headers['if-none-match'] === tag ? send(res, 304, undefined, { ETag: tag }) : send(res, 200, out(module, record), { ETag: tag });
  if (!req.headers['if-match']) throw new Refused(428, 'precondition_required', 'Falta If-Match.');
  if (req.headers['if-match'] !== tag) throw new Refused(412, 'stale', 'Alguien cambió este registro mientras tanto.', { version: record.version });
  const log = req.method === 'PATCH' ? apply(module, record, JSON.parse(await read(req)), false) : [];
  Object.assign(record, { version: record.version + 1, updated_at: iso(Date.now()), updated_by: me.id });
  if (req.method === 'DELETE') {
    record.deleted_at = record.updated_at;
    emit('deleted', record, [], me);
    return send(res, 204, undefined);
  }
  emit('updated', record, log, me);
  return send(res, 200, out(module, record), { ETag: `"${record.version}"` });
}

async function session(req, res, me, token) {
  const shown = (u) => ({ user: { id: u.id, name: u.name, email: u.email, administrator: u.administrator }, expires_at: iso(Date.now() + 8 * 3_600_000) });
  if (req.method === 'POST') {
    const { email, password } = JSON.parse(await read(req));
    if (email !== 'admin@distrivalle.example' || password !== 'cauce') throw new Refused(401, 'bad_credentials', 'El correo o la contraseña no coinciden.');
    const fresh = randomUUID();
    sessions.set(fresh, users[0]);
    return send(res, 200, { token: fresh, ...shown(users[0]) }, { 'Set-Cookie': `__Host-cauce=${fresh}; HttpOnly; Secure; SameSite=Lax; Path=/` });
  }
  if (!me) throw new Refused(401, 'sign_in', 'Entre para continuar.');
  if (req.method === 'GET') return send(res, 200, shown(me));
  sessions.delete(token);
  return send(res, 204, undefined, { 'Set-Cookie': '__Host-cauce=; Max-Age=0; Secure; Path=/' });
}

async function api(req, res, url) {
  const token = /__Host-cauce=([^;]+)/.exec(req.headers.cookie ?? '')?.[1] ?? req.headers.authorization?.replace('Bearer ', '');
  const me = sessions.get(token);
  const [, , , first, ...rest] = url.pathname.split('/').map(decodeURIComponent);
  if (req.method !== 'GET' && req.headers['x-cauce'] !== '1') throw new Refused(403, 'cross_site', 'Falta X-Cauce.');
  if (first === 'session') return session(req, res, me, token);
  if (!me) throw new Refused(401, 'sign_in', 'Entre para continuar.');
  if (first === 'metadata') {
    const tag = etag(JSON.stringify(metadata));
    return req.headers['if-none-match'] === tag ? send(res, 304, undefined, { ETag: tag }) : send(res, 200, metadata, { ETag: tag });
  }
  if (first === 'cities') {
    const q = fold(url.searchParams.get('q') ?? '');
    return send(res, 200, { items: cities.filter((c) => c.code === q || fold(c.name).startsWith(q)).slice(0, 20) });
  }
  const module = metadata.modules.find((m) => m.path === first);
  if (!module) throw new Refused(404, 'not_found', 'No existe.');
  return records(req, res, url, module, rest, me);
}

async function file(res, path) {
  const name = extname(path) ? normalize(path) : '/index.html';
  try {
    const body = await readFile(join(DIST, name));
    const cache = name.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    res.writeHead(200, { 'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream', 'Content-Security-Policy': CSP, 'Cache-Control': cache });
    res.end(body);
  } catch {
    res.writeHead(404).end();
  }
}

createServer((req, res) => {
  const url = new URL(req.url, 'http://stand-in');
  const work = url.pathname.startsWith('/api/v1/') ? api(req, res, url) : file(res, url.pathname);
  work.catch((e) => {
    if (!(e instanceof Refused)) console.error(e);
    const status = e.status ?? 500;
    send(res, status, { type: 'about:blank', title: e.status ? e.message : 'Falla', status, code: e.code ?? 'fault', detail: e.status ? e.message : undefined, trace: randomUUID(), ...e.more });
  });
}).listen(PORT, '127.0.0.1', () => console.log(`stand-in: http://127.0.0.1:${PORT}`));
