/** Spellings of scalars that go-jsonnet leaves to Go's standard library. */

/** Whatever may need an escape. */
const SPECIAL = /["\\\u0000-\u001f\u2028\u2029\ud800-\udfff]/;

/** A string literal as Go's JSON encoder writes it with HTML escaping off, which `std.manifestJsonEx` uses. */
export function quoteAsGoJson(text: string): string {
  if (!SPECIAL.test(text)) return `"${text}"`;
  const json = JSON.stringify(text);
  return /[\u2028\u2029]/.test(json) ? json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029') : json;
}

/** The shortest decimal digits of a finite number and the place of the point: value = 0.digits * 10^point. */
function shortestDigits(value: number): { digits: string; point: number } {
  const [mantissa = '', exponent = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  return { digits: digits === '0' ? '' : digits, point: digits === '0' ? 0 : Number(exponent) + 1 };
}

/** A number without an exponent, in its shortest form: Go's `FormatFloat(value, 'f', -1, 64)`. */
export function plainDecimal(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-6 && magnitude < 1e21) return String(value);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const { digits, point } = shortestDigits(value);
  if (digits === '') return `${sign}0`;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits + '0'.repeat(point - digits.length);
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
