/* What changes while people look at it, for whoever shows it. Where it comes from: connection.ts. */
import { useEffect, useRef } from 'react';

export type LiveChange =
  /* `gone`: it is not seen any more */
  | { kind: 'record'; module: string; id: string; version?: number; type: 'created' | 'updated' | 'deleted' | 'restored' | 'erased' | 'gone' }
  /* too many to name */
  | { kind: 'many'; module: string; count: number }
  /* what happened in between is not known: everything is read again */
  | { kind: 'reset' };

type Listener = (change: LiveChange) => void;

const listeners = new Set<Listener>();

/* Tells everybody who listens; `connection.ts` alone calls it. */
export function tell(change: LiveChange): void {
  for (const listener of [...listeners]) listener(change);
}

export function listen(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/* `onChange` hears the changes of a module ("leads.lead"), of all of them when undefined, and every reset. */
export function useLive(module: string | undefined, onChange: Listener): void {
  const current = useRef(onChange);
  current.current = onChange;
  useEffect(
    () => listen((change) => {
      if (change.kind === 'reset' || !module || change.module === module) current.current(change);
    }),
    [module],
  );
}
