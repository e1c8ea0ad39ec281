/**
 * Floating-point functions whose last bit the language's output depends on (`std.pow`, and `%f`, `%e`, `%g` through
 * it), computed by exact steps instead of the platform's `Math.pow`, whose result differs between engine versions.
 */

const TWO_54 = 2 ** 54;

/** `value` = mantissa * 2^exponent with 0.5 <= |mantissa| < 1; zero and non-finite values give exponent 0. */
export function frexp(value: number): { mantissa: number; exponent: number } {
  if (value === 0 || !Number.isFinite(value)) return { mantissa: value, exponent: 0 };
  let scaled = value;
  let exponent = 0;
  if (Math.abs(scaled) < 2.2250738585072014e-308) {
    // A subnormal: made normal first, so that the exponent bits mean what they say.
    scaled *= TWO_54;
    exponent = -54;
  }
  view.setFloat64(0, scaled);
  const high = view.getUint32(0);
  exponent += ((high >>> 20) & 0x7ff) - 1022;
  view.setUint32(0, (high & 0x800fffff) | (1022 << 20));
  return { mantissa: view.getFloat64(0), exponent };
}

const view = new DataView(new ArrayBuffer(8));

/** mantissa * 2^exponent, rounded once. */
export function ldexp(mantissa: number, exponent: number): number {
  if (mantissa === 0 || !Number.isFinite(mantissa)) return mantissa;
  const parts = frexp(mantissa);
  const total = parts.exponent + exponent;
  if (total > 1024) return mantissa < 0 ? -Infinity : Infinity;
  if (total > -1021) return total === 1024 ? parts.mantissa * 2 * 2 ** 1023 : parts.mantissa * 2 ** total;
  if (total < -1080) return mantissa < 0 ? -0 : 0;
  // The result is subnormal: 2^total may be 0 itself, so half the way is exact and the last step rounds.
  return parts.mantissa * 2 ** (total + 60) * 2 ** -60;
}

/**
 * `base` to the power of `exponent`: the whole part by repeated squaring on normalised mantissas, as Go's `math.Pow`
 * does, so that both give the same bits; the fraction by `exp` and `log`.
 */
export function pow(base: number, exponent: number): number {
  if (exponent === 0 || base === 1) return 1;
  if (exponent === 1) return base;
  if (exponent === 0.5) return Math.sqrt(base);
  if (exponent === -0.5) return 1 / Math.sqrt(base);
  if (base === 0 || !Number.isFinite(base) || !Number.isFinite(exponent)) return base ** exponent;
  const magnitude = Math.abs(exponent);
  let whole = Math.trunc(magnitude);
  let fraction = magnitude - whole;
  if (fraction !== 0 && base < 0) return Number.NaN;
  if (whole >= 2 ** 63) {
    if (base === -1) return 1;
    return Math.abs(base) < 1 === exponent > 0 ? 0 : Infinity;
  }
  let product = 1;
  let productExponent = 0;
  if (fraction !== 0) {
    if (fraction > 0.5) {
      fraction -= 1;
      whole += 1;
    }
    product = Math.exp(fraction * Math.log(base));
  }
  let { mantissa: square, exponent: squareExponent } = frexp(base);
  for (; whole !== 0; whole = Math.floor(whole / 2)) {
    if (Math.abs(squareExponent) > 4096) {
      // The result overflows or vanishes whatever the rest is.
      productExponent += squareExponent;
      break;
    }
    if (whole % 2 === 1) {
      product *= square;
      productExponent += squareExponent;
    }
    square *= square;
    squareExponent *= 2;
    if (square < 0.5) {
      square += square;
      squareExponent -= 1;
    }
  }
  if (exponent < 0) {
    product = 1 / product;
    productExponent = -productExponent;
  }
  return ldexp(product, productExponent);
}
