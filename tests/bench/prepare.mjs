// What the rows need before they begin: a session, files of ids and of records to create, scripts for pgbench.
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { ROOT } from '../lib/suite.mjs'

const SQL = join(ROOT, 'tests', 'bench')

export async function prepare(bench) {
  const { suite } = bench
  await promisify(execFile)('make', ['-s', '-C', ROOT, 'CONFIG=release', 'build/release/tests/bench/load'])
  bench.last = Number((await suite.sql('SELECT max(number) FROM leads.lead'))[0][0])
  await suite.sql(readFileSync(join(SQL, 'prepare.sql'), 'utf8'))
  bench.token = await signIn(bench, suite.email)
  bench.ids = await records(bench, 'ids', `number <= ${bench.last}`)
  bench.bodies = await bodies(bench)
  bench.scripts = await scripts(bench)
}

// The token of a person's session; everybody has the administrator's password.
export async function signIn({ suite }, email) {
  const response = await fetch(`${suite.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: suite.password }),
  })
  if (!response.ok) throw new Error(`cannot sign in: ${response.status} ${await response.text()}`)
  return (await response.json()).token
}

// Answers of the API, read.
export async function get(bench, path) {
  const response = await fetch(`${bench.suite.url}/api/v1${path}`, { headers: { authorization: `Bearer ${bench.token}` } })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response.json()
}

// A file of "id version" of the leads that the condition names.
export async function records(bench, name, condition) {
  const file = join(bench.out, `${name}.txt`)
  const rows = await bench.suite.sql(`SELECT id || ' ' || version FROM leads.lead WHERE deleted_at IS NULL AND ${condition} ORDER BY number`)
  writeFileSync(file, rows.map(([line]) => `${line}\n`).join(''))
  return file
}

const COLUMNS = `name, company, id_type, tax_id, typology, activity_sector, status, stage, priority, score, email, phone, mobile, website,
  city, address, interest_area, interest_detail, source, social_network, campaign, referrer, prospecting_area, handling_area`

async function bodies(bench) {
  const file = join(bench.out, 'bodies.txt')
  const rows = await bench.suite.sql(`SELECT jsonb_strip_nulls(to_jsonb(s) || jsonb_build_object('custom', s.custom::jsonb))
    FROM (SELECT custom_text AS custom, ${COLUMNS} FROM bench.sample) s`)
  writeFileSync(file, rows.map(([line]) => `${line}\n`).join(''))
  return file
}

async function scripts(bench) {
  const [[all]] = await bench.suite.sql(`SELECT string_agg(column_name, ', ' ORDER BY ordinal_position) FROM information_schema.columns
    WHERE table_schema = 'leads' AND table_name = 'lead' AND column_name <> 'fold'`)
  return {
    get: script(bench, 'get', { columns: all }),
    pipelined: script(bench, 'create', { columns: COLUMNS, begin: '\\startpipeline', end: '\\endpipeline' }, 'create-pipelined'),
    plain: script(bench, 'create', { columns: COLUMNS, begin: '', end: '' }, 'create-plain'),
    change: script(bench, 'change', {}),
  }
}

function script(bench, template, values, name = template) {
  const file = join(bench.out, `${name}.sql`)
  const text = readFileSync(join(SQL, 'sql', `${template}.sql`), 'utf8')
    .replace(/@(\w+)@/g, (_, key) => values[key].replace(/\s+/g, ' '))
  writeFileSync(file, text)
  return file
}

// The statements that PostgreSQL runs while `work` does, with their parameters: [{ sql, args }].
export async function statements(bench, work) {
  const { suite } = bench
  const configure = async (...settings) => {
    for (const setting of settings) await suite.sql(`ALTER SYSTEM ${setting}`)
    await suite.sql('SELECT pg_reload_conf()')
    await sleep(300)
  }
  await configure('SET log_min_duration_statement = 0', 'SET log_parameter_max_length = -1')
  writeFileSync(join(suite.folder, 'pg', 'log', 'bench.json'), '')
  await work()
  await sleep(300)
  await configure('RESET log_min_duration_statement', 'RESET log_parameter_max_length')
  return readFileSync(join(suite.folder, 'pg', 'log', 'bench.json'), 'utf8').trim().split('\n').map((line) => JSON.parse(line))
    .map(({ message, detail, application_name: who }) => ({
      who,
      sql: /^duration: [\d.]+ ms {2}(?:execute [^:]+|statement): ([^]*)$/.exec(message)?.[1],
      args: [...(detail ?? '').matchAll(/\$\d+ = (NULL|'(?:[^']|'')*')/g)].map((match) => match[1]),
    }))
    .filter(({ sql }) => sql)
}

// The statement with its parameters written into it.
export function filledIn({ sql, args }) {
  return sql.replace(/\$(\d+)/g, (_, n) => args[n - 1])
}
