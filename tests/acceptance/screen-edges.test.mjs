// The edges of the client: browsers without a SharedWorker, shared devices, no connection, a new version, fingers, big jobs,
// people who ask for less motion or other colours, paper.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { enter, launch, openClient, sound } from '../lib/browser.mjs'
import { Line } from '../lib/line.mjs'
import { administrator, grant, person, soon } from '../lib/people.mjs'
import { startSuite } from '../lib/suite.mjs'

let suite, admin, browser, line, ann, ben, lead
before(async () => {
  suite = await startSuite({ demo: true })
  admin = await administrator(suite)
  const grants = [...grant('leads.lead'), ...grant('activities.task')]
  ann = await person(suite, { grants, name: 'Ana Primera' })
  ben = await person(suite, { grants, name: 'Benito Segundo' })
  lead = await admin.create('leads', { name: 'Marlén Ñustes', company: 'Ferretería Única', stage: 'identify', campaign: 'filo', assigned_to: ann.user.id, owner: ann.user.id })
  line = await Line.to(suite.url)
  browser = await launch()
})
after(async () => {
  await browser?.close()
  line?.close()
  await suite?.stop()
})

async function open(width, { who = ann, script, ...more } = {}) {
  const client = await openClient(browser, { ...suite, browserUrl: line.url, email: who.email ?? suite.email }, width, more)
  const { page, context } = client
  if (script) {
    await context.addInitScript(script)
    await page.reload()
    await page.fill('input[name=email]', who.email)
  }
  await enter(page, who.password ?? suite.password)
  await page.waitForSelector('nav a')
  const fine = async () => {
    assert.deepEqual(client.faults.filter((f) => !/ERR_|Failed to load/.test(f)), [])
    await context.close()
  }
  return Object.assign(client, { fine, go: (path) => page.goto(path), shown: (text) => page.getByText(text).first().waitFor() })
}
const withWorker = (page) => page.evaluate(async () => {
  await navigator.serviceWorker.ready
  if (!navigator.serviceWorker.controller) await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done))
})
const change = async (fields) => admin.change('leads', await admin.get(`/leads/${lead.id}`), fields)
const streams = () => line.asked.filter((l) => l.startsWith('GET /api/v1/live')).length

describe('live, where there is no SharedWorker', () => {
  test('API-02: a change by another is shown by two windows of one stream, also when the leading one is closed; the end of the session covers both', async () => {
    const before = streams()
    const at = await open(360, { script: () => delete window.SharedWorker })
    assert.equal(await at.page.evaluate(() => typeof SharedWorker), 'undefined')
    await at.go(`/leads/${lead.id}`)
    await at.shown('Ferretería Única')
    const two = await at.context.newPage()
    await two.goto(`/leads/${lead.id}`)
    await two.getByText('Ferretería Única').first().waitFor()
    const three = await at.context.newPage()
    await three.goto(`/leads/${lead.id}`)
    await three.getByText('Ferretería Única').first().waitFor()
    await soon(() => assert.ok(streams() > before))
    await change({ company: 'Vista por los tres' })
    for (const page of [at.page, two, three]) await page.getByText('Vista por los tres').first().waitFor()
    const opened = streams()
    await at.page.close()
    await soon(() => assert.equal(streams(), opened + 1, 'one of the others goes on'))
    await change({ company: 'Ferretería Única' })
    for (const page of [two, three]) await page.getByText('Ferretería Única').first().waitFor()
    assert.equal(streams(), opened + 1)
    await ann.want(200, 'POST', '/sessions/end', { body: {} })
    for (const page of [two, three]) await page.getByText('Su sesión terminó').waitFor()
    await at.fine()
  })
})

describe('another person on the same device', () => {
  // What is on the device, whole: storages, caches with their answers, databases.
  const device = (page) => page.evaluate(async () => {
    const parts = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })]
    for (const name of await caches.keys()) {
      if (/precache/.test(name)) continue
      const cache = await caches.open(name)
      for (const request of await cache.keys()) parts.push(`${request.url}\n${await (await cache.match(request)).text()}`)
    }
    for (const { name, version } of await indexedDB.databases()) {
      const db = await new Promise((done) => { indexedDB.open(name, version).onsuccess = (e) => done(e.target.result) })
      for (const store of db.objectStoreNames) {
        parts.push(JSON.stringify(await new Promise((done) => { db.transaction(store).objectStore(store).getAll().onsuccess = (e) => done(e.target.result) })))
      }
      db.close()
    }
    return parts.join('\n')
  })
  const reads = async (at) => {
    await withWorker(at.page)
    await at.go('/leads?q=ferreter')
    await at.page.locator('.body .title a').first().click()
    await at.page.waitForURL(new RegExp(lead.id))
    await at.page.waitForSelector('dl')
    await at.go(`/leads/${lead.id}/edit`)
    await at.page.fill('main form [name=campaign]', 'secreto de Ana')
    await soon(async () => {
      const kept = await device(at.page)
      for (const trace of [ann.user.id, 'Marlén Ñustes', 'secreto de Ana', 'q=ferreter', lead.id]) assert.ok(kept.includes(trace), `${trace} is kept`)
    })
  }
  const nothingLeft = async (page) => {
    await page.waitForSelector('main [role=toolbar]')
    await soon(async () => {
      const kept = await device(page)
      assert.ok(kept.includes(ben.user.id))
      for (const trace of [ann.user.id, 'Marlén', 'secreto', 'ferreter', lead.id, 'Ana Primera']) assert.ok(!kept.includes(trace), `${trace} is left: ${kept.slice(Math.max(0, kept.indexOf(trace) - 200), kept.indexOf(trace) + 60)}`)
    })
    assert.ok(!/Marlén|Ana Primera|secreto/.test(await page.locator('body').innerText()))
    line.cut()
    try {
      await page.goto(`/leads/${lead.id}`)
      await page.getByRole('status').filter({ hasText: 'Sin conexión' }).waitFor()
      await page.getByRole('alert').first().waitFor()
      assert.ok(!(await page.locator('body').innerText()).includes('Marlén'))
    } finally {
      line.mend()
    }
  }
  const takesOver = async (page) => {
    await page.locator('[aria-labelledby=door] input[name=email]').fill(ben.email)
    await enter(page, ben.password)
    await page.getByRole('button', { name: 'Cuenta de Benito Segundo' }).waitFor()
  }

  test('USER-03: nothing of the first is left when the session was ended from elsewhere and somebody else signs in over the page', async () => {
    const at = await open(1440, { serviceWorkers: 'allow' })
    const asked = []
    at.page.on('dialog', (dialog) => { asked.push(dialog.type()); void dialog.accept() })
    await reads(at)
    await ann.want(200, 'POST', '/sessions/end', { body: {} })
    await at.shown('Su sesión terminó')
    await takesOver(at.page)
    assert.deepEqual(asked, [], 'nobody is asked about what another person was writing')
    await nothingLeft(at.page)
    await at.fine()
  })

  test('USER-03: nor when he left the sign-in standing, in the same tab or in another', async () => {
    const at = await open(1440, { serviceWorkers: 'allow' })
    await reads(at)
    const other = await at.context.newPage()
    await other.goto('/leads?q=ferreter')
    await other.waitForSelector('.body .title a')
    await ann.want(200, 'POST', '/sessions/end', { body: {} })
    await at.shown('Su sesión terminó')
    await at.page.goto('about:blank')
    await at.go('/')
    await takesOver(at.page)
    // The window that Ana left open becomes his.
    await other.getByRole('button', { name: 'Cuenta de Benito Segundo' }).waitFor()
    assert.ok(!/ferreter/.test(await other.evaluate(() => JSON.stringify({ ...sessionStorage }))))
    await other.close()
    await nothingLeft(at.page)
    await at.fine()
  })
})

describe('without a connection', () => {
  test('UI-01b: list and record are read with their time, after a reload too; what is written stays, says so, and is saved afterwards', async () => {
    const at = await open(360, { serviceWorkers: 'allow' })
    const { page } = at
    await withWorker(page)
    // What the browser asks of a page that is to be installed.
    const cdp = await at.context.newCDPSession(page)
    assert.deepEqual((await cdp.send('Page.getInstallabilityErrors')).installabilityErrors.filter((e) => e.errorId !== 'in-incognito'), [])
    const manifest = await cdp.send('Page.getAppManifest')
    assert.deepEqual(manifest.errors, [])
    assert.match(manifest.data, /"start_url": "\/"/)
    await at.go('/leads?mine=true')
    await at.shown('Marlén Ñustes')
    await page.locator('.card a', { hasText: 'Marlén' }).click()
    await page.waitForSelector('dl')
    await soon(async () => assert.ok(await page.evaluate(async (id) => (await (await caches.open('cauce-api')).keys()).some((r) => r.url.endsWith(id)), lead.id)))
    line.cut()
    try {
      await page.reload()
      await page.waitForSelector('dl')
      await at.shown(/Sin conexión · leído (ahora|hace)/)
      await at.shown('Ferretería Única')
      await at.go('/leads?mine=true')
      await at.shown('Marlén Ñustes')
      await at.shown(/Sin conexión · leído (ahora|hace)/)
      await at.go(`/leads/${lead.id}/edit`)
      await page.fill('main form [name=company]', 'Escrita sin red')
      await page.locator('main form button[type=submit]').click()
      await at.shown(/No hay conexión/)
      assert.equal(await page.inputValue('main form [name=company]'), 'Escrita sin red')
      // It stands there after a reload, still without a connection.
      page.once('dialog', (dialog) => void dialog.accept())
      await page.reload()
      await page.waitForFunction(() => document.querySelector('main form [name=company]')?.value === 'Escrita sin red')
      await sound(page, 'offline')
    } finally {
      line.mend()
    }
    assert.equal((await admin.get(`/leads/${lead.id}`)).company, 'Ferretería Única')
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    await page.waitForFunction(() => !/Sin conexión/.test(document.body.innerText), null, { timeout: 40_000 })
    await page.locator('main form button[type=submit]').click()
    await page.waitForURL((url) => url.pathname === `/leads/${lead.id}`)
    await soon(async () => assert.equal((await admin.get(`/leads/${lead.id}`)).company, 'Escrita sin red'))
    await change({ company: 'Ferretería Única' })
    await at.fine()
  })
})

describe('a new version of the client', () => {
  // The same files under other names, as another build has them; what was there under the old names is gone.
  async function publish(mark) {
    const folder = join(suite.folder, 'app', 'web')
    const names = readdirSync(join(folder, 'assets')).filter((n) => /\.js$/.test(n))
    const renamed = new Map(names.map((n) => [n, n.replace(/-.{4}(.{4})\.js$/, `-${mark}$1.js`)]))
    const texts = [...names.map((n) => join('assets', n)), 'index.html', 'sw.js']
    for (const file of texts) {
      let text = readFileSync(join(folder, file), 'utf8')
      for (const [old, now] of renamed) text = text.replaceAll(old, now)
      if (file === 'index.html') text = text.replace('<html lang="es"', `<html lang="es" data-build="${mark}"`)
      if (file === 'sw.js') text = text.replace(/("url":"\/index.html","revision":")[^"]*/, `$1${mark}`)
      writeFileSync(join(folder, file), text)
      rmSync(join(folder, `${file}.gz`), { force: true })
    }
    for (const [old, now] of renamed) renameSync(join(folder, 'assets', old), join(folder, 'assets', now))
    await suite.restart('gateway')
    await suite.ready()
  }
  const build = (page) => page.evaluate(() => document.documentElement.dataset.build)

  for (const width of [1440, 360]) {
    test(`UI-01b: it is said quietly, taken when asked for, and what was being written is there afterwards, ${width} px`, async () => {
      const at = await open(width, { serviceWorkers: 'allow' })
      const { page } = at
      await withWorker(page)
      await at.go(`/leads/${lead.id}/edit`)
      await page.fill('main form [name=campaign]', `a medias ${width}`)
      const mark = `v${width}`.slice(0, 4)
      await publish(mark)
      await page.evaluate(async () => void (await (await navigator.serviceWorker.getRegistration()).update()))
      const load = page.getByRole('button', { name: /Hay una versión nueva.*Cargar/ })
      await load.waitFor()
      assert.notEqual(await build(page), mark)
      assert.equal(await page.inputValue('main form [name=campaign]'), `a medias ${width}`)
      await sound(page, 'new version')
      const asked = []
      page.on('dialog', (dialog) => { asked.push(dialog.type()); void dialog.accept() })
      await load.click()
      await page.waitForFunction((m) => document.documentElement.dataset.build === m, mark)
      await page.waitForFunction((text) => document.querySelector('main form [name=campaign]')?.value === text, `a medias ${width}`)
      assert.deepEqual(asked, [])
      assert.equal(await load.count(), 0)
      await at.fine()
    })
  }

  test('UI-01b: a part of the old version that is gone gives a sentence and the new version, never a white page', async () => {
    const at = await open(1440)
    const { page } = at
    await at.go(`/leads/${lead.id}`)
    await page.waitForSelector('dl')
    await publish('vnew')
    // Held back so that the sentence can be read.
    let go
    const held = new Promise((done) => { go = done })
    await page.route('**/sw.js', async (route) => { await held; await route.continue() })
    await page.getByRole('button', { name: /^Cuenta de/ }).click()
    await page.getByRole('menuitem', { name: 'Trabajos' }).click()
    await at.shown('Hay una versión nueva de Cauce.')
    await at.shown('La página se vuelve a cargar.')
    await sound(page, 'gone')
    go()
    await page.waitForFunction(() => document.documentElement.dataset.build === 'vnew')
    await page.getByRole('heading', { name: 'Trabajos' }).waitFor()
    await at.context.close()
  })
})

describe('the palette', () => {
  test('UI-01d: what is typed before it has come is in it; nothing of it is a command of the list', async () => {
    const at = await open(1440)
    const { page } = at
    let go
    const held = new Promise((done) => { go = done })
    await page.route(/\/assets\/Palette-.*\.js$/, async (route) => { await held; await route.continue() })
    await at.go('/leads')
    await page.waitForSelector('.body a')
    await page.keyboard.press('j')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('xmarlenn')
    for (const key of ['Backspace', 'Enter']) await page.keyboard.press(key)
    assert.equal(await page.locator('.row.picked').count(), 0)
    assert.match(page.url(), /\/leads(\?.*)?$/)
    go()
    const box = page.getByRole('dialog', { name: 'Buscar y hacer' }).getByRole('combobox')
    await box.waitFor()
    await page.keyboard.type('!')
    assert.equal(await box.inputValue(), 'xmarlen!')
    await box.fill('marlen')
    await page.getByRole('option', { name: /Marlén Ñustes/ }).waitFor()
    await page.keyboard.press('Escape')
    await box.waitFor({ state: 'detached' })
    // The keys are the list's again.
    await page.keyboard.press('x')
    await page.waitForSelector('.row.picked')
    await at.fine()
  })

  test('LIST-01: F2 on the name changes the field that it is made of, or says why not', async () => {
    const company = await admin.create('leads', { company: 'Solo Empresa S.A.S.', assigned_to: ann.user.id })
    const at = await open(1440)
    const { page } = at
    await at.go('/leads?sort=label')
    await page.waitForSelector('.body a')
    const f2 = async (name) => {
      await page.locator('.body .row', { hasText: name }).locator('.cell').nth(1).click()
      for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft')
      await page.keyboard.press('F2')
    }
    await f2('Marlén Ñustes')
    await page.getByRole('dialog', { name: 'Nombre' }).getByRole('textbox').fill('Marlén Ñustes de Paz')
    await page.keyboard.press('Enter')
    await soon(async () => assert.equal((await admin.get(`/leads/${lead.id}`)).label, 'Marlén Ñustes de Paz'))
    await page.locator('.body .title a', { hasText: 'Marlén Ñustes de Paz' }).waitFor()
    await page.getByRole('button', { name: 'Deshacer' }).click()
    await soon(async () => assert.equal((await admin.get(`/leads/${lead.id}`)).name, 'Marlén Ñustes'))
    await f2('Solo Empresa')
    await page.getByRole('dialog', { name: 'Empresa' }).getByRole('textbox').fill('Solo Otra S.A.S.')
    await page.keyboard.press('Enter')
    await soon(async () => assert.equal((await admin.get(`/leads/${company.id}`)).label, 'Solo Otra S.A.S.'))
    // Who may not change the name is told so.
    const reader = await person(suite, { grants: grant('leads.lead', 'see', 'change'), denials: ['leads.lead.name:change'] })
    await admin.create('leads', { name: 'Nombre fijo', assigned_to: reader.user.id, owner: reader.user.id })
    const his = await open(1440, { who: reader })
    await his.go('/leads')
    await his.page.locator('.body .row', { hasText: 'Nombre fijo' }).locator('.cell').first().click()
    for (let i = 0; i < 3; i++) await his.page.keyboard.press('ArrowLeft')
    await his.page.keyboard.press('F2')
    await his.shown(/no se puede cambiar aquí/)
    await his.fine()
    await at.fine()
  })
})
