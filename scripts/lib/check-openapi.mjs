// check-openapi [--accept | --accept-breaking]: the API's document as the gateway writes it, against the one that is
// kept in proto/openapi.json. What would break a client is refused: an operation, parameter, property or value that
// went, an input that is newly required, a narrower type. Whatever else is new has to be kept: --accept writes it,
// --accept-breaking also what breaks. CAUCE_CONFIG=asan: the gateway of another build.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { breaks, same } from './openapi-changes.mjs'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const KEPT = join(ROOT, 'proto', 'openapi.json')
const bin = `build/${process.env.CAUCE_CONFIG ?? 'release'}/bin/gateway`
const [option] = process.argv.slice(2)

const fail = (...lines) => {
  console.log(lines.join('\n'))
  process.exit(1)
}
if (option && !['--accept', '--accept-breaking'].includes(option)) fail('check-openapi takes --accept or --accept-breaking')
if (!existsSync(join(ROOT, bin))) fail(`${bin} is not built: make`)

// An operation or component a line, so that a change is a line's.
const lines = (object, depth) => (depth === 0 || typeof object !== 'object' ? JSON.stringify(object)
  : `{\n${Object.entries(object).map(([key, value]) => `${JSON.stringify(key)}: ${lines(value, depth - 1)}`).join(',\n')}\n}`)
const text = ({ paths, components, ...rest }) => `{\n${Object.entries(rest).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)},\n`).join('')}`
  + `"paths": ${lines(paths, 2)},\n"components": ${lines(components, 2)}\n}\n`

const now = JSON.parse(execFileSync(join(ROOT, bin), ['--openapi'], { maxBuffer: 1 << 26 }))
const kept = existsSync(KEPT) ? JSON.parse(readFileSync(KEPT, 'utf8')) : undefined
const broken = kept ? breaks(kept, now) : []
if (broken.length > 0 && option !== '--accept-breaking') fail(...broken, 'this breaks clients (keep the former beside the new, or --accept-breaking)')
if (option) writeFileSync(KEPT, text(now))
else if (!kept || !same(kept, now)) fail('the API has something new that proto/openapi.json lacks: scripts/check-openapi --accept, and commit it')
