// Dates and times on screen: written in the person's language and the company's zone, whatever the browser's are.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { enter, launch, openClient, sound } from '../lib/browser.mjs'
import { person, soon } from '../lib/people.mjs'
import { startSuite } from '../lib/suite.mjs'

const SINCE = 'custom.since'
let suite, browser, admin
before(async () => {
  suite = await startSuite()
  admin = await person(suite, { name: 'Ana Ruiz', administrator: true })
  const made = await admin.call('POST', '/leads/fields', { body: { key: 'since', kind: 'date', es: 'Cliente desde', en: 'Customer since' } })
  assert.equal(made.status, 201, made.text)
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await suite?.stop()
})

const WORDS = {
  es: { half: /Falta una parte/, impossible: /Esa fecha no existe/, range: /año con cuatro cifras/, done: 'Listo', next: 'Siguiente', 
    day: ['22/11/2026', '22/11/2026'], time: ['5/3/2027 9:05', '05/03/2027 09:05'], due: 'Vence', between: 'entre', add: 'Agregar un filtro', apply: 'Aplicar',
    tools: 'Filtros y orden', see: 'Ver la lista', button: /Vence: elegir en el calendario/, from: '1/11/2026', to: '30/11/2026' },
  en: { half: /A part .*is missing/, impossible: /no such date/, range: /four digits/, done: 'Done', next: 'Next', 
    day: ['11/22/2026', '11/22/2026'], time: ['3/5/2027 9:05 am', '03/05/2027 9:05 AM'], due: 'Due', between: 'between', add: 'Add a filter', apply: 'Apply',
    tools: 'Filters and order', see: 'See the list', button: /Due: choose in the calendar/, from: '11/1/2026', to: '11/30/2026' },
}

// The browser speaks the other language and stands in another zone than the client and the company.
for (const [lang, locale] of [['es', 'en-US'], ['en', 'es-CO']]) {
  for (const width of [1440, 360]) {
    describe(`${lang}, ${width} pixels wide, in a browser that is ${locale} in Tokyo`, () => {
      const phone = width < 600
      const words = WORDS[lang]
      let rest, page, context, faults
      before(async () => {
        rest = admin
        ;({ page, context, faults } = await openClient(browser, { browserUrl: suite.browserUrl, email: rest.email }, width, { locale, timezoneId: 'Asia/Tokyo' }))
        await rest.want(200, 'POST', '/me', { body: { lang } })
        await enter(page, rest.password)
        await page.waitForFunction((wanted) => document.documentElement.lang === wanted, lang)
      })
      after(() => context?.close())

      const step = (name, run) => test(name, async () => {
        await run()
        assert.deepEqual(faults.splice(0), [])
      })
      const task = (fields) => rest.create('tasks', { name: `Llamar ${lang} ${width}`, ...fields })
      const due = (one) => rest.get(`/tasks/${one.id}`).then((read) => read.due_at)
      const written = (box) => box.locator('.MuiPickersSectionList-root').innerText().then((text) => text.replace(/[\n\u2066-\u2069]/g, ''))
      const into = async (box, text) => {
        await box.locator('.MuiPickersSectionList-root').click({ position: { x: 4, y: 8 } })
        await page.keyboard.press('Control+a')
        await page.keyboard.press('Delete')
        await page.keyboard.type(text)
      }
      const shows = (box, text) => soon(async () => assert.equal(await written(box), text))
      const field = (name) => page.locator(`[data-input="${name}"]`)
      const edit = async (path, name) => {
        await page.goto(`${path}/edit`)
        await field(name).getByRole('spinbutton').first().waitFor()
      }
      // over the calendar's button
      const leave = async () => {
        await page.keyboard.press('Tab')
        await page.keyboard.press('Tab')
      }
      const save = async () => {
        await page.keyboard.press('Control+Enter')
        await page.waitForURL((url) => !url.pathname.endsWith('/edit'))
      }

      step('UI-02b: a time is typed in its place and kept in UTC, Esc keeps what was there', async () => {
        const one = await task({ due_at: '2026-11-22T20:00:30Z' })
        await page.goto(`/tasks/${one.id}`)
        const value = page.locator('[data-field=due_at]')
        const open = async () => {
          await value.locator('[data-open]').click()
          await value.getByRole('spinbutton').first().waitFor()
        }
        await open()
        await shows(value, lang === 'es' ? '22/11/2026 15:00' : '11/22/2026 3:00 PM')
        await page.keyboard.press('ArrowUp')
        await page.keyboard.press('Escape')
        await value.locator('[data-open]').waitFor()
        assert.equal(await due(one), '2026-11-22T20:00:30Z')
        await open()
        await page.keyboard.type(words.time[0])
        assert.equal(await written(value), words.time[1])
        await page.keyboard.press('Enter')
        await soon(async () => assert.equal(await due(one), '2027-03-05T14:05:00Z'))
        await value.locator('[data-open]').waitFor()
      })

      step('UI-02b, FORM-01c: half a date, one that does not exist and a short year are refused where they stand', async () => {
        const lead = await rest.create('leads', { name: 'Ana', custom: { since: '2026-11-22' } })
        const read = async () => (await rest.get(`/leads/${lead.id}`)).custom?.since
        const since = field(SINCE)
        await edit(`/leads/${lead.id}`, SINCE)
        await shows(since, words.day[1])
        const refused = async (why) => {
          await leave()
          await since.getByText(why).waitFor()
          await page.keyboard.press('Control+Enter')
          await since.getByText(why).waitFor()
          assert.match(page.url(), /edit$/)
          assert.equal(await read(), '2026-11-22')
        }
        await into(since, lang === 'es' ? '31/02/2026' : '02/31/2026')
        await refused(words.impossible)
        if (!phone && lang === 'es') await sound(page, 'a refused date')
        await into(since, lang === 'es' ? '22/11/' : '11/22/')
        await refused(words.half)
        await into(since, lang === 'es' ? '22/11/26' : '11/22/26')
        await refused(words.range)
        await into(since, lang === 'es' ? '5/6/2027' : '6/5/2027')
        await save()
        await soon(async () => assert.equal(await read(), '2027-06-05'))
        await edit(`/leads/${lead.id}`, SINCE)
        await into(since, '')
        await save()
        await soon(async () => assert.equal(await read(), undefined))
      })

      step('UI-02b, UI-01d: the calendar opens by key and by its button, and what is chosen is the company’s day', async () => {
        const one = await task({ due_at: '2026-11-22T20:00:30Z' })
        await edit(`/tasks/${one.id}`, 'due_at')
        const box = field('due_at')
        const calendar = page.getByRole('dialog')
        await box.locator('.MuiPickersSectionList-root').click({ position: { x: 4, y: 8 } })
        await page.keyboard.press('Alt+ArrowDown')
        await calendar.getByRole('gridcell', { name: '22', exact: true }).waitFor()
        await page.keyboard.press('x') // the keys of the page rest
        await page.keyboard.press('Escape')
        await calendar.waitFor({ state: 'detached' })
        assert.match(page.url(), /edit$/)
        await box.getByRole('button', { name: words.button }).click()
        await calendar.getByRole('gridcell', { name: '24', exact: true }).click()
        if (phone) {
          for (const target of await calendar.getByRole('gridcell').all()) {
            const { width: w, height: h } = await target.boundingBox()
            assert.ok(w >= 44 && h >= 44, `${w} × ${h}`)
          }
          if (lang === 'en') await sound(page, 'the calendar')
          await calendar.getByRole('button', { name: words.next, exact: true }).click()
        } else if (lang === 'es') await sound(page, 'the calendar')
        await calendar.getByRole('button', { name: words.done, exact: true }).click()
        await calendar.waitFor({ state: 'detached' })
        await shows(box, lang === 'es' ? '24/11/2026 15:00' : '11/24/2026 3:00 PM')
        await save()
        await soon(async () => assert.equal((await due(one)).slice(0, 16), '2026-11-24T20:00'))
      })

      step('UI-02b, LIST-01b: a filter between two dates shows what REST gives', async () => {
        for (const at of ['2026-11-01T04:59:59Z', '2026-11-01T05:00:00Z', '2026-12-01T04:59:59Z', '2026-12-01T05:00:00Z']) await task({ name: `${at} ${lang} ${width}`, due_at: at })
        await page.goto('/tasks?mine=false')
        await page.locator('a[data-row]').first().waitFor()
        if (phone) await page.getByRole('button', { name: words.tools }).click()
        await page.getByRole('button', { name: words.add }).click()
        const dialog = page.getByRole('dialog', { name: words.add })
        await dialog.getByRole('combobox').first().fill(words.due)
        await page.getByRole('option', { name: words.due, exact: true }).click()
        await dialog.getByRole('combobox').nth(1).click()
        await page.getByRole('option', { name: words.between, exact: true }).click()
        const boxes = dialog.locator('.MuiPickersTextField-root')
        await into(boxes.nth(0), words.from)
        await dialog.getByRole('button', { name: words.apply }).click()
        await into(boxes.nth(1), words.to.slice(0, 3))
        await dialog.getByRole('button', { name: words.apply }).click()
        await dialog.getByText(words.half).waitFor()
        await into(boxes.nth(1), words.to)
        await page.keyboard.press('Enter')
        await page.waitForURL(/due_at\[between\]|due_at%5Bbetween/)
        if (phone) await page.getByRole('button', { name: words.see }).click()
        const wanted = await rest.get('/tasks?due_at[between]=2026-11-01T05:00:00Z,2026-12-01T04:59:59.999Z&limit=200')
        const names = wanted.items.map(({ id }) => id).sort()
        assert.ok(names.length >= 2)
        await soon(async () => assert.deepEqual((await page.locator('a[data-row]').evaluateAll((rows) => [...new Set(rows.map((row) => row.getAttribute('href').split('/').pop()))])).sort(), names))
      })

      if (lang === 'en' || phone) return
      step('UI-02b, USER-03: until when one is away, and a key lasts, by the company’s clock', async () => {
        await page.goto('/account')
        const away = page.getByRole('region', { name: 'Ausencia' })
        const until = away.locator('.MuiPickersTextField-root')
        await until.getByRole('spinbutton').first().waitFor()
        await into(until, '22/11/')
        await page.getByRole('button', { name: 'Ausente desde ahora' }).click()
        await away.getByRole('alert').filter({ hasText: words.half }).waitFor()
        await into(until, '22/11/2099 8:15')
        await page.getByRole('button', { name: 'Ausente desde ahora' }).click()
        await soon(async () => assert.equal((await rest.get('/me')).away_until, '2099-11-22T13:15:00Z'))
        await rest.want(200, 'POST', '/me', { body: { away: false } })

        await page.getByRole('button', { name: 'Nueva llave' }).click()
        const form = page.getByRole('form', { name: 'Nueva llave' })
        await form.locator('[name=key-name]').fill('Bodega')
        await form.getByRole('button', { name: 'Solo ver todo' }).click()
        const expires = form.locator('.MuiPickersTextField-root')
        await into(expires, '31/12/20')
        await form.getByRole('button', { name: 'Crear la llave' }).click()
        await expires.getByText(words.range).waitFor()
        await into(expires, '31/12/2026')
        await page.keyboard.press('Enter')
        await soon(async () => assert.deepEqual((await rest.get('/api-keys')).items.map(({ expires_at: at }) => at), ['2027-01-01T04:59:00Z']))
      })
    })
  }
}
