// Filters of every operator and kind, and trees of them, against a plain evaluation of the same records here.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { signIn } from '../lib/rest.mjs'
import { CUSTOM, dice, loadSample } from '../lib/sample.mjs'
import { startSuite } from '../lib/suite.mjs'

const DAY = 86_400_000
const KINDS = { name: 'text', company: 'text', score: 'number', latitude: 'number', city: 'key', stage: 'key', needs_visit: 'bool', assigned_to: 'key',
  email: 'key', mobile: 'key', contacted_by_sales_at: 'instant',
  ...Object.fromEntries(Object.entries(CUSTOM).map(([key, kind]) => [`custom.${key}`, { decimal: 'number', picklist: 'key', datetime: 'instant' }[kind] ?? kind])) }
let suite, rest, leads
before(async () => {
  suite = await startSuite()
  rest = await signIn(suite)
  await loadSample(rest, 240)
  leads = await rest.all('leads', { limit: 200, sort: 'id', fields: [...Object.keys(KINDS), 'custom'].join() })
  assert.equal(leads.length, 240)
})
after(() => suite?.stop())

// ---- the same language, evaluated here ----

const valueOf = (lead, field) => (field.startsWith('custom.') ? lead.custom?.[field.slice(7)] : lead[field])
const folded = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
const collator = new Intl.Collator('es')

// The days since 1970 of an instant, in Bogotá, which is five hours behind all the year.
const dayOf = (at) => Math.floor((Date.parse(at) - 5 * 3_600_000) / DAY)
const civil = (day) => new Date(day * DAY)
const dayIs = (year, month, date) => Math.floor(Date.UTC(year, month, date) / DAY)

function monthsFrom(day, months) {
  const from = civil(day), last = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months + 1, 0)).getUTCDate()
  return dayIs(from.getUTCFullYear(), from.getUTCMonth() + months, Math.min(from.getUTCDate(), last))
}

// [from, to) in days of what a calendar operator means.
function daysOf(op, value) {
  const today = dayOf(new Date().toISOString()), now = civil(today), [year, month] = [now.getUTCFullYear(), now.getUTCMonth()]
  const shift = (day, sign) => {
    const n = sign * Number.parseInt(value)
    return { d: () => day + n, w: () => day + 7 * n, m: () => monthsFrom(day, n), y: () => monthsFrom(day, 12 * n) }[value.at(-1)]()
  }
  const monday = today - (now.getUTCDay() + 6) % 7
  return { today: () => [today, today + 1], last: () => [shift(today + 1, -1), today + 1], next: () => [today, shift(today, 1)],
    this: () => ({ day: [today, today + 1], week: [monday, monday + 7], month: [dayIs(year, month, 1), dayIs(year, month + 1, 1)],
      quarter: [dayIs(year, month - month % 3, 1), dayIs(year, month - month % 3 + 3, 1)], year: [dayIs(year, 0, 1), dayIs(year + 1, 0, 1)] })[value] }[op]()
}

function timeMatches(value, op, values) {
  const day = value.length === 10 ? Date.parse(value) / DAY : dayOf(value)
  if (['today', 'last', 'next', 'this'].includes(op)) {
    const [from, to] = daysOf(op, values[0])
    return day >= from && day < to
  }
  const days = values.map((text) => (text.length === 10 ? Date.parse(text) / DAY : undefined))
  const instant = (i) => Math.sign(Date.parse(value) - Date.parse(values[i]))
  const against = (i) => (days[i] === undefined ? instant(i) : Math.sign(day - days[i]))
  return { eq: () => against(0) === 0, lt: () => against(0) < 0, le: () => against(0) <= 0, gt: () => against(0) > 0, ge: () => against(0) >= 0,
    between: () => against(0) >= 0 && against(1) <= 0 }[op]()
}

function plainMatches(value, op, values, kind) {
  const compare = (i) => (kind === 'number' ? Math.sign(Number(value) - Number(values[i])) : kind === 'text' ? collator.compare(value, values[i]) : value < values[i] ? -1 : +(value > values[i]))
  const same = (text) => (kind === 'number' ? Number(value) === Number(text) : String(value) === text)
  return { eq: () => same(values[0]), in: () => values.some(same), lt: () => compare(0) < 0, le: () => compare(0) <= 0, gt: () => compare(0) > 0, ge: () => compare(0) >= 0,
    between: () => compare(0) >= 0 && compare(1) <= 0, contains: () => folded(value).includes(folded(values[0])), starts: () => folded(value).startsWith(folded(values[0])) }[op]()
}

function matches(lead, filter) {
  if (filter.all) return filter.all.every((each) => matches(lead, each))
  if (filter.any) return filter.any.some((each) => matches(lead, each))
  if (filter.not) return !matches(lead, filter.not)
  const { field, op, values = [] } = filter, value = valueOf(lead, field), kind = KINDS[field]
  if (op === 'empty') return value === undefined
  if (op === 'filled') return value !== undefined
  if (op === 'ne' || op === 'nin') return !matches(lead, { field, op: op === 'ne' ? 'eq' : 'in', values })
  if (value === undefined) return false
  return kind === 'instant' || kind === 'date' ? timeMatches(value, op, values) : plainMatches(value, op, values, kind)
}

// ---- conditions ----

const ago = (days) => new Date(Date.now() - days * DAY).toISOString().slice(0, 10)
const VALUES = {
  name: ['Álvaro Peña', 'Nicolás Ruiz', 'Zoé Núñez'], company: ['ÑOÑO Ltda', '100% Redes'], score: ['-2', '0', '2'], latitude: ['-3.5', '0', '4'],
  city: ['05001', '76001'], stage: ['offer', 'analysis'], needs_visit: ['true', 'false'], email: ['c3@uno.co', 'c8@dos.co'],
  mobile: ['+573110007919', '+573110015838', '+573110023757', '+573110031676'],
  contacted_by_sales_at: [ago(200), ago(30), `${ago(10)}T12:00:00Z`], 'custom.ratio': ['-0.25', '0.5', '0'], 'custom.since': [ago(90), ago(5)],
  'custom.nick': ['Óscar 2', 'Eñe S.A.S.'], 'custom.vip': ['true', 'false'], 'custom.colour': ['red', 'blue'], 'custom.seen_at': [ago(20), ago(1)],
}
const COMPARED = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'between', 'empty', 'filled']
const OPS = { text: [...COMPARED, 'in', 'nin', 'contains', 'starts'], number: [...COMPARED, 'in', 'nin'], key: ['eq', 'ne', 'in', 'nin', 'empty', 'filled'],
  bool: ['eq', 'ne', 'empty', 'filled'], date: [...COMPARED, 'this', 'last', 'next', 'today'], instant: [...COMPARED, 'this', 'last', 'next', 'today'] }
const CALENDAR = { this: ['day', 'week', 'month', 'quarter', 'year'], last: ['1d', '7d', '2w', '3m', '1y'], next: ['1d', '30d', '2m', '1y'], today: [undefined] }
const PARTS = ['peña', 'ÑO', 'oscar', '%', '_', 's.a', "o'h", 'Z']

function* conditions(field) {
  const values = VALUES[field] ?? [rest.user.id]
  for (const op of OPS[KINDS[field]]) {
    if (op === 'empty' || op === 'filled') yield { field, op }
    else if (op in CALENDAR) for (const value of CALENDAR[op]) yield { field, op, ...(value ? { values: [value] } : {}) }
    else if (op === 'contains' || op === 'starts') for (const part of PARTS) yield { field, op, values: [part] }
    else if (op === 'between') yield { field, op, values: [...values.slice(0, 2)].sort((a, b) => (KINDS[field] === 'number' ? a - b : KINDS[field] === 'text' ? collator.compare(a, b) : a < b ? -1 : 1)) }
    else if (op === 'in' || op === 'nin') yield { field, op, values }
    else for (const value of values) yield { field, op, values: [value] }
  }
}

async function agrees(filter) {
  const items = []
  for (let cursor; ;) {
    const { body } = await rest.want(200, 'POST', '/leads/search', { body: { filter, sort: 'id', limit: 200, fields: ['id'], ...(cursor ? { cursor } : {}) } })
    items.push(...body.items)
    cursor = body.next
    if (!cursor) break
  }
  assert.deepEqual(items.map(({ id }) => id), leads.filter((lead) => matches(lead, filter)).map(({ id }) => id), JSON.stringify(filter))
  return items.length
}

describe('one condition', () => {
  for (const field of Object.keys(KINDS)) {
    test(field, async () => {
      let some = 0
      for (const filter of conditions(field)) {
        const n = await agrees(filter)
        some += n > 0 && n < leads.length
        const url = new URLSearchParams({ [`${field}[${filter.op}]`]: (filter.values ?? []).join() })
        assert.equal((await rest.get(`/leads/count?${url}`)).count, n, `${url}`)
      }
      assert.ok(some >= 2, 'the sample tells them apart')
    })
  }
})

test('trees of conditions', async () => {
  const random = dice(7)
  const pick = (list) => list[Math.floor(random() * list.length)]
  const all = Object.keys(KINDS).flatMap((field) => [...conditions(field)])
  const tree = (depth) => {
    if (depth === 0 || random() < 0.2) return pick(all)
    const kind = pick(['all', 'any', 'not'])
    return { [kind]: kind === 'not' ? tree(depth - 1) : Array.from({ length: 1 + Math.floor(random() * 3) }, () => tree(depth - 1)) }
  }
  for (let i = 0; i < 150; i++) await agrees(tree(4))
})

test('a value is read as it would be kept', async () => {
  const ids = async (query) => (await rest.all('leads', `${query}&limit=200`)).map(({ id }) => id)
  const some = leads.find(({ mobile }) => mobile)
  for (const [a, b] of [['city=medellin', 'city=05001'], ['city[in]=Cali,Bogotá', 'city[in]=76001,11001'], ['stage=Oferta presentada', 'stage=offer'],
    ['email=C3@UNO.co', 'email=c3@uno.co'], [`mobile=${some.mobile.slice(3)}`, `mobile=${some.mobile.replace('+', '%2B')}`], ['custom.colour=Rojo', 'custom.colour=red'], ['score[eq]=2.0', 'score=2']]) {
    const found = await ids(b)
    assert.ok(found.length > 0, b)
    assert.deepEqual(await ids(a), found, a)
  }
})

test('days begin at midnight in the company’s zone, or in the one that is asked for', async () => {
  const lead = await rest.create('leads', { contacted_by_sales_at: '2026-03-02T04:59:59Z', referrer: 'zona' })
  const on = async (day, zone) => (await rest.get(`/leads/count?referrer=zona&contacted_by_sales_at[eq]=${day}${zone ? `&zone=${zone}` : ''}`)).count
  assert.deepEqual([await on('2026-03-01'), await on('2026-03-02'), await on('2026-03-02', 'Europe/Madrid'), await on('2026-03-01', 'UTC')], [1, 0, 1, 0])
  await rest.change('leads', lead, { contacted_by_sales_at: '2026-03-02T05:00:00Z' })
  assert.deepEqual([await on('2026-03-01'), await on('2026-03-02')], [0, 1])
})
