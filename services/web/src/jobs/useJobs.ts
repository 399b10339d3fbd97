/* The jobs of every module, newest first; those that are under way are read again as they go. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { readJob } from '../api/client';
import type { Job } from '../api/records';
import { useMetadata } from '../meta/metadata';
import type { Module, Right } from '../meta/types';
import { isOver, listJobs } from './api';

const PAGE = 25;
const POLL_MS = 1000;
const AT_ONCE = 6;
const RIGHTS: Right[] = ['import', 'export', 'change', 'delete'];

export interface ModuleJob extends Job {
  path: string;
}

interface Known {
  jobs: Map<string, ModuleJob>;
  /* where each module's list goes on */
  next: Map<string, string>;
  failed: Module[];
  error: unknown;
}

const nothing = (): Known => ({ jobs: new Map(), next: new Map(), failed: [], error: null });

/* A few at a time: a company may have forty modules. */
async function each<T>(items: T[], run: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await run(item);
  }));
}

export function useJobs(all: boolean) {
  const { modules } = useMetadata();
  const asked = useMemo(() => modules.filter((m) => RIGHTS.some((r) => m.rights.includes(r))), [modules]);
  const [known, setKnown] = useState<Known>();
  const [reading, setReading] = useState(true);
  const turn = useRef(0);

  const read = useCallback(async (from: Known, which: Module[], signal: AbortSignal) => {
    const mine = ++turn.current;
    setReading(true);
    const next: Known = { jobs: new Map(from.jobs), next: new Map(from.next), failed: [], error: null };
    await each(which, async (m) => {
      try {
        const page = await listJobs(m.path, { all, cursor: from.next.get(m.path), limit: PAGE }, signal);
        for (const job of page.items) next.jobs.set(job.id, { ...job, path: m.path });
        if (page.next) next.next.set(m.path, page.next);
        else next.next.delete(m.path);
      } catch (error) {
        if (signal.aborted) return;
        next.failed.push(m);
        next.error = error;
      }
    });
    if (signal.aborted || mine !== turn.current) return;
    setKnown(next);
    setReading(false);
  }, [all]);

  const control = useRef(new AbortController());
  const refresh = useCallback(() => {
    control.current.abort();
    control.current = new AbortController();
    void read(nothing(), asked, control.current.signal);
  }, [read, asked]);
  useEffect(() => {
    setKnown(undefined);
    refresh();
    window.addEventListener('focus', refresh);
    return () => {
      window.removeEventListener('focus', refresh);
      control.current.abort();
    };
  }, [refresh]);

  const put = useCallback((job: ModuleJob) => {
    setKnown((old) => old && { ...old, jobs: new Map(old.jobs).set(job.id, job) });
  }, []);
  const running = known ? [...known.jobs.values()].filter((j) => !isOver(j)) : [];
  const which = running.map((j) => j.id).join();
  const current = useRef(running);
  current.current = running;
  useEffect(() => {
    if (!which) return;
    const timer = setInterval(() => {
      for (const job of current.current) {
        readJob(job.path, job.id).then((now) => put({ ...job, ...now }), () => undefined);
      }
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [which, put]);

  const jobs = known && [...known.jobs.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
  const more = known && known.next.size > 0 ? () => void read(known, asked.filter((m) => known.next.has(m.path)), control.current.signal) : undefined;
  return { jobs, failed: known?.failed ?? [], error: known?.error, everyFailed: !!known && known.failed.length === asked.length && asked.length > 0, reading, refresh, more, put };
}
