/* What can be done on the page: by its key, and from the palette. */
import { useKeys, type Keys } from '../lib/keys';
import { useCommands, type Command } from '../shell/commands';

export interface Action extends Command {
  /* as useKeys names it; absent: from the palette alone */
  key?: string | string[];
  /* stands in the page's ⋯ menu too */
  inMenu?: boolean;
  /* does nothing now */
  off?: boolean;
}

export function useActions(actions: Action[]): void {
  const on = actions.filter((a) => !a.off);
  const keys: Keys = {};
  for (const a of on) for (const key of [a.key ?? []].flat()) keys[key] = () => a.run();
  useKeys(keys);
  useCommands(on.map(({ id, label, keys, run }) => ({ id, label, keys, run })));
}
