// What an administrator does on screen once a month: roles, profiles, groups, sharing and assignment. Each step ends with
// the person concerned asking through REST, so that what the screen says is what is in force.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { enter, launch, openClient, sound } from '../lib/browser.mjs'
import { administrator, answers, grant, person, soon } from '../lib/people.mjs'
import { startSuite } from '../lib/suite.mjs'

let suite, admin, browser, desk, phone
before(async () => {
  suite = await startSuite({ env: { CAUCE_LIMIT_USER: '9000000/10', CAUCE_LIMIT_ADDRESS: '9000000/10' } })
  admin = await administrator(suite)
  browser = await launch()
  desk = await open(1440)
  phone = await open(360)
})
after(async () => {
  await browser?.close()
  await suite?.stop()
})

async function open(width) {
  const client = await openClient(browser, suite, width)
  await enter(client.page, suite.password)
  return client
}
const complaints = () => {
  assert.deepEqual(desk.faults.splice(0), [])
  assert.deepEqual(phone.faults.splice(0), [])
}
const USUAL = [...grant('leads.lead'), ...grant('activities.task')]
const lookup = async (page, label, text) => {
  await page.getByRole('combobox', { name: label, exact: true }).fill(text)
  await page.getByRole('option', { name: text, exact: true }).click()
}
const said = (page, text) => page.locator('.MuiSnackbar-root').getByText(text).waitFor()
const pick = async (page, label, option) => {
  await page.getByLabel(label, { exact: true }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

test('USER-01a: a role is dragged under another, who is above then sees; a circle is refused with its reason', async () => {
  const { page } = desk
  const above = await admin.create('roles', { name: 'Dirección' })
  const below = await admin.create('roles', { name: 'Vendedores' })
  const chief = await person(suite, { name: 'Carmen Directora', role: above, grants: USUAL })
  const seller = await person(suite, { name: 'Simón Vendedor', role: below, grants: USUAL })
  const lead = await seller.create('leads', { name: 'De Simón', assigned_to: seller.user.id })
  await answers(404, chief, 'GET', `/leads/${lead.id}`)

  await page.goto('/roles')
  const row = (name) => page.getByRole('treeitem', { name: new RegExp(`^${name},`) })
  await row('Vendedores').waitFor()
  await sound(page, 'roles')
  const drag = async (name, onto) => {
    const [from, to] = [await row(name).boundingBox(), await row(onto).boundingBox()]
    await page.mouse.move(from.x + 60, from.y + 12)
    await page.mouse.down()
    await page.mouse.move(from.x + 80, from.y + 20, { steps: 3 })
    await page.mouse.move(to.x + 60, to.y + 12, { steps: 5 })
    await page.mouse.up()
  }
  await drag('Vendedores', 'Dirección')
  await said(page, '«Vendedores» quedó bajo «Dirección»')
  assert.equal(await row('Vendedores').getAttribute('aria-level'), '2')
  await answers(200, chief, 'GET', `/leads/${lead.id}`)
  await answers(200, seller, 'GET', `/leads/${lead.id}`)

  await row('Dirección').click()
  await page.getByText('los de 1 persona en 1 rol debajo').waitFor()
  await page.getByText('Tiene 1 persona: asígnele antes otro rol.').waitFor()
  await drag('Dirección', 'Vendedores')
  await said(page, '«Vendedores» está debajo de «Dirección»: quedarían en círculo.')

  // The keys do the same, and what was done is undone.
  await row('Vendedores').click()
  await page.keyboard.press('Alt+ArrowLeft')
  await said(page, '«Vendedores» quedó en lo más alto')
  await answers(404, chief, 'GET', `/leads/${lead.id}`)
  await page.getByRole('button', { name: 'Deshacer' }).click()
  await answers(200, chief, 'GET', `/leads/${lead.id}`)

  // A role of its own below, named in place, and deleted while nobody has it.
  await row('Vendedores').click()
  await page.keyboard.press('Insert')
  await page.getByLabel('Nombre del rol nuevo').fill('Aprendices')
  await page.keyboard.press('Enter')
  await row('Aprendices').waitFor()
  assert.equal((await admin.get('/roles?name[eq]=Aprendices&fields=parent')).items[0].parent, below.id)
  await row('Aprendices').click()
  await page.keyboard.press('Delete')
  await said(page, 'El rol «Aprendices» fue eliminado')
  assert.deepEqual((await admin.get('/roles?name[eq]=Aprendices')).items, [])

  // Without dragging, on a phone.
  await phone.page.goto('/roles')
  await phone.page.getByRole('treeitem', { name: /^Vendedores,/ }).click()
  await sound(phone.page, 'a role on a phone')
  await phone.page.getByRole('button', { name: 'Mover bajo…' }).click()
  await phone.page.getByRole('button', { name: 'Dejarlo en lo más alto' }).click()
  await answers(404, chief, 'GET', `/leads/${lead.id}`)
  complaints()
})

test('USER-01a: who is no administrator reads the tree and changes nothing', async () => {
  const reader = await person(suite, { grants: [...grant('identity.role', 'see'), ...grant('identity.user', 'see')] })
  const client = await openClient(browser, { ...suite, email: reader.email }, 1440)
  await enter(client.page, reader.password)
  await client.page.goto('/roles')
  await client.page.getByRole('treeitem').first().waitFor()
  assert.equal(await client.page.getByRole('button', { name: 'Nuevo rol' }).count(), 0)
  const role = (await admin.get('/roles')).items[0]
  await client.page.keyboard.press('Tab')
  await client.page.getByRole('treeitem').first().press('F2')
  assert.equal(await client.page.getByLabel('Nombre del rol').count(), 0)
  await reader.want(403, 'PATCH', `/roles/${role.id}`, { body: { name: 'Otro' }, headers: { 'if-match': `"${role.version}"` } })
  await client.page.goto('/profiles')
  await client.page.getByText('Esta página no existe.').waitFor()
  await client.context.close()
})

test('USER-01b: rights of a profile are ticked, said, and saved in one change', async () => {
  const { page } = desk
  const who = await person(suite, { grants: grant('leads.lead', 'see', 'create') })
  const profile = await admin.get(`/profiles/${who.user.profile}`)
  await who.create('leads', { name: 'Antes' })
  await page.goto(`/profiles/${profile.id}`)
  await page.getByRole('grid').waitFor()
  await sound(page, 'profile')

  await page.getByLabel('Prospectos: Crear', { exact: true }).focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  assert.ok(await page.getByLabel('Tareas: Crear', { exact: true }).isChecked())
  assert.ok(await page.getByLabel('Tareas: Ver', { exact: true }).isChecked(), 'creating needs seeing')
  await page.getByText('3 cambios sin guardar').waitFor()
  await page.getByRole('button', { name: 'Ver cambios' }).click()
  await page.getByText('Prospectos · Retira: Crear').waitFor()
  assert.equal((await admin.get(`/profiles/${profile.id}`)).version, profile.version, 'nothing is saved yet')
  await page.keyboard.press('Control+Enter')
  await said(page, 'Guardado: 3 cambios')
  assert.equal((await admin.get(`/profiles/${profile.id}`)).version, profile.version + 1)
  await answers(403, who, 'POST', '/leads', { body: { name: 'Después' } })
  await answers(201, who, 'POST', '/tasks', { body: { name: 'Ahora sí' } })

  // Seeing withdrawn: the rest is said to mean nothing, and means nothing.
  await page.getByLabel('Tareas: Ver', { exact: true }).uncheck()
  await page.getByText('Sin «Ver», los demás permisos de este módulo no sirven.').waitFor()
  // Administrators alone write users: nothing to tick.
  assert.equal(await page.getByLabel('Usuarios: Crear', { exact: true }).count(), 0)
  await page.getByRole('button', { name: 'Descartar' }).click()

  // One module at a time on a phone.
  await phone.page.goto(`/profiles/${profile.id}`)
  await phone.page.getByRole('button', { name: /^Prospectos/ }).click()
  await phone.page.getByLabel('Exportar').check()
  await sound(phone.page, 'profile on a phone')
  await phone.page.getByRole('button', { name: 'Guardar cambios' }).click()
  await said(phone.page, 'Guardado: 1 cambio')
  assert.ok((await admin.get(`/profiles/${profile.id}`)).grants.includes('leads.lead:export'))
  complaints()
})

test('USER-01b: what another administrator saves meanwhile is shown, and both changes stay', async () => {
  const { page } = desk
  const profile = await admin.create('profiles', { name: 'Entre dos', grants: ['leads.lead:see'] })
  await page.goto(`/profiles/${profile.id}`)
  await page.getByLabel('Prospectos: Crear', { exact: true }).check()
  await admin.change('profiles', profile, { grants: ['leads.lead:export', 'leads.lead:see'] })
  // Live, or when saving.
  await page.getByRole('button', { name: 'Guardar cambios' }).click()
  await page.getByRole('dialog').getByText('Otra persona cambió este perfil mientras usted lo editaba').waitFor()
  await page.getByRole('dialog').getByText('Prospectos · Concede: Exportar').waitFor()
  await sound(page, 'conflict')
  await page.getByRole('button', { name: 'Guardar ambos' }).click()
  await said(page, 'Guardado: 1 cambio')
  assert.deepEqual((await admin.get(`/profiles/${profile.id}`)).grants, ['leads.lead:create', 'leads.lead:export', 'leads.lead:see'])

  // A new one begins with what another has.
  await page.goto('/profiles/new')
  await page.locator('input[name=name]').fill('Como el otro')
  await lookup(page, 'Empezar como', 'Entre dos')
  await page.getByRole('button', { name: 'Crear perfil' }).click()
  await page.getByRole('grid').waitFor()
  const made = (await admin.get('/profiles?name[eq]=Como el otro')).items[0]
  assert.deepEqual((await admin.get(`/profiles/${made.id}`)).grants, ['leads.lead:create', 'leads.lead:export', 'leads.lead:see'])
  complaints()
})

test('USER-01c: a field is withheld on viewing, and a required one on creating warns', async () => {
  const { page } = desk
  const who = await person(suite, { grants: USUAL })
  const lead = await who.create('leads', { name: 'Con teléfono', phone: '+573001234567', assigned_to: who.user.id })
  assert.equal((await who.get(`/leads/${lead.id}`)).phone, '+573001234567')
  await page.goto(`/profiles/${who.user.profile}`)
  await page.getByPlaceholder('Buscar un módulo o un campo').fill('telefono')
  await page.getByLabel('Prospectos: Teléfono: al ver', { exact: true }).uncheck()
  await page.getByPlaceholder('Buscar un módulo o un campo').fill('nombre')
  await page.getByLabel('Tareas: Nombre: al crear', { exact: true }).uncheck()
  await page.getByText('Nadie con este perfil podrá crear aquí: no puede dar Nombre, que es obligatorio.').waitFor()
  await page.getByText('2 cambios sin guardar').waitFor()
  await sound(page, 'fields of a profile')
  await page.getByRole('button', { name: 'Guardar cambios' }).click()
  await said(page, 'Guardado: 2 cambios')
  await soon(async () => assert.equal((await who.get(`/leads/${lead.id}`)).phone, undefined))
  assert.ok((await who.call('POST', '/tasks', { body: { name: 'No' } })).status >= 400)
  await page.getByRole('button', { name: 'Deshacer' }).click()
  await soon(async () => assert.equal((await who.get(`/leads/${lead.id}`)).phone, '+573001234567'))
  complaints()
})

test('USER-01d: a group is filled, a rule shares what meets its condition with it, and the reason is told', async () => {
  const { page } = desk
  const group = await admin.create('groups', { name: 'Mesa de ayuda' })
  const [ana, bea] = [await person(suite, { name: 'Ana Mesa', grants: USUAL }), await person(suite, { name: 'Beatriz Mesa', grants: USUAL })]
  const one = await admin.create('leads', { name: 'Cumple', company: 'Ferretería Central', assigned_to: admin.user.id })
  const other = await admin.create('leads', { name: 'No cumple', company: 'Otra', assigned_to: admin.user.id })
  await page.goto(`/groups/${group.id}`)
  await page.getByText('Este grupo no tiene integrantes.').waitFor()
  for (const name of ['Ana Mesa', 'Beatriz Mesa']) await lookup(page, 'Agregar personas', name)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Agregar', exact: true }).click()
  await said(page, '2 personas ahora son del grupo')
  await sound(page, 'group')

  await page.goto('/sharing-rules/new')
  await pick(page, 'Módulo', 'Prospectos')
  await page.getByRole('button', { name: 'Agregar un filtro' }).click()
  await page.getByRole('dialog').getByLabel('Campo').fill('Empresa')
  await page.getByRole('option', { name: 'Empresa', exact: true }).click()
  await page.getByRole('dialog').getByLabel('Valor').fill('ferreteria')
  await page.getByRole('button', { name: 'Aplicar' }).click()
  await page.getByText('Ahora la cumple 1 registro.').waitFor()
  await pick(page, 'Con quién', 'un grupo')
  await lookup(page, 'Grupo', 'Mesa de ayuda')
  await sound(page, 'sharing rule')
  await page.getByRole('button', { name: 'Guardar', exact: true }).click()
  await said(page, '«Prospectos para Mesa de ayuda» quedó creada')
  await sound(page, 'sharing rules')
  for (const who of [ana, bea]) {
    await answers(200, who, 'GET', `/leads/${one.id}`)
    await answers(404, who, 'GET', `/leads/${other.id}`)
  }
  await ana.want(403, 'PATCH', `/leads/${one.id}`, { body: { name: 'X' }, headers: { 'if-match': `"${one.version}"` } })

  // Why: the rule is named, and leads to itself.
  await page.goto(`/admin/explain?module=leads.lead&record=${one.id}&user=${ana.user.id}`)
  await page.getByText('Lo ve', { exact: true }).waitFor()
  await page.getByText('No lo puede modificar').waitFor()
  await sound(page, 'explanation')
  await page.getByRole('link', { name: /La regla «Prospectos para Mesa de ayuda»/ }).click()
  await page.waitForURL(/sharing-rules\/[0-9a-f-]{36}/)

  // Out of the group, out of sight; paused, nobody sees.
  await page.goto(`/groups/${group.id}`)
  await page.getByRole('button', { name: 'Sacar a Ana Mesa' }).click()
  await said(page, 'Ana Mesa ya no es del grupo')
  await answers(404, ana, 'GET', `/leads/${one.id}`)
  await answers(200, bea, 'GET', `/leads/${one.id}`)
  await phone.page.goto('/sharing-rules')
  await phone.page.getByLabel('«Prospectos para Mesa de ayuda» activa').uncheck()
  await said(phone.page, '«Prospectos para Mesa de ayuda» quedó en pausa')
  await answers(404, bea, 'GET', `/leads/${one.id}`)
  await sound(phone.page, 'sharing rules on a phone')

  // What is used is not deleted without a word.
  await page.getByRole('button', { name: 'Eliminar grupo' }).click()
  await page.getByRole('dialog').getByText('Regla para compartir: Prospectos para Mesa de ayuda').waitFor()
  await page.keyboard.press('Escape')
  complaints()
})

test('USER-01d: the default access of a module is changed at once, and undone', async () => {
  const who = await person(suite, { grants: USUAL })
  const lead = await admin.create('leads', { name: 'De todos', assigned_to: admin.user.id })
  const { page } = phone
  await answers(404, who, 'GET', `/leads/${lead.id}`)
  await page.goto('/default-access')
  await page.getByRole('radiogroup', { name: 'Prospectos' }).getByLabel('Todos ven', { exact: true }).check()
  await said(page, 'Prospectos: Todos ven')
  await answers(200, who, 'GET', `/leads/${lead.id}`)
  await sound(page, 'default access')
  await page.getByRole('button', { name: 'Deshacer' }).click()
  await answers(404, who, 'GET', `/leads/${lead.id}`)
  complaints()
})

test('LEAD-04, LEAD-05: rules in words and in order give new leads to who is there, by weight', async () => {
  const { page } = desk
  const group = await admin.create('groups', { name: 'Turnos' })
  const people = []
  for (const name of ['Tulio Turno', 'Teresa Turno']) {
    people.push(await person(suite, { name, grants: USUAL }))
    await admin.create('members', { member_of: group.id, person: people.at(-1).user.id })
  }
  const rest = await admin.create('groups', { name: 'El resto' })
  await admin.create('members', { member_of: rest.id, person: people[0].user.id })
  await admin.create('assignment-rules', { name: 'Todo lo demás', position: 10, team: rest.id })

  await page.goto('/assignment-rules/new')
  await page.getByRole('button', { name: 'Agregar un filtro' }).click()
  await page.getByRole('dialog').getByLabel('Campo').fill('Empresa')
  await page.getByRole('option', { name: 'Empresa', exact: true }).click()
  await page.getByRole('dialog').getByLabel('Valor').fill('turno')
  await page.getByRole('button', { name: 'Aplicar' }).click()
  await lookup(page, 'Grupo que recibe', 'Turnos')
  await page.getByLabel('Nombre de la regla').fill('Los de turno')
  await page.getByRole('button', { name: 'Guardar', exact: true }).click()
  await page.getByText('Nunca se llega a esta regla: la de arriba «Todo lo demás» toma cualquier prospecto.').waitFor()
  await page.getByText('Ahora reciben por turnos: Teresa Turno, Tulio Turno').waitFor()
  await sound(page, 'assignment rules')

  const given = async (fields) => {
    const made = await admin.create('leads', { name: 'Nuevo', ...fields })
    return soon(async () => {
      const now = await admin.get(`/leads/${made.id}`)
      assert.equal(now.assignment, 'assigned')
      return now
    }, 15_000)
  }
  const rule = (name) => admin.get(`/assignment-rules?name[eq]=${encodeURIComponent(name)}`).then(({ items: [found] }) => found)
  const [all, turn] = [await rule('Todo lo demás'), await rule('Los de turno')]
  assert.equal((await given({ company: 'En turno' })).assignment_rule, all.id)

  // First by the keys; what it takes goes to its group, in turns.
  await page.getByLabel(/^Mover «Los de turno»/).focus()
  await page.keyboard.press('Alt+ArrowUp')
  await said(page, '«Los de turno» pasó al lugar 1')
  await soon(async () => assert.equal((await given({ company: 'En turno' })).assignment_rule, turn.id), 15_000)
  const turns = new Set()
  for (let i = 0; i < 2; i++) turns.add((await given({ company: 'En turno' })).assigned_to)
  assert.deepEqual(turns, new Set(people.map((p) => p.user.id)))

  // Weight 0, written in place: the other one gets all, and sees them.
  await phone.page.goto(`/groups/${group.id}`)
  await phone.page.getByLabel('Peso de Tulio Turno').fill('0')
  await phone.page.keyboard.press('Enter')
  await said(phone.page, 'Peso de Tulio Turno: 0')
  await phone.page.getByText('Peso 0', { exact: true }).waitFor()
  await sound(phone.page, 'group on a phone')
  await soon(async () => {
    const three = [await given({ company: 'En turno' }), await given({ company: 'En turno' }), await given({ company: 'En turno' })]
    assert.deepEqual([...new Set(three.map((l) => l.assigned_to))], [people[1].user.id])
    await people[1].get(`/leads/${three[0].id}`)
    await people[0].want(404, 'GET', `/leads/${three[0].id}`)
  }, 15_000)

  // Away, as she says of herself: nobody is left, and the list says so.
  await people[1].want(200, 'POST', '/me', { body: { away: true } })
  await page.reload()
  await page.getByText('Nadie disponible: queda en espera').waitFor()

  // Paused by dragging nothing: the switch.
  await page.getByLabel('«Los de turno» activa').uncheck()
  await said(page, '«Los de turno» quedó en pausa')
  await soon(async () => assert.equal((await given({ company: 'En turno' })).assignment_rule, all.id), 15_000)
  await phone.page.goto('/assignment-rules')
  await phone.page.getByRole('list', { name: /en el orden/ }).waitFor()
  await sound(phone.page, 'assignment rules on a phone')
  complaints()
})
