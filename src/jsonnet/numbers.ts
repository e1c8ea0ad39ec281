/** Numbers as text, spelled as go-jsonnet spells them. */

/** Whole numbers in full, all others with 17 significant digits (C's `%.17g`). */
export function formatNumber(value: number): string {
  if (Number.isInteger(value)) {
    if (Number.isSafeInteger(value)) return Object.is(value, -0) ? '-0' : String(value);
    return BigInt(value).toString();
  }
  return formatSignificant(value, 17);
}

/** C's `%.<digits>g`: no trailing zeros, an exponent of at least two digits below 1e-4 and from 10^digits on. */
export function formatSignificant(value: number, digits: number): string {
  const [mantissa, exponentText] = value.toExponential(digits - 1).split('e') as [string, string];
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= digits) {
    const sign = exponent < 0 ? '-' : '+';
    return `${trimZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  return trimZeros(value.toFixed(Math.max(0, digits - 1 - exponent)));
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Go's `%v`: the shortest digits that read back as the same number, with an exponent from 1e6 on and below 1e-4. */
export function formatShortest(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const [mantissa, exponentText] = value.toExponential().split('e') as [string, string];
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return Object.is(value, -0) ? '-0' : String(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
