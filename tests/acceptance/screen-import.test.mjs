// A file on screen: what its columns become, how it goes, what was refused and why; and all such work on a page of its own.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { enter, launch, openClient, sound } from '../lib/browser.mjs'
import { grant, person } from '../lib/people.mjs'
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

const csv = (name, text, encoding = 'utf8') => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text, encoding) })
const choose = (page, file) => page.setInputFiles('input[type=file]', file)
const begin = (page) => page.locator('main').getByRole('button', { name: 'Importar', exact: true }).click()
const ended = (page) => page.getByText(/Importación terminada|no terminó|se detuvo/).waitFor({ timeout: 60_000 })
const count = async (query) => (await rest.get(`/leads/count?cap=0&${query}`)).count
async function aim(page, column, field) {
  const input = page.getByLabel(`En qué queda ${column}`)
  await input.fill(field)
  await page.getByRole('option', { name: field, exact: true }).click()
}

async function open(width, who = suite) {
  const opened = await openClient(browser, { ...suite, email: who.email }, width)
  await enter(opened.page, who.password)
  return opened
}

for (const width of [1440, 360]) {
  describe(`${width} pixels wide`, () => {
    let page, context, faults
    before(async () => ({ page, context, faults } = await open(width)))
    after(() => context?.close())
    const quiet = () => assert.deepEqual(faults.splice(0), [])

    test('LEAD-06: a file is read before it is sent; what is refused is told by reason, with a file to mend', async () => {
      await page.goto('/leads/import')
      await page.getByRole('button', { name: 'Elegir archivo' }).waitFor()
      await sound(page, 'import')
      const lines = ['Nombre;Empresa;Teléfono;Sobra', ...Array.from({ length: 30 }, (_, i) => `Fila ${width} Ñ${i};Empresa ${i};${i % 10 ? '+573001234567' : `x${i}`};`)]
      await choose(page, csv('prospectos.csv', lines.join('\r\n'), 'latin1'))
      await page.getByText(/30 filas .* separado por punto y coma · codificación WINDOWS-1252/).waitFor()
      await page.getByText('3 de 4 columnas quedan en un campo').waitFor()
      await page.getByText(`Fila ${width} Ñ0`).first().waitFor()
      await sound(page, 'columns')
      await begin(page)
      await ended(page)
      assert.equal(await page.locator('main tbody tr').count(), 1)
      assert.match(await page.locator('main tbody tr').innerText(), /Teléfono[^]*por ejemplo: x0, x10, x20[^]*líneas 2, 12, 22[^]*3/)
      assert.equal(await count(`name[starts]=Fila ${width} Ñ`), 27)
      await sound(page, 'import done')
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Descargar las filas rechazadas' }).click()])
      assert.match(await readFile(await download.path(), 'utf8'), new RegExp(`Rechazo: motivo[^]*Fila ${width} Ñ10`))
      // The address holds the job: it is there after a reload.
      await page.reload()
      await ended(page)
      await page.getByRole('link', { name: 'Ver lo que entró' }).click()
      await page.getByText(`Fila ${width} Ñ1`, { exact: false }).first().waitFor()
      quiet()
    })

    test('LEAD-06: a column goes where people say, or stays out; twice the same field does not', async () => {
      await page.goto('/leads/import')
      await choose(page, csv('raro.csv', `\ufeffCómo se llama,Nombre,Razón,Talla\n"Peña, ${width}",Falso ${width},Acme ${width},XL\n`))
      await page.getByText('1 de 4 columnas queda en un campo').waitFor()
      await aim(page, 'Cómo se llama', 'Nombre')
      await page.getByText('Dos columnas no pueden quedar en Nombre.').first().waitFor()
      assert.ok(await page.locator('main').getByRole('button', { name: 'Importar', exact: true }).isDisabled())
      await sound(page, 'twice')
      await aim(page, 'Nombre', 'Se deja por fuera')
      await aim(page, 'Razón', 'Empresa')
      await begin(page)
      await ended(page)
      assert.deepEqual((await rest.get(`/leads?company=Acme ${width}&fields=name,company`)).items.map(({ name, company }) => [name, company]), [[`Peña, ${width}`, `Acme ${width}`]])
      assert.equal(await count(`name=Falso ${width}`), 0)
      quiet()
    })

    test('LEAD-06: a new field for the columns that are chosen, and for no other', async () => {
      await page.goto('/leads/import')
      await choose(page, csv('campos.csv', `Nombre,Talla ${width},Sobra ${width}\nNuevo ${width},42,no\n`))
      await page.getByLabel('Crear un campo por cada columna que no se reconozca').check()
      await page.getByText('3 de 3 columnas quedan en un campo').waitFor()
      await aim(page, `Sobra ${width}`, 'Se deja por fuera')
      await begin(page)
      await ended(page)
      const [found] = (await rest.get(`/leads?name=Nuevo ${width}`)).items
      const lead = await rest.get(`/leads/${found.id}`)
      assert.deepEqual(lead.custom, { [`talla_${width}`]: 42 })
      const { fields } = (await rest.get('/metadata')).modules.find(({ key }) => key === 'leads.lead')
      assert.ok(!fields.some(({ label }) => label.es === `Sobra ${width}`))
      quiet()
    })

    test('what is no table is told at once, and the page goes on', async () => {
      await page.goto('/leads/import')
      await choose(page, { name: 'libro.xlsx', mimeType: 'application/zip', buffer: Buffer.from('PK') })
      await page.getByRole('alert').filter({ hasText: 'no parece CSV' }).waitFor()
      await choose(page, csv('vacio.csv', ''))
      await page.getByRole('alert').filter({ hasText: 'vacío' }).waitFor()
      await choose(page, csv('nada.csv', 'una,otra\n1,2\n'))
      await page.getByText('Ninguna columna queda en un campo.').waitFor()
      await page.goto('/leads/import?job=01900001-0000-7000-8000-00000000dead')
      await page.getByText('Esta importación no existe o no es suya.').waitFor()
      quiet()
    })

    test('the jobs of a person on one page; an administrator sees everybody’s', async () => {
      await page.goto('/jobs')
      const rows = page.getByRole('list', { name: 'Trabajos' }).getByRole('listitem')
      await rows.filter({ hasText: 'prospectos.csv' }).first().waitFor()
      assert.match(await rows.filter({ hasText: 'prospectos.csv' }).first().innerText(), /Importación · Prospectos[^]*Terminado · 27 filas · 3 rechazadas/)
      await sound(page, 'jobs')
      const other = await person(suite, { grants: grant('leads.lead', 'see', 'create', 'import'), name: `Otra ${width}` })
      await other.import('leads', `name\nDe otra ${width}\n`, { filename: `ajeno${width}.csv` })
      await page.reload()
      await rows.first().waitFor()
      assert.equal(await rows.filter({ hasText: `ajeno${width}.csv` }).count(), 0)
      await page.getByRole('button', { name: 'De todos' }).click()
      await rows.filter({ hasText: `ajeno${width}.csv` }).filter({ hasText: `Otra ${width}` }).waitFor()
      await rows.filter({ hasText: 'prospectos.csv' }).first().getByRole('link', { name: /Ver detalle/ }).click()
      await ended(page)
      quiet()
    })
  })
}

test('an import is stopped on the way; what went in stays, and is said', async () => {
  const { page, context, faults } = await open(1440)
  try {
    await page.goto('/leads/import')
    const rows = 60_000
    await choose(page, csv('largo.csv', `Nombre,Ciudad\n${Array.from({ length: rows }, (_, i) => `Largo ${i},Cali`).join('\n')}\n`))
    await page.getByText('60.000 filas').first().waitFor()
    await begin(page)
    await page.getByText(/de 60.000 filas · .* por segundo · faltan/).waitFor({ timeout: 30_000 })
    await sound(page, 'running')
    await page.getByRole('button', { name: 'Detener' }).click()
    await page.getByText('La importación se detuvo').waitFor()
    const went = await count('name[starts]=Largo ')
    assert.ok(went < rows, `${went}`)
    assert.deepEqual(faults, [])
  } finally {
    await context.close()
  }
})

test('who may not fill a field does not send it; who may not import is told', async () => {
  const seller = await person(suite, { grants: grant('leads.lead', 'see', 'create', 'import'), denials: ['leads.lead.phone:create'] })
  const { page, context } = await open(1440, seller)
  try {
    await page.goto('/leads/import')
    await choose(page, csv('negado.csv', 'Nombre,Teléfono\nSin teléfono,+573001234567\n'))
    await page.getByText('Usted no puede llenar este campo.').waitFor()
    await begin(page)
    await ended(page)
    assert.deepEqual((await rest.get('/leads?name=Sin teléfono&fields=name,phone')).items.map(({ name, phone }) => [name, phone]), [['Sin teléfono', undefined]])
    await page.goto('/tasks/import')
    await page.getByText(/No tiene permiso|no existe/).first().waitFor()
  } finally {
    await context.close()
  }
})
