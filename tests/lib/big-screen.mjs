// A screen of the big company: one of its people at one width, with what to ask the page, REST and SQL for the same.
import assert from 'node:assert/strict'
import { enter, openClient } from './browser.mjs'
import { Rest } from './rest.mjs'

// One of its people: signs in once, by REST and on screen; more screens of it open with that session.
export class Someone {
  constructor(suite, browser, name, all) {
    Object.assign(this, { suite, browser, name, all, email: `${name}@andina.example` })
  }

  async enter() {
    const { body } = await new Rest(this.suite.url).want(200, 'POST', '/session', { body: { email: this.email, password: this.suite.password } })
    this.rest = new Rest(this.suite.url, body.token)
    this.id = body.user.id
    this.metadata = await this.rest.get('/metadata')
    this.module = this.metadata.modules.find(({ key }) => key === 'leads.lead')
    // As SQL says it: whose leads are its own, which ones it may see.
    this.own = `deleted_at IS NULL AND (owner = '${this.id}' OR assigned_to = '${this.id}')`
    this.seen = this.all ? 'deleted_at IS NULL' : this.own
    const { context, page } = await openClient(this.browser, { ...this.suite, email: this.email }, 1440)
    await enter(page, this.suite.password)
    await page.waitForSelector('nav a')
    this.state = await context.storageState()
    await context.close()
  }

  // The ids that SQL gives for a list of leads.
  async ids(where, order = 'created_at DESC, id DESC', limit = 'ALL') {
    return (await this.suite.sql(`SELECT id FROM leads.lead WHERE ${where} ORDER BY ${order} LIMIT ${limit}`)).map(([id]) => id)
  }

  async count(where) {
    return Number((await this.suite.sql(`SELECT count(*) FROM leads.lead WHERE ${where}`))[0][0])
  }

  async open(width) {
    const phone = width < 600
    const context = await this.browser.newContext({ viewport: { width, height: phone ? 740 : 900 }, hasTouch: phone, locale: 'es-CO', timezoneId: 'America/Bogota',
      baseURL: this.suite.browserUrl, serviceWorkers: 'block', storageState: this.state })
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    const faults = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => message.type() === 'error' && !/status of 4\d\d/.test(message.text()) && faults.push(message.text()))
    return new Screen(this, context, page, faults, phone)
  }
}

class Screen {
  constructor(who, context, page, faults, phone) {
    Object.assign(this, { who, context, page, faults, phone })
  }

  // As a link goes there: the client is not loaded anew.
  go(to) {
    return this.page.evaluate((path) => {
      history.pushState(null, '', path)
      dispatchEvent(new PopStateEvent('popstate'))
    }, to)
  }

  press(...keys) {
    return keys.reduce((before, key) => before.then(() => this.page.keyboard.press(key)), Promise.resolve())
  }

  // The ids of the rows that are drawn, from the top.
  rows() {
    return this.page.locator('.body a[data-row]').evaluateAll((links) => links.map((a) => a.pathname.split('/')[2]))
  }

  // The first rows, as soon as they are these.
  async shows(ids) {
    await this.page.waitForFunction((want) => {
      const links = [...document.querySelectorAll('.body a[data-row]')]
      return links.length > 0 && !document.querySelector('.body [aria-busy]') && links.length >= Math.min(want.length, 12) && links.every((a, i) => !want[i] || a.pathname.endsWith(want[i]))
    }, ids, { timeout: 10_000 }).catch(async () => assert.deepEqual((await this.rows()).slice(0, ids.length), ids))
  }

  // What the line under the list says, as soon as it is that.
  async says(text) {
    const status = () => this.page.locator('main [role=status]').allInnerTexts()
    await this.page.waitForFunction((want) => [...document.querySelectorAll('main [role=status]')].some((e) => e.innerText === want), text, { timeout: 10_000 })
      .catch(async () => assert.fail(`${text} is not among ${JSON.stringify(await status())}`))
  }

  // Scrolled from the top until that many rows were seen: the record at each place, and whatever stood at two.
  walk(rows) {
    return this.page.evaluate(async (end) => {
      const frame = () => new Promise(requestAnimationFrame)
      let box = document.querySelector('.body')
      while (!/auto|scroll/.test(getComputedStyle(box).overflowY)) box = box.parentElement
      const found = []
      const twice = []
      const limit = performance.now() + 20_000
      for (box.scrollTop = 0; performance.now() < limit;) {
        const [before, until] = [box.scrollTop, performance.now() + 5000]
        do await frame(); while (document.querySelector('.body [aria-busy]') && performance.now() < until)
        for (const a of document.querySelectorAll('.body a[data-row]')) {
          const [at, id] = [Number(a.dataset.row), a.pathname.split('/')[2]]
          if (found[at] && found[at] !== id) twice.push([at, found[at], id])
          found[at] = id
        }
        if (found.length >= end) break
        box.scrollTop += box.clientHeight
        await frame()
        // The end of what is known: the next page may be on its way.
        if (box.scrollTop === before && !document.querySelector('.body [aria-busy]')) break
      }
      return { found: Array.from(found, (id) => id ?? null).slice(0, end), twice }
    }, rows)
  }

  async quiet() {
    assert.ok(await this.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), `${this.page.url()} is wider than the screen`)
    assert.deepEqual(this.faults.splice(0), [])
  }
}
