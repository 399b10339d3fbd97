/* How quick a job is, from how far it was seen to be, and how long it will take. */
import { useRef } from 'react';
import type { Job } from '../api/records';
import { useFormat } from '../text/format';
import { useT } from '../text/i18n';
import { isOver, workedOf } from './api';

const WINDOW_MS = 10_000;

interface Sample {
  at: number;
  worked: number;
}

/* Rows a second over the last samples; undefined while it is not known. */
export function rateOf(samples: Sample[]): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < 800 || last.worked <= first.worked) return undefined;
  return ((last.worked - first.worked) * 1000) / (last.at - first.at);
}

/* "1.200 por segundo, faltan 8 s"; '' while nobody knows. */
export function useRate(job: Job | undefined): string {
  const t = useT();
  const format = useFormat();
  const samples = useRef<Sample[]>([]);
  if (!job || isOver(job)) return '';
  const worked = workedOf(job);
  const now = Date.now();
  if (samples.current.at(-1)?.worked !== worked) {
    samples.current = [...samples.current.filter((s) => s.at > now - WINDOW_MS), { at: now, worked }];
  }
  const rate = rateOf(samples.current);
  if (!rate) return '';
  const quick = t('jobs.rate', { count: format.integer(Math.max(1, Math.round(rate))) });
  if (!job.total) return quick;
  const seconds = Math.ceil((job.total - worked) / rate);
  const left = seconds < 90 ? t('jobs.left_seconds', { count: seconds }) : t('jobs.left_minutes', { count: Math.round(seconds / 60) });
  return `${quick} · ${left}`;
}
