// Does harm to one process of a suite and waits until that process is there again. Nothing here helps it: a process
// that died is started by its supervisor, one that was stopped goes on.
import { readFileSync, readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const BACK_MS = 60_000

async function until(what, ask, pause = 10) {
  for (const end = Date.now() + BACK_MS; ;) {
    if (await ask()) return
    if (Date.now() > end) throw new Error(`after ${BACK_MS / 1000} s not there: ${what}`)
    await sleep(pause)
  }
}

function redisAnswers(suite) {
  return new Promise((resolve) => {
    const socket = connect(suite.redisSocket)
    const end = (good) => {
      socket.destroy()
      resolve(good)
    }
    socket.setTimeout(500, () => end(false))
    socket.on('error', () => end(false))
    socket.on('data', (data) => end(String(data).startsWith('+PONG')))
    socket.on('connect', () => socket.write('PING\r\n'))
  })
}

function natsAnswers(suite) {
  return fetch(`${suite.natsMonitorUrl}/healthz`, { signal: AbortSignal.timeout(500) }).then((r) => r.ok, () => false)
}

// Whether the part itself does its work; a daemon that runs is back, whether it is ready is asked of all together.
async function answers(suite, part) {
  if (part === 'pg') return suite.sql('SELECT 1').then(() => true, () => false)
  if (part === 'nats') return natsAnswers(suite)
  if (part === 'redis') return redisAnswers(suite)
  return true
}

function children(pid) {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number))
}

function signal(pids, name) {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch (error) {
      if (error.code !== 'ESRCH') throw error
    }
  }
}

async function end(suite, part, name) {
  const former = suite.pid(part)
  suite.kill(part, name)
  await until(`${part} after ${name}`, () => suite.pid(part) !== undefined && suite.pid(part) !== former)
}

// A paused PostgreSQL is the postmaster with all its backends.
async function pause(suite, fault) {
  const pid = suite.pid(fault.part)
  const pids = fault.part === 'pg' ? [pid, ...children(pid)] : [pid]
  signal(pids, 'SIGSTOP')
  await sleep(fault.ms)
  signal(pids, 'SIGCONT')
}

// A connection of one of the daemons loses its backend. A killed one takes all others with it: PostgreSQL starts anew.
async function backend(suite, fault) {
  const rows = await suite.sql(`SELECT pid, application_name FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND usename <> 'postgres' ORDER BY application_name, pid`)
  const [pid, name] = rows[Math.floor(fault.pick * rows.length)]
  fault.what = name
  if (fault.kind === 'backend-end') await suite.sql(`SELECT pg_terminate_backend(${pid})`)
  else signal([Number(pid)], 'SIGKILL')
}

// Returns when it was back, in ms of performance.now().
export async function inject(suite, fault) {
  if (fault.kind === 'pause') await pause(suite, fault)
  else if (fault.kind.startsWith('backend')) await backend(suite, fault)
  else await end(suite, fault.part, fault.kind === 'kill' ? 'SIGKILL' : 'SIGTERM')
  if (['pg', 'nats', 'redis'].includes(fault.part)) {
    await until(fault.part, () => answers(suite, fault.part), fault.part === 'pg' ? 100 : 10)
  }
  return performance.now()
}
