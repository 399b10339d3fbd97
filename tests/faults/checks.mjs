// What must hold at the end. Pure functions: each returns the list of what is wrong, empty when all is well.

const TYPES = { created: 1, updated: 2, deleted: 3, restored: 4 }
const ofModule = { leads: 'leads', tasks: 'activities' }

// All events by service: [{ seq, id, record, version, type, mark, job }].
export async function readEvents(suite, service) {
  const rows = await suite.sql(`SELECT seq, event_id, record, version, type, after->>'name', job IS NOT NULL
    FROM ${service}.event ORDER BY seq`)
  return rows.map(([seq, id, record, version, type, mark, job]) =>
    ({ seq: Number(seq), id, record, version: Number(version), type: Number(type), mark: mark ?? '', imported: job === 't' }))
}

function byMark(events) {
  const marks = new Map()
  for (const event of events) {
    if (event.mark === '') continue
    if (!marks.has(event.mark)) marks.set(event.mark, [])
    marks.get(event.mark).push(event)
  }
  return marks
}

// Acknowledged creates once, others at most once, nothing that nobody asked for.
export function wrongCreates(ledger, events) {
  const wrong = []
  for (const [path, service] of Object.entries(ofModule)) {
    const made = byMark(events[service].filter((event) => event.type === TYPES.created && !event.imported))
    for (const [mark, create] of ledger.creates) {
      if (create.path !== path) continue
      const found = made.get(mark) ?? []
      if (found.length > 1) wrong.push(`${mark} was made ${found.length} times`)
      if (create.id && found.length === 0) wrong.push(`${mark} was acknowledged and is lost`)
      if (create.id && found.length === 1 && found[0].record !== create.id) wrong.push(`${mark} is not ${create.id}`)
    }
    for (const mark of made.keys()) if (!ledger.creates.has(mark)) wrong.push(`${mark} was asked for by nobody`)
  }
  return wrong
}

// An acknowledged change is in the history once, with its version; a refused one is not, one without an answer at most
// once.
export function wrongChanges(ledger, events) {
  const wrong = []
  const all = [...events.leads, ...events.activities]
  const versions = new Map(all.map((event) => [`${event.record} ${event.version}`, event]))
  const marks = byMark(all)
  for (const change of ledger.changes) {
    const event = versions.get(`${change.id} ${change.version}`)
    if (!event) wrong.push(`${change.id} version ${change.version} was acknowledged and is lost`)
    else if (event.type !== TYPES[change.type] || (change.mark && event.mark !== change.mark)) {
      wrong.push(`${change.id} version ${change.version} is ${event.type} ${event.mark}, acknowledged was ${change.type} ${change.mark}`)
    }
    if (change.mark && marks.get(change.mark)?.length !== 1) {
      wrong.push(`${change.mark} was done ${marks.get(change.mark)?.length ?? 0} times`)
    }
  }
  for (const mark of ledger.refused) if (marks.has(mark)) wrong.push(`${mark} was answered "not done" and was done`)
  for (const mark of ledger.unknown) if (marks.get(mark)?.length > 1) wrong.push(`${mark} was done twice`)
  return wrong
}

// 1..n for each record, in the order of seq; the record is at n.
export function wrongVersions(events, records) {
  const wrong = []
  const at = new Map()
  for (const { record, version } of events) {
    const former = at.get(record) ?? 0
    if (version !== former + 1) wrong.push(`${record} goes from version ${former} to ${version}`)
    at.set(record, version)
  }
  for (const [id, version] of records) {
    if (at.get(id) !== version) wrong.push(`${id} is at ${version}, its last event at ${at.get(id)}`)
    at.delete(id)
  }
  for (const id of at.keys()) wrong.push(`${id} has events and is not there`)
  return wrong
}

// The stream holds exactly the events of the table; for each record their first occurrences are in order.
export function wrongStream(events, stream) {
  const wrong = []
  const known = new Set(events.map((event) => event.id))
  const seen = new Set()
  const at = new Map()
  for (const { id, record, version } of stream) {
    if (!known.has(id)) wrong.push(`event ${id} of ${record} was published and is not in the table`)
    if (seen.has(id)) continue
    seen.add(id)
    if (version <= (at.get(record) ?? 0)) wrong.push(`${record}: version ${version} after ${at.get(record)}`)
    at.set(record, version)
  }
  for (const { id, record, seq } of events) if (!seen.has(id)) wrong.push(`event ${id} (seq ${seq}) of ${record} was not published`)
  return wrong
}

export function repeats(stream) {
  return stream.length - new Set(stream.map((event) => event.id)).size
}

// Rows of an acknowledged import once each, of another at most once.
export function wrongImports(ledger, events) {
  const wrong = []
  const all = [...events.leads, ...events.activities]
  const made = byMark(all.filter((event) => event.imported && event.type === TYPES.created))
  const expected = new Set()
  for (const { mark, rows, job, state } of ledger.imports) {
    if (job && state !== 'done') wrong.push(`${mark} ended as ${state}`)
    for (let row = 1; row <= rows; row++) {
      const name = `${mark}.${row}`
      const n = made.get(name)?.length ?? 0
      expected.add(name)
      if (n > 1 || (job && n !== 1)) wrong.push(`row ${name} was imported ${n} times`)
    }
  }
  for (const name of made.keys()) if (!expected.has(name)) wrong.push(`row ${name} is in no file`)
  return wrong
}

// The copies that activities keep of the leads' labels.
export async function wrongCopies(suite) {
  const rows = await suite.sql(`SELECT coalesce(l.id, r.id), l.version, r.version, l.label, r.label, l.deleted_at IS NOT NULL, r.deleted
    FROM leads.lead l FULL JOIN (SELECT * FROM activities.ref_label WHERE module = 'leads.lead') r ON r.id = l.id
    WHERE l.version IS DISTINCT FROM r.version OR l.label IS DISTINCT FROM r.label
    OR (l.deleted_at IS NOT NULL) IS DISTINCT FROM r.deleted LIMIT 100`)
  return rows.map((row) => row.join(' | '))
}

export async function deadLetters(suite) {
  const schemas = await suite.sql("SELECT schemaname FROM pg_tables WHERE tablename = 'dead_letter'")
  const sql = schemas.map(([schema]) => `SELECT '${schema}', source, module, record, reason FROM ${schema}.dead_letter`).join(' UNION ALL ')
  return (await suite.sql(sql)).map((row) => row.join(' '))
}
