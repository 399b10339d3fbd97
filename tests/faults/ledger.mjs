// What the clients know: what they asked for under which mark, and what they were told. A mark is the `name` of a
// record at one version; every attempt that may leave a version has one of its own, so that the database can be asked
// which attempts it has heard.
export class Ledger {
  creates = new Map() // mark → { path, key, id } ; id is there once it was acknowledged
  changes = []        // acknowledged: { path, id, version, type, mark } ; mark for type 'updated'
  refused = new Set() // marks of attempts that were answered "not done"
  unknown = new Set() // marks of attempts nobody knows the end of
  imports = []        // { mark, path, rows, job } ; job is there once it was acknowledged
  wrong = []          // what should never have been answered
  count = { requests: 0, acknowledged: 0, retries: 0, lost: 0, unavailable: 0, unknown: 0, resolved: 0, conflicts: 0, references: 0 }
  statuses = new Map()

  answered(answer) {
    this.count.requests++
    const key = answer.status === undefined ? `lost (${answer.lost})` : String(answer.status)
    this.statuses.set(key, (this.statuses.get(key) ?? 0) + 1)
    if (answer.status === undefined) this.count.lost++
    if (answer.status === 503) this.count.unavailable++
    if (answer.status === 504) this.count.unknown++
  }

  complain(what, answer) {
    this.wrong.push(`${new Date().toISOString()} ${what}: ${answer?.status ?? ''} ${answer?.text ?? ''}`)
  }

  created(mark, id) {
    this.creates.get(mark).id = id
    this.count.acknowledged++
  }

  changed(change) {
    this.changes.push(change)
    this.count.acknowledged++
  }

  // Ids of acknowledged records of a module.
  ids(path) {
    return (this.byPath ??= new Map()).get(path) ?? []
  }

  remember(path, id) {
    this.byPath ??= new Map()
    if (!this.byPath.has(path)) this.byPath.set(path, [])
    this.byPath.get(path).push(id)
  }
}
