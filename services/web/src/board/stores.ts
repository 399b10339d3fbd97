/* The boards that were looked at last: going back to one shows it at once, as it was left, and reads what has changed. */
import { BoardStore, type BoardOptions } from './store';

const KEPT = 3;
const kept = new Map<string, BoardStore>();

export function storeOf(key: string, options: () => BoardOptions): BoardStore {
  const known = kept.get(key);
  const store = known ?? new BoardStore(options());
  kept.delete(key);
  kept.set(key, store);
  for (const old of kept.keys()) {
    if (kept.size > KEPT) kept.delete(old);
  }
  return store;
}
