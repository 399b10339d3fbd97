// UI-01, UI-02, UI-03 on screen: the frame of every page, as a person of few rights and as the administrator, on a desk and on a phone.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { enter, launch, openClient, sound } from '../lib/browser.mjs'
import { Line } from '../lib/line.mjs'
import { administrator, grant, person } from '../lib/people.mjs'
import { startSuite } from '../lib/suite.mjs'

let suite, admin, browser, line, seller, profile
before(async () => {
  suite = await startSuite({ demo: true })
  admin = await administrator(suite)
  profile = await admin.create('profiles', { name: 'Solo prospectos', grants: [...grant('leads.lead', 'see', 'create', 'change', 'import'), ...grant('activities.task', 'see')], denials: [] })
  seller = await person(suite, { profile, name: 'Vanesa Vendedora' })
  await admin.create('leads', { name: 'Marlén Ñustes', company: 'Ferretería Única', assigned_to: seller.user.id, owner: seller.user.id })
  line = await Line.to(suite.url)
  browser = await launch()
})
after(async () => {
  await browser?.close()
  line?.close()
  await suite?.stop()
})

// A window of the seller, or of the administrator; through the line that can be cut.
async function open(width, { who = seller, worker = 'block', ...more } = {}) {
  const client = await openClient(browser, { ...suite, browserUrl: line.url, email: who.email ?? suite.email }, width, { serviceWorkers: worker, ...more })
  await enter(client.page, who.password ?? suite.password)
  await client.page.waitForSelector('nav a')
  return client
}
const status = (page) => page.locator('[role=status]').filter({ hasText: /conexión|línea/ })
const rail = (page) => page.locator('nav li a').allTextContents()
const lead = (page) => page.getByText('Marlén Ñustes').first()
const fine = ({ faults }) => assert.deepEqual(faults.filter((f) => !/ERR_|Failed to load/.test(f)), [])

describe('the rail', () => {
  let client
  before(async () => (client = await open(1440)))
  after(() => client?.context.close())

  test('UI-03: icons alone, titles under the pointer and the focus, only what the profile may see', async () => {
    const { page } = client
    const names = await rail(page)
    assert.deepEqual(names.map((n) => n.replace(/G .$/, '')), ['Prospectos', 'Tareas'])
    const nav = page.locator('nav')
    const name = page.locator('nav .name').first()
    const width = async () => (await nav.boundingBox()).width
    assert.ok((await width()) < 60)
    assert.equal(await name.evaluate((e) => getComputedStyle(e).opacity), '0')
    await nav.hover()
    await page.waitForFunction(() => document.querySelector('nav').offsetWidth > 180)
    await page.waitForFunction(() => getComputedStyle(document.querySelector('nav .name')).opacity === '1')
    await page.mouse.move(900, 500)
    await page.waitForFunction(() => document.querySelector('nav').offsetWidth < 60)
    const content = await page.locator('main').boundingBox()
    await page.locator('nav li a').first().focus()
    await page.waitForFunction(() => document.querySelector('nav').offsetWidth > 180)
    assert.deepEqual(await page.locator('main').boundingBox(), content, 'the page does not move')
    await sound(page, 'rail')
    fine(client)
  })

  test('UI-03: rights that change change the menu and the page at once', async () => {
    const { page } = client
    await page.goto('/tasks')
    await page.waitForSelector('[role=toolbar]')
    const patch = async (grants) => {
      const { version } = await admin.get(`/profiles/${profile.id}`)
      await admin.want(200, 'PATCH', `/profiles/${profile.id}`, { body: { grants }, headers: { 'if-match': `"${version}"` } })
    }
    const { grants } = await admin.get(`/profiles/${profile.id}`)
    await patch(grants.filter((g) => !g.startsWith('activities.')))
    await page.waitForFunction(() => document.querySelectorAll('nav li a').length === 1)
    await page.getByText('Esta página no existe').waitFor()
    await patch(grants)
    await page.waitForFunction(() => document.querySelectorAll('nav li a').length === 2)
    fine(client)
  })
})

describe('administration', () => {
  for (const width of [1440, 360]) {
    test(`UI-01a, UI-03: one entry, groups with what each page is for, ${width} px`, async () => {
      const client = await open(width, { who: suite })
      const { page } = client
      await page.locator('nav').getByRole('link', { name: 'Administración' }).click()
      await page.getByRole('heading', { name: 'Personas' }).waitFor()
      const groups = await page.locator('main section h2').allTextContents()
      assert.deepEqual(groups, ['Personas', 'Qué pueden hacer', 'Entradas al sistema', 'Datos'])
      const { modules } = await admin.get('/metadata')
      const known = new Set(await page.locator('main li a').evaluateAll((links) => links.map((a) => a.pathname)))
      for (const m of modules.filter((m) => m.administrators || m.service === 'identity')) assert.ok(known.has(`/${m.path}`), m.path)
      for (const hint of await page.locator('main li small').allTextContents()) assert.match(hint, /^\S.{15,}\.$/)
      await sound(page, 'administration')
      await page.getByRole('link', { name: /^Roles/ }).click()
      await page.waitForURL(/\/roles$/)
      await page.locator('header').getByRole('link', { name: 'Administración' }).waitFor()
      fine(client)
      await client.context.close()
    })
  }
})

describe('the palette and the keys', () => {
  test('UI-01d: find, go and do without a mouse', async () => {
    const client = await open(1440)
    const { page } = client
    await page.goto('/leads')
    await page.waitForSelector('.body a')
    await page.keyboard.press('Control+k')
    const box = page.getByRole('dialog', { name: 'Buscar y hacer' }).getByRole('combobox')
    await box.waitFor()
    await sound(page, 'palette')
    await page.keyboard.type('nustes ferre')
    const hit = page.getByRole('option', { name: /Marlén Ñustes/ })
    await hit.waitFor()
    assert.equal(await hit.getAttribute('aria-selected'), 'true')
    const [tab] = await Promise.all([client.context.waitForEvent('page'), page.keyboard.press('Control+Enter')])
    await tab.waitForURL(/\/leads\/[0-9a-f-]{36}/)
    await tab.close()
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/leads\/[0-9a-f-]{36}/)
    await lead(page).waitFor()

    // What was open is among the recent ones; what may not be seen is not found.
    await page.keyboard.press('Control+k')
    await page.getByRole('group', { name: 'Recientes' }).getByRole('option', { name: /Marlén Ñustes/ }).waitFor()
    await page.keyboard.type('usuarios')
    await page.getByText('Nada coincide').waitFor()
    await page.keyboard.press('Escape')
    await box.waitFor({ state: 'detached' })

    await page.keyboard.press('g')
    await page.getByRole('status', { name: 'Ir a' }).waitFor()
    await page.keyboard.press('t')
    await page.waitForURL(/\/tasks$/)
    await page.keyboard.press('Control+k')
    await page.keyboard.type('crear prosp')
    await page.getByRole('option', { name: 'Crear en Prospectos' }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/leads\/new$/)
    await page.goto('/leads')
    await page.waitForSelector('.body a')
    await page.keyboard.press('?')
    const keys = page.getByRole('dialog', { name: 'Teclas' })
    await keys.getByText('Buscar y hacer').waitFor()
    assert.match(await keys.textContent(), /GPProspectos/)
    await sound(page, 'keys')
    await page.keyboard.press('Escape')
    await keys.waitFor({ state: 'detached' })
    fine(client)
    await client.context.close()
  })

  test('UI-01a: on a phone the magnifier opens it whole, and the bottom bar has five at most', async () => {
    const client = await open(360)
    const { page } = client
    assert.ok((await page.locator('nav > *').count()) <= 5)
    await page.getByRole('button', { name: 'Buscar y hacer' }).click()
    await page.getByRole('combobox').fill('ñustes')
    await page.getByRole('option', { name: /Marlén Ñustes/ }).waitFor()
    await sound(page, 'palette')
    await page.getByRole('option', { name: /Marlén Ñustes/ }).click()
    await page.waitForURL(/\/leads\/[0-9a-f-]{36}/)
    fine(client)
    await client.context.close()
  })
})

describe('what each person chooses', () => {
  test('UI-01c: the theme, from the first paint', async () => {
    const client = await open(1440, { colorScheme: 'light' })
    const { page } = client
    const ground = () => page.evaluate(() => [getComputedStyle(document.documentElement).backgroundColor, getComputedStyle(document.documentElement).colorScheme])
    const menu = page.getByRole('button', { name: /^Cuenta de/ })
    await menu.click()
    assert.equal(await page.getByRole('button', { name: 'Sistema' }).getAttribute('aria-pressed'), 'true')
    await sound(page, 'menu')
    await page.getByRole('button', { name: 'Oscuro' }).click()
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark')
    await sound(page, 'dark menu')
    // With every module script held back, the page is dark already.
    await page.route(/\/assets\/.*\.js$/, () => {})
    await page.goto('/leads', { waitUntil: 'commit' })
    await page.waitForFunction(() => document.styleSheets.length > 0)
    assert.deepEqual(await ground(), ['rgb(20, 24, 27)', 'dark'])
    await page.unrouteAll()
    await page.goto('/leads')
    await page.waitForSelector('.body a')
    await sound(page, 'dark list')
    await menu.click()
    await page.getByRole('button', { name: 'Sistema' }).click()
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'light')
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark')
    fine(client)
    await client.context.close()
  })

  test('UI-02a, UI-02b: the language, with its dates, at once and afterwards', async () => {
    const client = await open(1440)
    const { page } = client
    await page.goto('/leads')
    await page.waitForSelector('.body a')
    const body = () => page.locator('main').textContent()
    assert.match(await body(), /\d{1,2} (ene|feb|mar|abr|may|jun|jul|ago|sept|oct|nov|dic) \d{4}|hoy|hace \d|ahora/)
    await page.getByRole('button', { name: /^Cuenta de/ }).click()
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('heading', { name: 'Leads' }).waitFor()
    assert.match(await body(), /[A-Z][a-z]{2} \d{1,2}, \d{4}|today|ago|now/)
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en')
    await page.reload()
    await page.getByRole('heading', { name: 'Leads' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('option', { name: 'Create in Leads' }).waitFor()
    await sound(page, 'palette in English')
    assert.equal((await seller.get('/me')).lang, 'en', 'the other devices speak it too')
    await seller.want(200, 'POST', '/me', { body: { lang: 'es' } })
    fine(client)
    await client.context.close()
  })

  for (const width of [1440, 360]) {
    test(`the guide is found, speaks of what the person has, and its places are there, ${width} px`, async () => {
      const client = await open(width)
      const { page } = client
      await page.getByRole('button', { name: /^Cuenta de/ }).click()
      await page.getByRole('menuitem', { name: 'Guía' }).click()
      const titles = () => page.locator('main h2').allTextContents()
      await page.getByRole('heading', { name: 'El tablero' }).waitFor()
      assert.ok(!(await titles()).some((title) => /Administrar/.test(title)))
      await sound(page, 'guide')
      const places = await page.locator('main li a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))
      assert.deepEqual(places, ['/jobs', '/account'])
      await page.getByRole('searchbox').fill('papelera')
      await page.waitForFunction(() => document.querySelectorAll('main h2').length === 1)
      assert.deepEqual(await titles(), ['Cambiar varios a la vez'])
      await page.getByRole('searchbox').fill('zzz')
      await page.getByText('La guía no habla de eso.').waitFor()
      fine(client)
      await client.context.close()
    })
  }

  test('the guide of an administrator leads to pages that are there', async () => {
    const client = await open(1440, { who: suite })
    const { page } = client
    await page.goto('/guide')
    await page.getByRole('heading', { name: 'Administrar: personas' }).waitFor()
    const places = await page.locator('main li a').evaluateAll((links) => [...new Set(links.map((link) => link.getAttribute('href')))])
    assert.equal(places.length, 12)
    for (const place of places) {
      await page.goto('/guide')
      await page.locator(`main li a[href="${place}"]`).first().click()
      await page.waitForURL(`**${place}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      assert.equal(await page.getByText('Esta página no existe.').count(), 0, place)
    }
    fine(client)
    await client.context.close()
  })

  test('UI-01: Inter comes from here, and nothing from elsewhere', async () => {
    const client = await open(1440)
    const { page } = client
    await page.goto('/leads')
    await page.waitForSelector('.body a')
    await page.evaluate(() => document.fonts.ready)
    assert.ok(await page.evaluate(() => [...document.fonts].some((f) => f.family.includes('Inter') && f.status === 'loaded')))
    const from = await page.evaluate(() => performance.getEntriesByType('resource').map((r) => new URL(r.name).origin))
    assert.deepEqual([...new Set(from)], [line.url])
    await client.context.close()
  })
})

describe('live', () => {
  test('one stream for two windows; what one changes the other shows; the end of the session covers both', async () => {
    const client = await open(1440)
    const { page, context } = client
    await page.goto('/leads')
    await lead(page).click()
    await page.waitForSelector('dl')
    const before = line.asked.filter((l) => l.startsWith('GET /api/v1/live')).length
    const two = await context.newPage()
    await two.goto(page.url())
    await two.waitForSelector('dl')
    await two.waitForTimeout(500)
    assert.equal(line.asked.filter((l) => l.startsWith('GET /api/v1/live')).length, before, 'the second window opens no stream')
    const id = page.url().split('/').at(-1)
    const { version } = await admin.get(`/leads/${id}`)
    await admin.want(200, 'PATCH', `/leads/${id}`, { body: { company: 'Nueva Ferretería' }, headers: { 'if-match': `"${version}"` } })
    for (const window of [page, two]) await window.getByText('Nueva Ferretería').first().waitFor({ timeout: 10_000 })

    await seller.want(200, 'POST', '/sessions/end', { body: {} })
    for (const window of [page, two]) await window.getByText('Su sesión terminó').waitFor({ timeout: 10_000 })
    await enter(page, seller.password)
    await two.bringToFront()
    fine(client)
    await context.close()
  })

  test('what others assign is told, once, and can be opened; what one does oneself is not', async () => {
    const client = await open(1440)
    const { page } = client
    await page.goto('/leads')
    await page.waitForSelector('.body a')
    await page.waitForTimeout(500)
    const given = await admin.create('leads', { name: 'Recién asignado', assigned_to: seller.user.id, owner: seller.user.id })
    const bell = page.getByRole('button', { name: 'Avisos: 1 sin leer' })
    await bell.waitFor({ timeout: 8000 })
    await page.getByText(/le asignó: Recién asignado/).waitFor()
    await bell.click()
    const list = page.getByRole('dialog', { name: 'Avisos' })
    await list.getByRole('link', { name: /Recién asignado/ }).waitFor()
    await sound(page, 'notices')
    await list.getByRole('link').click()
    await page.waitForURL(new RegExp(given.id))
    await page.getByRole('button', { name: 'Avisos', exact: true }).waitFor()
    // Another person's change of the same record tells nothing more; nor does what the seller makes.
    await seller.create('leads', { name: 'Hecho por mí', assigned_to: seller.user.id })
    await page.waitForTimeout(3000)
    assert.equal(await page.getByRole('button', { name: /sin leer/ }).count(), 0)
    await page.reload()
    await page.getByRole('button', { name: 'Avisos', exact: true }).click()
    await page.getByRole('link', { name: /Recién asignado/ }).waitFor()
    fine(client)
    await client.context.close()
  })

  test('a job that was started here is told of when it has ended', async () => {
    const client = await open(1440)
    const { page } = client
    await page.goto('/leads/import')
    await page.setInputFiles('input[type=file]', { name: 'p.csv', mimeType: 'text/csv', buffer: Buffer.from('Nombre\nUno importado\nOtro importado\n') })
    await page.locator('main button.MuiButton-contained').click()
    await page.getByRole('button', { name: /Avisos: 1 sin leer/ }).waitFor({ timeout: 20_000 })
    await page.getByRole('button', { name: /Avisos: 1 sin leer/ }).click()
    await page.getByRole('dialog', { name: 'Avisos' }).getByText('Terminó un trabajo en Prospectos').waitFor()
    fine(client)
    await client.context.close()
  })
})

describe('on the device', () => {
  test('UI-01b: the manifest and its icons', async () => {
    const manifest = await (await fetch(`${suite.url}/manifest.webmanifest`)).json()
    assert.deepEqual([manifest.lang, manifest.display, manifest.start_url], ['es', 'standalone', '/'])
    for (const { src, sizes, type } of manifest.icons.filter((i) => i.type === 'image/png')) {
      const answer = await fetch(suite.url + src)
      const bytes = Buffer.from(await answer.arrayBuffer())
      assert.equal(answer.headers.get('content-type'), type)
      assert.equal(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, sizes, src)
    }
    assert.ok(['192x192', '512x512'].every((size) => manifest.icons.some((i) => i.sizes === size)))
    const worker = await fetch(`${suite.url}/sw.js`)
    assert.equal(worker.headers.get('cache-control'), 'no-cache')
  })

  for (const width of [1440, 360]) {
    test(`UI-01b: what was read stays readable without a connection and says so, ${width} px`, async () => {
      const client = await open(width, { worker: 'allow' })
      const { page } = client
      await page.evaluate(async () => {
        await navigator.serviceWorker.ready
        if (!navigator.serviceWorker.controller) await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done))
      })
      await page.goto('/leads')
      await lead(page).click()
      await page.waitForSelector('dl')
      const record = page.url()
      await page.waitForTimeout(300)
      const kept = await page.evaluate(async () => (await (await caches.open('cauce-api')).keys()).map((r) => new URL(r.url).pathname))
      assert.ok(kept.some((path) => record.endsWith(path.replace('/api/v1', ''))), kept.join())
      assert.ok(!kept.some((path) => /key|link|invitation|factor|export|file|live|session\/|sessions/.test(path)), kept.join())

      line.cut()
      try {
        await page.goto('/leads')
        await lead(page).waitFor()
        await status(page).filter({ hasText: /Sin conexión · leído (ahora|hace)/ }).waitFor()
        await page.goto(record)
        await page.waitForSelector('dl')
        await page.getByRole('status').filter({ hasText: 'Sin conexión' }).waitFor()
        await sound(page, 'offline')
        // What is being written stays, and says that it was not saved.
        await page.goto(`${record}/edit`)
        await page.locator('main form [name=company]').fill(`Sin red a ${width}`)
        await page.keyboard.press('Control+Enter')
        await page.getByText(/No hay conexión/).first().waitFor({ timeout: 20_000 })
        assert.equal(await page.locator('main form [name=company]').inputValue(), `Sin red a ${width}`)
      } finally {
        line.mend()
      }
      await page.waitForFunction(() => !/Sin conexión/.test(document.body.innerText), null, { timeout: 40_000 })
      await page.keyboard.press('Control+Enter')
      await page.waitForURL(record)
      await page.getByText(`Sin red a ${width}`).first().waitFor()

      // Nothing of it stays when he goes.
      await page.getByRole('button', { name: /^Cuenta de/ }).click()
      await page.getByRole('menuitem', { name: 'Salir' }).click()
      await page.waitForSelector('input[name=password]')
      const left = await page.evaluate(async () => [await caches.has('cauce-api'), Object.keys(localStorage).filter((k) => k.startsWith('cauce.mine'))])
      assert.deepEqual(left, [false, []])
      fine(client)
      await client.context.close()
    })
  }
})
