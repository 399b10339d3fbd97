/*
 * Does what people do, in the browser, and checks what comes of it: node tests/walk.mjs [filter]. Needs dist/ and a gateway
 * or the stand-in (CAUCE_URL). It creates, changes and deletes records.
 */
import assert from 'node:assert/strict';
import { BASE, launch, open, signIn } from './browser.mjs';

const only = new RegExp(process.argv[2] ?? '.');
const rows = (page) => page.waitForSelector('.body a');
const count = (page, selector) => page.locator(selector).count();
const api = (page, method, path, body, headers = {}) =>
  page.evaluate(
    async ([m, p, b, h]) => {
      const res = await fetch(`/api/v1${p}`, { method: m, headers: { 'X-Cauce': '1', 'Content-Type': 'application/json', ...h }, body: b && JSON.stringify(b) });
      return { status: res.status, body: res.status === 204 ? null : await res.json() };
    },
    [method, path, body, headers],
  );
const anyLead = async (page) => (await api(page, 'GET', '/leads?limit=1&sort=label')).body.items[0];
const makeLead = async (page, name) => (await api(page, 'POST', '/leads', { name, company: 'Pruebas S.A.S.', stage: 'offer' })).body;
const field = (page, name) => page.locator(`main form [name="${name}"]`);
const status = (page) => page.locator('main [role=status]').last();

const CHECKS = {
  'a list is read to its depth, and a reload stands at the same row': async (page) => {
    await page.goto(`${BASE}/leads`);
    await rows(page);
    const scroller = page.locator('[role=table]').locator('..');
    for (let i = 1; i <= 40 && (await scroller.evaluate((el) => el.scrollTop)) < 16_000; i++) {
      await scroller.evaluate((el) => el.scrollTo(0, el.scrollHeight));
      await page.waitForTimeout(120);
    }
    const before = await page.evaluate(() => document.querySelectorAll('.body [role=row]').length);
    assert.ok(before < 120, `only what is seen is drawn: ${before} rows`);
    const top = await scroller.evaluate((el) => { el.scrollTop = Math.floor(el.scrollTop * 0.7); return el.scrollTop; });
    assert.ok(top > 3_000, `scrolled to ${top}`);
    await page.waitForTimeout(600);
    const name = () => page.evaluate(() => {
      const box = document.querySelector('[role=table]').parentElement.getBoundingClientRect();
      return document.elementFromPoint(box.left + 40, box.top + 200).closest('[role=row]').innerText;
    });
    const row = await name();
    const asked = [];
    page.on('request', (r) => r.url().includes('/leads?') && asked.push(r.url()));
    await page.reload();
    await rows(page);
    await page.waitForTimeout(400);
    assert.equal(await name(), row);
    assert.ok(asked.length <= 3, `a reload reads what is seen: ${asked.length} requests`);
  },

  'keys: J K Enter Escape / C': async (page) => {
    await page.goto(`${BASE}/leads`);
    await rows(page);
    for (const key of ['j', 'j', 'j', 'k']) await page.keyboard.press(key);
    const name = await page.evaluate(() => document.activeElement.innerText);
    assert.equal(await page.evaluate(() => document.activeElement.dataset.row), '1');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=tablist]');
    assert.equal(await page.locator('header h1').innerText(), name);
    await page.keyboard.press('Escape');
    await rows(page);
    await page.waitForTimeout(200);
    assert.ok(await count(page, '.row.active'), 'the row that was open is marked');
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-keyshortcuts')), '/');
    await page.keyboard.type('c');
    assert.ok(page.url().includes('/leads'), 'a letter in the search box is a letter');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('c');
    await page.waitForSelector('main form');
    assert.ok(page.url().endsWith('/leads/new'));
  },

  'search, view, sort and filters live in the address': async (page) => {
    await page.goto(`${BASE}/leads`);
    await rows(page);
    await page.fill('input[type=search]', 'restrepo');
    await page.waitForURL(/q=restrepo/);
    await page.locator('[role=columnheader] button').first().click();
    await page.waitForURL(/sort=/);
    await page.locator('[role=toolbar] button[aria-haspopup=dialog]').click();
    await page.waitForSelector('[role=dialog] input');
    await page.keyboard.type('estado');
    await page.keyboard.press('Enter');
    await page.waitForTimeout(150);
    await page.locator('[role=dialog] [role=combobox]').last().fill('nuevo');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.locator('[role=dialog] button[type=submit]').click();
    await page.waitForURL(/status\[in\]=new/);
    await rows(page);
    await page.reload();
    await rows(page);
    assert.equal(await page.inputValue('input[type=search]'), 'restrepo');
    assert.equal(await count(page, '[role=toolbar] .MuiChip-root'), 1);
    await page.goBack();
    await page.waitForFunction(() => !document.querySelector('[role=toolbar] .MuiChip-root'));
  },

  'how many there are is told to who asks': async (page) => {
    await page.goto(`${BASE}/leads?consent[ne]=false`);
    await rows(page);
    const { count: n } = (await api(page, 'GET', '/leads/count?consent[ne]=false')).body;
    await page.locator('main button', { hasText: 'Contar' }).click();
    await page.waitForFunction((text) => document.querySelector('main').innerText.includes(`${text} en total`), n.toLocaleString('es-CO'));
  },

  'a grouped view shows counts and opens a group': async (page) => {
    await page.goto(`${BASE}/leads?view=by_stage`);
    await page.waitForSelector('.group');
    assert.ok((await count(page, '.group')) >= 2);
    await page.locator('.group button').first().click();
    await rows(page);
    assert.ok(page.url().includes('group='));
  },

  'create: faults at the field, then the record': async (page) => {
    await page.goto(`${BASE}/tasks/new`);
    await field(page, 'name').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('main form [aria-invalid=true]');
    await field(page, 'name').fill('Llamar a la tienda');
    const lead = page.locator('main form [role=combobox]').first();
    await lead.click();
    await lead.fill((await anyLead(page)).label.slice(0, 6));
    await page.waitForSelector('[role=option]');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/\/tasks\/[0-9a-f-]{36}$/);
    await page.waitForFunction(() => document.querySelector('header h1')?.innerText === 'Llamar a la tienda');
  },

  'the server’s fault stands at its field and nothing is lost': async (page) => {
    const lead = await makeLead(page, 'Prueba de Faltas');
    await page.goto(`${BASE}/leads/${lead.id}/edit`);
    await field(page, 'tax_id').fill('no es un nit');
    await field(page, 'company').fill('Otra S.A.S.');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('main form [name=tax_id][aria-invalid=true]');
    assert.equal(await field(page, 'company').inputValue(), 'Otra S.A.S.');
    await field(page, 'tax_id').fill('900123456-8');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(new RegExp(`${lead.id}$`));
    assert.equal((await api(page, 'GET', `/leads/${lead.id}`)).body.company, 'Otra S.A.S.');
  },

  'two people at once: mine or theirs by field': async (page) => {
    const lead = await makeLead(page, 'Prueba de Choque');
    await page.goto(`${BASE}/leads/${lead.id}/edit`);
    await field(page, 'company').fill('Lo mío');
    await field(page, 'address').fill('Calle 1 # 2-3');
    const other = { company: 'Lo de ellos', email: 'otra@correo.example' };
    await api(page, 'PATCH', `/leads/${lead.id}`, other, { 'If-Match': `"${lead.version}"` });
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('[role=dialog] [role=radiogroup]');
    assert.equal(await count(page, '[role=dialog] [role=radiogroup]'), 1);
    await page.locator('[role=dialog] [role=radio]').last().click();
    await page.locator('[role=dialog] button', { hasText: 'Guardar esta' }).click();
    await page.waitForURL(new RegExp(`${lead.id}$`));
    const now = (await api(page, 'GET', `/leads/${lead.id}`)).body;
    assert.deepEqual([now.company, now.email], ['Lo de ellos', 'otra@correo.example']);
    assert.ok(now.address.startsWith('Calle 1'));
  },

  'unsaved changes are not lost by a slip': async (page) => {
    const lead = await anyLead(page);
    await page.goto(`${BASE}/leads/${lead.id}/edit`);
    await field(page, 'company').fill('A medias');
    await page.locator('nav a[href="/tasks"]').click();
    await page.waitForSelector('[role=dialog]');
    await page.locator('[role=dialog] button', { hasText: 'Seguir' }).click();
    assert.equal(await field(page, 'company').inputValue(), 'A medias');
    await page.locator('button[aria-label="Idioma: English"]').click();
    await page.waitForSelector('main button:has-text("Save")');
    assert.equal(await field(page, 'company').inputValue(), 'A medias', 'another language takes nothing down');
    await page.locator('button[aria-label="Language: Español"]').click();
    await page.locator('nav a[href="/tasks"]').click();
    await page.locator('[role=dialog] button', { hasText: 'Salir' }).click();
    await page.waitForURL(/\/tasks/);
  },

  'deleted, and back by undo': async (page) => {
    const lead = await makeLead(page, 'Prueba de Borrado');
    await page.goto(`${BASE}/leads/${lead.id}`);
    await page.locator('button[aria-label=Eliminar]').click();
    await page.waitForURL(/\/leads$/);
    assert.equal((await api(page, 'GET', `/leads/${lead.id}`)).status, 404);
    await page.locator('.MuiSnackbar-root button').click();
    await page.waitForFunction(() => /de vuelta/.test(document.body.innerText));
    assert.equal((await api(page, 'GET', `/leads/${lead.id}`)).status, 200);
  },

  'history tells who changed what': async (page) => {
    const lead = await makeLead(page, 'Prueba de Historia');
    await api(page, 'PATCH', `/leads/${lead.id}`, { stage: 'decision' }, { 'If-Match': `"${lead.version}"` });
    await page.goto(`${BASE}/leads/${lead.id}/history`);
    await page.waitForSelector('main ol li');
    const text = await page.locator('main ol').innerText();
    assert.match(text, /Oferta presentada\s*→\s*Decisión/);
  },

  'a session that ends in the middle costs no work': async (page) => {
    const lead = await makeLead(page, 'Prueba de Sesión');
    await page.goto(`${BASE}/leads/${lead.id}/edit`);
    await field(page, 'company').fill('Escrito antes');
    await api(page, 'DELETE', '/session');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('input[name=password]');
    await page.fill('input[name=password]', process.env.CAUCE_PASSWORD ?? 'cauce');
    await page.keyboard.press('Enter');
    await page.waitForSelector('input[name=password]', { state: 'detached' });
    assert.equal(await field(page, 'company').inputValue(), 'Escrito antes');
    await page.locator('main button[type=submit]').click();
    await page.waitForURL(new RegExp(`${lead.id}$`));
  },

  'a file goes in, and says which rows did not': async (page) => {
    await page.goto(`${BASE}/leads/import`);
    const lines = ['Nombre,Empresa,Teléfono', ...Array.from({ length: 30 }, (_, i) => `Importado ${i},Empresa ${i},${i % 10 ? '+573001234567' : 'x'}`)];
    await page.setInputFiles('input[type=file]', { name: 'prospectos.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) });
    await page.locator('main button', { hasText: /^Importar$/ }).click();
    await page.waitForURL(/job=/);
    await page.waitForSelector('main table', { timeout: 60_000 });
    assert.equal(await count(page, 'main tbody tr'), 3);
    assert.match(await page.locator('main dl').innerText(), /27/);
  },

  'the line under the list knows when it has all': async (page) => {
    await page.goto(`${BASE}/users`);
    await rows(page);
    assert.match(await status(page).innerText(), /en total/);
  },
};

const browser = await launch();
let failed = 0;
for (const [name, check] of Object.entries(CHECKS)) {
  if (!only.test(name)) continue;
  const { context, page, faults } = await open(browser, { width: 1280 });
  try {
    await signIn(page);
    await check(page);
    const odd = faults.filter((f) => !/status of 4\d\d/.test(f));
    assert.deepEqual(odd, []);
    console.log(`ok    ${name}`);
  } catch (e) {
    failed++;
    await page.screenshot({ path: `/tmp/walk-${failed}.png` });
    console.log(`FAIL  ${name}\n      ${String(e.message).split('\n').slice(0, 6).join('\n      ')}\n      /tmp/walk-${failed}.png, ${page.url()}`);
  }
  await context.close();
}
await browser.close();
process.exitCode = failed ? 1 : 0;
