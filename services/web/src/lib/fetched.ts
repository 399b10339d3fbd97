/* What will be wanted is fetched when the page stands, so that it opens at once. */
import { useEffect } from 'react';

const REST_MS = 1500;

export function useFetched(load: () => Promise<unknown>): void {
  useEffect(() => {
    const timer = setTimeout(() => void load().catch(() => undefined), REST_MS);
    return () => clearTimeout(timer);
  }, [load]);
}
