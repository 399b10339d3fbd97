/* One thing that is done at the server: whether it is under way, and what went wrong, in words. */
import { useCallback, useState } from 'react';
import { useExplain } from '../app/explain';

export interface Act {
  busy: boolean;
  message: string;
  say: (message: string) => void;
  /* true when it went well */
  run: (act: () => Promise<unknown>, failed?: (error: unknown) => string | undefined) => Promise<boolean>;
}

export function useAct(): Act {
  const explain = useExplain();
  const [busy, setBusy] = useState(false);
  const [message, say] = useState('');
  const run = useCallback<Act['run']>(
    async (act, failed) => {
      setBusy(true);
      say('');
      try {
        await act();
        return true;
      } catch (e) {
        say(failed?.(e) ?? explain(e));
        return false;
      } finally {
        setBusy(false);
      }
    },
    [explain],
  );
  return { busy, message, say, run };
}
