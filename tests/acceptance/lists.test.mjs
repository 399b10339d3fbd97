// Lists: pages in any order, search, fields, counts; and cursors that hold for one query of one person alone.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { person, soon } from '../lib/people.mjs'
import { problem, signIn } from '../lib/rest.mjs'
import { loadSample } from '../lib/sample.mjs'
import { startSuite } from '../lib/suite.mjs'

const COUNT = 260
let suite, rest
before(async () => {
  suite = await startSuite()
  rest = await signIn(suite)
  await loadSample(rest, COUNT)
  // Ties of the default order, and some in the bin.
  await suite.sql("UPDATE leads.lead SET created_at = date_trunc('hour', created_at) + (number / 40) * interval '1 minute'")
  for (const lead of (await rest.get('/leads?limit=7&score[filled]=')).items) await rest.remove('leads', lead)
})
after(() => suite?.stop())

describe('pages', () => {
  const text = (key) => `(custom ->> '${key}') COLLATE "es-x-icu"`
  const expressions = { 'custom.nick': text('nick'), 'custom.colour': "custom ->> 'colour'", 'custom.since': "custom ->> 'since'",
    'custom.seen_at': "custom ->> 'seen_at'", 'custom.ratio': "(custom ->> 'ratio')::numeric", 'custom.vip': "(custom ->> 'vip')::boolean" }
  // As SQL orders them: empty values last, ties by id.
  const ordered = async (sort) => {
    const keys = sort.split(',').map((key) => ({ name: key.replace('-', ''), down: key.startsWith('-') }))
    const order = keys.map(({ name, down }) => `${expressions[name] ?? name}${down ? ' DESC' : ''} NULLS LAST`)
    const rows = await suite.sql(`SELECT id FROM leads.lead WHERE deleted_at IS NULL ORDER BY ${order}, id${keys[0].down ? ' DESC' : ''}`)
    return rows.map(([id]) => id)
  }

  for (const sort of ['label', '-label', 'name', '-name', 'company', 'score', '-score', 'city', '-stage', 'needs_visit', '-needs_visit', 'assigned_to', '-email',
    'created_at', '-created_at', 'updated_at', 'number', 'contacted_by_sales_at', '-contacted_by_sales_at', 'latitude', '-latitude', 'referrer',
    'custom.ratio', '-custom.ratio', 'custom.since', '-custom.since', 'custom.nick', '-custom.nick', 'custom.vip', '-custom.colour', 'custom.seen_at',
    'stage,-score', '-stage,name', 'company,-created_at', '-custom.ratio,name', 'custom.nick,-custom.ratio', 'city,-stage,score', '-needs_visit,-custom.vip,label']) {
    test(`by ${sort}, every lead once and in SQL's order`, async () => {
      const wanted = await ordered(sort)
      assert.equal(wanted.length, COUNT - 7)
      for (const limit of [17, 200]) {
        assert.deepEqual((await rest.all('leads', { sort, limit, fields: 'score' })).map(({ id }) => id), wanted, `limit ${limit}`)
      }
    })
  }

  test('a page ends where the values end: no empty page, no cursor to nothing', async () => {
    const filled = (await rest.get('/leads/count?score[filled]=&cap=0')).count
    const page = await rest.get(`/leads?sort=score&score[filled]=&limit=${filled}`)
    assert.deepEqual([page.items.length, page.next], [filled, undefined])
    const first = await rest.get(`/leads?sort=score&limit=${filled}`)
    const second = await rest.get(`/leads?sort=score&limit=200&cursor=${first.next}`)
    assert.equal(second.items.length, COUNT - 7 - filled)
  })

  test('what is added or taken away between pages neither repeats nor hides others', async () => {
    const first = await rest.get('/leads?sort=label&limit=50')
    const added = await rest.create('leads', { name: first.items[10].label })
    const others = []
    for (let cursor = first.next; cursor;) {
      const page = await rest.get(`/leads?sort=label&limit=50&cursor=${cursor}`)
      others.push(...page.items)
      cursor = page.next
    }
    const ids = [...first.items, ...others].map(({ id }) => id)
    await rest.remove('leads', added)
    assert.deepEqual([...ids].sort(), (await ordered('id')).sort())
  })

  test('POST search answers as GET does', async () => {
    const body = { sort: '-score,name', limit: 30, fields: ['score', 'name'], filter: { field: 'stage', op: 'in', values: ['offer', 'analysis'] } }
    const found = (await rest.want(200, 'POST', '/leads/search', { body })).body
    assert.deepEqual(found, await rest.get('/leads?sort=-score,name&limit=30&fields=score,name&stage[in]=offer,analysis'))
    const next = (await rest.want(200, 'POST', '/leads/search', { body: { ...body, cursor: found.next } })).body
    assert.equal(next.items.some(({ id }) => found.items.some((item) => item.id === id)), false)
  })
})

describe('cursors', () => {
  const query = 'sort=-score&stage[filled]=&limit=5'
  const next = async (who = rest) => (await who.get(`/leads?${query}`)).next
  const bad = async (path) => problem(await rest.call('GET', path), 400, 'bad_cursor', { cursor: 'bad_cursor' })

  test('of another order, filter, search, view, bin or module', async () => {
    const cursor = await next()
    for (const other of ['sort=score&stage[filled]=', 'sort=-score&stage[empty]=', 'sort=-score', 'sort=-score&stage[filled]=&q=a', 'sort=-score&stage[filled]=&view=received',
      'sort=-score&stage[filled]=&deleted=true', 'sort=-score&stage[filled]=&zone=Europe/Madrid']) await bad(`/leads?${other}&limit=5&cursor=${cursor}`)
    await bad(`/tasks?cursor=${cursor}`)
    await rest.want(200, 'GET', `/leads?sort=-score&stage[filled]=&limit=9&fields=name&cursor=${cursor}`)
  })

  test('forged', async () => {
    const cursor = await next()
    for (let i = 0; i < cursor.length; i += 3) {
      const letter = cursor[i] === 'A' ? 'B' : 'A'
      await bad(`/leads?${query}&cursor=${cursor.slice(0, i)}${letter}${cursor.slice(i + 1)}`)
    }
    for (const forged of ['x', 'AAAA', cursor.slice(0, -4), `${cursor}AAAA`, Buffer.from('{"id":1}').toString('base64url')]) await bad(`/leads?${query}&cursor=${forged}`)
  })

  test('of another person', async () => {
    const cursor = await next()
    const other = await person(suite, { administrator: true })
    await soon(async () => problem(await other.call('GET', `/leads?${query}&cursor=${cursor}`), 400, 'bad_cursor'))
    await bad(`/leads?${query}&cursor=${await next(other)}`)
  })
})

describe('search', () => {
  const found = async (q) => (await rest.all('leads', { q, limit: 200, fields: 'name,company,email,mobile' }))
  const folded = (value) => (value ?? '').normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  const texts = ({ name, company, email, mobile }) => [name, company, email, mobile].map(folded)

  test('accents and case do not count', async () => {
    const ids = async (q) => (await found(q)).map(({ id }) => id)
    const [first, ...others] = await Promise.all(['peña', 'Peña', 'PENA', 'péna'].map(ids))
    assert.ok(first.length > 10)
    for (const each of others) assert.deepEqual(each, first)
  })

  test('every word must occur, in any field and order; one or two letters begin a word', async () => {
    const all = await rest.all('leads', { limit: 200, fields: 'name,company,email,mobile' })
    for (const q of ['gomez', 'ruiz nico', 'alvaro uno.co', 'pe', 'ñ', 'z', 'ol', 'oscar 10', '100%', 'o_g', "o'h", '@dos', 'noexiste', '%', '_', 'a.s.']) {
      const words = folded(q).split(' ')
      const wanted = all.filter((lead) => words.every((word) => texts(lead).some((text) =>
        (word.length < 3 ? ` ${text}`.includes(` ${word}`) : text.includes(word)))))
      assert.deepEqual((await found(q)).map(({ id }) => id), wanted.map(({ id }) => id), q)
    }
  })

  test('a number is found by its digits', async () => {
    const [{ id, mobile }] = (await rest.get('/leads?mobile[filled]=&limit=1&fields=mobile')).items
    assert.ok((await found(mobile.slice(-7))).some((lead) => lead.id === id))
  })
})

describe('fields and limits', () => {
  test('only what is asked for comes, with id, version, label and the labels', async () => {
    const [item] = (await rest.get('/leads?fields=score,custom.ratio,city&score[filled]=&custom.ratio[filled]=&city[filled]=&limit=1')).items
    assert.deepEqual(Object.keys(item).sort(), ['city', 'custom', 'id', 'label', 'labels', 'score', 'version'])
    assert.deepEqual([Object.keys(item.custom), Object.keys(item.labels)], [['ratio'], ['city']])
    assert.deepEqual(Object.keys((await rest.get('/leads?fields=id&limit=1')).items[0]).sort(), ['id', 'label', 'version'])
  })

  test('by default the columns of the list', async () => {
    const allowed = ['id', 'version', 'label', 'labels', 'created_at', 'assigned_to', 'company', 'status', 'stage', 'priority', 'city']
    for (const item of (await rest.get('/leads?limit=200')).items) assert.deepEqual(Object.keys(item).filter((key) => !allowed.includes(key)), [])
  })

  test('50 by default, 1 to 200 on request', async () => {
    assert.equal((await rest.get('/leads')).items.length, 50)
    for (const limit of [1, 200]) assert.equal((await rest.get(`/leads?limit=${limit}`)).items.length, limit)
    for (const limit of ['0', '201', '4294967295']) problem(await rest.call('GET', `/leads?limit=${limit}`), 422, 'out_of_range', { limit: 'out_of_range' })
    for (const limit of ['x', '-1', '', '4294967296']) problem(await rest.call('GET', `/leads?limit=${limit}`), 400, 'bad_request')
  })

  test('what does not exist is refused', async () => {
    for (const [query, code, field] of [['nope=1', 'unknown_parameter', 'nope'], ['Limit=1', 'unknown_parameter', 'Limit'], ['sort=nope', 'bad_filter', 'sort'],
      ['sort=custom.nope', 'bad_filter', 'sort'], ['sort=inteothersdetail', 'bad_filter', 'sort'], ['sort=,', 'bad_filter', 'sort'], ['fields=nope', 'bad_filter', 'fields'],
      ['view=nope', 'bad_filter', 'view'], ['zone=Mars', 'bad_filter', 'zone'], ['name[is]=1', 'bad_filter', 'filter'], ['nope[eq]=1', 'bad_filter', 'filter'],
      ['score[gt]=x', 'bad_filter', 'filter'], ['score[contains]=1', 'bad_filter', 'filter'], ['created_at[last]=7x', 'bad_filter', 'filter'], ['fold=x', 'unknown_parameter', 'fold']]) {
      problem(await rest.call('GET', `/leads?${query}`), 400, code, { [field]: code })
    }
  })
})

describe('counts', () => {
  test('exact, capped and by group', async () => {
    const count = COUNT - 7
    assert.deepEqual(await rest.get('/leads/count'), { count, capped: false })
    assert.deepEqual(await rest.get('/leads/count?cap=10'), { count: 10, capped: true })
    assert.deepEqual(await rest.get(`/leads/count?cap=0`), { count, capped: false })
    assert.equal((await rest.get('/leads/count?deleted=true')).count, 8)
    assert.equal((await rest.get('/leads/count?q=pena&stage=offer')).count, (await rest.all('leads', { q: 'pena', stage: 'offer' })).length)
    for (const [group, column] of [['stage', 'stage'], ['needs_visit', 'needs_visit'], ['custom.colour', "custom ->> 'colour'"]]) {
      const wanted = await suite.sql(`SELECT coalesce((${column})::text, ''), count(*) FROM leads.lead WHERE deleted_at IS NULL AND score > 0 GROUP BY 1`)
      const { groups, count: total } = await rest.get(`/leads/count?group_by=${group}&score[gt]=0`)
      assert.deepEqual(Object.fromEntries(groups.map(({ key, count: n }) => [key ?? '', n])), Object.fromEntries(wanted.map(([key, n]) => [key, Number(n)])))
      assert.equal(total, groups.reduce((sum, { count: n }) => sum + n, 0))
    }
  })
})
