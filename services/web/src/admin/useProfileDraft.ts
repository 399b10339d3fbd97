/* A profile being changed: what was read, what it becomes, and saving the difference in one request. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { patch, readOne } from '../api/client';
import type { Values } from '../api/patch';
import { isProblem } from '../api/problem';
import type { Rec } from '../api/records';
import { useLive } from '../live/live';
import { allowedOf, difference, rebase, sizeOf, type Allowed, type Difference } from './rights';

export interface Draft extends Allowed {
  name: string;
  description: string;
}

export interface ProfileChanges {
  grants: Difference;
  denials: Difference;
  name: boolean;
  description: boolean;
  count: number;
}

export const draftOf = (r: Rec): Draft => ({ ...allowedOf(r), name: String(r.name ?? ''), description: String(r.description ?? '') });

export function changesOf(before: Draft, after: Draft): ProfileChanges {
  const grants = difference(before.grants, after.grants);
  const denials = difference(before.denials, after.denials);
  const name = before.name.trim() !== after.name.trim();
  const description = before.description.trim() !== after.description.trim();
  return { grants, denials, name, description, count: sizeOf(grants) + sizeOf(denials) + Number(name) + Number(description) };
}

function valuesOf(changes: ProfileChanges, draft: Draft): Values {
  const out: Values = {};
  if (sizeOf(changes.grants)) out.grants = [...draft.grants].sort();
  if (sizeOf(changes.denials)) out.denials = [...draft.denials].sort();
  if (changes.name) out.name = draft.name.trim();
  if (changes.description) out.description = draft.description.trim() || null;
  return out;
}

/* What I changed since `base`, on what there is now. */
function merged(base: Draft, mine: Draft, theirs: Draft): Draft {
  return {
    ...rebase(base, mine, theirs),
    name: mine.name !== base.name ? mine.name : theirs.name,
    description: mine.description !== base.description ? mine.description : theirs.description,
  };
}

export function useProfileDraft(path: string, id: string) {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: [path, 'getOne', { id }, 'matrix'],
    queryFn: ({ signal }) => readOne(path, id, signal),
    staleTime: 0,
    refetchOnWindowFocus: 'always',
  });
  const [base, setBase] = useState<Rec>();
  const [draft, setDraft] = useState<Draft>();
  const [conflict, setConflict] = useState<Rec | null>(null);
  const [busy, setBusy] = useState(false);

  const start = useCallback((record: Rec) => {
    setBase(record);
    setDraft(draftOf(record));
  }, []);
  const before = useMemo(() => base && draftOf(base), [base]);
  const changes = useMemo(() => (before && draft ? changesOf(before, draft) : undefined), [before, draft]);
  const dirty = !!changes?.count;

  /* what is read meanwhile takes the place of what nobody is changing; else a line says that there is something newer */
  useEffect(() => {
    if (data && (!base || base.id !== data.id || (!dirty && data.version > base.version))) start(data);
  }, [data, base, dirty, start]);
  useLive('identity.profile', (change) => {
    if (change.kind !== 'record' || change.id === id) void refetch();
  });
  const newer = data && base && data.id === base.id && data.version > base.version ? data : undefined;

  const change = useCallback((make: (draft: Draft) => Draft) => setDraft((old) => old && make(old)), []);
  const takeIn = useCallback(
    (theirs: Rec) => {
      if (before && draft) setDraft(merged(before, draft, draftOf(theirs)));
      setBase(theirs);
      setConflict(null);
    },
    [before, draft],
  );

  const send = async (version: number, from: Draft, to: Draft): Promise<Rec> => {
    setBusy(true);
    try {
      const saved = await patch(path, id, version, valuesOf(changesOf(from, to), to));
      start(saved);
      client.setQueryData([path, 'getOne', { id }, 'matrix'], saved);
      void client.invalidateQueries({ queryKey: [path] });
      return saved;
    } finally {
      setBusy(false);
    }
  };
  /* undefined: somebody was quicker, and the two are shown */
  const save = async (): Promise<Rec | undefined> => {
    if (!base || !before || !draft) return undefined;
    try {
      return await send(base.version, before, draft);
    } catch (e) {
      if (!isProblem(e) || e.status !== 412) throw e;
      setConflict(await readOne(path, id));
      return undefined;
    }
  };
  const saveMerged = async (theirs: Rec): Promise<Rec | undefined> => {
    if (!before || !draft) return undefined;
    const there = draftOf(theirs);
    setConflict(null);
    return send(theirs.version, there, merged(before, draft, there));
  };
  /* takes back what was just saved, and nothing that others saved since */
  const undo = async (from: Draft, to: Draft): Promise<void> => {
    const now = await readOne(path, id);
    const there = draftOf(now);
    await send(now.version, there, merged(to, from, there));
  };

  return {
    base, before, draft, changes, conflict, newer, busy, error: base ? undefined : error, refetch,
    change, discard: () => base && start(newer ?? base), takeIn, save, saveMerged, undo,
    closeConflict: () => setConflict(null), leaveTheirs: (theirs: Rec) => { start(theirs); setConflict(null); },
  };
}

export type ProfileDraft = ReturnType<typeof useProfileDraft>;
