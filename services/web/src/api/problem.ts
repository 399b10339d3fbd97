/* Errors of the API (RFC 9457) and of the way to it, in one shape, and their way into a form. */

import type { Rec } from './records';

export interface FieldProblem {
  /* JSON pointer into the record: "/tax_id", "/custom/total_visits" */
  pointer?: string;
  code?: string;
  detail?: string;
}

export interface ProblemBody {
  title?: string;
  code?: string;
  detail?: string;
  trace?: string;
  version?: number;
  /* of a stale change: the record in force */
  current?: Rec;
  errors?: FieldProblem[];
}

/* `status` is 0 when no answer came; `code` is then "network" or "timeout". */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly trace: string | undefined;
  readonly version: number | undefined;
  readonly current: Rec | undefined;
  readonly errors: FieldProblem[];
  /* seconds to wait before the next try */
  readonly retryAfter: number | undefined;

  constructor(status: number, body: ProblemBody = {}, retryAfter?: number) {
    super(body.detail || body.title || '');
    this.name = 'Problem';
    this.status = status;
    this.code = body.code ?? 'unexpected';
    this.trace = body.trace;
    this.version = body.version;
    this.current = body.current;
    this.errors = body.errors ?? [];
    this.retryAfter = retryAfter;
  }

  /* Whether sending the same again may give another answer. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

export function isProblem(e: unknown): e is Problem {
  return e instanceof Problem;
}

/* Reads the body of a failed answer; anything that is not a problem document still becomes a Problem. */
export async function readProblem(res: Response): Promise<Problem> {
  const retryAfter = Number(res.headers.get('Retry-After')) || undefined;
  try {
    const body: unknown = await res.json();
    if (body && typeof body === 'object') return new Problem(res.status, body as ProblemBody, retryAfter);
  } catch {
    /* not JSON: an answer of a proxy */
  }
  return new Problem(res.status, {}, retryAfter);
}

/* "/custom/total_visits" or "total_visits" → "custom.total_visits", the name of the field in the form. */
export function pointerToSource(pointer: string): string {
  return pointer
    .replace(/^\//, '')
    .split('/')
    .map((s) => s.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');
}

export interface FormErrors {
  /* message by field name */
  fields: Record<string, string>;
  /* messages of what the form doesn't show */
  rest: string[];
}

/* Sorts a problem's errors into those that have a field in the form and those that have not. */
export function formErrors(p: Problem, sources: ReadonlySet<string>): FormErrors {
  const out: FormErrors = { fields: {}, rest: [] };
  for (const e of p.errors) {
    const text = e.detail || e.code || p.message;
    const source = e.pointer ? pointerToSource(e.pointer) : '';
    if (sources.has(source)) out.fields[source] ??= text;
    else if (text) out.rest.push(text);
  }
  if (!Object.keys(out.fields).length && !out.rest.length && p.message) out.rest.push(p.message);
  return out;
}
