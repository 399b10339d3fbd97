/* Draws the icons of public/ from favicon.svg, by Debian's Chromium: node scripts/icons.mjs */
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const folder = new URL('../public/', import.meta.url).pathname;
const svg = readFileSync(`${folder}favicon.svg`, 'utf8');
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });

/* Maskable: any shape may be cut out of it, so the colour reaches the edges and the mark stays in the middle. */
async function draw(name, size, maskable) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const mark = maskable ? svg.replace(/rx="\d+"/, '') : svg;
  const room = maskable ? '20%' : '0';
  await page.setContent(`<body style="margin:0;${maskable ? 'background:#0b6a83' : ''}"><img style="display:block;box-sizing:border-box;padding:${room};width:100vw;height:100vh"
    src="data:image/svg+xml,${encodeURIComponent(mark)}">`);
  await page.screenshot({ path: `${folder}${name}.png`, omitBackground: !maskable });
  await page.close();
}
await draw('icon-192', 192, false);
await draw('icon-512', 512, false);
await draw('icon-maskable-512', 512, true);
await draw('icon-apple-180', 180, true);
await browser.close();
