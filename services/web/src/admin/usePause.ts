/* Pausing a rule and resuming it, with the way back. */
import type { Rec } from '../api/records';
import { useT } from '../text/i18n';
import { useSay } from './undo';
import { useWriting } from './writing';

export function usePause(path: string): (rule: Rec) => Promise<void> {
  const t = useT();
  const say = useSay();
  const { change, force } = useWriting(path);
  return async (rule) => {
    const pause = !rule.inactive;
    try {
      await change(rule, { inactive: pause || null });
      say.done(t(pause ? 'sharing.paused_done' : 'sharing.resumed_done', { rule: rule.label }), () => force(rule.id, { inactive: pause ? null : true }));
    } catch (e) {
      say.failed(t('admin.not_saved'), e);
    }
  };
}
