// Debian's Chromium on the suite's client, signed in, with what the page complains about.
import { AxeBuilder } from '@axe-core/playwright'
import assert from 'node:assert/strict'
import { chromium } from 'playwright-core'

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync']

export const launch = () => chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGS })

// A page of that width at the sign-in screen; more: of newContext. Without a service worker: a test that answers requests itself
// (page.route) would not see those of one.
export async function openClient(browser, suite, width, more = {}) {
  const phone = width < 600
  const context = await browser.newContext({ viewport: { width, height: phone ? 740 : 900 }, hasTouch: phone, locale: 'es-CO', timezoneId: 'America/Bogota',
    baseURL: suite.browserUrl, serviceWorkers: 'block', ...more })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const faults = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => message.type() === 'error' && !/status of 4\d\d/.test(message.text()) && faults.push(message.text()))
  await page.goto('/')
  await page.fill('input[name=email]', suite.email)
  return { context, page, faults }
}

export async function enter(page, password) {
  await page.fill('input[name=password]', password)
  await page.getByRole('button', { name: 'Entrar', exact: true }).click()
  await page.waitForSelector('input[name=password]', { state: 'detached' })
}

// What is on screen is for everyone, and not wider than the screen. alike: what axe need not look at, as there is the same above it.
export async function sound(page, what, alike) {
  await page.waitForTimeout(250)
  const axe = new AxeBuilder({ page })
  const { violations } = await (alike ? axe.exclude(alike) : axe).analyze()
  // Menus and tooltips float beside the landmarks by design.
  const real = violations.filter(({ id, nodes }) => id !== 'region' || !nodes.every(({ html }) => /Mui(Popover|Popper|Menu)/.test(html)))
  assert.deepEqual(real.map(({ id, help, nodes }) => `${what}: ${id}: ${help}: ${nodes[0].html.slice(0, 200)}`), [])
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), `${what} is wider than the screen`)
}
