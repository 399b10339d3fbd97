/*
 * A name as it stands inside of a sentence: "Llaves de API" → "llaves de API", "API keys" stays. Only a first letter that
 * begins a word is lowered, never the letters of an abbreviation.
 */
export const inSentence = (name: string): string => (/^\p{Lu}\p{Ll}/u.test(name) ? name[0]?.toLowerCase() + name.slice(1) : name);
