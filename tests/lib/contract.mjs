// The promise of an OpenAPI document: its operations, values that fit its schemas or do not, and whether an answer is one
// that it names.
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import fc from 'fast-check'

const VERBS = ['get', 'post', 'put', 'patch', 'delete']

export class Contract {
  constructor(document) {
    this.document = document
    this.ajv = new Ajv2020({ strict: false, allErrors: true, formats: { int64: true, 'idn-email': true } })
    formats.default(this.ajv)
    this.ajv.addSchema(closed({ $id: 'doc', components: document.components }))
    this.operations = Object.entries(document.paths).flatMap(([path, item]) => VERBS.filter((verb) => item[verb]).map((verb) => ({
      path, method: verb.toUpperCase(), ...item[verb],
      parameters: (item[verb].parameters ?? []).map((one) => this.resolve(one)),
    })))
  }

  resolve(node) {
    while (node?.$ref) node = node.$ref.slice(2).split('/').reduce((at, key) => at[key], this.document)
    return node
  }

  // Why the answer is none that the document promises; nothing when it is one.
  objection(operation, { status, headers, body, text }) {
    if (status >= 500) return `status ${status}`
    const promised = this.resolve(operation.responses[status])
    if (!promised) return `status ${status} is not promised`
    for (const [name, header] of Object.entries(promised.headers ?? {})) {
      const value = headers[name.toLowerCase()]
      const { schema } = this.resolve(header)
      if (value !== undefined && schema.enum && !schema.enum.includes(String(value))) return `${name}: ${value}`
    }
    const type = /^[^;]*/.exec(headers['content-type'] ?? '')[0]
    if (!promised.content) return text === '' ? undefined : 'a body that is not promised'
    const media = promised.content[type]
    if (!media) return `content type ${type || 'none'}`
    if (!/json/.test(type)) return undefined
    return this.#fits(media.schema, body)
  }

  #fits(schema, body) {
    const key = JSON.stringify(schema)
    this.checks ??= new Map()
    if (!this.checks.has(key)) this.checks.set(key, this.ajv.compile(closed(JSON.parse(key.replaceAll('"#/', '"doc#/')))))
    const check = this.checks.get(key)
    return check(body) ? undefined : this.ajv.errorsText(check.errors)
  }

  // Values of a schema. ids: those of records that there are.
  valid(schema, ids, depth = 0) {
    const node = this.resolve(schema) ?? {}
    const again = (inner) => this.valid(inner, ids, depth + 1)
    if (node.const !== undefined) return fc.constant(node.const)
    if (node.enum) return fc.constantFrom(...node.enum)
    if (node.oneOf) return fc.oneof(...node.oneOf.map(again))
    const types = [node.type].flat().map((type) => {
      switch (type) {
        case 'null': return fc.constant(null)
        case 'boolean': return fc.boolean()
        case 'integer': return fc.oneof(fc.integer({ min: node.minimum, max: Math.min(node.maximum ?? 1e9, 0x7fffffff) }), fc.constant(node.minimum ?? 0))
        case 'number': return fc.oneof(fc.integer(), fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 1000))
        case 'string': return text(node, ids)
        case 'array': return depth > 5 ? fc.constant([]) : fc.array(again(node.items ?? {}), { minLength: node.minItems, maxLength: 3 })
        case 'object': return this.#object(node, ids, depth)
        default: return fc.constantFrom(null, 1, 'x', true)
      }
    })
    return fc.oneof(...types)
  }

  #object(node, ids, depth) {
    const properties = Object.entries(node.properties ?? {})
    if (depth > 5) return fc.constant({})
    const required = new Set(node.required ?? [])
    // A few at a time: of forty fields at once one would always be refused.
    const optional = properties.filter(([name]) => !required.has(name))
    return fc.subarray(optional, { maxLength: Math.min(3, optional.length) }).chain((some) => fc.record(Object.fromEntries(
      [...properties.filter(([name]) => required.has(name)), ...some].map(([name, schema]) => [name, this.valid(schema, ids, depth + 1)]))))
  }

  // Values that mostly do not fit.
  invalid(schema, ids) {
    return fc.oneof(
      NASTY,
      this.valid(schema, ids).chain((value) => (value === null || typeof value !== 'object' || Array.isArray(value) ? NASTY
        : fc.tuple(fc.constantFrom(...Object.keys(this.resolve(schema)?.properties ?? {}), 'unknown', '', '__proto__x', 'custom'), NASTY)
          .map(([name, bad]) => ({ ...value, [name]: bad })))),
    )
  }
}

const NASTY = fc.oneof(
  fc.constantFrom(null, true, false, 0, -1, 1.5, 1e300, 9007199254740993, '', ' ', '\u0007', '%', "'; --", '\u{1f600}', '‮', 'x'.repeat(20_000), [], {},
    [[]], [null], { a: { b: {} } }, '2026-02-30', '0001-01-01T00:00:00Z', '+9999-01-01', 'true', '-0', '1e3', '٣'),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.json().map((json) => JSON.parse(json)),
)

function text(node, ids) {
  if (node.format === 'uuid') return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...ids) }, { weight: 1, arbitrary: fc.uuid() })
  if (node.format === 'date') return fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }).map((at) => at.toISOString().slice(0, 10))
  if (node.format === 'date-time') return fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }).map((at) => at.toISOString())
  if (node.format === 'idn-email') return fc.emailAddress()
  if (node.pattern) return fc.stringMatching(new RegExp(node.pattern)).map((value) => value.slice(0, node.maxLength ?? 60))
  return fc.string({ unit: 'grapheme', minLength: node.minLength, maxLength: Math.min(node.maxLength ?? 40, 40) })
}

// What a schema does not name is not there: the document says all of an answer. Custom fields may have been made since.
function closed(node, name) {
  if (Array.isArray(node)) return node.map((item) => closed(item))
  if (node === null || typeof node !== 'object') return node
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, key === 'enum' ? value : closed(value, key)]))
  if (name !== 'custom' && node.type === 'object' && node.properties && node.additionalProperties === undefined) copy.additionalProperties = false
  return copy
}
