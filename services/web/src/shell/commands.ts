/* What can be done on the page that is shown, for Ctrl-K: pages say it, the palette lists it. */
import { useEffect, useRef, useSyncExternalStore } from 'react';

export interface Command {
  id: string;
  label: string;
  /* the key that does the same, as it is shown: "E", "Ctrl+Enter" */
  keys?: string;
  run: () => void;
}

let sets: ReadonlyMap<object, Command[]> = new Map();
const watchers = new Set<() => void>();

function put(owner: object, commands: Command[] | null): void {
  const next = new Map(sets);
  if (commands) next.set(owner, commands);
  else next.delete(owner);
  sets = next;
  for (const watcher of [...watchers]) watcher();
}

/* The commands are there while the component is; `run` may close over anything. */
export function useCommands(commands: Command[]): void {
  const owner = useRef({}).current;
  const current = useRef(commands);
  current.current = commands;
  const shape = commands.map((c) => `${c.id}\n${c.label}\n${c.keys ?? ''}`).join('\n\n');
  useEffect(() => {
    put(owner, current.current.map((c) => ({ ...c, run: () => current.current.find((x) => x.id === c.id)?.run() })));
    return () => put(owner, null);
  }, [owner, shape]);
}

const watch = (watcher: () => void): (() => void) => {
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
};

/* Those of every page and part on the screen; what came last stands first. */
export function useAllCommands(): Command[] {
  return [...useSyncExternalStore(watch, () => sets).values()].reverse().flat();
}
