/*
 * The user guide's shape. A text may hold keys as [[Ctrl K]] and places as [words](/address). A language that lacks a part or
 * a text fails the build.
 */
import type { es } from './es';

export interface Part {
  title: string;
  texts: readonly string[];
}

type AsMany<T extends readonly string[]> = { readonly [I in keyof T]: string };

/* Each language has the Spanish guide's parts, each with as many texts. */
export type Guide = { readonly [P in keyof typeof es]: { readonly title: string; readonly texts: AsMany<(typeof es)[P]['texts']> } };

/* Parts that only administrators need. */
export const FOR_ADMINISTRATORS: ReadonlySet<string> = new Set(['people', 'rights', 'sharing']);
