// Starts private suites for tests, by the same scripts/run and scripts/stop that people use: a temporary folder, free
// ports, an empty company. Whatever a test does not stop is stopped when its process ends.
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const exec = promisify(execFile)
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const PSQL = '/usr/lib/postgresql/15/bin/psql'
const running = new Set()
// Tests ask as often as they like; those of the limits set them.
const UNLIMITED = { CAUCE_LIMIT_ADDRESS: '0', CAUCE_LIMIT_USER: '0', CAUCE_LIMIT_KEY: '0' }

process.on('exit', () => {
  for (const suite of running) suite.stopSync()
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

// services: ['leads', 'gateway'] or all; replicas: { leads: 2 }; config: 'release' or 'asan'; demo: true loads it;
// env: further environment for every daemon; daemonEnv: { leads: { NAME: value } } for one; before: is given the empty
// folder before anything of the suite is in it.
export async function startSuite({ services, replicas, config, demo, env, daemonEnv, before } = {}) {
  const folder = mkdtempSync(join(process.env.CAUCE_TEST_DIR ?? tmpdir(), 'suite-'))
  const suite = new Suite(folder, {
    ...process.env,
    CAUCE_RUN: folder,
    CAUCE_PORT: '0',
    CAUCE_NATS_PORT: '0',
    CAUCE_DEMO: demo ? '1' : '0',
    CAUCE_CONFIG: config ?? process.env.CAUCE_CONFIG ?? 'release',
    CAUCE_SERVICES: (services ?? []).join(','),
    CAUCE_REPLICAS: Object.entries(replicas ?? {}).map(([name, n]) => `${name}=${n}`).join(','),
  })
  running.add(suite)
  suite.setEnv('', { ...UNLIMITED, ...env })
  for (const [daemon, values] of Object.entries(daemonEnv ?? {})) suite.setEnv(daemon, values)
  try {
    await before?.(folder)
    await suite.run()
  } catch (error) {
    await suite.stop()
    throw error
  }
  return suite
}

class Suite {
  constructor(folder, environment) {
    this.folder = folder
    this.environment = environment
  }

  // Starts it, or brings it up to date; returns what scripts/run printed.
  async run() {
    const { stdout } = await exec(join(ROOT, 'scripts', 'run'), { env: this.environment }).catch((error) => {
      throw new Error(`scripts/run failed:\n${error.stdout}${error.stderr}`)
    })
    this.#read()
    return stdout
  }

  #read() {
    const kept = Object.fromEntries(readFileSync(join(this.folder, 'env'), 'utf8').trim().split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
    const ports = Object.entries(kept).filter(([key]) => key.startsWith('PORT_'))
      .map(([key, value]) => [key.slice('PORT_'.length), value])
    // url is for clients in tests, browserUrl for browsers, which take the Secure cookie on localhost.
    this.url = `http://127.0.0.1:${kept.CAUCE_PORT}`
    this.browserUrl = `http://localhost:${kept.CAUCE_PORT}`
    this.urls = [this.url, ...ports.filter(([name]) => name.endsWith('-http')).map(([, port]) => `http://127.0.0.1:${port}`)]
    this.adminUrls = Object.fromEntries(ports.filter(([name]) => !name.endsWith('-http'))
      .map(([name, port]) => [name, `http://127.0.0.1:${port}`]))
    this.natsUrl = `nats://127.0.0.1:${kept.CAUCE_NATS_PORT}`
    this.natsMonitorUrl = `http://127.0.0.1:${kept.CAUCE_NATS_MONITOR_PORT}`
    this.redisSocket = join(this.folder, 'redis', 'sock')
    this.email = kept.CAUCE_ADMIN_EMAIL
    this.password = this.secret('admin')
    this.conninfo = `host=${this.folder}/pgsock user=postgres dbname=cauce`
  }

  // A password of the suite: 'admin', 'nats-leads', 'nats-integrator', 'pg-leads', 'pg-leads-owner'…
  secret(name) {
    return readFileSync(join(this.folder, 'etc', 'secret', name), 'utf8').trim()
  }

  // How a service signs in to PostgreSQL: role('leads'), role('leads', 'owner').
  role(service, kind) {
    const name = service.replaceAll('-', '_') + (kind ? `_${kind}` : '')
    const password = this.secret(`pg-${service}${kind ? `-${kind}` : ''}`)
    return `host=${this.folder}/pgsock dbname=cauce user=${name} password=${password}`
  }

  // Runs SQL and returns its rows as arrays of text; as the superuser unless a conninfo is given.
  async sql(statement, conninfo = this.conninfo) {
    const { stdout } = await exec(PSQL, ['-X', '-A', '-t', '-q', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-c', statement, conninfo],
      { maxBuffer: 1 << 28 })
    return stdout.split('\n').filter((line) => line !== '').map((line) => line.split('\t'))
  }

  // More environment, for all daemons ('') or one; in force at their next start: run() restarts those that changed.
  setEnv(daemon, values) {
    const file = join(this.folder, 'etc', daemon ? `${daemon}.local.env` : 'local.env')
    const text = Object.entries(values ?? {}).map(([name, value]) => `${name}='${value}'\n`).join('')
    if (text === '' && !existsSync(file)) return
    spawnSync('install', ['-d', dirname(file)])
    writeFileSync(file, text, { mode: 0o644 })
  }

  // The names of all processes: the daemons (replicas: leads, leads-2), pg, nats, redis.
  parts() {
    return readdirSync(join(this.folder, 'service')).sort()
  }

  pid(part) {
    return Number(readFileSync(join(this.folder, 'service', part, 'supervise', 'pid'), 'utf8')) || undefined
  }

  // Sends a signal to one process: kill('leads'), kill('pg', 'SIGSTOP'). Its supervisor starts it again when it ends.
  kill(part, signal = 'SIGKILL') {
    const pid = this.pid(part)
    if (pid === undefined) throw new Error(`${part} is not running`)
    process.kill(pid, signal)
  }

  // Stops and starts one process in the ordinary way; up and down do one half.
  async restart(part) {
    await this.#sv('force-restart', part)
  }

  async down(part) {
    await this.#sv('force-stop', part)
  }

  async up(part) {
    await this.#sv('up', part)
  }

  async #sv(verb, part) {
    await exec('sv', ['-w', '30', verb, join(this.folder, 'service', part)])
  }

  // Waits until the servers answer and every daemon (or those named) says it is ready; returns the milliseconds it took.
  async ready(daemons = Object.keys(this.adminUrls), timeout = 30_000) {
    const start = performance.now()
    const answers = (url) => fetch(url, { signal: AbortSignal.timeout(1000) }).then((response) => response.ok, () => false)
    const left = new Map([
      ['pg', () => this.sql('SELECT 1').then(() => true, () => false)],
      ['nats', () => answers(`${this.natsMonitorUrl}/healthz`)],
      ...daemons.map((daemon) => [daemon, () => answers(`${this.adminUrls[daemon]}/readyz`)]),
    ])
    for (;;) {
      await Promise.all([...left].map(async ([part, ask]) => {
        if (await ask()) left.delete(part)
      }))
      const took = performance.now() - start
      if (left.size === 0) return took
      if (took > timeout) throw new Error(`not ready: ${[...left.keys()].join(', ')}`)
      await sleep(20)
    }
  }

  // The last bytes of a process's log.
  log(part, bytes = 20_000) {
    return readFileSync(join(this.folder, 'log', part, 'current'), 'utf8').slice(-bytes)
  }

  // Ends it and removes its folder; keep: true leaves the data for another run().
  async stop({ keep = false } = {}) {
    await exec(join(ROOT, 'scripts', 'stop'), { env: this.environment })
    if (keep) return
    this.#forget()
  }

  stopSync() {
    spawnSync(join(ROOT, 'scripts', 'stop'), { env: this.environment })
    this.#forget()
  }

  #forget() {
    running.delete(this)
    if (!process.env.CAUCE_KEEP) rmSync(this.folder, { recursive: true, force: true })
  }
}
