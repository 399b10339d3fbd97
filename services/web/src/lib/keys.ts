/* One-key commands of a page. They rest while someone types, and while a dialog or a menu is open. */
import { useEffect, useRef } from 'react';

/* a handler that answers false leaves the key to the browser */
export type Keys = Record<string, (e: KeyboardEvent) => unknown>;

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'submit'].includes(target.type);
  return target.matches('textarea, select, [role=combobox], [role=spinbutton], [role=listbox], [role=option]');
}

const covered = (): boolean => document.querySelector('[role=dialog], [role=menu], [role=listbox], .MuiPopover-root') !== null;

/*
 * `keys` by name: "j", "/", "Escape", and with "mod+" those that work while typing too ("mod+Enter": Ctrl or Cmd). Escape
 * also works while typing.
 */
export function useKeys(keys: Keys, enabled = true): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    if (!enabled) return;
    const listen = (e: KeyboardEvent) => {
      if (e.defaultPrevented || e.isComposing || covered()) return;
      const mod = e.ctrlKey || e.metaKey;
      if (e.altKey || (!mod && e.key !== 'Escape' && typing(e.target))) return;
      const name = e.key.length === 1 ? e.key.toLowerCase() : e.key;
      const act = current.current[mod ? `mod+${name}` : name];
      if (!act) return;
      if (act(e) !== false) e.preventDefault();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [enabled]);
}
