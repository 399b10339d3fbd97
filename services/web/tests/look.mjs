/*
 * Opens every screen at three widths, in both themes and languages, saves what it looks like and asks axe about it:
 * node tests/look.mjs OUT_FOLDER [filter]. Needs dist/ and a gateway or the stand-in (CAUCE_URL).
 */
import { mkdirSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { BASE, launch, open, signIn } from './browser.mjs';

const out = process.argv[2] ?? '/tmp/cauce-look';
const only = new RegExp(process.argv[3] ?? '.');
mkdirSync(out, { recursive: true });

const rows = (page) => page.waitForSelector('.body a');
const go = async (page, path) => {
  await page.goto(BASE + path);
  await page.waitForSelector('main [role=toolbar], main form, main [role=tablist], main [role=alert], main [role=status], main [type=checkbox]');
};
const firstLead = async (page) => page.evaluate(async () => (await (await fetch('/api/v1/leads?limit=1&sort=-score')).json()).items[0].id);

const SCREENS = {
  list: async (p) => { await go(p, '/leads'); await rows(p); },
  filtered: async (p) => { await go(p, '/leads?stage[in]=offer,negotiation&contacted_by_sales[eq]=true&sort=label'); await rows(p); },
  groups: async (p) => { await go(p, '/leads?view=by_stage&group=offer'); await rows(p); },
  nothing: async (p) => { await go(p, '/leads?q=zzzzzz'); await p.waitForSelector('main [role=status] p'); },
  failed: async (p) => {
    await p.route('**/api/v1/tasks?*', (r) => r.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"code":"fault","trace":"4f1c2a77"}' }));
    await go(p, '/tasks');
    await p.waitForSelector('main [role=alert]');
  },
  filter: async (p) => {
    await go(p, '/leads');
    await rows(p);
    await p.click('button[aria-haspopup=dialog]');
    await p.waitForSelector('[role=dialog] input');
    await p.keyboard.type('eta');
    await p.keyboard.press('ArrowDown');
    await p.keyboard.press('Enter');
    await p.waitForTimeout(200);
  },
  record: async (p) => { await go(p, `/leads/${await firstLead(p)}`); await p.waitForSelector('dl'); },
  edit: async (p) => { await go(p, `/leads/${await firstLead(p)}/edit`); await p.waitForSelector('main form input'); },
  history: async (p) => { await go(p, `/leads/${await firstLead(p)}/history`); await p.waitForSelector('main ol li'); },
  create: async (p) => { await go(p, '/tasks/new'); await p.waitForSelector('main form input'); await p.keyboard.press('Control+Enter'); },
  import: async (p) => { await go(p, '/leads/import'); },
  missing: async (p) => { await go(p, '/leads/01900001-0000-7000-8000-00000000dead'); await p.waitForSelector('main [role=status] p'); },
};

const browser = await launch();
let bad = 0;
for (const width of [360, 768, 1440]) {
  for (const theme of ['light', 'dark']) {
    const lang = theme === 'light' ? 'es' : 'en';
    const { context, page, faults } = await open(browser, { width, theme, lang });
    const shoot = async (name) => {
      const label = `${name}-${width}-${theme}-${lang}`;
      await page.waitForTimeout(250);
      await page.screenshot({ path: `${out}/${label}.png` });
      const { violations } = await new AxeBuilder({ page }).analyze();
      for (const v of violations) {
        bad++;
        console.log(`${label}: ${v.id}: ${v.help}\n    ${v.nodes.slice(0, 2).map((n) => n.html.slice(0, 160)).join('\n    ')}`);
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth + 1);
      if (wide) { bad++; console.log(`${label}: wider than the screen`); }
      for (const f of faults.splice(0)) if (!/status of (401|404|500)/.test(f)) { bad++; console.log(`${label}: ${f}`); }
    };
    await page.goto(BASE);
    await page.waitForSelector('input[name=email]');
    if (only.test('signin')) await shoot('signin');
    await signIn(page);
    for (const [name, make] of Object.entries(SCREENS)) {
      if (!only.test(name)) continue;
      await make(page);
      await shoot(name);
      await page.unrouteAll();
    }
    await context.close();
  }
}
await browser.close();
console.log(bad ? `${bad} to mend` : 'nothing to mend');
process.exitCode = bad ? 1 : 0;
