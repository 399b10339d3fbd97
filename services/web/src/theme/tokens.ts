/* The scale everything is drawn with: a 4 px grid, two body sizes, one radius, one accent colour, borders before shadows. */

export const size = {
  bar: 48,
  rail: 52,
  railOpen: 208,
  row: 32,
  card: 56,
  control: 32,
  /* what a finger hits, on a phone */
  touch: 44,
  radius: 6,
} as const;

export const font = {
  family: '"Inter Variable", "Inter Fallback", system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif',
  body: 13,
  input: 14,
  small: 12,
  title: 16,
  head: 20,
} as const;

export interface Colors {
  /* page, chrome around it, what lies above it, a row under the pointer, a chosen one */
  page: string;
  chrome: string;
  raised: string;
  hover: string;
  chosen: string;
  text: string;
  soft: string;
  line: string;
  /* edge of an input: 3:1 against the page */
  edge: string;
  accent: string;
  accentHover: string;
  onAccent: string;
  green: string;
  amber: string;
  red: string;
  /* marks of picklist options */
  marks: Record<string, string>;
}

export const light: Colors = {
  page: '#ffffff',
  chrome: '#f6f7f8',
  raised: '#ffffff',
  hover: '#f2f5f6',
  chosen: '#e6f1f4',
  text: '#1a2126',
  soft: '#55616a',
  line: '#e1e5e8',
  edge: '#88939b',
  accent: '#0b6a83',
  accentHover: '#08536a',
  onAccent: '#ffffff',
  green: '#1c7a3e',
  amber: '#8a5a00',
  red: '#b3261e',
  marks: {
    grey: '#7b868e', blue: '#2c6fd1', green: '#2a9450', amber: '#c98500', red: '#d03a2f', violet: '#7c56c9', teal: '#12908a',
  },
};

export const dark: Colors = {
  page: '#14181b',
  chrome: '#1a1f23',
  raised: '#1f252a',
  hover: '#20272c',
  chosen: '#17333c',
  text: '#e5e9ec',
  soft: '#a1acb4',
  line: '#2b3339',
  edge: '#6f7b84',
  accent: '#5cbdd6',
  accentHover: '#7fd0e4',
  onAccent: '#06222b',
  green: '#6ccb8c',
  amber: '#e2b04a',
  red: '#ff8a80',
  marks: {
    grey: '#8f9aa2', blue: '#6ba3f5', green: '#5cc683', amber: '#e2ae3f', red: '#f37a70', violet: '#b094f0', teal: '#46c2ba',
  },
};
