// API-01: files: what may come in, who may have it again, what was rejected to be mended, jobs listed and stopped,
// exports that outlive a connection, and a folder that neither fills up nor keeps what nobody needs.
import assert from 'node:assert/strict'
import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { administrator, apiKey, grant, person, soon } from '../lib/people.mjs'
import { problem } from '../lib/rest.mjs'
import { startSuite } from '../lib/suite.mjs'

const MB = 1024 * 1024
const CSV = { 'content-type': 'text/csv' }
let suite, admin, ana, beto, viewer
before(async () => {
  suite = await startSuite({ env: { CAUCE_UPLOAD_BYTES: String(2 * MB) } })
  admin = await administrator(suite)
  const grants = grant('leads.lead', 'see', 'create', 'import', 'export');
  [ana, beto, viewer] = await Promise.all([person(suite, { grants }), person(suite, { grants }), person(suite, { grants: grant('leads.lead', 'see') })])
  for (const rest of [ana, beto, viewer]) await soon(() => rest.get('/leads'))
})
after(() => suite?.stop())

const files = () => readdirSync(join(suite.folder, 'blobs')).sort()
const upload = (rest, body, headers = CSV, query = '') => rest.call('POST', `/leads/import${query}`, { body, headers })
const disposition = (answer) => answer.headers.get('content-disposition')

// Rows of a CSV text, quotes and all.
function rows(text) {
  const cells = [...text.matchAll(/("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n|$)/g)].filter((match) => match.index < text.length)
  const out = [[]]
  for (const [, cell, end] of cells) {
    out.at(-1).push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell)
    if (end !== ',') out.push([])
  }
  return out.filter((row) => row.length)
}

function attached(answer) {
  assert.equal(answer.status, 200, answer.text)
  assert.match(disposition(answer), /^attachment; filename="[ -!#-~]+"(; filename\*=UTF-8''[!-~]+)?$/)
  assert.match(answer.headers.get('content-type'), /^text\/csv/)
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.match(answer.headers.get('content-security-policy'), /sandbox/)
  return answer
}

test('API-01: what is no CSV is refused with what it seems to be, and leaves nothing', async () => {
  const before = files()
  const samples = [
    ['PK\x03\x04....[Content_Types].xml', 415, 'file_spreadsheet'], ['PK\x03\x04....x.csv', 415, 'file_archive'],
    ['%PDF-1.7\n', 415, 'file_document'], [Buffer.from('89504e470d0a1a0a0000', 'hex'), 415, 'file_image'],
    ['<html><table>', 415, 'file_markup'], ['[{"name":"Ana"}]', 415, 'file_markup'], ['name\nA\0\n', 415, 'file_binary'],
    ['', 422, 'file_empty'], ['\ufeff \r\n', 422, 'file_empty'],
    [Buffer.concat([Buffer.from('name\nBogotá, Cúcuta'), Buffer.from([0xf1])]), 422, 'file_encoding'],
  ]
  for (const [body, status, code] of samples) problem(await upload(ana, body), status, code)
  problem(await upload(ana, 'name\nAna\n', { 'content-type': 'image/png' }), 415, 'media_type')
  assert.match((await upload(ana, '%PDF-', { ...CSV, 'accept-language': 'en' })).body.detail, /document/)
  assert.deepEqual(files(), before)
})

test('API-01: what spreadsheets write is read, whatever it is called and however it is encoded', async () => {
  const text = 'Nombre;Empresa;Ciudad\r\nAna Muñoz;Café Ñandú;Bogotá\r\n'
  const wide = (s) => Buffer.from(`\ufeff${s}`, 'utf16le')
  const samples = [
    [text, 'application/vnd.ms-excel'], [`sep=;\r\n${text}`, 'text/plain; charset=utf-8'], [Buffer.from(text, 'latin1'), 'text/csv; charset=utf-8'],
    [wide(text.replaceAll(';', '\t')), 'application/octet-stream'], [wide(text).swap16(), 'text/csv'],
  ]
  for (const [body, type] of samples) {
    const { body: { id } } = await ana.want(202, 'POST', '/leads/import', { body, headers: { 'content-type': type } })
    const job = await ana.job('leads', id)
    assert.deepEqual([job.state, job.done], ['done', 1], `${type} ${JSON.stringify(job)}`)
    const [lead] = (await ana.get('/leads?sort=-created_at&limit=1&fields=name,company,city')).items
    assert.deepEqual([lead.name, lead.company, lead.city], ['Ana Muñoz', 'Café Ñandú', '11001'])
    const file = attached(await ana.call('GET', `/leads/jobs/${id}/file`))
    const again = Buffer.from(await (await fetch(`${ana.base}/leads/jobs/${id}/file`, { headers: { authorization: `Bearer ${ana.token}` } })).arrayBuffer())
    assert.deepEqual(again, Buffer.from(body))
    assert.match(file.headers.get('content-type'), /charset=(utf-8|windows-1252|utf-16[lb]e)$/)
  }
})

test('API-01: a file goes to who sent it and to administrators, while they may import', async () => {
  const job = await ana.import('leads', 'name\nMía\n', { filename: 'mía.csv' })
  assert.deepEqual([job.created_by, job.created_by_label, job.filename, job.has_file], [ana.user.id, ana.user.name, 'mía.csv', true])
  for (const part of ['file', 'rejects']) {
    const path = `/leads/jobs/${job.id}/${part}`
    attached(await ana.call('GET', path))
    attached(await admin.call('GET', path))
    problem(await beto.call('GET', path), 404, 'not_found')
    problem(await viewer.call('GET', path), 404, 'not_found')
    problem(await ana.call('GET', path, { token: null }), 401, 'sign_in')
    problem(await ana.call('GET', path.replace('leads', 'tasks')), 404, 'not_found')
  }
  assert.equal((await ana.call('HEAD', `/leads/jobs/${job.id}/file`)).headers.get('content-length'), '10')
  const cleo = await person(suite, { grants: grant('leads.lead', 'see', 'create', 'import') })
  await soon(() => cleo.get('/leads'))
  const own = await cleo.import('leads', 'name\nSuya\n')
  const profile = await admin.get(`/profiles/${cleo.user.profile}`)
  await admin.change('profiles', profile, { grants: grant('leads.lead', 'see') })
  await soon(async () => problem(await cleo.call('GET', `/leads/jobs/${own.id}/file`), 403, 'forbidden'))
})

test('API-01: a key has the files that went through it alone', async () => {
  const own = await person(suite, { grants: [...grant('leads.lead', 'see', 'create', 'import'), ...grant('identity.api_key'), 'identity.user:see'] })
  await soon(() => own.get('/leads'))
  const key = await apiKey(own, { scopes: grant('leads.lead', 'see', 'create', 'import') })
  await soon(() => key.get('/leads'))
  const [mine, its] = [await own.import('leads', 'name\nUna\n'), await key.import('leads', 'name\nOtra\n')]
  problem(await key.call('GET', `/leads/jobs/${mine.id}/file`), 404, 'not_found')
  attached(await key.call('GET', `/leads/jobs/${its.id}/file`))
  attached(await own.call('GET', `/leads/jobs/${its.id}/file`))
})

test('API-01: names of files do no harm', async () => {
  const samples = [
    ['prospectos "año" 2026.csv', `attachment; filename="prospectos _ano_ 2026.csv"; filename*=UTF-8''prospectos%20_a%C3%B1o_%202026.csv`],
    ['a\r\nSet-Cookie: x=1.csv', 'attachment; filename="aSet-Cookie_ x=1.csv"'],
    ['../../etc/passwd', 'attachment; filename="passwd.csv"'], ['C:\\x\\enero.csv', 'attachment; filename="enero.csv"'],
    ['pagina.html', 'attachment; filename="pagina.html.csv"'], ['\u202efdp.csv', 'attachment; filename="fdp.csv"'],
  ]
  for (const [filename, header] of samples) {
    const answer = await upload(ana, 'name\nX\n', CSV, `?${new URLSearchParams({ filename })}`)
    assert.equal(answer.status, 202, answer.text)
    const file = attached(await ana.call('GET', `/leads/jobs/${answer.body.id}/file`))
    assert.equal(disposition(file), header)
    assert.equal(file.headers.get('set-cookie'), null)
  }
  for (const name of files()) assert.match(name, /^leads-[0-9a-f]{32}$/)
})

test('API-01: all that was rejected comes with its true line, its reason and its cells, and goes in again when it is mended', async () => {
  const bad = Array.from({ length: 2500 }, (_, i) => `Malo ${i},no es correo,"línea 1\r\nlínea 2",=1+1`)
  const csv = ['Nombre,Correo,Descripción,Preferido', 'Bueno,b@x.co,,', ...bad, ''].join('\r\n')
  const job = await ana.import('leads', Buffer.from(`\ufeff${csv}`, 'utf16le'), { filename: 'lote.csv' })
  assert.deepEqual([job.state, job.done, job.rejected, job.rejects.length], ['done', 1, 2500, 100])
  assert.deepEqual([job.rejects[0].row, job.rejects[1].row, job.rejects[0].label], [3, 5, 'Correo'])
  const answer = attached(await ana.call('GET', `/leads/jobs/${job.id}/rejects`))
  assert.match(disposition(answer), /lote-rechazos\.csv/)
  const [header, ...body] = rows(answer.text)
  assert.deepEqual(header, ['Rechazo: línea', 'Rechazo: campo', 'Rechazo: motivo', 'Nombre', 'Correo', 'Descripción', 'Preferido'])
  assert.equal(body.length, 2500)
  for (const [i, [line, field, reason, ...cells]] of body.entries()) {
    assert.deepEqual([Number(line), field, cells], [3 + 2 * i, 'Correo', [`Malo ${i}`, 'no es correo', 'línea 1\r\nlínea 2', "'=1+1"]])
    assert.ok(reason)
  }
  const english = await ana.call('GET', `/leads/jobs/${job.id}/rejects?bom=true`, { headers: { 'accept-language': 'en' } })
  assert.match(english.text, /^\ufeff?Reject: line,/)
  problem(await ana.call('GET', `/leads/jobs/${job.id}/rejects?nope=1`), 400, 'unknown_parameter')
  const mended = await ana.import('leads', answer.text.replaceAll('no es correo', 'ya@es.co'))
  assert.deepEqual([mended.state, mended.total, mended.done], ['done', 2500, 2500])
})

test('API-01: the mended file makes no fields of the columns about rejects, and formulas are what they were', async () => {
  const job = await admin.import('leads', 'name,email,score,apodo\nA,a@x.co,1,\nB,b@x.co,1,\n"=x",sin arroba,1,"+57 (1) -a"\n', { create_fields: 'true' })
  assert.equal(job.rejected, 1)
  const { text } = await admin.call('GET', `/leads/jobs/${job.id}/rejects`)
  const mended = await admin.import('leads', text.replaceAll('sin arroba', 'con@arroba.co'), { create_fields: 'true' })
  assert.equal(mended.done, 1, JSON.stringify(mended))
  const [lead] = (await admin.get('/leads?email=con@arroba.co&fields=name,custom')).items
  assert.deepEqual([lead.name, lead.custom.apodo], ['=x', '+57 (1) -a'])
  const { fields } = (await admin.get('/metadata')).modules.find(({ key }) => key === 'leads.lead')
  assert.equal(fields.filter(({ name }) => /rechazo|reject/i.test(name)).length, 0)
})

test('API-01: too large is told, and an upload that breaks off leaves nothing', async () => {
  const before = files()
  const large = `name\n${'x'.repeat(99)}\n`.padEnd(3 * MB, 'nombre de alguien\n')
  const told = problem(await upload(ana, large), 413, 'too_large')
  assert.match(told.detail, /2 MB/)
  const { hostname, port } = new URL(suite.url)
  await new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(`POST /api/v1/leads/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ana.token}\r\nIdempotency-Key: roto\r\n`
        + 'Content-Type: text/csv\r\nContent-Length: 100000\r\n\r\nname\nAna\n')
    })
    socket.on('error', reject)
    socket.on('close', resolve)
    sleep(300).then(() => {
      assert.equal(files().filter((name) => name.startsWith('.part-')).length, 1)
      socket.destroy()
    })
  })
  await soon(() => assert.deepEqual(files(), before))
})

test('API-01: jobs are listed to who made them, and all of them to administrators', async () => {
  const mine = await ana.get('/leads/jobs?limit=200')
  assert.ok(mine.items.length > 5)
  for (const job of mine.items) assert.deepEqual([job.created_by, job.rejects], [ana.user.id, undefined])
  assert.deepEqual(mine.items.map(({ id }) => id), mine.items.map(({ id }) => id).sort().reverse())
  const paged = []
  for (let cursor = ''; cursor !== undefined;) {
    const page = await ana.get(`/leads/jobs?limit=3&cursor=${cursor}`)
    paged.push(...page.items)
    cursor = page.next
  }
  assert.deepEqual(paged.map(({ id }) => id), mine.items.map(({ id }) => id))
  assert.deepEqual(await beto.get('/leads/jobs'), { items: [] })
  assert.deepEqual(await viewer.get('/leads/jobs'), { items: [] })
  problem(await ana.call('GET', '/leads/jobs?all=true'), 403, 'administrators_only')
  const all = (await admin.get('/leads/jobs?all=true&limit=200')).items
  assert.ok(new Set(all.map(({ created_by: by }) => by)).size > 2)
  for (const query of ['nope=1', 'limit=0', 'limit=x', 'cursor=x', 'all=si']) assert.ok([400, 422].includes((await ana.call('GET', `/leads/jobs?${query}`)).status), query)
})

test('API-01: a job that is stopped goes no further, and what is in stays', async () => {
  const csv = `name,score\n${Array.from({ length: 60_000 }, (_, i) => `Parado ${i},${i}`).join('\n')}\n`
  const { body: { id } } = await ana.want(202, 'POST', '/leads/import', { body: csv, headers: CSV })
  await soon(async () => assert.ok((await ana.get(`/leads/jobs/${id}`)).done > 0))
  problem(await beto.call('POST', `/leads/jobs/${id}/cancel`), 404, 'not_found')
  const { body: stopped } = await ana.want(200, 'POST', `/leads/jobs/${id}/cancel`)
  assert.equal(stopped.state, 'cancelled')
  assert.ok(stopped.finished_at && stopped.done > 0 && stopped.done < 60_000, JSON.stringify(stopped))
  await sleep(1500)
  const job = await ana.get(`/leads/jobs/${id}`)
  const [[there, events]] = await suite.sql(`SELECT (SELECT count(*) FROM leads.lead WHERE name LIKE 'Parado %'), (SELECT count(*) FROM leads.event WHERE job = '${id}')`)
  assert.deepEqual([job.state, job.done, Number(there), Number(events)], ['cancelled', stopped.done, stopped.done, stopped.done])
  assert.equal((await ana.want(200, 'POST', `/leads/jobs/${id}/cancel`)).body.state, 'cancelled')
  const done = await ana.import('leads', 'name\nX\n')
  assert.equal(done.state, 'done')
  problem(await ana.call('POST', `/leads/jobs/${done.id}/cancel`), 409, 'job_over')
})

test('API-01: a field that is made during a long import takes nothing from it', async () => {
  const csv = `name,apodo\n${Array.from({ length: 20_000 }, (_, i) => `Largo ${i},a${i}`).join('\n')}\n`
  const { body: { id } } = await admin.want(202, 'POST', '/leads/import', { body: csv, headers: CSV })
  for (let i = 0; i < 5; i++) await admin.want(201, 'POST', '/leads/fields', { body: { key: `medio_${i}`, kind: 'text', es: `Medio ${i}` } })
  const job = await admin.job('leads', id)
  assert.deepEqual([job.state, job.done], ['done', 20_000], JSON.stringify(job))
  const [[n]] = await suite.sql("SELECT count(*) FROM leads.lead WHERE name LIKE 'Largo %' AND custom ? 'apodo'")
  assert.equal(n, '20000')
})

test('API-01: a change of many that is stopped has changed what it says, and no more', async () => {
  const body = { filter: { field: 'name', op: 'starts', values: ['Largo'] }, set: { score: 7 } }
  const { body: { id } } = await admin.want(202, 'POST', '/leads/bulk', { body })
  await soon(async () => assert.ok((await admin.get(`/leads/jobs/${id}`)).done > 0))
  const { body: stopped } = await admin.want(200, 'POST', `/leads/jobs/${id}/cancel`)
  assert.ok(stopped.state === 'cancelled' && stopped.done < 20_000, JSON.stringify(stopped))
  await sleep(1000)
  const changed = await admin.get('/leads/count?name[starts]=Largo&score[eq]=7&cap=0')
  assert.deepEqual([(await admin.get(`/leads/jobs/${id}`)).done, changed.count], [stopped.done, stopped.done])
})

test('API-01: an export as a job is the file that the export gives, for who made it, under the rights it was made with', async () => {
  const query = 'name[starts]=Largo&fields=name,score,custom.apodo&sort=name&bom=true'
  const whole = await admin.call('GET', `/leads/export?${query}`)
  const made = await admin.want(202, 'POST', `/leads/exports?${query}`)
  assert.equal(made.headers.get('location'), `/api/v1/leads/jobs/${made.body.id}`)
  const job = await admin.job('leads', made.body.id)
  assert.deepEqual([job.kind, job.state, job.total, job.done, job.has_file], ['export', 'done', 20_000, 20_000, true], JSON.stringify(job))
  const file = attached(await admin.call('GET', `/leads/jobs/${job.id}/file`))
  assert.equal(file.text, whole.text)
  assert.equal(disposition(file), disposition(whole))
  problem(await ana.call('GET', `/leads/jobs/${job.id}/file`), 404, 'not_found')
  problem(await viewer.call('POST', '/leads/exports'), 403, 'forbidden')
  problem(await admin.call('POST', '/leads/exports?fields=name,nope'), 400, 'bad_filter')
  problem(await admin.call('POST', '/leads/exports?name[nope]=x'), 400, 'bad_filter')
  const headers = { 'idempotency-key': 'una-vez' }
  const first = await ana.want(202, 'POST', '/leads/exports?limit=3', { headers })
  assert.equal((await ana.want(202, 'POST', '/leads/exports?limit=3', { headers })).body.id, first.body.id)
  problem(await ana.call('POST', '/leads/exports?limit=4', { headers }), 422, 'key_reused')
  const short = await ana.job('leads', first.body.id)
  assert.deepEqual([short.state, short.done], ['done', 3])
  attached(await ana.call('GET', `/leads/jobs/${short.id}/file`))
  problem(await admin.call('GET', `/leads/jobs/${short.id}/file`), 404, 'not_found')
  const profile = await admin.get(`/profiles/${ana.user.profile}`)
  await admin.change('profiles', profile, { denials: ['leads.lead.phone:view'] })
  await soon(async () => problem(await ana.call('GET', `/leads/jobs/${short.id}/file`), 409, 'rights_changed'))
})

test('API-01: files that nothing refers to go after a day, those of a job a month after it', async () => {
  const blobs = join(suite.folder, 'blobs')
  const [kept, old] = [await beto.import('leads', 'name\nQueda\n'), await beto.import('leads', 'name\nSe va\n')]
  const handle = async (job) => (await suite.sql(`SELECT coalesce(blob, spec ->> 'blob') FROM leads.job WHERE id = '${job.id}'`))[0][0]
  const strays = ['leads-0123456789abcdef0123456789abcdef', '.part-leads-0123456789abcdef0123456789abcdee', 'de-alguien.txt']
  for (const name of strays) writeFileSync(join(blobs, name), 'x')
  await suite.sql(`UPDATE leads.job SET finished_at = now() - interval '31 days' WHERE id = '${old.id}'`)
  const day = Date.now() / 1000 - 90_000
  for (const name of files()) utimesSync(join(blobs, name), day, day)
  await suite.restart('leads')
  await soon(async () => assert.ok(!files().includes(await handle(old))), 15_000)
  assert.ok(files().includes(await handle(kept)))
  assert.deepEqual(strays.filter((name) => files().includes(name)), ['de-alguien.txt'])
  await soon(async () => attached(await beto.call('GET', `/leads/jobs/${kept.id}/file`)), 20_000)
  problem(await beto.call('GET', `/leads/jobs/${old.id}/file`), 410, 'file_gone')
  assert.equal((await beto.get(`/leads/jobs/${old.id}`)).has_file, false)
})

test('API-01: a folder that is full takes no more, and says so', async () => {
  const before = files()
  suite.setEnv('gateway', { CAUCE_BLOBS_BYTES: '1000' })
  suite.setEnv('leads', { CAUCE_BLOBS_BYTES: '1000' })
  await suite.run()
  await suite.ready()
  await soon(async () => problem(await beto.call('POST', '/leads/import', { body: `name\n${'Ana\n'.repeat(1000)}`, headers: CSV }), 507, 'files_full'))
  const { body: { id } } = await soon(() => beto.want(202, 'POST', '/leads/exports'), 10_000)
  const job = await beto.job('leads', id)
  assert.deepEqual([job.state, job.has_file], ['failed', false])
  assert.match(job.reason, /room/)
  assert.deepEqual(files(), before)
})
