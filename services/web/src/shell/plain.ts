/* What people type and what is found: words as they are said, accents and capitals aside. */

export const plain = (text: string): string => text.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLowerCase();

/* Every word typed begins a word of the text. */
export function matches(text: string, typed: string): boolean {
  const words = plain(text).split(/[^\p{L}\p{N}]+/u);
  return plain(typed).split(/\s+/).every((t) => words.some((w) => w.startsWith(t)));
}

/* A key for each name: its first letter that is free, "" when none is. What comes first chooses first. */
export function lettersOf(names: string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const letter = [...plain(name)].find((c) => /[a-z]/.test(c) && !taken.has(c)) ?? '';
    if (letter) taken.add(letter);
    return letter;
  });
}
