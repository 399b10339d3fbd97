/* A rule being written: a new one, or one there is, saved for the version it was read in. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from 'react-router-dom';
import { readOne } from '../api/client';
import { changesBetween, type Values } from '../api/patch';
import { isProblem } from '../api/problem';
import type { Rec } from '../api/records';
import { useExplain } from '../app/explain';
import { useLive } from '../live/live';
import { useModule } from '../meta/metadata';
import { useT } from '../text/i18n';
import { useSay } from './undo';
import { useWriting } from './writing';

interface Shape<F> {
  /* of a new rule when there is no record */
  read: (record: Rec | undefined) => F;
  write: (form: F) => Values;
  /* what is missing, in words */
  check: (form: F) => string | undefined;
}

export function useRuleForm<F>({ read, write, check }: Shape<F>) {
  const t = useT();
  const module = useModule();
  const navigate = useNavigate();
  const say = useSay();
  const explain = useExplain();
  const id = useParams().id;
  const back = `/${module.path}`;
  const { add, change, force, drop, bring } = useWriting(module.path);
  const { data, error, refetch } = useQuery({
    queryKey: [module.path, 'getOne', { id }, 'rule'],
    queryFn: ({ signal }) => readOne(module.path, id ?? '', signal),
    enabled: !!id,
    staleTime: 0,
  });
  const [base, setBase] = useState<Rec>();
  const [form, setForm] = useState<F | undefined>(() => (id ? undefined : read(undefined)));
  const [fault, setFault] = useState('');
  const [theirs, setTheirs] = useState<Rec>();
  const [busy, setBusy] = useState(false);
  const touched = useRef(false);

  const start = useCallback((record: Rec) => {
    setBase(record);
    setForm(read(record));
    setTheirs(undefined);
    setFault('');
    touched.current = false;
  }, [read]);
  useEffect(() => {
    if (!data || (base && data.version <= base.version)) return;
    if (touched.current) setTheirs(data);
    else start(data);
  }, [data, base, start]);
  useLive(module.key, (now) => {
    if (id && (now.kind !== 'record' || now.id === id)) void refetch();
  });

  const set = useCallback((next: Partial<F>) => {
    touched.current = true;
    setFault('');
    setForm((old) => old && { ...old, ...next });
  }, []);

  const save = async (over: Rec | undefined = base) => {
    if (!form || busy) return;
    const missing = check(form);
    if (missing) return setFault(missing);
    const values = write(form);
    setBusy(true);
    try {
      if (!over) {
        const made = await add(values);
        say.done(t('sharing.created', { rule: made.label }), () => drop(made));
      } else {
        const changed = changesBetween(over, values);
        const before = Object.fromEntries(Object.keys(changed).map((key) => [key, over[key] ?? null]));
        if (Object.keys(changed).length) {
          const saved = await change(over, changed);
          say.done(t('sharing.saved', { rule: saved.label }), () => force(saved.id, before));
        }
      }
      touched.current = false;
      navigate(back);
    } catch (e) {
      if (isProblem(e) && e.status === 412 && id) setTheirs(await readOne(module.path, id));
      else setFault(explain(e));
    } finally {
      setBusy(false);
    }
  };
  const remove = async () => {
    if (!base) return;
    try {
      await drop(base);
      touched.current = false;
      navigate(back);
      say.done(t('sharing.deleted', { rule: base.label }), () => bring(base.id));
    } catch (e) {
      say.failed(t('record.not_removed'), e);
      void refetch();
    }
  };
  const dirty = useCallback(() => touched.current, []);
  return { module, id, base, form, set, save, remove, start, fault, theirs, busy, dirty, back, error: form ? undefined : error, refetch };
}

export type RuleForm = Pick<ReturnType<typeof useRuleForm<unknown>>, 'module' | 'id' | 'base' | 'save' | 'remove' | 'start' | 'fault' | 'theirs' | 'busy' | 'dirty' | 'back' | 'error' | 'refetch'>;
