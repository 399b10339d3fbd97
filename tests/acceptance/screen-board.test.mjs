// The board on screen: columns with counts and totals, cards moved by hand, keys and menu, and what others do meanwhile.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { enter, launch, openClient, sound } from '../lib/browser.mjs'
import { grant, person, soon } from '../lib/people.mjs'
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

const IDENTIFY = 'Identificar necesidades', ANALYSIS = 'En análisis', OFFER = 'Oferta presentada'
const column = (page, name) => page.locator('section.column', { has: page.getByRole('heading', { name, exact: true }) })
const card = (page, name) => page.locator('[data-card]', { hasText: name })
const figures = async (page, name) => {
  const head = column(page, name).locator('.head')
  return [await head.locator('.count').innerText(), ...(await head.locator('.sum').count() ? [await head.locator('.sum').innerText()] : [])]
}
const isIn = (page, name, key) => column(page, key).locator('[data-card]', { hasText: name }).waitFor()
const stage = async (lead) => (await rest.get(`/leads/${lead.id}`)).stage
const becomes = (lead, key) => soon(async () => assert.equal(await stage(lead), key))

// Leads of a campaign of their own, so that a board holds these alone.
async function leads(campaign, who = rest.user.id) {
  const of = (name, key, score) => rest.create('leads', { name: `${name} ${campaign}`, stage: key, score, campaign, assigned_to: who, owner: who })
  return { ana: await of('Ana', 'identify', 10), eva: await of('Eva', 'identify', 5), luz: await of('Luz', 'analysis', 7) }
}
const board = (campaign, more = '') => `/leads/board?by=stage&sum=score&mine=false&campaign[eq]=${campaign}${more}`

async function open(width, who = suite) {
  const { context, page, faults } = await openClient(browser, { ...suite, email: who.email }, width)
  await enter(page, who.password)
  return { context, page, faults, quiet: () => assert.deepEqual(faults.splice(0), []) }
}

async function drag(page, from, to) {
  const [a, b] = [await from.boundingBox(), await to.boundingBox()]
  await page.mouse.move(a.x + 20, a.y + 8)
  await page.mouse.down()
  await page.mouse.move(a.x + 40, a.y + 20, { steps: 3 })
  await page.mouse.move(b.x + b.width / 2, b.y + b.height / 2, { steps: 6 })
  await page.mouse.up()
}

describe('1440 pixels wide', () => {
  let page, context, quiet
  before(async () => ({ page, context, quiet } = await open(1440)))
  after(() => context?.close())

  test('LEAD-02: by sales stage with counts and totals, and the list with the same filters', async () => {
    await leads('vista')
    await page.goto('/leads?campaign[eq]=vista&mine=false')
    await page.waitForSelector('.body a')
    await page.getByRole('link', { name: 'Tablero' }).click()
    await page.waitForURL(/\/leads\/board\?.*campaign\[eq\]=vista/)
    await page.waitForSelector('[data-card]')
    await page.goto(board('vista'))
    await isIn(page, 'Ana vista', IDENTIFY)
    await page.getByText('3 en total').waitFor()
    assert.deepEqual([await figures(page, IDENTIFY), await figures(page, ANALYSIS), await figures(page, OFFER)], [['2', '15'], ['1', '7'], ['0', '0']])
    await sound(page, 'board')
    // What was chosen last is how the module opens.
    await page.goto('/leads')
    await page.waitForURL(/\/leads\/board/)
    await page.getByRole('link', { name: 'Lista', exact: true }).click()
    await page.waitForURL(/\/leads(\?|$)/)
    quiet()
  })

  test('a card is dragged: counts and totals follow at once, it is saved, and undone', async () => {
    const { ana } = await leads('raton')
    await page.goto(board('raton'))
    await isIn(page, 'Ana raton', IDENTIFY)
    await page.getByText('3 en total').waitFor()
    await drag(page, card(page, 'Ana raton'), column(page, OFFER))
    await isIn(page, 'Ana raton', OFFER)
    assert.deepEqual([await figures(page, IDENTIFY), await figures(page, OFFER)], [['1', '5'], ['1', '10']])
    await becomes(ana, 'offer')
    await page.getByRole('button', { name: 'Deshacer' }).click()
    await isIn(page, 'Ana raton', IDENTIFY)
    await becomes(ana, 'identify')
    assert.deepEqual([await figures(page, IDENTIFY), await figures(page, OFFER)], [['2', '15'], ['0', '0']])
    assert.match(page.url(), /\/leads\/board/)
    quiet()
  })

  test('by keys alone: arrows go, Alt moves and the focus goes along, X gathers, readers are told', async () => {
    const { ana, eva, luz } = await leads('teclas')
    await page.goto(board('teclas', '&sort=label'))
    await isIn(page, 'Luz teclas', ANALYSIS)
    const focused = () => page.evaluate(() => document.activeElement?.textContent)
    await page.keyboard.press('ArrowDown')
    assert.match(await focused(), /Ana/)
    await page.keyboard.press('ArrowRight')
    assert.match(await focused(), /Luz/)
    await page.keyboard.press('Alt+ArrowLeft')
    await isIn(page, 'Luz teclas', IDENTIFY)
    await page.getByRole('status').filter({ hasText: 'Luz teclas pasó a Identificar necesidades, 3 de 3' }).waitFor({ state: 'attached' })
    assert.match(await focused(), /Luz/)
    await becomes(luz, 'identify')
    await page.keyboard.press('x')
    await page.keyboard.press('Shift+ArrowUp')
    await page.keyboard.press('Shift+ArrowUp')
    await page.getByText('3 escogidas').waitFor()
    await sound(page, 'chosen')
    await page.keyboard.press('Alt+ArrowRight')
    for (const lead of [ana, eva, luz]) await becomes(lead, 'analysis')
    assert.deepEqual([await figures(page, IDENTIFY), await figures(page, ANALYSIS)], [['0', '0'], ['3', '22']])
    await page.getByText('3 pasaron a En análisis').first().waitFor()
    await page.keyboard.press('Control+z')
    for (const lead of [ana, eva, luz]) await becomes(lead, 'identify')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/leads\/[0-9a-f-]{36}$/)
    await page.goBack()
    await isIn(page, 'Luz teclas', IDENTIFY)
    quiet()
  })

  test('a move that is refused goes back, and the card says why', async () => {
    // A rule shows them what they may not change.
    const reader = await person(suite, { grants: grant('leads.lead', 'see', 'change') })
    await rest.create('sharing-rules', { name: 'Negado', for_module: 'leads.lead', to_user: reader.user.id, access: 'see', filter: 'campaign[eq]=negado' })
    const { ana } = await leads('negado')
    await soon(() => reader.get(`/leads/${ana.id}`))
    const other = await open(1440, reader)
    try {
      await other.page.goto(board('negado'))
      await isIn(other.page, 'Ana negado', IDENTIFY)
      await drag(other.page, card(other.page, 'Ana negado'), column(other.page, OFFER))
      await column(other.page, IDENTIFY).getByText(/No se movió: .*(permiso|puede)/).waitFor()
      assert.deepEqual([await figures(other.page, IDENTIFY), await figures(other.page, OFFER)], [['2', '15'], ['0', '0']])
      assert.equal(await stage(ana), 'identify')
      await sound(other.page, 'refused')
      other.quiet()
    } finally {
      await other.context.close()
    }
  })

  test('somebody else’s change of another field is no conflict; their move is, and is shown', async () => {
    const { ana, eva } = await leads('choque')
    await page.goto(board('choque'))
    await isIn(page, 'Ana choque', IDENTIFY)
    // What they do meanwhile is not heard of in time.
    let held = []
    await page.route('**/api/v1/leads/*', async (route) => {
      if (route.request().method() !== 'PATCH') return route.continue()
      const change = held.shift()
      if (change) await change()
      return route.continue()
    })
    held = [() => rest.change('leads', ana, { company: 'Otra S.A.S.' }), null]
    await drag(page, card(page, 'Ana choque'), column(page, OFFER))
    await becomes(ana, 'offer')
    assert.equal((await rest.get(`/leads/${ana.id}`)).company, 'Otra S.A.S.')
    held = [() => rest.change('leads', eva, { stage: 'analysis' })]
    await drag(page, card(page, 'Eva choque'), column(page, OFFER))
    await isIn(page, 'Eva choque', ANALYSIS)
    await page.unrouteAll()
    assert.equal(await stage(eva), 'analysis')
    quiet()
  })

  test('another person’s move shows by itself, counts too, and a new one comes', async () => {
    const { ana } = await leads('vivo')
    await page.goto(board('vivo'))
    await isIn(page, 'Ana vivo', IDENTIFY)
    await page.getByText('3 en total').waitFor()
    await page.waitForTimeout(500)
    await rest.change('leads', ana, { stage: 'offer' })
    await isIn(page, 'Ana vivo', OFFER)
    await soon(async () => assert.deepEqual([await figures(page, IDENTIFY), await figures(page, OFFER)], [['1', '5'], ['1', '10']]))
    await rest.create('leads', { name: 'Sol vivo', stage: 'offer', score: 1, campaign: 'vivo', assigned_to: rest.user.id })
    await isIn(page, 'Sol vivo', OFFER)
    await soon(async () => assert.deepEqual(await figures(page, OFFER), ['2', '11']))
    await rest.remove('leads', await rest.get(`/leads/${ana.id}`))
    await card(page, 'Ana vivo').waitFor({ state: 'detached' })
    await soon(async () => assert.deepEqual(await figures(page, OFFER), ['1', '1']))
    quiet()
  })
})

test('who may not change the field moves nothing, and is told', async () => {
  const seller = await person(suite, { grants: grant('leads.lead', 'see', 'change'), denials: ['leads.lead.stage:change'] })
  await leads('fijo', seller.user.id)
  const { page, context, quiet } = await open(1440, seller)
  try {
    await page.goto(board('fijo'))
    await isIn(page, 'Ana fijo', IDENTIFY)
    await page.getByText('Las tarjetas no se mueven: usted no puede cambiar Etapa de venta.').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Mover Ana fijo' }).count(), 0)
    await drag(page, card(page, 'Ana fijo'), column(page, OFFER))
    await isIn(page, 'Ana fijo', IDENTIFY)
    await page.goto(board('fijo').replace('by=stage', 'by=status'))
    await page.waitForSelector('[data-card]')
    assert.equal(await page.getByText('Las tarjetas no se mueven').count(), 0)
    quiet()
  } finally {
    await context.close()
  }
})

test('360 pixels wide: a column at a time, tabs with counts, a card’s menu moves it', async () => {
  const { ana } = await leads('movil')
  const { page, context, quiet } = await open(360)
  try {
    await page.goto(board('movil'))
    await card(page, 'Ana movil').waitFor()
    const tab = (name) => page.getByRole('navigation', { name: 'Columnas del tablero' }).getByRole('button', { name })
    await tab(/Identificar necesidades\s*2/).waitFor()
    await sound(page, 'phone')
    await page.getByRole('button', { name: 'Mover Ana movil' }).click()
    await page.getByRole('menu', { name: 'Mover a…' }).waitFor()
    await sound(page, 'menu')
    await page.getByRole('menuitem', { name: /Oferta presentada/ }).click()
    await tab(/Identificar necesidades\s*1/).waitFor()
    await becomes(ana, 'offer')
    await tab(/Oferta presentada\s*1/).click()
    await card(page, 'Ana movil').waitFor()
    await soon(async () => assert.ok((await card(page, 'Ana movil').boundingBox()).x < 60))
    quiet()
  } finally {
    await context.close()
  }
})
