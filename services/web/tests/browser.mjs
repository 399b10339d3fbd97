/* What the browser checks share: Debian's Chromium, a signed-in page, faults collected as they happen. */
import { chromium } from 'playwright-core';

export const BASE = process.env.CAUCE_URL ?? 'http://localhost:8080';
const EMAIL = process.env.CAUCE_EMAIL ?? 'admin@andina.example';
export const PASSWORD = process.env.CAUCE_PASSWORD ?? '';
const ARGS = [
  '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

export const launch = () => chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGS });

/* A page of that width, with what it complains about in `faults`. */
export async function open(browser, { width, height = width < 600 ? 740 : 900, theme = 'light', lang = 'es', touch = width < 600 }) {
  const context = await browser.newContext({
    viewport: { width, height }, locale: lang === 'es' ? 'es-CO' : 'en-US', timezoneId: 'America/Bogota', colorScheme: theme, hasTouch: touch,
    ignoreHTTPSErrors: true, serviceWorkers: 'block',
  });
  await context.addInitScript(([l]) => localStorage.setItem('RaStorecauce.lang', JSON.stringify(l)), [lang]);
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (e) => faults.push(`pageerror: ${e.message}`));
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && faults.push(`${m.type()}: ${m.text()}`));
  return { context, page, faults };
}

export async function signIn(page, path = '/') {
  await page.goto(BASE + path);
  await page.fill('input[name=email]', EMAIL);
  await page.fill('input[name=password]', PASSWORD);
  await page.click('button[type=submit]');
  await page.waitForSelector('input[name=password]', { state: 'detached' });
}
