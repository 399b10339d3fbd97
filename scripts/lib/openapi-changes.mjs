// What of an OpenAPI document has changed from one to another: breaks(before, after) lists what would break a client,
// same(before, after) says whether they differ in anything but texts.
const TEXTS = new Set(['description', 'summary', 'title'])
const VERBS = ['get', 'post', 'put', 'patch', 'delete']
const list = (value) => (value === undefined ? [] : [value].flat())

export function breaks(before, after) {
  return new Comparison(before, after).operations()
}

// Names of properties may be those of texts; they stand under `properties`.
export function same(before, after) {
  return JSON.stringify(bare(before)) === JSON.stringify(bare(after))
}

function bare(node, names = false) {
  if (Array.isArray(node)) return node.map((item) => bare(item))
  if (node === null || typeof node !== 'object') return node
  return Object.fromEntries(Object.keys(node).sort().filter((key) => names || !TEXTS.has(key))
    .map((key) => [key, bare(node[key], key === 'properties')]))
}

class Comparison {
  #found = []
  #seen = new Set()

  constructor(before, after) {
    this.before = before
    this.after = after
  }

  #say(where, what) {
    this.#found.push(`${where}: ${what}`)
  }

  #resolve(document, node) {
    while (node?.$ref) node = node.$ref.slice(2).split('/').reduce((at, key) => at?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], document)
    return node
  }

  operations() {
    for (const [path, item] of Object.entries(this.before.paths)) {
      for (const verb of VERBS.filter((name) => item[name])) {
        const now = this.after.paths[path]?.[verb]
        const where = `${verb.toUpperCase()} ${path}`
        if (now) this.#operation(where, item[verb], now)
        else this.#say(where, 'the operation is gone')
      }
    }
    return this.#found
  }

  #operation(where, was, now) {
    if (was.operationId !== now.operationId) this.#say(where, `is called ${now.operationId}, was ${was.operationId}`)
    if (was.security?.length === 0 && now.security?.length !== 0) this.#say(where, 'needs signing in')
    this.#parameters(where, list(was.parameters), list(now.parameters))
    this.#body(where, was.requestBody, now.requestBody)
    for (const [status, answer] of Object.entries(was.responses)) {
      const then = now.responses[status]
      if (!then) this.#say(where, `no longer answers ${status}`)
      else this.#content(`${where} ${status}`, this.#resolve(this.before, answer), this.#resolve(this.after, then), 'answer')
    }
  }

  #parameters(where, was, now) {
    const key = (parameter) => `${parameter.in} ${parameter.name}`
    const then = new Map(now.map((one) => this.#resolve(this.after, one)).map((one) => [key(one), one]))
    const known = new Set()
    for (const parameter of was.map((one) => this.#resolve(this.before, one))) {
      const other = then.get(key(parameter))
      known.add(key(parameter))
      if (!other) this.#say(where, `the parameter ${parameter.name} is gone`)
      else {
        if (other.required && !parameter.required) this.#say(where, `the parameter ${parameter.name} is required`)
        if (other.style !== parameter.style) this.#say(where, `the parameter ${parameter.name} is written otherwise`)
        this.#schema(`${where} ?${parameter.name}`, parameter.schema, other.schema, 'input')
      }
    }
    for (const [name, parameter] of then) if (parameter.required && !known.has(name)) this.#say(where, `a new parameter is required: ${parameter.name}`)
  }

  #body(where, was, now) {
    if (was && !now) this.#say(where, 'no longer takes a body')
    if (now?.required && !was?.required) this.#say(where, 'a body is required')
    if (was && now) this.#content(`${where} body`, was, now, 'input')
  }

  #content(where, was, now, use) {
    for (const [type, media] of Object.entries(was.content ?? {})) {
      const then = now.content?.[type]
      if (!then) this.#say(where, `${type} is gone`)
      else this.#schema(where, media.schema, then.schema, use)
    }
  }

  #schema(where, was, now, use) {
    const mark = was?.$ref && now?.$ref ? `${use} ${was.$ref} ${now.$ref}` : undefined
    if (mark && this.#seen.has(mark)) return
    if (mark) this.#seen.add(mark)
    was = this.#resolve(this.before, was)
    now = this.#resolve(this.after, now)
    if (!was || !now) {
      if (was && !now) this.#say(where, 'the schema is gone')
      return
    }
    this.#types(where, was, now, use)
    this.#values(where, was, now, use)
    if (use === 'input') this.#limits(where, was, now)
    this.#properties(where, was, now, use)
    if (was.items && now.items) this.#schema(`${where}[]`, was.items, now.items, use)
    for (const choice of ['oneOf', 'anyOf']) {
      if (list(was[choice]).length > list(now[choice]).length) this.#say(where, 'one of the choices is gone')
      list(was[choice]).forEach((one, i) => now[choice]?.[i] && this.#schema(`${where}(${i})`, one, now[choice][i], use))
    }
  }

  // A client may send what it sent, and finds what it found.
  #types(where, was, now, use) {
    const [a, b] = [list(was.type), list(now.type)]
    const missing = (from, of) => from.filter((type) => !of.includes(type) && !(type === 'integer' && of.includes('number')))
    if (use === 'input' && b.length > 0 && (a.length === 0 || missing(a, b).length > 0)) this.#say(where, `takes ${b}, took ${a.length ? a : 'anything'}`)
    if (use === 'answer' && a.length > 0 && (b.length === 0 || missing(b, a).length > 0)) this.#say(where, `is ${b.length ? b : 'anything'}, was ${a}`)
    if (was.format !== now.format && (use === 'answer' ? was.format : now.format)) this.#say(where, `its format is ${now.format}, was ${was.format}`)
  }

  #values(where, was, now, use) {
    const gone = now.enum ? list(was.enum).filter((value) => !now.enum.includes(value)) : []
    if (gone.length > 0) this.#say(where, `no longer one of its values: ${gone}`)
    if (use === 'input' && now.enum && !was.enum) this.#say(where, `takes only ${now.enum}`)
    if (use === 'answer' && was.enum && !now.enum) this.#say(where, 'may be any value')
    if (was.const !== now.const) this.#say(where, `is ${now.const}, was ${was.const}`)
  }

  #limits(where, was, now) {
    for (const name of ['maxLength', 'maxItems', 'maximum']) {
      if (now[name] !== undefined && now[name] < (was[name] ?? Infinity)) this.#say(where, `${name} is ${now[name]}, was ${was[name] ?? 'none'}`)
    }
    for (const name of ['minLength', 'minItems', 'minimum']) {
      if (now[name] !== undefined && now[name] > (was[name] ?? -Infinity)) this.#say(where, `${name} is ${now[name]}, was ${was[name] ?? 'none'}`)
    }
    if (now.pattern !== undefined && now.pattern !== was.pattern) this.#say(where, `has to match ${now.pattern}`)
    if (now.additionalProperties === false && was.additionalProperties !== false) this.#say(where, 'takes nothing further')
  }

  #properties(where, was, now, use) {
    for (const [name, schema] of Object.entries(was.properties ?? {})) {
      const then = now.properties?.[name]
      if (!then) this.#say(`${where} /${name}`, 'the property is gone')
      else this.#schema(`${where} /${name}`, schema, then, use)
    }
    const [from, to] = use === 'input' ? [now, was] : [was, now]
    for (const name of list(from.required)) {
      if (!list(to.required).includes(name)) this.#say(`${where} /${name}`, use === 'input' ? 'is required' : 'may be missing')
    }
  }
}
