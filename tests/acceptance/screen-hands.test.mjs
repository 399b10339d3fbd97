// Fingers, many records at once, and people who ask for less motion, other colours or paper.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { enter, launch, openClient, sound } from '../lib/browser.mjs'
import { administrator, soon } from '../lib/people.mjs'
import { startSuite } from '../lib/suite.mjs'

let suite, admin, browser
before(async () => {
  suite = await startSuite({ demo: true })
  admin = await administrator(suite)
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await suite?.stop()
})

async function open(width, more = {}) {
  const client = await openClient(browser, suite, width, more)
  const { page, context } = client
  await enter(page, suite.password)
  await page.waitForSelector('nav a')
  const fine = async () => {
    assert.deepEqual(client.faults, [])
    await context.close()
  }
  return Object.assign(client, { fine, go: (path) => page.goto(path), shown: (text) => page.getByText(text).first().waitFor() })
}
const names = (i) => `Tarjeta ${String(i).padStart(2, '0')}`
const many = async (n, of) => {
  for (let i = 0; i < n; i += 1000) {
    const operations = Array.from({ length: Math.min(1000, n - i) }, (_, k) => ({ op: 'create', record: of(i + k) }))
    await admin.want(200, 'POST', '/leads/bulk', { body: { operations } })
  }
}

describe('by finger', () => {
  // A finger on the glass, as the browser hears of it.
  async function finger(at) {
    const cdp = await at.context.newCDPSession(at.page)
    const send = (type, x, y) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y }] })
    return {
      down: (x, y) => send('touchStart', x, y),
      async to(from, to, steps = 8) {
        for (let i = 1; i <= steps; i++) {
          await send('touchMove', from.x + ((to.x - from.x) * i) / steps, from.y + ((to.y - from.y) * i) / steps)
          await at.page.evaluate(() => new Promise((done) => requestAnimationFrame(done)))
        }
      },
      up: () => send('touchEnd'),
    }
  }
  const column = (page, name) => page.locator('section.column', { has: page.getByRole('heading', { name, exact: true }) })
  const middle = async (locator) => {
    const { x, y, width, height } = await locator.boundingBox()
    return { x: x + width / 2, y: y + height / 2 }
  }
  before(() => many(30, (i) => ({ name: names(i), stage: 'identify', campaign: 'dedos', assigned_to: admin.user?.id })))

  test('UI-01a: on a tablet a card that is held is carried to the next column; a column that is scrolled lifts none', async () => {
    const at = await open(768, { hasTouch: true })
    const { page } = at
    await at.go('/leads/board?by=stage&mine=false&campaign[eq]=dedos&sort=label')
    const card = (name) => page.locator('.card', { hasText: name })
    await card(names(3)).waitFor()
    const touch = await finger(at)
    const from = await middle(card(names(3)))
    // Scrolled at once: the cards move under the finger, none is in the hand.
    await touch.down(from.x, from.y)
    await touch.to(from, { x: from.x, y: from.y - 200 })
    assert.equal(await page.locator('.hand').count(), 0)
    await touch.up()
    const body = column(page, 'Identificar necesidades').locator('.body')
    await page.waitForFunction((el) => el.scrollTop > 100, await body.elementHandle())
    await page.waitForFunction((el) => { const was = el.dataset.was; el.dataset.was = el.scrollTop; return was === String(el.scrollTop) }, await body.elementHandle(), { polling: 120 })
    assert.equal(await page.locator('.hand').count(), 0)
    assert.match(page.url(), /\/leads\/board/)

    // Held first, then moved.
    const name = await body.evaluate((el) => [...el.querySelectorAll('[data-card]')].find((a) => a.getBoundingClientRect().top > el.getBoundingClientRect().top + 100).textContent)
    const start = await middle(card(name))
    await touch.down(start.x, start.y)
    await page.locator('.hand').waitFor()
    const goal = await middle(column(page, 'En análisis'))
    await touch.to(start, goal)
    await page.locator('section.column.over', { has: page.getByRole('heading', { name: 'En análisis' }) }).waitFor()
    await touch.up()
    await column(page, 'En análisis').locator('.card', { hasText: name }).waitFor()
    await soon(async () => assert.equal((await admin.all('leads', { 'name[eq]': name }))[0].stage, 'analysis'))
    assert.equal((await admin.get('/leads/count?campaign[eq]=dedos&stage[eq]=analysis')).count, 1)
    assert.match(page.url(), /\/leads\/board/)
    await at.fine()
  })

  test('UI-01a, LIST-01e: on a phone a card is moved by its menu; a card of the list that is held is selected', async () => {
    const at = await open(360, { hasTouch: true, isMobile: true })
    const { page } = at
    await at.go('/leads/board?by=stage&mine=false&campaign[eq]=dedos&sort=label')
    const touch = await finger(at)
    const card = page.locator('.card', { hasText: names(1) })
    await card.waitFor()
    const on = await middle(card)
    await touch.down(on.x, on.y)
    await page.waitForTimeout(400)
    assert.equal(await page.locator('.hand').count(), 0)
    await touch.up()
    await at.go('/leads/board?by=stage&mine=false&campaign[eq]=dedos&sort=label')
    await page.getByRole('button', { name: `Mover ${names(1)}` }).tap()
    await page.getByRole('menuitem', { name: /Decisión/ }).tap()
    await soon(async () => assert.equal((await admin.all('leads', { 'name[eq]': names(1) }))[0].stage, 'decision'))

    await at.go('/leads?mine=false&campaign[eq]=dedos&sort=label')
    await page.getByRole('link', { name: 'Lista', exact: true }).tap().catch(() => undefined)
    const row = page.locator('.card', { hasText: names(2) })
    await row.waitFor()
    const there = await middle(row)
    await touch.down(there.x, there.y)
    await page.locator('.card.picked', { hasText: names(2) }).waitFor()
    await touch.up()
    // The finger's going is no tap: it stays the list, and one is selected.
    await page.locator('.card', { hasText: names(4) }).tap()
    await page.waitForFunction(() => document.querySelectorAll('.card.picked').length === 2)
    assert.match(page.url(), /\/leads\?/)
    // Scrolled, nothing more is selected.
    const low = await middle(page.locator('.card', { hasText: names(6) }))
    await touch.down(low.x, low.y)
    await touch.to(low, { x: low.x, y: low.y - 250 })
    await touch.up()
    await page.waitForTimeout(600)
    assert.ok(await page.locator('.card.picked').count() <= 2)
    await page.getByText('2', { exact: true }).first().waitFor()
    await at.fine()
  })

  test('UI-01d: each column of a board has one card that Tab reaches, and the arrows go across', async () => {
    const at = await open(1440)
    const { page } = at
    await many(12, (i) => ({ name: `Otra ${i}`, stage: i ? 'offer' : 'analysis', campaign: 'dedos' }))
    await at.go('/leads/board?by=stage&mine=false&campaign[eq]=dedos&sort=label')
    await column(page, 'Oferta presentada').locator('.card').first().waitFor()
    const stops = () => page.locator('section.column').evaluateAll((all) => all.filter((c) => c.querySelector('[data-card]')).map((c) => c.querySelectorAll('[data-card][tabindex="0"]').length))
    assert.ok((await stops()).length >= 3)
    assert.deepEqual([...new Set(await stops())], [1])
    await sound(page, 'board')
    const where = () => page.evaluate(() => document.activeElement.closest('section.column')?.querySelector('h2').textContent)
    await page.keyboard.press('ArrowDown')
    assert.equal(await where(), 'Identificar necesidades')
    await page.keyboard.press('ArrowDown')
    const second = await page.evaluate(() => document.activeElement.dataset.card)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    assert.equal(await where(), 'En análisis')
    await page.keyboard.press('ArrowLeft')
    assert.equal(await where(), 'Identificar necesidades')
    await page.keyboard.press('ArrowDown')
    assert.equal(await page.evaluate(() => document.activeElement.dataset.card), second)
    assert.deepEqual([...new Set(await stops())], [1])
    await at.fine()
  })
})

describe('more than a thousand', () => {
  const N = 1300
  before(() => many(N, (i) => ({ name: `Montón ${String(i).padStart(4, '0')}`, campaign: 'monton' })))
  const sql = async (where) => Number((await suite.sql(`SELECT count(*) FROM leads.lead WHERE campaign = 'monton' AND ${where}`))[0][0])
  // Another one holds a record of the second part, so that the job stands there until it is let go.
  async function held(run) {
    const psql = spawn('/usr/lib/postgresql/15/bin/psql', ['-X', '-q', '-A', '-t', suite.conninfo], { stdio: ['pipe', 'pipe', 'inherit'] })
    const said = new Promise((done) => psql.stdout.once('data', done))
    psql.stdin.write("BEGIN; SELECT id FROM leads.lead WHERE id = (SELECT id FROM leads.lead WHERE campaign = 'monton' AND deleted_at IS NULL ORDER BY id OFFSET 700 LIMIT 1) FOR UPDATE;\n")
    await said
    try {
      return await run()
    } finally {
      const over = new Promise((done) => psql.once('exit', done))
      psql.stdin.end('ROLLBACK;\n')
      await over
    }
  }
  const all = async (at, path) => {
    await at.go(path)
    await at.page.waitForSelector('.body a')
    await at.shown(/de 1\.300/)
    await at.page.keyboard.press('Control+a')
    await at.shown('Todos los que coinciden: 1.300')
  }
  const number = (text) => Number(/(\d[\d.]*)/.exec(text)[1].replace('.', ''))

  test('LIST-01e: all are changed; stopped half-way what is done stays done, and the number said is the true one', async () => {
    const at = await open(1440)
    const { page } = at
    await all(at, '/leads?mine=false&campaign[eq]=monton')
    await held(async () => {
      await page.getByRole('button', { name: 'Cambiar', exact: true }).click()
      await page.getByRole('combobox', { name: 'Campo' }).fill('empresa')
      await page.keyboard.press('Enter')
      await page.getByRole('textbox', { name: 'Empresa' }).fill('Montón S.A.S.')
      await page.keyboard.press('Enter')
      await at.shown(/500 de 1\.300/)
      await sound(page, 'work')
      await page.getByRole('button', { name: 'Detener' }).click()
      await at.shown('Deteniendo…')
    })
    const note = page.getByText(/Se detuvo\. Cambiados: /).first()
    await note.waitFor()
    const done = number(await note.innerText())
    assert.equal(await sql("company = 'Montón S.A.S.'"), done)
    assert.ok(done >= 500 && done < N, String(done))
    await at.fine()
  })

  test('LIST-01e: all are deleted; the page is left, the job is found under Trabajos and stopped there; the rest is deleted, and all restored from the recycle bin', async () => {
    const at = await open(1440)
    const { page } = at
    await all(at, '/leads?mine=false&campaign[eq]=monton')
    await held(async () => {
      await page.keyboard.press('Delete')
      await page.getByRole('dialog', { name: 'Eliminar 1.300' }).getByRole('button', { name: 'Eliminar' }).click()
      await at.shown(/500 de 1\.300/)
      await page.getByRole('button', { name: /^Cuenta de/ }).click()
      await page.getByRole('menuitem', { name: 'Trabajos' }).click()
      const job = page.locator('main li').first()
      await job.getByText(/500 de 1\.300/).waitFor()
      await sound(page, 'jobs')
      await job.getByRole('button', { name: /^Detener/ }).click()
    })
    await page.locator('main li').first().getByText('Detenido').waitFor()
    const gone = await sql('deleted_at IS NOT NULL')
    assert.ok(gone >= 500 && gone < N, String(gone))
    assert.ok((await page.locator('main li').first().innerText()).includes(new Intl.NumberFormat('es-CO').format(gone)), await page.locator('main li').first().innerText())

    await many(N, (i) => ({ name: `Más ${i}`, campaign: 'monton' }))
    await at.go('/leads?mine=false&campaign[eq]=monton')
    await page.waitForSelector('.body a')
    await at.shown(/de 2\./)
    await page.keyboard.press('Control+a')
    await at.shown(/Todos los que coinciden: 2\./)
    await page.keyboard.press('Delete')
    await page.getByRole('dialog').getByRole('button', { name: 'Eliminar' }).click()
    await at.shown(/Eliminados: /)
    assert.equal(await sql('deleted_at IS NULL'), 0)

    await at.go('/leads?mine=false&campaign[eq]=monton&deleted=true')
    await page.waitForSelector('.body a, .body .row')
    await at.shown(/de 2\.600/)
    await page.keyboard.press('Control+a')
    await at.shown('Todos los que coinciden: 2.600')
    await page.getByRole('button', { name: 'Recuperar' }).click()
    await at.shown(/Recuperando…/)
    await at.shown(/\d de 2\.600/)
    const stop = page.getByRole('button', { name: 'Detener' })
    await stop.click()
    const note = page.getByText(/Se detuvo\. Recuperados: /).first()
    await note.waitFor()
    const back = number(await note.innerText())
    assert.equal(await sql('deleted_at IS NULL'), back)
    assert.ok(back > 0 && back < 2600, String(back))
    await page.waitForFunction(() => document.querySelectorAll('.body .row').length > 0)
    await page.keyboard.press('Control+a')
    await page.getByRole('button', { name: 'Recuperar' }).click()
    await page.getByText(`Recuperados: ${new Intl.NumberFormat('es-CO').format(2600 - back)}`).first().waitFor({ timeout: 30_000 })
    assert.equal(await sql('deleted_at IS NOT NULL'), 0)
    await at.fine()
  })
})

describe('what else people ask of it', () => {
  test('UI-01a: on a phone every target of account, administration, panels, palette, notices and import is 44 px', async () => {
    const at = await open(360, { hasTouch: true, isMobile: true })
    const { page } = at
    const { items: [group] } = await admin.get('/groups?limit=1')
    const { items: [user] } = await admin.get('/users?limit=1')
    const { items: [profile] } = await admin.get('/profiles?limit=1')
    // Links within a sentence are as high as its lines; the arrow in a search does what a tap on the search does.
    const small = () => page.waitForFunction(() => document.getAnimations().every((a) => a.effect.getComputedTiming().activeDuration === Infinity)).then(() => page.evaluate(() => {
      const found = []
      const which = 'button, a[href], input:not([type=hidden]), textarea, [role=button], [role=tab], [role=switch], [role=option], [role=menuitem], [role=combobox], [role=treeitem], [role=radio], [role=checkbox]'
      for (const el of document.querySelectorAll(which)) {
        const style = getComputedStyle(el)
        const own = el.getBoundingClientRect()
        if (el.disabled || el.closest('[aria-hidden=true], .MuiAutocomplete-endAdornment, dl, [role=tabpanel]') || !own.width || !own.height) continue
        if (style.visibility === 'hidden' || style.pointerEvents === 'none' || style.clipPath !== 'none' || own.bottom < 0) continue
        if (el.tagName === 'A' && style.display === 'inline' && el.parentElement.textContent.trim() !== el.textContent.trim()) continue
        const label = el.closest('label')
        const around = el.matches('input[type=checkbox], input[type=radio], input[type=file]') ? (label ?? el.parentElement) : el.matches('input, textarea, [role=combobox]') ? (el.closest('.MuiInputBase-root') ?? el) : el
        const box = around.getBoundingClientRect()
        if (Math.max(box.height, own.height) < 43.5 || Math.max(box.width, own.width) < 43.5) found.push(`${Math.round(box.width)}x${Math.round(box.height)} ${(el.getAttribute('aria-label') ?? el.textContent).slice(0, 40)} ${el.outerHTML.slice(0, 80)}`)
      }
      return found
    }))
    const looked = {
      account: ['/account', 'main h2'], keys: ['/account#keys', '#keys'], admin: ['/admin', 'main section h2'], roles: ['/roles', '[role=treeitem]'], group: [`/groups/${group.id}`, 'main td, main li'],
      user: [`/users/${user.id}`, 'dl'], profile: [`/profiles/${profile.id}`, 'main input'], defaults: ['/default-access', 'main [role=radiogroup], main [role=radio], main input[type=radio]'],
      sharing: ['/sharing-rules', 'main [role=switch], main input[type=checkbox]'], newSharing: ['/sharing-rules/new', 'main form'], assigning: ['/assignment-rules', 'main button'], explain: ['/admin/explain', 'main input'],
      import: ['/leads/import', 'main button'], jobs: ['/jobs', 'main button'],
    }
    for (const [name, [path, there]] of Object.entries(looked)) {
      await at.go(path)
      await page.waitForSelector(there)
      assert.deepEqual(await small(), [], name)
    }
    await page.getByRole('button', { name: 'Buscar y hacer' }).tap()
    await page.getByRole('option').first().waitFor()
    assert.deepEqual(await small(), [], 'palette')
    await page.getByRole('button', { name: 'Cerrar' }).tap()
    await page.getByRole('button', { name: /^Avisos/ }).tap()
    await page.getByRole('dialog', { name: 'Avisos' }).waitFor()
    assert.deepEqual(await small(), [], 'notices')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^Cuenta de/ }).tap()
    await page.getByRole('menuitem', { name: 'Salir' }).waitFor()
    assert.deepEqual(await small(), [], 'menu')
    await at.fine()
  })

  test('UI-01d: less motion: nothing takes longer than a millisecond', async () => {
    const at = await open(1440, { reducedMotion: 'reduce' })
    const { page } = at
    const slow = () => page.evaluate(() => [...document.querySelectorAll('*')].flatMap((el) => ['', '::before', '::after'].flatMap((pseudo) => {
      const { transitionDuration, animationDuration, animationName } = getComputedStyle(el, pseudo || undefined)
      const times = [transitionDuration, animationName === 'none' ? '0s' : animationDuration].join().split(',').map((d) => parseFloat(d) * (/ms/.test(d) ? 1 : 1000))
      return times.some((ms) => ms > 1) ? [`${el.tagName}.${el.className}${pseudo} ${transitionDuration} ${animationDuration}`] : []
    })).concat(document.getAnimations().filter((a) => a.effect.getComputedTiming().activeDuration > 1 && a.effect.getComputedTiming().activeDuration !== Infinity).map((a) => String(a.effect.target.outerHTML).slice(0, 100))))
    await at.go('/leads?mine=false')
    await page.waitForSelector('.body a')
    assert.deepEqual(await slow(), [], 'list')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').waitFor()
    assert.deepEqual(await slow(), [], 'palette')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^Cuenta de/ }).click()
    assert.deepEqual(await slow(), [], 'menu')
    await page.keyboard.press('Escape')
    await at.go('/leads/board?by=stage&mine=false')
    await page.waitForSelector('.card')
    assert.deepEqual(await slow(), [], 'board')
    await at.go('/account')
    await page.waitForSelector('main h2')
    assert.deepEqual(await slow(), [], 'account')
    await at.fine()
  })

  test('UI-01d: with the colours of the system what is chosen, focused and switched on still shows', async () => {
    const at = await open(1440, { forcedColors: 'active' })
    const { page } = at
    const edge = (selector) => page.locator(selector).first().evaluate((el) => {
      const { outlineStyle, outlineWidth, borderTopStyle, borderTopWidth } = getComputedStyle(el)
      return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || (borderTopStyle !== 'none' && parseFloat(borderTopWidth) > 0)
    })
    await at.go('/leads?mine=false')
    await page.waitForSelector('.body a')
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await page.waitForSelector('.row.picked')
    assert.ok(await edge('.row.active'), 'the current row')
    await page.keyboard.press('j')
    assert.ok(await edge('.row.picked:not(.active)'), 'a chosen row')
    assert.ok(await edge('nav [aria-current]'), 'where I am')
    await page.keyboard.press('Control+k')
    await page.waitForSelector('.item.at')
    assert.ok(await edge('.item.at'), 'the entry that Enter takes')
    await page.keyboard.press('Escape')
    await sound(page, 'forced list')
    await at.go('/leads/board?by=stage&mine=false')
    await page.waitForSelector('.card')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('x')
    await page.waitForSelector('.card.selected')
    assert.ok(await edge('.card.selected'))
    await at.go('/sharing-rules')
    const thumb = (on) => page.locator(`.MuiSwitch-switchBase${on ? '.Mui-checked' : ':not(.Mui-checked)'} .MuiSwitch-thumb`).first()
    await thumb(true).waitFor()
    const track = () => page.locator('.MuiSwitch-switchBase + .MuiSwitch-track').first().evaluate((el) => getComputedStyle(el).borderTopStyle !== 'none' && Number(getComputedStyle(el).opacity) > 0.9)
    assert.ok(await track(), 'a switch has an edge')
    await sound(page, 'forced switches')
    await at.fine()
  })

  test('LIST-02: on paper a record and the rows of a list are whole, on white, without what is for the screen', async () => {
    const lead = await admin.create('leads', { name: 'Papel Primero', company: 'Litografía del Sur', campaign: 'papel', stage: 'offer', email: 'papel@sur.example' })
    await many(99, (i) => ({ name: `Papel ${String(i).padStart(2, '0')}`, campaign: 'papel' }))
    for (const colorScheme of ['light', 'dark']) {
      const at = await open(1440, { colorScheme })
      const { page } = at
      // What the browser puts on paper: the page as it is after beforeprint, in the media of print, as wide as the paper.
      const paper = async (check) => {
        await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')))
        await page.emulateMedia({ media: 'print', colorScheme })
        await page.setViewportSize({ width: 794, height: 1123 })
        const colours = await page.evaluate(() => [...document.querySelectorAll('html, body, #root *')].flatMap((el) => {
          const { backgroundColor, color, display } = getComputedStyle(el)
          if (display === 'none' || !el.checkVisibility() || el.closest('svg')) return []
          const ground = backgroundColor === 'rgba(0, 0, 0, 0)' || backgroundColor === 'rgb(255, 255, 255)' || (!el.textContent && el.offsetWidth < 20)
          return ground && (color === 'rgb(0, 0, 0)' || ['HTML', 'INPUT'].includes(el.tagName) || !el.textContent) ? [] : [`${el.tagName}.${el.className} ${color} on ${backgroundColor}`]
        }))
        assert.deepEqual(colours.slice(0, 3), [])
        await check(await page.locator('body').innerText())
        await page.setViewportSize({ width: 1440, height: 900 })
        await page.emulateMedia({ media: null, colorScheme })
        await page.evaluate(() => window.dispatchEvent(new Event('afterprint')))
      }
      const absent = (text, words) => assert.deepEqual(words.filter((word) => new RegExp(`^${word}$`, 'm').test(text)), [])
      await at.go(`/leads/${lead.id}`)
      await page.waitForSelector('dl')
      await page.waitForSelector('main [role=radiogroup]')
      await paper((text) => {
        for (const word of ['Papel Primero', 'Litografía del Sur', 'Oferta presentada', 'papel@sur.example', 'Campaña de origen', 'papel', 'Número']) assert.ok(text.includes(word), `${word} in ${text}`)
        absent(text, ['Buscar y hacer', 'Administración', 'Eliminar', 'Editar', 'Tareas', 'Ir al contenido', 'Negociación'])
      })
      await at.go('/leads?mine=false&campaign[eq]=papel&sort=label')
      await page.waitForSelector('.body a')
      await at.shown('100 en total')
      await paper(async (text) => {
        for (let i = 0; i < 99; i++) assert.ok(text.includes(`Papel ${String(i).padStart(2, '0')}`), `row ${i}`)
        for (const head of ['Prospecto', 'Empresa', 'Estado', 'Creado']) assert.match(text, new RegExp(`^${head}`, 'm'))
        absent(text, ['Buscar', 'Administración', 'Crear', 'Filtro', 'Vista'])
        // No row lies on another, none is cut off.
        const tops = await page.locator('.body .row').evaluateAll((all) => all.map((r) => r.getBoundingClientRect()).map(({ top, bottom }) => [Math.round(top), Math.round(bottom)]))
        assert.equal(tops.length, 100)
        tops.forEach(([top], i) => i && assert.ok(top >= tops[i - 1][1] - 1, `row ${i}`))
        assert.ok(await page.evaluate(() => [...document.querySelectorAll('#root, main, .body')].every((el) => el.scrollHeight <= el.clientHeight + 1 || getComputedStyle(el).overflowY === 'visible')))
      })
      // The browser's own printing draws them all, and puts them back.
      await page.evaluate(() => window.addEventListener('beforeprint', () => { window.drawn = document.querySelectorAll('.body .row').length }))
      const pdf = (await page.pdf({ format: 'A4' })).toString('latin1')
      assert.ok(pdf.match(/\/Type\s*\/Page[^s]/g).length >= 2, 'pages')
      assert.equal(await page.evaluate(() => window.drawn), 100)
      await page.waitForFunction(() => document.querySelectorAll('.body .row').length < 100)
      await at.fine()
    }
  })
})
