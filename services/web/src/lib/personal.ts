/* What is kept on this device for one person: under that person's id, and gone when nobody or somebody else is signed in. */

const PREFIX = 'cauce.mine.';

export function readPersonal<V>(user: string, name: string): V | undefined {
  try {
    return (JSON.parse(localStorage.getItem(`${PREFIX}${user}.${name}`) ?? 'null') as V | null) ?? undefined;
  } catch {
    return undefined;
  }
}

export function writePersonal(user: string, name: string, value: unknown): void {
  try {
    localStorage.setItem(`${PREFIX}${user}.${name}`, JSON.stringify(value));
  } catch {
    /* the device is full: it is only a convenience */
  }
}

/* All but this person's; all of it for ''. */
export function forgetOthers(user: string): void {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(PREFIX) && !(user && key.startsWith(`${PREFIX}${user}.`))) localStorage.removeItem(key);
  }
}

/* Hears writes of this name by other windows. */
export function watchPersonal(user: string, name: string, fn: () => void): () => void {
  const hear = (e: StorageEvent) => e.key === `${PREFIX}${user}.${name}` && fn();
  window.addEventListener('storage', hear);
  return () => window.removeEventListener('storage', hear);
}
