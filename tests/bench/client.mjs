// P16: the web client in Debian's Chromium, signed in, on its first list and a record of a company of that size.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { QUICK } from './measure.mjs'

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const LIST = '/leads?mine=false', ROWS = '[role=rowgroup] [role=row] a'
const LOADS = QUICK ? 5 : 20, SCROLLED = QUICK ? 2000 : 10_000
const at = (list, q) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))]

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

// A browser as people have one, its first tab signed in; Lighthouse opens its tabs in the same.
async function openBrowser(suite, email = suite.email) {
  const folder = mkdtempSync(join(tmpdir(), 'cauce-bench-'))
  const port = await freePort()
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: '/usr/bin/chromium', args: [...ARGS, `--remote-debugging-port=${port}`], viewport: { width: 1440, height: 900 }, locale: 'es-CO', baseURL: suite.browserUrl,
  })
  const page = context.pages()[0] ?? await context.newPage()
  page.setDefaultTimeout(60_000)
  await page.goto('/')
  await page.fill('input[name=email]', email)
  await page.fill('input[name=password]', suite.password)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav a')
  return { page, port, close: async () => { await context.close(); rmSync(folder, { recursive: true, force: true }) } }
}

// All script that the first list needs, as it comes over the wire, in kB.
async function script(page) {
  await page.goto(LIST)
  await page.waitForSelector(ROWS)
  return page.evaluate(() => performance.getEntriesByType('resource').filter((r) => /\.js$/.test(r.name)).reduce((sum, r) => sum + r.encodedBodySize, 0) / 1000)
}

// From the address to the rows, in ms.
async function loads(page) {
  const all = []
  for (let i = 0; i < LOADS; i++) {
    await page.goto(LIST, { waitUntil: 'commit' })
    await page.waitForSelector(ROWS)
    all.push(await page.evaluate((rows) => new Promise((resolve) => {
      const look = () => (document.querySelector(rows) ? resolve(performance.now()) : requestAnimationFrame(look))
      look()
    }), ROWS))
  }
  return all
}

// Scrolled as fast as a wheel goes; the time of each frame, in ms.
function scroll(page, rows) {
  return page.evaluate((goal) => new Promise((resolve) => {
    let scroller = document.querySelector('[role=rowgroup]')
    while (scroller && scroller.scrollHeight <= scroller.clientHeight + 1) scroller = scroller.parentElement
    const frames = [], began = performance.now()
    let last = began, ghosts = 0, still = 0
    const step = (now) => {
      frames.push(now - last)
      last = now
      const before = scroller.scrollTop
      scroller.scrollTop += 260
      still = scroller.scrollTop === before ? still + 1 : 0
      const seen = [...scroller.querySelectorAll('[role=row][aria-rowindex]')]
      if (seen.some((row) => row.ariaBusy === 'true')) ghosts++
      const reached = Number(seen.at(-1)?.getAttribute('aria-rowindex') ?? 0)
      if (reached >= goal || still > 300 || now - began > 120_000) resolve({ frames: frames.slice(2), ghosts, reached, seconds: (now - began) / 1000 })
      else requestAnimationFrame(step)
    }
    requestAnimationFrame(step)
  }), rows)
}

// People who see all, 1 % and 0.005 % of a million.
const SEES = { 'usuario000@andina.example': '100 %', 'usuario298@andina.example': '1 %', 'usuario299@andina.example': '0.005 %' }

// From the click on each ready-made view to its rows on the screen, in ms; each is read for the first time. Views that group
// rows open closed: they are left out.
async function views(page) {
  await page.goto(LIST)
  await page.waitForSelector(ROWS)
  const names = await page.evaluate(async () => {
    const { modules } = await (await fetch('/api/v1/metadata')).json()
    return modules.find(({ path }) => path === 'leads').views.filter((view) => !view.group_by).map(({ label }) => label.es)
  })
  const all = []
  for (const name of names.slice(1)) {
    await page.locator('[role=toolbar] button[aria-keyshortcuts=v]').click()
    const item = page.getByRole('menuitemradio', { name, exact: true })
    await item.evaluate((chosen, list) => {
      performance.clearResourceTimings()
      const painted = (began, resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)))
      window.shown = new Promise((resolve) => chosen.addEventListener('click', ({ timeStamp }) => {
        const look = () => {
          const asked = performance.getEntriesByType('resource').filter(({ name: url, startTime }) => startTime >= timeStamp && url.includes(list))
          const there = asked.length && asked.every(({ responseEnd }) => responseEnd) && !document.querySelector('[role=row][aria-busy=true]') &&
            document.querySelector('[role=rowgroup] [role=row] a, main [role=status] p')
          if (there) painted(timeStamp, resolve)
          else requestAnimationFrame(look)
        }
        look()
      }, { capture: true, once: true }))
    }, '/api/v1/leads?')
    await item.click()
    all.push(await page.evaluate(() => window.shown))
  }
  return all
}

// From the click on "board" to its first cards, in ms.
async function boards(page) {
  const all = []
  for (let i = 0; i < LOADS; i++) {
    await page.goto(LIST)
    await page.waitForSelector(ROWS)
    all.push(await page.locator('[role=toolbar] a[href*="/leads/board"]').evaluate((button) => new Promise((resolve) => {
      const began = performance.now()
      button.click()
      const look = () => (document.querySelector('[data-card]') ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began))) : requestAnimationFrame(look))
      look()
    })))
  }
  return all
}

async function lighthouse(port, url) {
  let run
  try {
    run = (await import(new URL('./screen/node_modules/lighthouse/core/index.js', import.meta.url).href)).default
  } catch {
    return null
  }
  const { lhr } = await run(url, { port, output: 'json', logLevel: 'error', disableStorageReset: true, onlyCategories: ['performance', 'accessibility', 'best-practices'] })
  const missed = Object.values(lhr.categories).filter((c) => c.id !== 'performance').flatMap((c) => c.auditRefs).filter(({ id, weight }) => weight && lhr.audits[id].score !== null && lhr.audits[id].score < 1).map(({ id }) => id)
  return { usable: lhr.audits.interactive.numericValue, accessibility: 100 * lhr.categories.accessibility.score, practices: 100 * lhr.categories['best-practices'].score, missed,
    performance: 100 * lhr.categories.performance.score }
}

export async function rowsOfClient(bench) {
  if (!bench.wants('P16')) return
  const { suite, report } = bench
  const { page, port, close } = await openBrowser(suite)
  try {
    const kB = await script(page)
    report.goal({ row: 'P16', what: 'script of the first list, kB packed', ours: kB, value: kB, atMost: 400 })

    const times = await loads(page)
    report.row({ row: 'P16', what: 'list on screen, from its address, ms at the median', ours: at(times, 0.5), value: at(times, 0.95) })
    report.note(`P16: list on screen ${LOADS} times: p50 ${at(times, 0.5).toFixed(0)} ms, p95 ${at(times, 0.95).toFixed(0)} ms`)

    const { frames, ghosts, reached, seconds } = await scroll(page, SCROLLED)
    report.goal({ row: 'P16', what: `${SCROLLED} rows scrolled, ms a frame, p99`, ours: at(frames, 0.99), value: at(frames, 0.99), atMost: 50 })
    report.note(`P16: ${reached} rows in ${seconds.toFixed(1)} s, ${frames.length} frames: p50 ${at(frames, 0.5).toFixed(1)} ms, longest ${Math.max(...frames).toFixed(0)} ms, ` +
      `${frames.filter((f) => f > 50).length} over 50 ms, ${ghosts} with rows still to come`)

    await page.goto(LIST)
    const record = await page.locator(ROWS).first().getAttribute('href')
    for (const [what, path] of [['list', LIST], ['record', record]]) {
      const found = await lighthouse(port, suite.browserUrl + path)
      if (!found) {
        report.note('P16: Lighthouse is not installed')
        break
      }
      report.goal({ row: 'P16', what: `Lighthouse, phone, ${what}: usable after s`, ours: found.usable / 1000, value: found.usable / 1000, atMost: 2 })
      report.goal({ row: 'P16', what: `Lighthouse, ${what}: accessibility`, ours: found.accessibility, value: found.accessibility, atLeast: 100 })
      report.goal({ row: 'P16', what: `Lighthouse, ${what}: best practices`, ours: found.practices, value: found.practices, atLeast: 100 })
      report.note(`P16: Lighthouse of the ${what}: performance ${found.performance.toFixed(0)}${found.missed.length ? `; missed: ${found.missed.join(', ')}` : ''}`)
    }
  } finally {
    await close()
  }

  for (const [email, share] of Object.entries(SEES)) {
    const person = await openBrowser(suite, email)
    try {
      for (const [what, times] of [['a view chosen, to its rows', await views(person.page)], ['board, to its first cards', await boards(person.page)]]) {
        report.goal({ row: 'P16', what: `${what}, sees ${share}, ms at the median`, ours: at(times, 0.5), value: at(times, 0.5), atMost: 200 })
        report.note(`P16: ${what}, sees ${share}, ${times.length} times: p50 ${at(times, 0.5).toFixed(0)} ms, p95 ${at(times, 0.95).toFixed(0)} ms, longest ${Math.max(...times).toFixed(0)} ms`)
      }
    } finally {
      await person.close()
    }
  }
}
