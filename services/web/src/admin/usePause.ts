/* Pausing a rule and resuming it, with the way back. The switch turns at once. */
import { useState } from 'react';
import type { Rec } from '../api/records';
import { useT } from '../text/i18n';
import { useSay } from './undo';
import { useWriting } from './writing';

interface Pause {
  isPaused: (rule: Rec) => boolean;
  turn: (rule: Rec) => Promise<void>;
}

export function usePause(path: string): Pause {
  const t = useT();
  const say = useSay();
  const { change, force } = useWriting(path);
  const [sent, setSent] = useState<{ id: string; paused: boolean }>();
  const isPaused = (rule: Rec): boolean => (sent?.id === rule.id ? sent.paused : !!rule.inactive);
  const turn = async (rule: Rec) => {
    const paused = !rule.inactive;
    setSent({ id: rule.id, paused });
    try {
      await change(rule, { inactive: paused || null });
      say.done(t(paused ? 'sharing.paused_done' : 'sharing.resumed_done', { rule: rule.label }), () => force(rule.id, { inactive: paused ? null : true }));
    } catch (e) {
      say.failed(t('admin.not_saved'), e);
    } finally {
      setSent(undefined);
    }
  };
  return { isPaused, turn };
}
