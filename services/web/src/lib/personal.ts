/* What is kept on this device for one person: under that person's id, and gone when nobody or somebody else is signed in. */

const PREFIX = 'cauce.mine.';
/* whose the device's storage, or the tab's, is */
const OWNER = 'cauce.owner';

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

/* how pages were left, which the store of the device keeps; theme and language are the device's */
const LEFT = /^RaStorecauce\.(module$|mode\.|board\.)/;

/* All but this person's; all of it for ''. */
export function forgetOthers(user: string): void {
  if (user && localStorage.getItem(OWNER) !== user) {
    for (const key of Object.keys(localStorage)) if (LEFT.test(key)) localStorage.removeItem(key);
    localStorage.setItem(OWNER, user);
  }
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(PREFIX) && !(user && key.startsWith(`${PREFIX}${user}.`))) localStorage.removeItem(key);
  }
}

/* What the tab keeps (drafts, where lists stood) waits for its person, and goes when another one signs in. */
export function forgetTabOfOthers(user: string): void {
  const owner = sessionStorage.getItem(OWNER);
  if (!user || owner === user) return;
  if (owner !== null) sessionStorage.clear();
  sessionStorage.setItem(OWNER, user);
}

/* Hears writes of this name by other windows. */
export function watchPersonal(user: string, name: string, fn: () => void): () => void {
  const hear = (e: StorageEvent) => e.key === `${PREFIX}${user}.${name}` && fn();
  window.addEventListener('storage', hear);
  return () => window.removeEventListener('storage', hear);
}
