/* What the server asks of a new password, said while it is typed. Its list of usual words it alone knows. */

export const LENGTH_MIN = 10;
const DIFFERENT_MIN = 5;
const GOOD_LENGTH = 14;

export type Verdict = 'empty' | 'short' | 'personal' | 'few' | 'run' | 'fair' | 'good';

/* Without accents and capitals. */
const fold = (s: string): string => s.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
const letters = (s: string): string => s.replace(/[^\p{L}]/gu, '');

/* Nearly every character is the neighbour of the one before: "1234567890", "abcdefghij". */
function isRun(s: string): boolean {
  let steps = 0;
  for (let i = 1; i < s.length; i++) {
    const step = Math.abs(s.charCodeAt(i) - s.charCodeAt(i - 1));
    if (step <= 1 || (step === 9 && '09'.includes(s[i] ?? ''))) steps++;
  }
  return steps + Math.floor(s.length / 4) + 1 >= s.length;
}

export interface Whose {
  email?: string;
  name?: string;
}

function isPersonal(word: string, { email = '', name = '' }: Whose): boolean {
  if (!word) return false;
  const mail = fold(email);
  const all = fold(name);
  return [mail, mail.split('@')[0] ?? '', all, ...all.split(' ')].some((s) => letters(s) === word);
}

/* Characters that are still missing. */
export const missing = (password: string): number => Math.max(0, LENGTH_MIN - [...password].length);

export function verdict(password: string, whose: Whose = {}): Verdict {
  if (!password) return 'empty';
  if (missing(password)) return 'short';
  const folded = fold(password);
  if (isPersonal(letters(folded), whose)) return 'personal';
  if (new Set(folded).size < DIFFERENT_MIN) return 'few';
  if (isRun(folded)) return 'run';
  return [...password].length >= GOOD_LENGTH ? 'good' : 'fair';
}

export const isAllowed = (v: Verdict): boolean => v === 'fair' || v === 'good';
