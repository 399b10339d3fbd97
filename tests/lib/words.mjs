// The client's own words in both languages, read from its sources, and those of one that stand on a page that speaks the other.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { ROOT } from './suite.mjs'

const WEB = join(ROOT, 'services', 'web')

// [Spanish, English] of every text of the client.
export async function dictionary() {
  const { buildSync } = createRequire(join(WEB, 'package.json'))('esbuild')
  const stdin = { contents: "export { es } from './es'; export { en } from './en'", resolveDir: join(WEB, 'src', 'text'), loader: 'ts' }
  const { outputFiles: [{ text }] } = buildSync({ stdin, bundle: true, format: 'esm', write: false })
  const { es, en } = await import(`data:text/javascript,${encodeURIComponent(text)}`)
  const pairs = (a, b) => Object.keys(a).flatMap((key) => (typeof a[key] === 'string' ? [[a[key], b[key]]] : pairs(a[key], b[key])))
  return pairs(es, en)
}

// The same of metadata: titles of modules, fields, options, views, sections.
export function labelsOf(metadata) {
  const pairs = []
  JSON.stringify(metadata, (_, value) => {
    if (typeof value?.es === 'string' && typeof value.en === 'string') pairs.push([value.es, value.en])
    return value
  })
  return pairs
}

// Says of a text whether it is Spanish where it should be English: one of ours, or one with something filled in; or a Spanish date.
export function spanish(pairs) {
  const plain = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const form = (text) => new RegExp(`^${text.split(/%\{[^}]+\}/).map(plain).join('.+')}$`, 's')
  const differ = pairs.filter(([es, en]) => es !== en)
  const english = new Set(pairs.map(([, en]) => en))
  const whole = new Set(differ.map(([es]) => es).filter((es) => !es.includes('%{') && !english.has(es)))
  const filled = differ.filter(([es]) => es.includes('%{') && es.replaceAll(/%\{[^}]+\}|[^\p{L}]/gu, '').length >= 5).map(([es, en]) => [form(es), form(en)])
  const date = /\b\d{1,2} (ene|abr|ago|dic)\b/
  const one = (text) => whole.has(text) || date.test(text) || filled.some(([es, en]) => es.test(text) && !en.test(text))
  return (text) => one(text) || text.split(/: | · |, |\n/).some((part) => whole.has(part.trim()))
}

// Everything a page says, to eyes and to readers; not what says of itself which language it is in.
export const texts = (page) => page.evaluate(() => {
  const found = new Set()
  for (const e of document.body.querySelectorAll('*')) {
    if (!e.checkVisibility() || e.matches('script, style') || e.closest('[lang]') !== document.documentElement) continue
    for (const node of e.childNodes) if (node.nodeType === 3) found.add(node.data.trim())
    for (const name of ['aria-label', 'title', 'placeholder', 'alt']) found.add((e.getAttribute(name) ?? '').trim())
  }
  found.add(document.title)
  return [...found].filter((text) => /\p{L}{2}/u.test(text))
})
