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

    const rows = () => page.waitForSelector('.body a')
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

    step('who is signed out signs in again', async () => {
      await context.clearCookies()
      await page.goto('/leads')
      await page.waitForSelector('input[name=password]')
    })
  })
}
