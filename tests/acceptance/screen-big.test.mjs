// A company of 50,000 leads on screen, as who is over all of them, who has one in a hundred and who has fifty, on a phone, a tablet,
// a desk and a wide desk. What is shown is held against SQL and REST, never against the screen alone.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startBigSuite } from '../big/big.mjs'
import { Someone } from '../lib/big-screen.mjs'
import { launch, sound } from '../lib/browser.mjs'
import { soon } from '../lib/people.mjs'
import { signIn } from '../lib/rest.mjs'
import { smallTargets } from '../lib/targets.mjs'
import { dictionary, labelsOf, spanish, texts } from '../lib/words.mjs'

const WIDTHS = [360, 768, 1440, 1920]
const CAP = 10_000
const people = {}
let suite, admin, browser
before(async () => {
  suite = await startBigSuite(50_000)
  admin = await signIn(suite)
  browser = await launch()
  for (const [name, all] of [['usuario000', true], ['usuario298', false], ['usuario299', false]]) {
    people[name] = new Someone(suite, browser, name, all)
    await people[name].enter()
  }
})
after(async () => {
  await browser?.close()
  await suite?.stop()
})

const number = (n) => n.toLocaleString('es-CO')
// What the line under a list of that many says before it is scrolled.
const line = (n) => (n <= 100 ? `${number(n)} en total` : n > CAP ? `100 de ${number(CAP)}+` : `100 de ${number(n)}`)
// How far a list is scrolled: over several of the pages it reads.
const FAR = 320
// Rows and cards after the first few of each: axe would read hundreds of them.
const ALIKE = '.body .row:nth-child(n+6), .body .card:nth-child(n+6), .column li:nth-child(n+4)'
const OWN = { usuario298: [489], usuario299: [50] }

// Every control can be hit, and nothing goes out of the screen; axe once for each width.
async function fit(at, what, axe = at.who.name === 'usuario298') {
  const { judged, small } = await smallTargets(at.page, at.phone ? 44 : 24)
  assert.ok(judged > 5, `${what}: ${judged} controls`)
  assert.deepEqual(small, [], what)
  if (axe) await sound(at.page, what, ALIKE)
  await at.quiet()
}

for (const name of ['usuario000', 'usuario298', 'usuario299']) {
  for (const width of WIDTHS) {
    describe(`${name} at ${width} px`, () => {
      let at, page, who, rest
      before(async () => {
        who = people[name]
        rest = who.rest
        at = await who.open(width)
        page = at.page
        await page.goto('/leads')
      })
      after(() => at?.context.close())
      const everybodys = async () => {
        await at.go('/leads?mine=false')
        await page.waitForSelector('.body a')
      }

      test('LIST-01a, LIST-01f: opens on what is theirs; of all, the count and every row in its place, far down', async () => {
        const [own, all] = [await who.ids(who.own), await who.ids(who.seen)]
        if (OWN[name]) assert.deepEqual([own.length, all.length], [OWN[name][0], OWN[name][0]])
        assert.equal((await rest.get('/leads/count?mine=true&cap=0')).count, own.length)
        await at.shows(own.slice(0, 12))
        await at.says(line(own.length))
        assert.equal(await page.getByRole('button', { name: 'Míos', exact: true }).getAttribute('aria-pressed'), 'true')
        await page.getByRole('group', { name: 'Cuáles registros' }).getByRole('button', { name: 'Todos' }).click()
        await page.waitForURL(/mine=false/)
        await at.shows(all.slice(0, 12))
        await at.says(line(all.length))
        const first = await rest.get('/leads?limit=100')
        assert.deepEqual(first.items.map(({ id }) => id), all.slice(0, 100))
        const { found, twice } = await at.walk(FAR)
        assert.deepEqual(twice, [])
        assert.deepEqual(found, all.slice(0, FAR))
        await fit(at, 'list')
      })

      test('FORM-01a, FORM-01c: a record opens from its row; a value is changed, undone and told in its history; back is the same row', async () => {
        await everybodys()
        const all = await who.ids(who.seen, undefined, FAR)
        await at.walk(FAR)
        // Somewhere below, with a task.
        const tasks = new Set((await suite.sql('SELECT DISTINCT lead FROM activities.task WHERE deleted_at IS NULL AND lead IS NOT NULL')).map(([id]) => id))
        const place = all.findIndex((id, i) => i >= Math.min(150, all.length / 2) && tasks.has(id))
        assert.ok(place > 0)
        const link = page.locator(`.body a[data-row="${place}"]`)
        await page.evaluate(([i, height]) => {
          let box = document.querySelector('.body')
          while (!/auto|scroll/.test(getComputedStyle(box).overflowY)) box = box.parentElement
          box.scrollTop = i * height - box.clientHeight / 2
        }, [place, at.phone ? 56 : 32])
        await link.waitFor()
        const top = (await link.boundingBox()).y
        await link.click()
        await page.waitForURL(new RegExp(all[place]))
        const field = (key) => page.locator(`[data-field=${key}]`)
        await field('campaign').waitFor()
        const lead = await rest.get(`/leads/${all[place]}`)
        assert.equal(await field('company').innerText(), lead.company ?? '—')
        assert.equal(await field('assigned_to').innerText(), lead.labels.assigned_to)
        assert.equal(await page.locator('header h1').innerText(), lead.label)
        const { count } = await rest.get(`/tasks/count?lead[eq]=${lead.id}`)
        await page.getByRole('navigation', { name: 'Relacionado' }).getByText(new RegExp(`^Tareas\\s*${count}$`)).waitFor()

        // One value, back again, and what is told of it.
        const value = `Feria de ${width}`
        await field('campaign').locator('[data-open]').click()
        await page.locator('[data-editing=campaign] input').fill(value)
        await at.press('Enter')
        const note = page.locator('.MuiSnackbar-root').filter({ hasText: 'Guardado: Campaña' })
        await note.waitFor()
        assert.equal((await rest.get(`/leads/${lead.id}`)).campaign, value)
        await note.getByRole('button', { name: 'Deshacer' }).click()
        await page.locator('.MuiSnackbar-root').filter({ hasText: 'quedó como estaba' }).waitFor()
        const now = await rest.get(`/leads/${lead.id}`)
        assert.deepEqual([now.campaign, now.version], [lead.campaign, lead.version + 2])
        const { items } = await rest.get(`/leads/${lead.id}/history`)
        assert.deepEqual(items.slice(0, 2).map(({ actor, changes }) => [actor, ...changes.filter((c) => c.field === 'campaign').map((c) => c.after ?? null)]), [[who.id, lead.campaign ?? null], [who.id, value]])
        await fit(at, 'record')
        await at.press('h')
        await page.locator('main li').filter({ hasText: 'Campaña de origen' }).filter({ hasText: value }).first().waitFor()
        await fit(at, 'history', false)
        await page.goBack()
        await page.waitForURL(/leads\?/)
        await link.waitFor()
        await page.waitForFunction(([i, y]) => Math.abs(document.querySelector(`.body a[data-row="${i}"]`).getBoundingClientRect().y - y) < 2, [place, top])
        assert.equal(await link.getAttribute('href'), `/leads/${lead.id}`)
        assert.ok(await link.evaluate((a) => a.closest('.row, .card').classList.contains('active')))
        await at.quiet()
      })

      test('UI-01a: the form has what is there, fits, and is left as it was', async () => {
        const [id] = await who.ids(`${who.seen} AND name IS NOT NULL`, undefined, 1)
        const lead = await rest.get(`/leads/${id}`)
        await at.go(`/leads/${id}/edit`)
        await page.waitForSelector('main form [name=name]')
        assert.equal(await page.locator('main form [name=name]').inputValue(), lead.name)
        await fit(at, 'form')
        await page.locator('main form [name=campaign]').scrollIntoViewIfNeeded()
        await fit(at, 'form below', false)
        await at.press('Escape')
        await page.waitForURL(new RegExp(`${id}$`))
        assert.equal((await rest.get(`/leads/${id}`)).version, lead.version)
      })

      test('LEAD-02: the board by stage has SQL’s counts; a card is moved and moved back', async () => {
        const sql = new Map((await suite.sql(`SELECT stage, count(*) FROM leads.lead WHERE ${who.seen} GROUP BY 1`)).map(([key, n]) => [key, Number(n)]))
        const { groups } = await rest.get('/leads/count?group_by=stage')
        assert.deepEqual(new Map(groups.map((g) => [g.key ?? '', g.count])), sql)
        const { options } = who.module.fields.find((f) => f.name === 'stage')
        await at.go('/leads/board?by=stage&sum=none&mine=false')
        await page.waitForSelector('[data-card]')
        const tabs = page.getByRole('navigation', { name: 'Columnas del tablero' }).getByRole('button')
        const counts = () => (at.phone ? tabs.allInnerTexts().then((all) => all.map((text) => text.trim().split(/\s*\n\s*/)))
          : page.locator('section.column').evaluateAll((all) => all.map((c) => [c.querySelector('h2').innerText, c.querySelector('.count').innerText])))
        const wanted = (moved = {}) => [...options.map((o) => [o.label.es, number((sql.get(o.key) ?? 0) + (moved[o.key] ?? 0))]), ...(sql.has('') ? [['Sin valor', number(sql.get(''))]] : [])]
        const right = (moved) => soon(async () => {
          const found = await counts()
          assert.ok(found.length >= (at.phone ? options.length : 3))
          assert.deepEqual(found, wanted(moved).slice(0, found.length))
        })
        await right()
        await fit(at, 'board')
        const [id] = await who.ids(`${who.seen} AND stage = 'identify'`, undefined, 1)
        const card = page.locator(`[data-card="${id}"]`)
        const becomes = (key) => soon(async () => assert.equal((await rest.get(`/leads/${id}`)).stage, key))
        if (at.phone) {
          await card.locator('xpath=..').getByRole('button', { name: /^Mover/ }).click()
          await page.getByRole('menuitem', { name: /En análisis/ }).click()
          await becomes('analysis')
          await right({ identify: -1, analysis: 1 })
          await page.getByRole('button', { name: 'Deshacer' }).click()
        } else {
          await card.focus()
          await at.press('Alt+ArrowRight')
          await becomes('analysis')
          await right({ identify: -1, analysis: 1 })
          assert.equal(await page.evaluate(() => document.activeElement.dataset.card), id)
          await at.press('Alt+ArrowLeft')
        }
        await becomes('identify')
        await right()
        await at.quiet()
      })

      test('UI-03: the rail opens under the pointer and the focus, and has what they may see alone', async () => {
        const nav = page.getByRole('navigation', { name: 'Módulos' })
        await nav.getByRole('link', { name: 'Prospectos' }).waitFor()
        assert.deepEqual((await nav.locator(at.phone ? '> a' : 'li a').allTextContents()).map((text) => text.replace(/G .$/, '')), ['Prospectos', 'Tareas', 'Administración'])
        if (!at.phone) {
          const wide = (open) => page.waitForFunction((yes) => (yes ? document.querySelector('nav').offsetWidth > 180 : document.querySelector('nav').offsetWidth < 60), open)
          await wide(false)
          await nav.hover()
          await wide(true)
          await page.waitForFunction(() => getComputedStyle(document.querySelector('nav .name')).opacity === '1')
          await page.mouse.move(width - 40, 400)
          await wide(false)
          await nav.locator('li a').first().focus()
          await wide(true)
        }
        await nav.getByRole('link', { name: 'Administración' }).click()
        await page.getByRole('heading', { name: 'Personas' }).waitFor()
        const led = await page.locator('main li a').evaluateAll((links) => links.map((a) => a.pathname.slice(1)))
        const { modules } = await admin.get('/metadata')
        const hidden = modules.filter(({ path }) => !who.metadata.modules.some((m) => m.path === path)).map(({ path }) => path)
        assert.ok(hidden.includes('profiles') && led.includes('users') && hidden.length >= 4, hidden.join())
        assert.deepEqual(led.filter((path) => hidden.includes(path)), [])
        for (const path of led.filter((p) => modules.some((m) => m.path === p))) await rest.want(200, 'GET', `/${path}?limit=1`)
        for (const path of hidden) await rest.want(403, 'GET', `/${path}?limit=1`)
        await at.quiet()
      })
    })
  }
}

// What does not depend on the width, at one of them for each.
for (const [name, width] of [['usuario000', 1920], ['usuario298', 1440], ['usuario299', 768]]) {
  describe(`${name}: found, sorted, in views`, () => {
    let at, page, who, rest
    before(async () => {
      who = people[name]
      rest = who.rest
      at = await who.open(width)
      page = at.page
      await page.goto('/leads?mine=false')
      await page.waitForSelector('.body a')
    })
    after(() => at?.context.close())
    // The list is these, by SQL and by REST, from its top over several pages.
    const is = async (where, query, order) => {
      const wanted = await who.ids(`${who.seen} AND ${where}`, order)
      assert.ok(wanted.length > 0, where)
      const { items } = await rest.get(`/leads?limit=100&${query}`)
      assert.deepEqual(items.map(({ id }) => id), wanted.slice(0, 100))
      await at.shows(wanted.slice(0, 12))
      await at.says(line(wanted.length))
      const { found, twice } = await at.walk(FAR)
      assert.deepEqual([twice, found], [[], wanted.slice(0, FAR)])
    }

    test('LIST-01b: searched with and without accents, by what is not, by the last days', async () => {
      const search = page.getByRole('searchbox')
      for (const word of ['SÁNCHEZ', 'sanchez']) {
        await at.press('/')
        await search.fill(word)
        await page.waitForURL(new RegExp(encodeURIComponent(word)))
        await is("fold LIKE '%sanchez%'", 'q=sanchez')
        await at.press('Escape')
        await page.waitForURL((url) => !url.searchParams.has('q'))
        await at.press('Escape')
      }
      const [[most]] = await suite.sql(`SELECT score FROM leads.lead WHERE ${who.seen} AND score IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1`)
      const filter = async (field, choice) => {
        await at.press('f')
        await page.getByRole('combobox', { name: 'Campo' }).fill(field)
        await at.press('Enter')
        await page.getByRole('combobox', { name: 'Condición' }).click()
        await page.getByRole('option', { name: choice, exact: true }).click()
      }
      await filter('puntaje', 'no es')
      await page.getByRole('textbox', { name: 'Valor' }).fill(most)
      await at.press('Enter')
      await page.waitForURL(/score/)
      assert.ok(await who.count(`${who.seen} AND score IS NULL`) > 0)
      await is(`score IS DISTINCT FROM ${most}`, `score[ne]=${most}`)
      await page.getByRole('button', { name: /^Cambiar el filtro Puntaje/ }).focus()
      await at.press('Backspace')
      await page.waitForURL((url) => !/score/.test(url.search))
      // Since the first of August of the company's last year, whatever day it is now.
      const days = Math.ceil((Date.now() - Date.parse('2026-08-01T05:00:00Z')) / 86_400_000)
      await filter('creado', 'en los últimos')
      await page.getByRole('textbox', { name: 'Cuántos' }).fill(String(days))
      await at.press('Enter')
      await page.waitForURL(/created_at/)
      const there = "AT TIME ZONE 'America/Bogota'"
      const first = `(((now() ${there})::date + 1 - ${days})::timestamp ${there})`
      assert.ok(await who.count(`${who.seen} AND created_at < ${first}`) > 0)
      await is(`created_at >= ${first}`, `created_at[last]=${days}d`)
      await at.quiet()
    })

    test('LIST-01c: sorted up and down by a column of many equal and many empty values, none twice and none left out', async () => {
      await at.go('/leads?mine=false')
      await page.waitForSelector('.body a')
      const column = page.locator('[data-column=priority]')
      for (const [down, order] of [[false, 'priority NULLS LAST, id'], [true, 'priority DESC NULLS LAST, id DESC']]) {
        await column.getByRole('button').first().click()
        await page.waitForURL(down ? /sort=-priority/ : /sort=priority/)
        await is('TRUE', `sort=${down ? '-' : ''}priority`, order)
        assert.equal(await column.getAttribute('aria-sort'), down ? 'descending' : 'ascending')
      }
      // Down to the last one, the empty ones among them; of who has thousands, a part.
      const [part, query] = who.all ? ["AND status = 'qualified'", '&status[in]=qualified'] : ['', '']
      const mine = await who.ids(`${who.own} ${part}`, 'priority DESC NULLS LAST, id DESC')
      assert.ok(await who.count(`${who.own} ${part} AND priority IS NULL`) > 0)
      await at.go(`/leads?sort=-priority${query}`)
      await at.shows(mine.slice(0, 12))
      const { found, twice } = await at.walk(mine.length)
      assert.deepEqual([twice, found], [[], mine])
      await at.says(`${number(mine.length)} en total`)
      await at.quiet()
    })

    test('LEAD-02: every ready-made view shows what REST and SQL count, an empty one says so', async () => {
      const VIEWS = {
        all: 'TRUE', contacted: 'contacted_by_sales', not_contacted_by_sales: 'contacted_by_sales IS NOT TRUE', needs_visit: 'needs_visit', to_become_customers: 'ready_for_customer',
        not_interested: 'not_interested', stages: 'TRUE', by_stage: 'TRUE', received: "source IN ('web_form', 'whatsapp', 'import')", marketing: "handling_area = 'marketing'",
        service_week: 'FALSE', prospecting_week: 'FALSE', by_source: 'TRUE', by_referrer: 'referrer IS NOT NULL', by_prospecting_area: 'TRUE', service: "handling_area = 'service'",
        not_contacted_by_service: "handling_area = 'service' AND contacted_by_service IS NOT TRUE", distributors: 'qualifies_as_distributor',
      }
      const { views, fields } = who.module
      assert.deepEqual(views.map((v) => v.name).sort(), Object.keys(VIEWS).sort())
      await at.go('/leads?mine=false')
      await page.waitForSelector('.body a')
      const sum = Object.values(VIEWS).map((where) => `count(*) FILTER (WHERE ${where})`)
      const [sums] = await suite.sql(`SELECT ${sum} FROM leads.lead WHERE ${who.seen}`)
      for (const view of views) {
        const count = Number(sums[Object.keys(VIEWS).indexOf(view.name)])
        assert.equal((await rest.get(`/leads/count?view=${view.name}&cap=0`)).count, count, view.name)
        await page.getByRole('button', { name: /^Vista:/ }).click()
        await page.getByPlaceholder('Buscar una vista').fill(view.label.es)
        await page.getByRole('menuitemradio', { name: view.label.es, exact: true }).click()
        await page.locator('header h1').filter({ hasText: view.name === 'all' ? 'Prospectos' : view.label.es }).waitFor()
        if (count === 0) {
          await page.getByText('Nada en esta vista por ahora.').waitFor()
          await page.getByText(`aparece aquí`).waitFor()
        } else if (view.group_by) {
          const { options } = fields.find((f) => f.name === view.group_by)
          const groups = await suite.sql(`SELECT ${view.group_by}, count(*) FROM leads.lead WHERE ${who.seen} GROUP BY 1`)
          const order = (key) => (key === '' ? 999 : options.findIndex((o) => o.key === key))
          const wanted = groups.sort(([a], [b]) => order(a) - order(b)).map(([key, n]) => [options.find((o) => o.key === key)?.label.es ?? 'Sin valor', number(Number(n))])
          const heads = page.locator('.group button')
          await soon(async () => assert.deepEqual(await heads.evaluateAll((all) => all.map((b) => [b.querySelector('span').innerText, b.querySelector('.count').innerText])), wanted))
          const ids = await who.ids(`${who.seen} AND ${view.group_by} = '${groups[0][0]}'`)
          await heads.first().click()
          await at.shows(ids.slice(0, 12))
          await at.says(line(ids.length))
        } else {
          const ids = await who.ids(`${who.seen} AND (${VIEWS[view.name]})`, view.sort === 'referrer' ? 'referrer, id' : undefined, 12)
          await at.shows(ids)
          await at.says(line(count))
        }
        assert.equal(await page.locator('main [role=alert]').count(), 0, view.name)
      }
      await at.quiet()
    })

    test('LIST-01f: more than ten thousand say so, and are counted whole when asked', { skip: name !== 'usuario000' }, async () => {
      await at.go('/leads?mine=false')
      await at.says('100 de 10.000+')
      await page.getByRole('button', { name: 'Contar todos' }).click()
      await at.says(`100 de ${number(await who.count(who.seen))}`)
      await at.quiet()
    })

    test('FORM-01: what they may not see is not there, with a way back', async () => {
      const [[id]] = who.all ? [[crypto.randomUUID()]] : await suite.sql(`SELECT id FROM leads.lead WHERE deleted_at IS NULL AND NOT (${who.seen}) LIMIT 1`)
      await rest.want(404, 'GET', `/leads/${id}`)
      await page.goto(`/leads/${id}`)
      await page.getByText('Este registro no existe o ya no está.').waitFor()
      await fit(at, 'not there', true)
      await page.getByRole('link', { name: 'Volver a Prospectos' }).click()
      await page.waitForSelector('.body a')
      await at.quiet()
    })
  })
}

test('LIST-01f: while files of thousands come in, what is read stays where it is, and nothing of others is shown', async () => {
  const who = people.usuario299
  const at = await who.open(1440)
  const { page } = at
  const csv = ['Nombre,Empresa,Campaña de origen', ...Array.from({ length: 2000 }, (_, i) => `Ajeno ${i},Ferretería Ajena ${i},Importada`)].join('\r\n')
  let [going, imports] = [true, 0]
  let work = Promise.resolve()
  try {
    const own = await who.ids(who.own)
    await page.goto('/leads?mine=false')
    await at.shows(own.slice(0, 12))
    const row = page.locator('.body .row').nth(20)
    // In the middle of the list, with the pointer on a row: every picture from now on says what stood there, and what came.
    await page.evaluate(() => {
      let box = document.querySelector('.body')
      while (!/auto|scroll/.test(getComputedStyle(box).overflowY)) box = box.parentElement
      box.scrollTop = 200
      window.watched = { tops: new Set(), under: new Set(), rows: new Set(), foreign: new Set() }
      new MutationObserver((all) => all.forEach(({ addedNodes, target }) => [...addedNodes, target].forEach((n) => /Ajen[oa] \d/.test(n.textContent) && window.watched.foreign.add(n.textContent.slice(0, 80)))))
        .observe(document.body, { childList: true, subtree: true, characterData: true })
    })
    const box = await row.boundingBox()
    await page.mouse.move(box.x + 300, box.y + 16)
    await page.evaluate(([x, y]) => {
      const { watched } = window
      const look = () => {
        let scroller = document.querySelector('.body')
        while (scroller && !/auto|scroll/.test(getComputedStyle(scroller).overflowY)) scroller = scroller.parentElement
        if (!scroller || watched.stop) return
        watched.tops.add(scroller.scrollTop)
        watched.under.add(document.elementFromPoint(x, y)?.closest('.row')?.querySelector('a')?.pathname)
        for (const a of document.querySelectorAll('.body a[data-row]')) watched.rows.add(a.pathname.split('/')[2])
        requestAnimationFrame(look)
      }
      look()
    }, [box.x + 300, box.y + 16])
    const watched = () => page.evaluate(() => {
      const { tops, under, rows, foreign } = window.watched
      return { tops: [...tops], under: [...under], rows: [...rows], foreign: [...foreign] }
    })

    work = (async () => {
      do {
        const job = await admin.import('leads', csv)
        assert.deepEqual([job.state, job.done], ['done', 2000])
        imports++
      } while (going)
    })()
    await soon(async () => assert.ok(await who.count("name LIKE 'Ajeno %'") > 0), 20_000)
    // Two that are given to them meanwhile wait above.
    const given = []
    for (let i = 0; i < 2; i++) given.push((await admin.create('leads', { name: `Encargo ${i}`, assigned_to: who.id })).id)
    await page.getByRole('button', { name: '2 nuevos' }).waitFor()
    const seen = await watched()
    assert.deepEqual([seen.tops, seen.under.length], [[200], 1])
    assert.match(seen.under[0], /^\/leads\//)
    assert.deepEqual(seen.rows.filter((id) => !own.includes(id)), [])
    await page.evaluate(() => { window.watched.stop = true })

    // A value is changed where it stands.
    const active = own[9]
    const before = await who.rest.get(`/leads/${active}`)
    await page.locator(`.body a[href="/leads/${active}"]`).locator('xpath=ancestor::*[@role="row"]').locator('[data-cell="1"]').click()
    await at.press('F2')
    await page.getByRole('textbox', { name: 'Empresa' }).fill('Mientras tanto S.A.S.')
    await at.press('Enter')
    await page.getByText('guardado').first().waitFor()
    assert.equal((await who.rest.get(`/leads/${active}`)).company, 'Mientras tanto S.A.S.')
    await page.getByRole('button', { name: 'Deshacer' }).click()
    await soon(async () => assert.equal((await who.rest.get(`/leads/${active}`)).company, before.company))
    // What is sought is found among theirs alone.
    await at.press('Escape', '/')
    await page.getByRole('searchbox').fill('sanchez')
    await page.waitForURL(/q=sanchez/)
    await at.shows((await who.ids(`${who.own} AND fold LIKE '%sanchez%'`)).slice(0, 12))
    await page.getByRole('searchbox').fill('ferreteria ajena')
    await page.getByText('Nada coincide con lo que busca.').waitFor()
    going = false
    await work
    assert.equal(await who.count("name LIKE 'Ajeno %'"), imports * 2000)
    assert.deepEqual((await watched()).foreign, [])
    await at.go('/leads')
    await at.shows([...given.reverse(), ...own].slice(0, 12))
    await at.says('52 en total')
    await at.quiet()
  } finally {
    going = false
    await work.catch(() => undefined)
    await at.context.close()
  }
})

test('UI-02a, UI-01c: English whole and in the dark, in words, labels, dates and what readers hear', async () => {
  const who = people.usuario299
  const at = await who.open(768)
  const { page } = at
  const isSpanish = spanish([...await dictionary(), ...labelsOf(who.metadata)])
  // The names of what somebody made are in no language.
  const { role, profile } = await who.rest.get('/me')
  const foreign = async () => (await texts(page)).filter((text) => ![role, profile].includes(text) && isSpanish(text))
  try {
    await page.goto('/leads')
    await page.waitForSelector('.body a')
    assert.ok((await foreign()).length > 20, 'what is Spanish is told from what is not')
    await page.getByRole('button', { name: /^Cuenta de/ }).click()
    await page.getByRole('button', { name: 'Oscuro' }).click()
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('button', { name: 'Dark' }).waitFor()
    assert.deepEqual(await foreign(), [])
    await at.press('Escape')
    await page.getByRole('button', { name: 'Dark' }).waitFor({ state: 'detached' })
    const [id] = await who.ids(`${who.own} AND created_at < '2026-11-01'`, undefined, 1)
    const screens = [
      ['list', '/leads?mine=false&created_at[last]=9m&stage[in]=offer,identify', '.body a'], ['record', `/leads/${id}`, '[data-field=campaign]'],
      ['history', `/leads/${id}/history`, 'main section li'], ['board', '/leads/board?by=stage&mine=false', '[data-card]'],
      ['form', `/leads/${id}/edit`, 'main form [name=name]'], ['account', '/account', 'main section, main form'],
    ]
    for (const [what, path, there] of screens) {
      await at.go(path)
      await page.waitForSelector(there)
      await page.waitForFunction(() => !document.querySelector('main [aria-busy=true]'))
      assert.deepEqual(await foreign(), [], what)
      assert.deepEqual(await page.evaluate(() => [document.documentElement.lang, getComputedStyle(document.documentElement).colorScheme]), ['en', 'dark'])
      if (what === 'list' || what === 'account') await sound(page, `${what} in the dark`, ALIKE)
      await at.quiet()
    }
    assert.equal((await who.rest.get('/me')).lang, 'en')
  } finally {
    await who.rest.call('POST', '/me', { body: { lang: 'es' } })
    await at.context.close()
  }
})
