// Leads for tests of lists: every kind of value, ties, gaps, accents; the same ones every time.
export const CUSTOM = {
  ratio: 'decimal', since: 'date', nick: 'text', vip: 'bool', colour: 'picklist', seen_at: 'datetime',
}
const NAMES = ['Álvaro Peña', 'alvaro peña', 'Ana Ñáñez', 'Ángela Gómez', 'Zoé Núñez', 'ÑOÑO Ltda', 'Nicolás Ruiz', 'núria Ruiz', 'Óscar 2', 'Oscar 10',
  'Eñe S.A.S.', 'Peñón & Cía', '100% Redes', 'Bajo_guion', "O'Higgins", 'Ülker GmbH', null, null]
const CITIES = ['05001', '11001', '76001', '08001', null]
const STAGES = ['identify', 'analysis', 'offer', 'negotiation', null]
const DAY = 86_400_000

// Numbers from 0 to 1 that repeat with their seed.
export function dice(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export function sampleLead(i, user) {
  const random = dice(i + 1)
  const pick = (list) => list[Math.floor(random() * list.length)]
  const maybe = (value) => (random() < 0.75 ? value() : null)
  const around = (days) => new Date(Math.floor((Date.now() + (random() - 0.5) * 2 * days * DAY) / 1000) * 1000).toISOString().replace('.000', '')
  const lead = {
    name: pick(NAMES), company: maybe(() => pick(NAMES)), score: maybe(() => Math.floor(random() * 7) - 3), city: pick(CITIES), stage: pick(STAGES),
    needs_visit: pick([true, false, null]), assigned_to: maybe(() => user), email: maybe(() => `c${i % 40}@${pick(['uno', 'dos'])}.co`),
    mobile: maybe(() => `+5731${String(10_000_000 + (i * 7919) % 80_000_000)}`), contacted_by_sales_at: maybe(() => around(400)),
    latitude: maybe(() => String(Math.floor(random() * 24 - 12) / 2)), referrer: maybe(() => pick(['Don Jaime', 'doña Inés', 'Óptica'])),
    custom: { ratio: maybe(() => Math.floor(random() * 9 - 4) / 4), since: maybe(() => around(200).slice(0, 10)), nick: maybe(() => pick(NAMES)),
      vip: maybe(() => random() < 0.5), colour: maybe(() => pick(['red', 'blue'])), seen_at: maybe(() => around(40)) },
  }
  for (const record of [lead, lead.custom]) for (const key of Object.keys(record)) if (record[key] === null) delete record[key]
  return lead
}

// Makes n of them, and the custom fields.
export async function loadSample(rest, n) {
  for (const [key, kind] of Object.entries(CUSTOM)) {
    const options = kind === 'picklist' ? { options: [{ key: 'red', es: 'Rojo', en: 'Red' }, { key: 'blue', es: 'Azul', en: 'Blue' }] } : {}
    await rest.want(201, 'POST', '/leads/fields', { body: { key, kind, es: key, en: key, ...options } })
  }
  let next = 0
  await Promise.all(Array.from({ length: 16 }, async () => {
    for (let i = next++; i < n; i = next++) await rest.create('leads', sampleLead(i, rest.user.id))
  }))
}
