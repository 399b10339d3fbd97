/* Sums of the API's decimal strings ("1234.50"), without a float in between. */

const SCALE = 12;

function scaled(text: string): bigint {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const n = BigInt(`${whole || '0'}${fraction.slice(0, SCALE).padEnd(SCALE, '0')}`);
  return text.startsWith('-') ? -n : n;
}

function plain(n: bigint): string {
  const digits = (n < 0n ? -n : n).toString().padStart(SCALE + 1, '0');
  const fraction = digits.slice(-SCALE).replace(/0+$/, '');
  return `${n < 0n ? '-' : ''}${digits.slice(0, -SCALE)}${fraction && `.${fraction}`}`;
}

/* What is no number counts as nothing. */
const amount = (value: unknown): bigint => {
  const text = value == null ? '' : String(value);
  return /^-?\d*\.?\d*$/.test(text) && /\d/.test(text) ? scaled(text) : 0n;
};

export const addDecimals = (a: unknown, b: unknown): string => plain(amount(a) + amount(b));
export const subtractDecimals = (a: unknown, b: unknown): string => plain(amount(a) - amount(b));

export function compareDecimals(a: unknown, b: unknown): number {
  const [x, y] = [amount(a), amount(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}
