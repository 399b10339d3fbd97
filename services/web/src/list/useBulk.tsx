/*
 * What is done with many records: up to a thousand by themselves, each with its outcome and a way back; more than that, all
 * that the list's filter finds, as a job.
 */
import { useEffect, useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useNotify } from 'ra-core';
import { bulk, cancelJob, changeAll, EXPORT_MAX, jobFileUrl, jobRejectsUrl, OPERATIONS_MAX, startExport, type ChangeOfAll, type Operation, type Result } from '../api/bulk';
import { listPage, readJob } from '../api/client';
import type { ListQuery } from '../api/filters';
import { valueAt } from '../api/patch';
import type { Job, Rec } from '../api/records';
import { useExplain } from '../app/explain';
import type { Field, Module } from '../meta/types';
import { useFormat } from '../text/format';
import { useT } from '../text/i18n';
import { useRemoval } from '../text/removal';
import type { MessageKey } from '../text/messages';
import type { Refused } from './Outcome';
import { restoreAll } from './restoreAll';
import { changesOf } from './saveCell';
import { NOTHING, type Selection } from './selection';
import { UndoNote } from './UndoNote';

const POLL_MS = 700;
const READ_MAX = 100;
const PAGE_MAX = 200;
const NOTE_MS = 12_000;
/* left out of a filter at most */
const EXCEPT_MAX = 200;

/* Chosen ones go by their ids, all but some by a condition. */
export const mayExport = ({ all, ids }: Selection): boolean => ids.size <= (all ? EXCEPT_MAX : EXPORT_MAX);

export interface Work {
  text: string;
  done?: number;
  total?: number;
  cancel?: () => void;
}

export interface OutcomeState {
  title: string;
  refused: Refused[];
  /* how many were, where not all are named */
  all: number;
  file?: string;
}

type Doing = 'changed' | 'removed' | 'restored' | 'duplicated';

/* a click that the browser takes as "save this file" */
function download(url: string): void {
  const a = document.createElement('a');
  a.href = url;
  a.download = '';
  document.body.append(a);
  a.click();
  a.remove();
}

const chunks = <V,>(all: V[], n: number): V[][] => Array.from({ length: Math.ceil(all.length / n) }, (_, i) => all.slice(i * n, (i + 1) * n));

export function useBulk(module: Module, query: ListQuery, selection: Selection, total: number | undefined, capped: boolean, onSelection: (s: Selection) => void) {
  const { path } = module;
  const t = useT();
  const removal = useRemoval(module);
  const format = useFormat();
  const explain = useExplain();
  const notify = useNotify();
  const client = useQueryClient();
  const [work, setWork] = useState<Work | null>(null);
  const [outcome, setOutcome] = useState<OutcomeState | null>(null);
  const left = useRef(false);
  useEffect(() => {
    left.current = false;
    return () => void (left.current = true);
  }, []);

  const asJob = selection.all && (capped || total === undefined || total - selection.ids.size > OPERATIONS_MAX);
  const n = (count: number) => format.integer(count);
  const refresh = () => void client.invalidateQueries({ queryKey: [path] });

  /* The selected records as they are now, with these fields. */
  const read = async (fields: string[]): Promise<Rec[]> => {
    const wanted = ['label', ...fields];
    if (!selection.all) {
      const parts = chunks([...selection.ids.keys()], READ_MAX);
      const ask = (values: string[]): ListQuery => ({ filters: [{ field: 'id', op: 'in', values }], fields: wanted, limit: READ_MAX, deleted: query.deleted });
      return (await Promise.all(parts.map((ids) => listPage(path, ask(ids))))).flatMap((p) => p.items);
    }
    const records: Rec[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await listPage(path, { ...query, fields: wanted, limit: PAGE_MAX, cursor });
      records.push(...page.items.filter((r) => !selection.ids.has(r.id)));
      cursor = page.next;
      if (!cursor || records.length > OPERATIONS_MAX) return records;
    }
  };

  const send = async (operations: Operation[], text: string): Promise<Result[]> => {
    const results: Result[] = [];
    for (const part of chunks(operations, OPERATIONS_MAX)) {
      setWork({ text, done: results.length, total: operations.length });
      results.push(...await bulk(path, part, crypto.randomUUID()));
    }
    return results;
  };

  const words = (doing: Doing) => (doing === 'removed'
    ? removal
    : {
      doing: t(`bulk.doing_${doing}`),
      done: (count: string) => t(`bulk.${doing}` as MessageKey, { count }),
      refused: (count: string) => t(`bulk.not_${doing}`, { count }),
    });

  const reasonOf = (r: Result): string => r.problem?.errors?.[0]?.detail || r.problem?.detail || r.problem?.title || t('error.unknown');

  /* `make` gives the operation for a record, `back` the one that undoes it. */
  const each = async (doing: Doing, fields: string[], make: (r: Rec) => Operation, back?: (r: Rec, done: Result) => Operation) => {
    const said = words(doing);
    setWork({ text: said.doing });
    try {
      const records = await read(fields);
      const results = await send(records.map(make), said.doing);
      const did: [Rec, Result][] = [];
      const refused: Refused[] = [];
      records.forEach((r, i) => {
        const result = results[i];
        if (result && result.status < 300) did.push([r, result]);
        else if (result) refused.push({ id: r.id, label: r.label || t('list.no_name'), reason: reasonOf(result) });
      });
      /* what is not there any more cannot be named */
      const lost = selection.all ? 0 : selection.ids.size - records.length;
      const title = said.done(n(did.length));
      onSelection(refused.length ? { all: false, ids: new Map(refused.map((r) => [r.id, r.label])) } : NOTHING);
      refresh();
      const undo = back && did.length ? async () => {
        const answers = await send(did.map(([r, done]) => back(r, done)), t('bulk.undoing'));
        setWork(null);
        refresh();
        const failed = answers.filter((a) => a.status >= 300).length;
        if (failed) notify(t('bulk.partly_undone', { count: n(failed) }), { type: 'warning' });
      } : undefined;
      if (did.length) notify(<UndoNote text={title} undo={undo} undone={t('bulk.undone')} />, { autoHideDuration: NOTE_MS });
      if (refused.length || lost) {
        if (lost) refused.push({ id: '', label: t('bulk.lost', { count: n(lost) }), reason: t('bulk.lost_reason') });
        setOutcome({ title: said.refused(n(refused.length)), refused, all: refused.length });
      }
    } catch (e) {
      notify(`${t('bulk.failed')}: ${explain(e)}`, { type: 'error' });
    } finally {
      setWork(null);
    }
  };

  /* More than a thousand of the bin. */
  const restoreMany = async () => {
    let [done, stopping] = [0, false];
    const refused: Refused[] = [];
    const say = () => setWork({
      text: t(stopping ? 'bulk.stopping' : 'bulk.restoring_here'), done: done + refused.length, total: capped || total === undefined ? undefined : total - selection.ids.size,
      cancel: stopping ? undefined : () => {
        stopping = true;
        say();
      },
    });
    say();
    try {
      await restoreAll(path, query, selection.ids, (part) => {
        for (const { record, result } of part) {
          if (result.status < 300) done++;
          else refused.push({ id: record.id, label: record.label || t('list.no_name'), reason: reasonOf(result) });
        }
        if (!left.current) say();
        return !stopping && !left.current;
      });
    } catch (e) {
      notify(`${t('bulk.failed')}: ${explain(e)}`, { type: 'error' });
    } finally {
      const text = t('bulk.restored', { count: n(done) });
      if (done) notify(stopping || left.current ? `${t('bulk.stopped')} ${text}` : text, { type: stopping || left.current ? 'warning' : 'success', autoHideDuration: NOTE_MS });
      refresh();
      if (!left.current) {
        setWork(null);
        onSelection(NOTHING);
        if (refused.length) setOutcome({ title: t('bulk.not_restored', { count: n(refused.length) }), refused, all: refused.length });
      }
    }
  };

  /* Follows a job to its end; undefined when the page is left before. */
  const follow = async (start: Promise<Job>, text: string): Promise<Job | undefined> => {
    let stopping = false;
    let job = await start;
    const cancel = () => {
      stopping = true;
      setWork((w) => w && { ...w, text: t('bulk.stopping'), cancel: undefined });
      void cancelJob(path, job.id).catch(() => undefined);
    };
    while (job.state === 'waiting' || job.state === 'running') {
      const done = (job.done ?? 0) + (job.rejected ?? 0);
      setWork({ text: stopping ? t('bulk.stopping') : text, done, total: job.total || undefined, cancel: stopping ? undefined : cancel });
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      if (left.current) return undefined;
      job = await readJob(path, job.id);
    }
    return job;
  };

  const byJob = async (doing: Doing, change: ChangeOfAll) => {
    const said = words(doing);
    setWork({ text: said.doing });
    try {
      const job = await follow(changeAll(path, query, [...selection.ids.keys()], change, crypto.randomUUID()), said.doing);
      if (!job) return;
      onSelection(NOTHING);
      refresh();
      if (job.state === 'failed') throw new Error(job.reason);
      const text = said.done(n(job.done ?? 0));
      notify(job.state === 'cancelled' ? `${t('bulk.stopped')} ${text}` : text, { type: job.state === 'cancelled' ? 'warning' : 'success', autoHideDuration: NOTE_MS });
      if (job.rejected) {
        const refused = (job.rejects ?? []).map((r) => ({ id: r.record ?? '', label: r.label || t('list.no_name'), reason: r.message || r.code || '' }));
        setOutcome({ title: said.refused(n(job.rejected)), refused, all: job.rejected, file: jobRejectsUrl(path, job.id) });
      }
    } catch (e) {
      notify(`${t('bulk.failed')}: ${explain(e)}`, { type: 'error' });
    } finally {
      setWork(null);
    }
  };

  return {
    work,
    outcome,
    asJob,
    closeOutcome: () => setOutcome(null),
    change: (field: Field, value: unknown) =>
      asJob
        ? byJob('changed', { set: changesOf(field, value) })
        : each('changed', [field.name],
          (r) => ({ op: 'update', id: r.id, version: r.version, record: changesOf(field, value) }),
          (r, done) => ({ op: 'update', id: r.id, version: done.version ?? r.version, record: changesOf(field, valueAt(r, field.name)) })),
    remove: () =>
      asJob
        ? byJob('removed', { delete: true })
        : each('removed', [], (r) => ({ op: 'delete', id: r.id, version: r.version }), removal.final ? undefined : (r) => ({ op: 'restore', id: r.id })),
    restore: () => (asJob ? restoreMany() : each('restored', [], (r) => ({ op: 'restore', id: r.id }))),
    duplicate: () =>
      each('duplicated', [], (r) => ({ op: 'duplicate', id: r.id }), (r, done) => ({ op: 'delete', id: done.id ?? r.id, version: done.version ?? 1 })),
    /* of the selected ones, or of the whole list */
    exportList: async (fields: string[], selected: boolean) => {
      const ids = selected ? [...selection.ids.keys()] : [];
      const except = selection.all && ids.length ? [{ field: 'id', op: 'nin' as const, values: ids }] : [];
      /* chosen ones stay chosen, whatever the list's conditions say of them by now */
      const sort = query.sort ?? module.views.find((v) => v.name === query.view)?.sort;
      const asked = ids.length && !selection.all ? { sort, fields, filters: [] } : { ...query, fields, filters: [...query.filters, ...except] };
      setWork({ text: t('bulk.exporting') });
      try {
        const job = await follow(startExport(path, asked, crypto.randomUUID(), selection.all || !ids.length ? undefined : ids), t('bulk.exporting'));
        if (!job) return;
        if (job.state === 'cancelled') return notify(t('bulk.export_stopped'), { type: 'warning' });
        if (job.state === 'failed') throw new Error(job.reason);
        const url = jobFileUrl(path, job.id);
        download(url);
        notify(<UndoNote text={t('bulk.exported', { count: n(job.done ?? 0) })} action={{ label: t('bulk.download'), run: () => download(url) }} />, { autoHideDuration: NOTE_MS });
      } catch (e) {
        notify(`${t('bulk.export_failed')}: ${explain(e)}`, { type: 'error' });
      } finally {
        setWork(null);
      }
    },
  };
}

export type Bulk = ReturnType<typeof useBulk>;
