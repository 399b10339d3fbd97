// What people do on screen, on a desk and on a phone: each screen works, is accessible and fits.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { enter, launch, openClient, sound } from '../lib/browser.mjs'
import { signIn } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

let suite, rest, browser
before(async () => {
  suite = await startSuite({ demo: true })
  rest = await signIn(suite)
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await suite?.stop()
})

for (const width of [1440, 360]) {
  describe(`${width} pixels wide`, () => {
    let page, context, faults
    before(async () => ({ page, context, faults } = await openClient(browser, suite, width)))
    after(() => context?.close())

    // The demo's rules give out what is nobody's.
    const mine = () => ({ assigned_to: rest.user.id })
    const rows = () => page.waitForSelector('.body a')
    const field = (name) => page.locator(`main form [name="${name}"]`)
    const save = () => page.keyboard.press('Control+Enter')
    const at = (pattern) => page.waitForURL(pattern)
    // One step: it ends without a complaint of the page.
    const step = (name, run) => test(name, async () => {
      await run()
      assert.deepEqual(faults.splice(0), [])
    })

    step('sign in', async () => {
      await sound(page, 'sign-in')
      await page.fill('input[name=password]', 'no es la clave')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').filter({ hasText: 'contraseña' }).waitFor()
      await enter(page, suite.password)
    })

    step('the list of leads, and a search in it', async () => {
      await page.goto('/leads?mine=false')
      await rows()
      await sound(page, 'list')
      const lead = await rest.create('leads', { name: `Búsqueda ${width}`, company: 'Única S.A.S.' })
      await page.fill('input[type=search]', `busqueda ${width}`)
      await at(/q=busqueda/)
      await page.getByText(lead.name).first().click()
      await at(new RegExp(lead.id))
      await page.waitForSelector('dl')
      await sound(page, 'record')
    })

    step('a ready-made view with groups', async () => {
      await page.goto('/leads?mine=false&view=by_stage')
      await page.waitForSelector('.group')
      await sound(page, 'groups')
    })

    step('edit: what is wrong is told at its field, what is right is kept', async () => {
      const lead = await rest.create('leads', { name: 'Por editar', id_type: 'nit', ...mine() })
      await page.goto(`/leads/${lead.id}/edit`)
      await field('tax_id').fill('800197268-5')
      await field('company').fill('Nueva S.A.S.')
      await save()
      await page.waitForSelector('main form [name=tax_id][aria-invalid=true]')
      const told = await field('tax_id').getAttribute('aria-describedby')
      assert.match(await page.locator(`#${selector(told.split(' ')[0])}`).innerText(), /dígito/)
      await sound(page, 'faults')
      assert.equal((await rest.get(`/leads/${lead.id}`)).version, 1)
      await field('tax_id').fill('800197268')
      await save()
      await at(new RegExp(`${lead.id}$`))
      const { tax_id, company } = await rest.get(`/leads/${lead.id}`)
      assert.deepEqual([tax_id, company], ['800197268-4', 'Nueva S.A.S.'])
    })

    step('two at once: what stays is chosen field by field', async () => {
      const lead = await rest.create('leads', { name: 'Choque', company: 'Antes', ...mine() })
      await page.goto(`/leads/${lead.id}/edit`)
      await field('company').fill('Lo mío')
      await field('address').fill('Calle 1')
      await rest.change('leads', lead, { company: 'Lo de ellos', campaign: 'Feria' })
      await save()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('radiogroup').waitFor()
      await sound(page, 'conflict')
      await dialog.getByRole('radio').last().click()
      await dialog.getByRole('button', { name: 'Guardar esta elección' }).click()
      await at(new RegExp(`${lead.id}$`))
      const { company, address, campaign, version } = await rest.get(`/leads/${lead.id}`)
      assert.deepEqual([company, address, campaign, version], ['Lo de ellos', 'Calle 1', 'Feria', 3])
    })

    step('create a lead', async () => {
      await page.goto('/leads/new')
      await field('name').fill(`Creado en ${width}`)
      await sound(page, 'create')
      await save()
      await at(/\/leads\/[0-9a-f-]{36}$/)
      const id = page.url().slice(-36)
      assert.equal((await rest.get(`/leads/${id}`)).name, `Creado en ${width}`)
    })

    step('delete a lead, and think better of it', async () => {
      const lead = await rest.create('leads', { name: 'Borrable' })
      await page.goto(`/leads/${lead.id}`)
      await page.waitForSelector('dl')
      await page.getByRole('button', { name: 'Eliminar' }).click()
      await at(/\/leads(\?.*)?$/)
      assert.equal((await rest.call('GET', `/leads/${lead.id}`)).status, 404)
      await page.getByRole('button', { name: 'Deshacer' }).click()
      await page.getByText('está de vuelta').waitFor()
      assert.equal((await rest.get(`/leads/${lead.id}`)).name, 'Borrable')
    })

    step('a task about a lead, found by typing', async () => {
      await page.goto('/tasks/new')
      await field('name').fill('Llamar')
      const lookup = page.locator('main form [role=combobox]').first()
      const { label } = (await rest.get('/leads?sort=label&limit=1&name[filled]=&q=lina')).items[0] ?? (await rest.get('/leads?sort=label&limit=1')).items[0]
      await lookup.click()
      await lookup.fill(label.slice(0, 9))
      await page.getByRole('option').first().waitFor()
      const chosen = await page.getByRole('option').first().innerText()
      await page.keyboard.press('Enter')
      await save()
      await at(/\/tasks\/[0-9a-f-]{36}$/)
      await page.waitForSelector('dl')
      const task = await rest.get(`/tasks/${page.url().slice(-36)}`)
      assert.ok(chosen.startsWith(task.labels.lead), `${chosen} / ${task.labels.lead}`)
      await sound(page, 'task')
    })

    step('import a file, and see which rows stayed out', async () => {
      await page.goto('/leads/import')
      const lines = ['Nombre,Empresa,Teléfono', ...Array.from({ length: 30 }, (_, i) => `Fila ${width} ${i},Empresa ${i},${i % 10 ? '+573001234567' : 'x'}`)]
      await page.setInputFiles('input[type=file]', { name: 'prospectos.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) })
      await sound(page, 'import')
      await page.locator('main').getByRole('button', { name: 'Importar', exact: true }).click()
      await page.waitForSelector('main table')
      assert.equal(await page.locator('main tbody tr').count(), 3)
      assert.equal((await rest.get(`/leads/count?name[starts]=Fila ${width}`)).count, 27)
      await sound(page, 'import done')
    })

    step('history and sign out', async () => {
      const lead = await rest.create('leads', { stage: 'offer', ...mine() })
      await rest.change('leads', lead, { stage: 'decision' })
      await page.goto(`/leads/${lead.id}/history`)
      await page.waitForSelector('main ol li')
      assert.match(await page.locator('main ol').innerText(), /Oferta presentada[^]*Decisión/)
      await sound(page, 'history')
      await context.clearCookies()
      await page.goto('/leads')
      await page.waitForSelector('input[name=password]')
    })
  })
}

// An id as a CSS selector takes it.
function selector(id) {
  return id.replace(/[^\w-]/g, (letter) => `\\${letter}`)
}
