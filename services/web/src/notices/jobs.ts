/* Jobs that were started on this device: asked about until they have ended. */
import { readJob } from '../api/client';
import { onWritten } from '../api/http';
import { isProblem } from '../api/problem';
import type { Job } from '../api/records';
import { readPersonal, watchPersonal, writePersonal } from '../lib/personal';
import type { Module } from '../meta/types';
import type { Ended } from './notices';

const NAME = 'jobs';
const FIRST_MS = 3000;
const LONGEST_MS = 30_000;

interface Running {
  path: string;
  id: string;
}

const ENDED = new Set<Job['state']>(['done', 'failed', 'cancelled']);

function isJob(data: unknown): data is Job {
  const job = data as Partial<Job> | undefined;
  return typeof job?.id === 'string' && (job.state === 'waiting' || job.state === 'running');
}

/* Begins to note the jobs that this window starts. */
export function noteJobs(me: string): () => void {
  onWritten((path, data) => {
    if (!isJob(data)) return;
    const running = readPersonal<Running[]>(me, NAME) ?? [];
    writePersonal(me, NAME, [...running, { path: path.split('/')[1]?.split('?')[0] ?? '', id: data.id }]);
    window.dispatchEvent(new Event('cauce-job'));
  });
  return () => onWritten(() => undefined);
}

/* Asks about those that were noted, here or in other windows. Gives what ends it. */
export function watchJobs(me: string, moduleAt: (path: string) => Module | undefined, found: (n: Ended) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_MS;
  let stopped = false;

  async function look({ path, id }: Running): Promise<boolean> {
    try {
      const job = await readJob(path, id);
      if (!ENDED.has(job.state)) return false;
      const module = moduleAt(path);
      if (module) {
        const { state, done = 0, rejected = 0, finished_at } = job;
        found({ kind: 'job', id, job: id, at: finished_at ?? new Date().toISOString(), module: module.key, state: state as Ended['state'], done, rejected });
      }
      return true;
    } catch (e) {
      return isProblem(e) && (e.status === 404 || e.status === 403 || e.status === 400);
    }
  }
  async function ask(): Promise<void> {
    const running = readPersonal<Running[]>(me, NAME) ?? [];
    const over = new Set<string>();
    for (const job of running) if (await look(job)) over.add(job.id);
    const left = (readPersonal<Running[]>(me, NAME) ?? []).filter((j) => !over.has(j.id));
    if (over.size) writePersonal(me, NAME, left);
    if (stopped || !left.length) return;
    timer = setTimeout(() => void ask(), wait);
    wait = Math.min(LONGEST_MS, wait * 1.5);
  }
  const begin = () => {
    clearTimeout(timer);
    wait = FIRST_MS;
    timer = setTimeout(() => void ask(), FIRST_MS);
  };
  begin();
  window.addEventListener('cauce-job', begin);
  const stop = watchPersonal(me, NAME, begin);
  return () => {
    stopped = true;
    clearTimeout(timer);
    window.removeEventListener('cauce-job', begin);
    stop();
  };
}
