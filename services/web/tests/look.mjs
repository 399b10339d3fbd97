/*
 * Opens every screen of screens.mjs at four widths, light in Spanish and dark in English, saves what it looks like and asks axe
 * about it: node tests/look.mjs OUT_FOLDER [filter]. Needs a suite that runs (CAUCE_URL, CAUCE_PASSWORD). WIDTHS=360,1440 for
 * some of them; PAIRS=light-en,dark-es for other pairs.
 */
import { mkdirSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { BASE, launch, open, signIn } from './browser.mjs';
import { SCREENS } from './screens.mjs';

const out = process.argv[2] ?? '/tmp/cauce-look';
const only = new RegExp(process.argv[3] ?? '.');
mkdirSync(out, { recursive: true });

const browser = await launch();
let bad = 0;
const widths = (process.env.WIDTHS ?? '360,768,1440,1920').split(',').map(Number);
const pairs = (process.env.PAIRS ?? 'light-es,dark-en').split(',').map((p) => p.split('-'));
for (const width of widths) {
  for (const [theme, lang] of pairs) {
    const { context, page, faults } = await open(browser, { width, theme, lang });
    const shoot = async (name) => {
      const label = `${name}-${width}-${theme}-${lang}`;
      await page.waitForTimeout(250);
      await page.screenshot({ path: `${out}/${label}.png` });
      const { violations } = await new AxeBuilder({ page }).analyze();
      /* menus and tooltips float beside the landmarks by design */
      const floats = (v) => v.id === 'region' && v.nodes.every((n) => /Mui(Popover|Popper|Menu)/.test(n.html));
      for (const v of violations.filter((x) => !floats(x))) {
        bad++;
        console.log(`${label}: ${v.id}: ${v.help}\n    ${v.nodes.slice(0, 2).map((n) => n.html.slice(0, 160)).join('\n    ')}`);
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth + 1);
      if (wide) { bad++; console.log(`${label}: wider than the screen`); }
      for (const f of faults.splice(0)) if (!/status of (4\d\d|500)|Service Worker registration blocked/.test(f)) { bad++; console.log(`${label}: ${f}`); }
    };
    await page.goto(BASE);
    await page.waitForSelector('input[name=email]');
    if (only.test('signin')) await shoot('signin');
    await signIn(page);
    for (const [name, make] of Object.entries(SCREENS)) {
      if (!only.test(name)) continue;
      try {
        await make(page);
        await shoot(name);
      } catch (e) {
        bad++;
        console.log(`${name}-${width}-${theme}-${lang}: ${e.message.split('\n')[0]}`);
      }
      await page.unrouteAll();
    }
    await context.close();
  }
}
await browser.close();
console.log(bad ? `${bad} to mend` : 'nothing to mend');
process.exitCode = bad ? 1 : 0;
