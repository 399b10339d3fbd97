/*
 * Keys that are pressed for something that is still on its way: they are held, and given to it when it is there, so that no
 * letter is lost and none is taken for a command of the page below.
 */

const MOST = 200;

/* Gives what ends the holding and says what was written. */
export function holdKeys(onEscape: () => void): () => string {
  let text = '';
  let ended = false;
  const hold = (e: KeyboardEvent) => {
    if (e.isComposing || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key.length === 1) text = (text + e.key).slice(0, MOST);
    else if (e.key === 'Backspace') text = text.slice(0, -1);
    else if (e.key === 'Escape') onEscape();
    else if (e.key !== 'Enter' && !e.key.startsWith('Arrow')) return;
    e.preventDefault();
    e.stopImmediatePropagation();
  };
  window.addEventListener('keydown', hold, true);
  return () => {
    if (ended) return '';
    ended = true;
    window.removeEventListener('keydown', hold, true);
    return text;
  };
}
