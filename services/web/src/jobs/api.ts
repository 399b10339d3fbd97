/* Work that goes on by itself: imports, exports, changes of all that a filter finds. */
import { BASE, call } from '../api/http';
import type { Job, JobsPage } from '../api/records';

const at = (path: string, id: string): string => `/${path}/jobs/${encodeURIComponent(id)}`;

export const isOver = (job: Job | undefined): boolean => job?.state === 'done' || job?.state === 'failed' || job?.state === 'cancelled';
/* a change of all ends so when it has finished what it could, and says how many were refused */
export const workedOf = (job: Job): number => (job.done ?? 0) + (job.rejected ?? 0);

export async function listJobs(path: string, options: { all?: boolean; cursor?: string; limit: number }, signal?: AbortSignal): Promise<JobsPage> {
  const query = [`limit=${options.limit}`, options.all && 'all=true', options.cursor && `cursor=${encodeURIComponent(options.cursor)}`].filter(Boolean).join('&');
  return (await call<JobsPage>(`/${path}/jobs?${query}`, { signal })).data;
}

export async function cancelJob(path: string, id: string): Promise<Job> {
  return (await call<Job>(`${at(path, id)}/cancel`, { method: 'POST' })).data;
}

export const fileAddress = (path: string, id: string): string => `${BASE}${at(path, id)}/file`;
/* with the mark that Excel wants */
export const rejectsAddress = (path: string, id: string): string => `${BASE}${at(path, id)}/rejects?bom=true`;
