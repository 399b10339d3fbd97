/*
 * Every screen, by name: the steps that lead to it from a signed-in page. A new screen is a line here; look.mjs opens all.
 */
import { BASE } from './browser.mjs';

const rows = (page) => page.waitForSelector('.body a');
const go = async (page, path) => {
  await page.goto(BASE + path);
  await page.waitForSelector('main [role=toolbar], main form, main [role=tablist], main [role=alert], main [role=status], main [type=checkbox]');
};
const toImport = async (page) => {
  await page.goto(`${BASE}/leads/import`);
  await page.waitForSelector('input[type=file]', { state: 'attached' });
};
const firstLead = async (page) => page.evaluate(async () => (await (await fetch('/api/v1/leads?limit=1&sort=-score')).json()).items[0].id);

const idOf = (page, path, nth = 0) => page.evaluate(async ([m, n]) => (await (await fetch(`/api/v1/${m}?limit=5`)).json()).items[n].id, [path, nth]);
const at = async (page, path, nth) => page.goto(`${BASE}/${path}/${await idOf(page, path, nth)}`);

const post = (page, method, path, body, headers = {}) =>
  page.evaluate(
    async ([m, p, b, h]) => (await fetch(`/api/v1${p}`, { method: m, headers: { 'X-Cauce': '1', 'Content-Type': 'application/json', ...h }, body: JSON.stringify(b) })).json(),
    [method, path, body, headers],
  );

export const SCREENS = {
  views: async (p) => { await go(p, '/leads?mine=false'); await rows(p); await p.click('[role=toolbar] button[aria-haspopup=menu]'); await p.waitForSelector('[role=menu]'); },
  menu: async (p) => { await go(p, '/leads?mine=false'); await rows(p); await p.click('header button[aria-haspopup=menu]'); await p.waitForSelector('[role=menu]'); },
  keys: async (p) => { await go(p, '/leads?mine=false'); await rows(p); await p.keyboard.press('?'); await p.waitForSelector('[role=dialog]'); },
  rail: async (p) => { await go(p, '/leads?mine=false'); await rows(p); await p.focus('nav a'); await p.waitForTimeout(300); },
  removed: async (p) => {
    const { id } = await post(p, 'POST', '/leads', { name: 'Uno que se borra' });
    await go(p, `/leads/${id}`);
    await p.locator('button[aria-label=Eliminar], button[aria-label=Delete]').click();
    await p.waitForSelector('.MuiSnackbar-root button');
  },
  conflict: async (p) => {
    const lead = await post(p, 'POST', '/leads', { name: 'Choque', company: 'Antes S.A.S.', stage: 'offer', city: '05001' });
    await go(p, `/leads/${lead.id}/edit`);
    await p.fill('main form [name=company]', 'Soluciones Integrales de la Costa Pacífica y Caribe S.A.S.');
    await p.fill('main form [name=name]', 'Choque de dos');
    const { version } = await p.evaluate(async (id) => (await fetch(`/api/v1/leads/${id}`)).json(), lead.id);
    await post(p, 'PATCH', `/leads/${lead.id}`, { company: 'Después Ltda.', name: 'Choque de tres', stage: 'decision' }, { 'If-Match': `"${version}"` });
    await p.keyboard.press('Control+Enter');
    await p.waitForSelector('[role=radiogroup]');
  },
  leave: async (p) => {
    await go(p, `/leads/${await firstLead(p)}/edit`);
    await p.fill('main form [name=company]', 'A medias');
    await p.click('nav a[href="/tasks"]');
    await p.waitForSelector('[role=dialog]');
  },
  job: async (p) => {
    await toImport(p);
    const lines = ['Nombre,Empresa,Teléfono', ...Array.from({ length: 12 }, (_, i) => `Importado ${i},Empresa ${i},${i % 4 ? '+573001234567' : 'x'}`)];
    await p.setInputFiles('input[type=file]', { name: 'prospectos.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) });
    await p.locator('main button.MuiButton-contained').click();
    await p.waitForSelector('main table', { timeout: 60_000 });
  },
  list: async (p) => { await go(p, '/leads?mine=false'); await rows(p); },
  filtered: async (p) => { await go(p, '/leads?mine=false&stage[in]=offer,negotiation&contacted_by_sales[eq]=true&sort=label'); await rows(p); },
  groups: async (p) => { await go(p, '/leads?mine=false&view=by_stage&group=offer'); await rows(p); },
  nothing: async (p) => { await go(p, '/leads?mine=false&q=zzzzzz'); await p.waitForSelector('main [role=status] p'); },
  failed: async (p) => {
    await p.route('**/api/v1/tasks?*', (r) => r.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"code":"fault","trace":"4f1c2a77"}' }));
    await go(p, '/tasks');
    await p.waitForSelector('main [role=alert]');
  },
  filter: async (p) => {
    await go(p, '/leads?mine=false');
    await rows(p);
    await p.keyboard.press('f');
    await p.waitForSelector('[role=dialog] input, [role=dialog] button');
    await p.keyboard.type('eta');
    await p.keyboard.press('ArrowDown');
    await p.keyboard.press('Enter');
    await p.waitForTimeout(200);
  },
  record: async (p) => { await go(p, `/leads/${await firstLead(p)}`); await p.waitForSelector('dl'); },
  edit: async (p) => { await go(p, `/leads/${await firstLead(p)}/edit`); await p.waitForSelector('main form input'); },
  history: async (p) => { await go(p, `/leads/${await firstLead(p)}/history`); await p.waitForSelector('main ol li'); },
  create: async (p) => { await go(p, '/tasks/new'); await p.waitForSelector('main form input'); await p.keyboard.press('Control+Enter'); },
  import: toImport,
  missing: async (p) => { await go(p, '/leads/01900001-0000-7000-8000-00000000dead'); await p.waitForSelector('main [role=status] p'); },
  mine: async (p) => { await go(p, '/leads'); },
  palette: async (p) => { await go(p, '/leads?mine=false'); await p.keyboard.press('Control+k'); await p.waitForSelector('[role=combobox]'); },
  found: async (p) => { await go(p, '/leads?mine=false'); await p.keyboard.press('Control+k'); await p.keyboard.type('solu'); await p.waitForTimeout(1500); },
  go: async (p) => { await go(p, '/leads?mine=false'); await rows(p); await p.keyboard.press('g'); },
  notices: async (p) => { await go(p, '/leads?mine=false'); await p.locator('header button[aria-haspopup=dialog]').click(); await p.waitForTimeout(300); },
  admin: async (p) => { await p.goto(`${BASE}/admin`); await p.waitForSelector('main section'); },
  board: async (p) => { await p.goto(`${BASE}/leads/board?mine=false&by=stage`); await p.waitForSelector('[data-card]'); },
  chosencards: async (p) => {
    await p.goto(`${BASE}/leads/board?mine=false&by=stage`);
    await p.locator('[data-card]').first().focus();
    for (const key of ['x', 'Shift+ArrowDown', 'Shift+ArrowDown']) await p.keyboard.press(key);
    await p.waitForTimeout(300);
  },
  byother: async (p) => { await p.goto(`${BASE}/leads/board?mine=false&by=source`); await p.waitForSelector('[data-card]'); },
  chosen: async (p) => {
    await go(p, '/leads?mine=false');
    await rows(p);
    await p.keyboard.press('x');
    for (let i = 0; i < 3; i++) await p.keyboard.press('Shift+ArrowDown');
    await p.waitForTimeout(400);
  },
  columns: async (p) => { await go(p, '/leads?mine=false'); await rows(p); await p.keyboard.press('o'); await p.waitForTimeout(400); },
  cell: async (p) => { await go(p, '/leads?mine=false'); await rows(p); await p.keyboard.press('F2'); await p.waitForTimeout(400); },
  newlead: async (p) => { await go(p, '/leads/new'); await p.waitForSelector('main form input'); },
  inline: async (p) => { await go(p, `/leads/${await firstLead(p)}`); await p.waitForSelector('dl'); await p.locator('dd button').first().click(); await p.waitForTimeout(400); },
  related: async (p) => { await go(p, `/leads/${await firstLead(p)}`); await p.waitForSelector('dl'); await p.locator('main [role=tab]').first().click(); await p.waitForTimeout(700); },
  tasks: async (p) => { await go(p, '/tasks?mine=false'); await rows(p); },
  task: async (p) => { await go(p, '/tasks?mine=false'); await rows(p); await p.goto(BASE + (await p.locator('.body a').first().getAttribute('href'))); await p.waitForSelector('dl'); },
  users: async (p) => { await go(p, '/users?mine=false'); await rows(p); },
  user: async (p) => { await at(p, 'users'); await p.waitForSelector('dl'); },
  newuser: async (p) => { await go(p, '/users/new'); await p.waitForSelector('main form input'); },
  roles: async (p) => { await p.goto(`${BASE}/roles`); await p.waitForSelector('[role=treeitem]'); },
  role: async (p) => { await p.goto(`${BASE}/roles`); await p.locator('[role=treeitem]').nth(1).click(); await p.waitForTimeout(700); },
  groupslist: async (p) => { await go(p, '/groups'); await rows(p); },
  group: async (p) => { await at(p, 'groups'); await p.waitForSelector('main table, main li'); },
  profiles: async (p) => { await go(p, '/profiles'); await rows(p); },
  profile: async (p) => { await at(p, 'profiles', 1); await p.waitForTimeout(1000); },
  newprofile: async (p) => { await p.goto(`${BASE}/profiles/new`); await p.waitForSelector('main form input, main input'); },
  defaults: async (p) => { await p.goto(`${BASE}/default-access`); await p.waitForSelector('main [role=radiogroup], main [role=combobox], main select, main table'); },
  sharing: async (p) => { await p.goto(`${BASE}/sharing-rules`); await p.waitForTimeout(1000); },
  newsharing: async (p) => { await p.goto(`${BASE}/sharing-rules/new`); await p.waitForTimeout(1000); },
  assigning: async (p) => { await p.goto(`${BASE}/assignment-rules`); await p.waitForTimeout(1000); },
  newassigning: async (p) => { await p.goto(`${BASE}/assignment-rules/new`); await p.waitForTimeout(1000); },
  explain: async (p) => { await p.goto(`${BASE}/admin/explain?module=leads.lead&record=${await firstLead(p)}&user=${await idOf(p, 'users', 2)}`); await p.waitForTimeout(1200); },
  sessions: async (p) => { await go(p, '/sessions'); await rows(p); },
  accesses: async (p) => { await go(p, '/accesses'); await rows(p); },
  keyslist: async (p) => { await go(p, '/api-keys'); await p.waitForTimeout(700); },
  guide: async (p) => { await p.goto(`${BASE}/guide`); await p.waitForSelector('main h2'); },
  account: async (p) => { await p.goto(`${BASE}/account`); await p.waitForTimeout(1000); },
  factor: async (p) => { await p.goto(`${BASE}/account#second-factor`); await p.waitForTimeout(1000); },
  newkey: async (p) => { await p.goto(`${BASE}/account#keys`); await p.waitForTimeout(1000); await p.locator('#keys button').first().click(); await p.waitForTimeout(700); },
  jobs: async (p) => { await p.goto(`${BASE}/jobs`); await p.waitForTimeout(1000); },
};
