// What a new developer does first, in a copy of the tree: a module made with one command, then a field of every kind. Neither
// may need a change of any file that was there, but for README's table; and all of it is there for people, in the client too.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { enter, launch, openClient, sound } from '../lib/browser.mjs'
import { EVERY_KIND_SQL, FIELD_NAMES, withEveryKind } from '../lib/every-kind.mjs'
import { grant, person, soon } from '../lib/people.mjs'
import { signIn } from '../lib/rest.mjs'
import { ROOT } from '../lib/suite.mjs'

const exec = promisify(execFile)
const MODULES = ['node_modules', 'services/web/node_modules', 'tests/node_modules', 'tests/tools/node_modules']
let tree, suite, rest, browser
const sh = (command) => exec('bash', ['-euo', 'pipefail', '-c', command], { cwd: tree, maxBuffer: 1 << 26 }).catch((error) => {
  throw new Error(`${command}\n${error.stdout}${error.stderr}`)
})

before(async () => {
  tree = mkdtempSync(join(process.env.CAUCE_TEST_DIR ?? tmpdir(), 'tree-'))
  await sh(`git -C '${ROOT}' ls-files -z --cached --others --exclude-standard | (cd '${ROOT}' && xargs -0 ls -d 2>/dev/null || true) | tar -C '${ROOT}' -cf - --verbatim-files-from -T - | tar -xf -`)
  await sh('git init -q && git add -A && git -c user.name=x -c user.email=x@x commit -qm tree')
  // With what is built already, so that only what the module changes is built.
  for (const part of ['build/release', 'build/gen', 'build/tool', 'services/web/dist']) {
    if (existsSync(join(ROOT, part))) cpSync(join(ROOT, part), join(tree, part), { recursive: true, preserveTimestamps: true })
  }
  for (const folder of MODULES) if (existsSync(join(ROOT, folder))) symlinkSync(join(ROOT, folder), join(tree, folder))
})
after(async () => {
  await browser?.close()
  await suite?.stop()
  if (!process.env.CAUCE_KEEP) rmSync(tree, { recursive: true, force: true })
})

// Files that differ from what was there: { changed: [...], added: [...] }.
async function differences() {
  const { stdout } = await sh('git status --porcelain --untracked-files=all')
  const lines = stdout.split('\n').filter(Boolean).map((line) => [line.slice(0, 2), line.slice(3)])
  const of = (isNew) => lines.filter(([state]) => (state === '??') === isNew).map(([, path]) => path)
  return { changed: of(false), added: of(true).filter((path) => !path.endsWith('node_modules')) }
}

const only = ({ changed, added }) => {
  assert.deepEqual(changed.filter((path) => path !== 'README.md'), [])
  assert.deepEqual(added.filter((path) => path !== 'proto/tickets.proto' && !path.startsWith('services/tickets/')), [])
}

test('make new: a module and its service, built, run, used through REST', async () => {
  await sh('make new service=tickets module=ticket es=Tiquete es_plural=Tiquetes en=Ticket en_plural=Tickets icon=case')
  only(await differences())
  await sh('make -j2 build')
  only(await differences())
  assert.match(readFileSync(join(tree, 'README.md'), 'utf8'), /tickets/)

  suite = await (await import(join(tree, 'tests', 'lib', 'suite.mjs'))).startSuite()
  rest = await signIn(suite)
  const module = (await rest.get('/metadata')).modules.find(({ key }) => key === 'tickets.ticket')
  assert.deepEqual([module.path, module.label.es, module.plural.es, module.service], ['tickets', 'Tiquete', 'Tiquetes', 'tickets'])
  const ticket = await rest.create('tickets', { name: 'Impresora atascada' })
  assert.equal((await rest.get(`/tickets/${ticket.id}`)).label, 'Impresora atascada')
  const changed = await rest.change('tickets', ticket, { name: 'Impresora lista' })
  assert.deepEqual((await rest.get('/tickets?q=lista')).items.map(({ id, version }) => [id, version]), [[ticket.id, changed.version]])
  assert.deepEqual((await rest.get(`/tickets/${ticket.id}/history`)).items.map(({ type }) => type), ['updated', 'created'])
  assert.deepEqual(await suite.sql('SELECT module, type, count(*) FROM tickets.event GROUP BY 1, 2 ORDER BY 2'), [['ticket', '1', '1'], ['ticket', '2', '1']])
})

test('fields of every kind, picklists, sections, views: lines of proto and a migration, on a running suite with data', async () => {
  const proto = join(tree, 'proto', 'tickets.proto')
  writeFileSync(proto, withEveryKind(readFileSync(proto, 'utf8')))
  writeFileSync(join(tree, 'services', 'tickets', 'migrations', '0002_every_kind.sql'), EVERY_KIND_SQL)
  await sh('make -j2 build')
  await suite.run()
  only(await differences())
  const [old] = (await rest.get('/tickets?minutes[empty]=')).items
  assert.equal(old.label, 'Impresora lista')
  assert.equal((await rest.change('tickets', old, { minutes: 25 })).minutes, 25)
  assert.deepEqual((await rest.get('/tickets?sort=-minutes&minutes[gt]=20')).items.map(({ minutes }) => minutes), [25])
  const { fields, views, sections } = (await rest.get('/metadata')).modules.find(({ key }) => key === 'tickets.ticket')
  assert.deepEqual(FIELD_NAMES.filter((name) => !fields.some((field) => field.name === name)), [])
  assert.deepEqual([views.map(({ name }) => name), sections.map(({ name }) => name)], [['all', 'unsolved', 'by_stage'], ['main', 'place']])
})

test('a module that the generator refuses leaves nothing behind', async () => {
  await assert.rejects(sh('make new service=tickets module=ticket es=Otro es_plural=Otros en=Other en_plural=Others'), /already|exists/)
  await assert.rejects(sh('make new service=x module=order es=Orden es_plural=Órdenes en=Order en_plural=Orders'), /table/)
  only(await differences())
  assert.equal(existsSync(join(tree, 'proto', 'x.proto')), false)
})

// ---- the same module on screen ----

describe('a module that is only a .proto, on screen', () => {
  let lead, broken, other, seller
  before(async () => {
    const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/Bogota' }).format(new Date())
    const mine = { owner: rest.user.id, assigned_to: rest.user.id }
    lead = await rest.create('leads', { name: 'Luz Ñáñez', company: 'Redes del Sur', ...mine })
    broken = await rest.create('tickets', {
      ...mine, name: 'Pantalla rota', detail: 'Se cayó\nde la mesa', email: 'luz@tic.example', phone: '+573155927755', site: 'https://tic.example/ayuda', minutes: 90,
      weight: '2.5', price: '150000', discount: '19', urgent: true, due: today, visit_at: new Date().toISOString(), stage: 'open', parts: ['screen', 'cable'],
      lead: lead.id, city: '05001', latitude: '6.25', longitude: '-75.56',
    })
    other = await rest.create('tickets', {
      ...mine, name: 'Teclado mudo', detail: 'Ni una letra', email: 'ana@red.example', phone: '+576015550199', site: 'https://red.example', minutes: 10, weight: '0.5',
      price: '20000', discount: '5', urgent: false, due: '2026-01-02', visit_at: '2026-01-05T15:00:00Z', stage: 'waiting', parts: ['mouse'], city: '11001',
      latitude: '4.6', longitude: '-74.08',
    })
    seller = await person(suite, { name: 'Eva Peña', grants: [...grant('tickets.ticket'), ...grant('leads.lead', 'see')] })
    await rest.create('tickets', { name: 'De Eva', price: '7000', stage: 'open', owner: seller.user.id, assigned_to: seller.user.id })
    browser = await launch()
  })

  const clients = new Map()
  // One page for each width and person; it complains about nothing.
  async function open(width, who = suite) {
    const key = `${width} ${who.email}`
    if (!clients.has(key)) {
      const client = await openClient(browser, { browserUrl: suite.browserUrl, email: who.email }, width)
      await enter(client.page, who.password)
      clients.set(key, client)
    }
    return clients.get(key).page
  }
  const step = (name, run) => test(name, async () => {
    await run()
    for (const { faults } of clients.values()) assert.deepEqual(faults.splice(0), [])
  })
  const read = (ticket) => rest.get(`/tickets/${ticket.id}`)
  // The list's rows, as soon as they are these.
  const rows = async (page, expected) => {
    const names = () => page.locator('.body .title a, .body .card a').allInnerTexts()
    await page.waitForFunction((want) => {
      const found = [...document.querySelectorAll('.body .title a, .body .card a')].map((a) => a.innerText)
      return found.length === want.length && want.every((name, i) => found[i] === name)
    }, expected).catch(async () => assert.deepEqual(await names(), expected))
  }
  const ALL = ['Impresora lista', 'Pantalla rota', 'Teclado mudo']
  const list = async (page, more = '') => {
    await page.goto(`/tickets?sort=label&minutes[filled]=&mine=false${more}`)
    await rows(page, ALL)
  }
  const said = (page, text) => page.getByText(text).first().waitFor()

  for (const width of [1440, 360]) {
    const phone = width < 600
    step(`LIST-01: ${width}: its place in the menu, columns, order, views, file in and out`, async () => {
      const page = await open(width)
      const place = page.getByRole('navigation').getByRole('link', { name: 'Tiquetes' })
      await place.waitFor()
      const icon = readFileSync(join(ROOT, 'services/web/node_modules/@mui/icons-material/SupportAgentOutlined.js'), 'utf8')
      assert.ok(icon.includes(await place.locator('svg path').first().getAttribute('d')), 'its icon is another')
      await list(page)
      await sound(page, 'list')
      if (phone) {
        assert.match(await page.locator('.card').nth(1).innerText(), /Pantalla rota[^]*luz@tic\.example/)
      } else {
        const heads = await page.locator('[role=columnheader][data-column]').evaluateAll((cells) => cells.map((cell) => cell.innerText.trim().split('\n')[0]))
        assert.deepEqual(heads, ['Tiquete', 'Correo', 'Minutos', 'Precio', 'Urgente', 'Vence', 'Etapa', 'Prospecto', 'Ciudad', 'Asignado a', 'Creado'])
        const row = await page.locator('.body .row').nth(1).innerText()
        for (const text of ['luz@tic.example', '90', /\$\s?150\.000/, 'Sí', 'Abierto', 'Luz Ñáñez', 'Medellín, Antioquia']) assert.match(row, new RegExp(text))
        await page.locator('[role=columnheader]').getByRole('button', { name: 'Precio' }).click()
        await rows(page, ['Teclado mudo', 'Pantalla rota', 'Impresora lista'])
      }
      await page.goto('/tickets?view=unsolved&mine=false')
      await rows(page, ['Pantalla rota', 'Teclado mudo', 'De Eva', 'Impresora lista'])
      await page.locator('header h1').filter({ hasText: 'Sin resolver' }).waitFor()
      await page.goto('/tickets?view=by_stage&mine=false')
      await page.getByRole('button', { name: phone ? /^Abierto\s*3$/ : /^Abierto\s*2$/ }).click()
      await rows(page, phone ? ['De Eva', 'Teclado mudo', 'Pantalla rota'] : ['De Eva', 'Pantalla rota'])
      await page.getByRole('button', { name: 'Más acciones' }).click()
      for (const name of ['Exportar a CSV', 'Papelera']) await page.getByRole('menuitem', { name }).waitFor()
      await page.getByRole('menuitem', { name: 'Importar' }).click()
      await page.waitForURL(/\/tickets\/import/)
      await page.getByRole('button', { name: 'Elegir archivo' }).waitFor()
    })

    step(`FORM-01: ${width}: the form: what is wrong is told at its field, a lookup makes what is missing`, async () => {
      const page = await open(width)
      const field = (name) => page.locator(`main form [name="${name}"]`)
      await page.goto('/tickets/new')
      await field('name').waitFor()
      for (const section of ['Datos', 'Lugar']) await page.getByRole('region', { name: section, exact: true }).waitFor()
      assert.deepEqual(await page.locator('main form [data-input]').evaluateAll((all) => all.map((x) => x.dataset.input).filter((x) => !['owner', 'assigned_to'].includes(x))), ['name', ...FIELD_NAMES])
      await sound(page, 'form')
      await field('email').fill('esto no')
      await page.keyboard.press('Control+Enter')
      await page.waitForSelector('main form [name=email][aria-invalid=true]')
      await page.waitForSelector('main form [name=name][aria-invalid=true]')
      await field('name').fill(`Hecho en ${width}`)
      await field('email').fill('eva@tic.example')
      await field('phone').fill('12')
      await field('minutes').fill('15')
      await page.keyboard.press('Control+Enter')
      await page.waitForSelector('main form [name=phone][aria-invalid=true]')
      assert.equal(await field('email').getAttribute('aria-invalid'), 'false')
      assert.equal((await rest.get(`/tickets/count?name[eq]=Hecho en ${width}`)).count, 0)
      await field('phone').fill('3155927755')
      await page.getByRole('combobox', { name: 'Partes' }).click()
      await page.getByRole('option', { name: 'Ratón' }).click()
      await page.keyboard.press('Escape')
      const lookup = page.getByRole('combobox', { name: 'Prospecto' })
      await lookup.fill(`Cliente ${width}`)
      await page.getByRole('option', { name: /Crear prospecto/ }).click()
      const dialog = page.getByRole('dialog', { name: 'Crear prospecto' })
      await dialog.locator('[name=name]').waitFor()
      await page.keyboard.press('Control+Enter')
      await dialog.waitFor({ state: 'detached' })
      assert.equal(await lookup.inputValue(), `Cliente ${width}`)
      await page.keyboard.press('Control+Enter')
      await page.waitForURL(/\/tickets\/[0-9a-f-]{36}$/)
      const made = await rest.get(`/tickets/${page.url().slice(-36)}`)
      assert.deepEqual([made.phone, made.minutes, made.parts, made.labels.lead], ['+573155927755', 15, ['mouse'], `Cliente ${width}`])
      await rest.remove('tickets', made)
    })

    step(`FORM-01: ${width}: its page: a value of every kind, changed in place, history; it is related to its lead`, async () => {
      const page = await open(width)
      await page.goto(`/tickets/${broken.id}`)
      const value = (name) => page.locator(`[data-field="${name}"]`)
      await value('site').waitFor()
      const texts = Object.fromEntries(await page.locator('[data-field]').evaluateAll((all) => all.map((x) => [x.dataset.field, x.innerText.trim()])))
      for (const [name, text] of Object.entries({ name: 'Pantalla rota', detail: /Se cayó\nde la mesa/, email: /luz@tic\.example/, phone: /315/, site: /tic\.example/, minutes: /\d/, weight: '2,5', price: /150\.000/,
        discount: /19\s?%/, urgent: 'Sí', due: /\d/, visit_at: /\d/, stage: 'Abierto', parts: /Pantalla[^]*Cable/, lead: 'Luz Ñáñez', city: 'Medellín, Antioquia', latitude: /6[.,]25/, longitude: /-75[.,]56/ })) {
        assert.match(texts[name] ?? `no ${name}`, typeof text === 'string' ? new RegExp(`^${text}$`) : text, name)
      }
      await sound(page, 'record')
      await value('minutes').locator('[data-open]').click()
      await page.locator('[data-editing=minutes] input').fill(String(width))
      await page.keyboard.press('Enter')
      await soon(async () => assert.equal((await read(broken)).minutes, width))
      if (phone) await page.getByRole('tab', { name: 'Línea de tiempo' }).click()
      const line = phone ? page.getByRole('tabpanel') : page.getByRole('complementary', { name: 'Línea de tiempo' })
      await line.getByText(new RegExp(`Minutos: .*→\\s*${width === 1440 ? '1\\.440' : '360'}`)).first().waitFor()

      await page.goto(`/leads/${lead.id}`)
      await page.getByRole('tab', { name: /Tiquetes\s*1/ }).click()
      await page.getByRole('tabpanel').getByRole('link', { name: 'Pantalla rota' }).waitFor()
      await page.getByRole('button', { name: 'Más acciones' }).click()
      await page.getByRole('menuitem', { name: 'Crear tiquete' }).click()
      const dialog = page.getByRole('dialog', { name: 'Crear tiquete' })
      await dialog.locator('[name=name]').fill(`Desde ${width}`)
      assert.equal(await dialog.getByRole('combobox', { name: 'Prospecto' }).inputValue(), lead.label)
      await page.keyboard.press('Control+Enter')
      await page.getByRole('tab', { name: /Tiquetes\s*2/ }).waitFor()
      const [made] = (await rest.get(`/tickets?name[eq]=Desde ${width}`)).items
      assert.equal(made.lead, lead.id)
      // Taking it away is called as the module says, and asked, for it has no way back.
      await page.goto(`/tickets/${made.id}`)
      await page.getByRole('button', { name: 'Anular' }).click()
      await page.getByRole('dialog', { name: `Anular «Desde ${width}»` }).getByRole('button', { name: 'Anular' }).click()
      await said(page, `Desde ${width}: anulado`)
      assert.equal((await rest.call('GET', `/tickets/${made.id}`)).status, 404)
    })

    step(`LEAD-02: ${width}: a board by its picklist with totals; a card is moved`, async () => {
      const page = await open(width)
      await page.goto('/tickets?mine=false')
      await page.getByRole('link', { name: 'Tablero' }).click()
      await page.waitForURL(/\/tickets\/board/)
      await page.goto('/tickets/board?by=stage&sum=price&mine=false&minutes[filled]=')
      const card = page.locator('[data-card]', { hasText: 'Teclado mudo' })
      const to = phone ? 'solved' : 'open'
      if (phone) {
        await page.getByRole('navigation', { name: 'Columnas del tablero' }).getByRole('button', { name: /^(Abierto|En espera)\s*[12]/ }).last().click()
        await card.waitFor()
        await sound(page, 'board')
        await page.getByRole('button', { name: 'Mover Teclado mudo' }).click()
        await page.getByRole('menuitem', { name: /Resuelto/ }).click()
      } else {
        const column = (name) => page.locator('section.column', { has: page.getByRole('heading', { name, exact: true }) })
        await column('En espera').locator('[data-card]').waitFor()
        await said(page, '3 en total')
        assert.match(await column('Abierto').locator('.sum').innerText(), /150\.000/)
        await sound(page, 'board')
        await card.focus()
        await page.keyboard.press('Alt+ArrowLeft')
        await column('Abierto').locator('[data-card]', { hasText: 'Teclado mudo' }).waitFor()
        assert.match(await column('Abierto').locator('.sum').innerText(), /170\.000/)
      }
      await soon(async () => assert.equal((await read(other)).stage, to))
      await page.goto('/tickets/board')
      await page.getByRole('link', { name: 'Lista', exact: true }).click()
      await page.waitForURL(/\/tickets(\?|$)/)
    })

    step(`UI-01d: ${width}: the palette finds its records`, async () => {
      const page = await open(width)
      await page.goto('/leads')
      await page.getByRole('heading', { name: 'Prospectos' }).waitFor()
      await page.keyboard.press('Control+k')
      await page.getByRole('dialog', { name: 'Buscar y hacer' }).getByRole('combobox').fill('pantalla rot')
      await page.getByRole('option', { name: /Pantalla rota/ }).click()
      await page.waitForURL(new RegExp(`/tickets/${broken.id}`))
    })
  }

  step('LIST-01a: a value is changed in its cell', async () => {
    const page = await open(1440)
    await page.goto('/tickets?name[eq]=Teclado mudo&mine=false')
    await rows(page, ['Teclado mudo'])
    for (const key of ['j', 'ArrowRight', 'F2']) await page.keyboard.press(key)
    await page.getByRole('textbox', { name: 'Correo' }).fill('otra@red.example')
    await page.keyboard.press('Enter')
    await said(page, 'Correo de Teclado mudo: guardado')
    assert.equal((await read(other)).email, 'otra@red.example')
  })

  // Field, condition where it is not the first, what is written; `choose`: an option that it finds.
  const FILTERS = [
    ['Nombre', , 'rota'], ['Detalle', , 'mesa'], ['Correo', , 'tic.example'], ['Teléfono', , '315592'], ['Página', , 'ayuda'],
    ['Minutos', , '360'], ['Peso', , '2,5'], ['Precio', , '150.000'], ['Descuento', 'mayor o igual a', '19'], ['Urgente'], ['Vence'], ['Visita'],
    ['Etapa', 'no es ninguno de', 'Resuelto', true], ['Partes', , 'Pantalla', true], ['Prospecto', , 'Luz', true], ['Ciudad', , 'Medellín', true], ['Latitud', , '6,25'], ['Longitud', , '-75,56'],
  ]
  step('LIST-01b: a filter of each kind', async () => {
    const page = await open(1440)
    await list(page, `&owner[eq]=${rest.user.id}`)
    for (const [name, condition, text, choose] of FILTERS) {
      await page.keyboard.press('f')
      await page.getByRole('combobox', { name: 'Campo' }).fill(name)
      await page.keyboard.press('Enter')
      if (condition) {
        await page.getByRole('combobox', { name: 'Condición' }).click()
        await page.getByRole('option', { name: condition, exact: true }).click()
      }
      if (choose) {
        await page.getByRole('combobox', { name: 'Valor' }).fill(text)
        await page.getByRole('option', { name: new RegExp(`^${text}`) }).first().click()
        await page.keyboard.press('Tab')
      } else if (text) {
        await page.getByRole('textbox', { name: 'Valor' }).fill(text)
      }
      await page.getByRole('dialog').getByRole('button', { name: 'Aplicar' }).click()
      await rows(page, name === 'Etapa' ? ['Impresora lista', 'Pantalla rota'] : ['Pantalla rota']).catch((error) => { throw new Error(`${name}: ${error.message}`) })
      await page.getByRole('button', { name: new RegExp(`^Cambiar el filtro ${name}`) }).last().focus()
      await page.keyboard.press('Backspace')
      await rows(page, ALL)
    }
  })

  step('USER-01b: its rights and its fields are in the matrix; a field withheld there is nowhere', async () => {
    const page = await open(1440)
    await page.goto(`/profiles/${seller.user.profile}`)
    assert.ok(await page.getByLabel('Tiquetes: Ver', { exact: true }).isChecked())
    await page.getByRole('button', { name: 'Ver los campos de Tiquetes' }).click()
    await page.getByLabel('Tiquetes: Ciudad: al modificar', { exact: true }).waitFor()
    await page.getByLabel('Tiquetes: Precio: al ver', { exact: true }).uncheck()
    await page.keyboard.press('Control+Enter')
    await said(page, /^Guardado: \d cambio/)
    await soon(async () => assert.equal((await seller.get('/tickets')).items[0].price, undefined))
    const [own] = (await seller.get('/tickets')).items
    for (const width of [1440, 360]) {
      const hers = await open(width, seller)
      await hers.goto('/tickets')
      await rows(hers, ['De Eva'])
      assert.ok(!/7\.000|Precio/.test(await hers.locator('main').innerText()))
      assert.deepEqual([await hers.locator('[data-column=price]').count(), await hers.locator('[data-column=stage]').count()], [0, width === 1440 ? 1 : 0])
      if (width === 1440) {
        await hers.keyboard.press('o')
        await hers.getByPlaceholder('Agregar una columna').fill('preci')
        await said(hers, 'Ningún')
        await hers.keyboard.press('Escape')
        await hers.keyboard.press('f')
        await hers.getByRole('combobox', { name: 'Campo' }).fill('preci')
        await said(hers, 'Ningún campo coincide')
        await hers.keyboard.press('Escape')
      }
      await hers.goto(`/tickets/${own.id}`)
      await hers.locator('[data-field=name]').waitFor()
      assert.deepEqual([await hers.locator('[data-field=price]').count(), await hers.locator('[data-field=weight]').count()], [0, 1])
      await hers.goto('/tickets/new')
      await hers.locator('main form [name=name]').waitFor()
      assert.deepEqual([await hers.locator('[data-input=price]').count(), await hers.locator('[data-input=weight]').count()], [0, 1])
      await hers.goto('/tickets/board')
      await hers.locator('[data-card]', { hasText: 'De Eva' }).waitFor()
      assert.ok(!/7\.000|Precio/.test(await hers.locator('main').innerText()))
    }
  })

  step('UI-02: in English it speaks English', async () => {
    const page = await open(1440)
    await page.goto('/tickets?sort=label&mine=false&minutes[filled]=')
    await rows(page, ALL)
    await page.getByRole('button', { name: /^Cuenta de/ }).click()
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('navigation').getByRole('link', { name: 'Tickets' }).waitFor()
    const heads = await page.locator('[role=columnheader][data-column]').evaluateAll((cells) => cells.map((cell) => cell.innerText.trim().split('\n')[0]))
    assert.deepEqual(heads, ['Ticket', 'E-mail', 'Minutes', 'Price', 'Urgent', 'Due', 'Stage', 'Lead', 'City', 'Assigned to', 'Created'])
    assert.match(await page.locator('.body .row').nth(1).innerText(), /Yes[^]*Open/)
    await page.goto(`/tickets/${broken.id}`)
    await page.getByRole('region', { name: 'Place', exact: true }).getByText('Latitude').waitFor()
    await page.goto('/tickets/board?by=stage&mine=false')
    await page.getByRole('heading', { name: 'Waiting', exact: true }).waitFor()
  })

  test('nothing of the client was touched for it', async () => {
    only(await differences())
    const { changed, added } = await differences()
    assert.deepEqual([...changed, ...added].filter((path) => path.startsWith('services/web/')), [])
  })
})
