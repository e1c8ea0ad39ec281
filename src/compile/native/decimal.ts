/** Numbers as exact fractions. */

/**
 * The decimal number that a JavaScript number is written as, exactly, as numerator and denominator: 0.8 is 8/10 here,
 * not its binary neighbour. Throws on what is not finite.
 */
export function fractionOf(value: number): readonly [bigint, bigint] {
  const match = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:e([+-][0-9]+))?$/.exec(String(value));
  if (match === null) throw new Error(`${value} is not a finite number`);
  const [, sign, whole = '0', fraction = '', exponentText = '0'] = match;
  const exponent = Number(exponentText) - fraction.length;
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  return exponent >= 0 ? [digits * 10n ** BigInt(exponent), 1n] : [digits, 10n ** BigInt(-exponent)];
}
