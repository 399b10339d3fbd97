/* Shapes of what the REST contract answers about records. */
import type { RaRecord } from 'ra-core';

export interface Rec extends RaRecord<string> {
  version: number;
  label?: string;
  /* texts of references, cities… by field */
  labels?: Record<string, string>;
  custom?: Record<string, unknown>;
}

export interface ListPage {
  items: Rec[];
  next?: string;
}

export interface Group {
  /* absent or null: the records where the field is empty */
  key?: string | null;
  count: number;
  /* decimal text, when a field is summed */
  sum?: string;
}

export interface Count {
  count: number;
  capped?: boolean;
  sum?: string;
  groups?: Group[];
}

export interface Change {
  field: string;
  before?: unknown;
  after?: unknown;
}

export interface HistoryEntry {
  seq: number;
  at: string;
  type: string;
  /* absent: the system */
  actor?: string;
  version: number;
  changes: Change[];
}

export interface HistoryPage {
  items: HistoryEntry[];
  /* names by id */
  actors?: Record<string, string>;
}

export interface JobReject {
  row: number;
  field?: string;
  code?: string;
  message?: string;
  /* of the field */
  label?: string;
  /* the record that was refused, in a mass change */
  record?: string;
}

export interface Job {
  id: string;
  kind?: string;
  /* "leads.lead" */
  module?: string;
  filename?: string;
  has_file?: boolean;
  created_by?: string;
  created_by_label?: string;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  total?: number;
  done?: number;
  rejected?: number;
  reason?: string;
  created_at?: string;
  finished_at?: string;
  rejects?: JobReject[];
}

export interface JobsPage {
  items: Job[];
  next?: string;
}

export interface City {
  code: string;
  name: string;
  department: string;
}

export interface Session {
  user: { id: string; name: string; email: string; administrator: boolean; second_factor: boolean; lang?: string };
  /* of the session itself */
  id?: string;
  expires_at: string;
}
