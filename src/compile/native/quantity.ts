/**
 * Kubernetes quantities (`100m`, `1.5Gi`, `2e3`) in exact arithmetic.
 * Grammar and suffixes: k8s.io/apimachinery, pkg/api/resource/quantity.go.
 */

import { fractionOf } from './decimal.ts';

/** How a quantity is written: powers of 1024, powers of 1000, or an exponent of ten. */
type Format = 'binary' | 'decimal' | 'exponent';

interface Quantity {
  /** In units of 10^-9, the finest that Kubernetes keeps. */
  readonly nanos: bigint;
  readonly format: Format;
}

const nano = 1_000_000_000n;
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
/** Power of ten by suffix. */
const decimalSuffixes: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);

function parse(text: string): Quantity {
  const match = /^([+-]?)([0-9]+(?:\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{1,3})?$/.exec(text);
  if (match === null) throw new Error(`${JSON.stringify(text)} is not a quantity such as 100m, 1.5Gi or 2e3`);
  const [, sign, digits = '', suffix = ''] = match;
  const [whole = '', fraction = ''] = digits.split('.');
  let numerator = BigInt((whole + fraction || '0').padStart(1, '0')) * nano;
  let denominator = 10n ** BigInt(fraction.length);
  let format: Format = 'decimal';
  const binary = binarySuffixes.indexOf(suffix);
  if (binary > 0) {
    format = 'binary';
    numerator *= 1024n ** BigInt(binary);
  } else {
    const exponent = decimalSuffixes.get(suffix) ?? Number(suffix.slice(1));
    if (!decimalSuffixes.has(suffix)) format = 'exponent';
    if (exponent >= 0) numerator *= 10n ** BigInt(exponent);
    else denominator *= 10n ** BigInt(-exponent);
  }
  const nanos = divideUp(numerator, denominator);
  return { nanos: sign === '-' ? -nanos : nanos, format };
}

/** Away from zero, as Kubernetes rounds what is finer than it can keep. */
function divideUp(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  if (numerator % denominator === 0n) return quotient;
  return numerator < 0n ? quotient - 1n : quotient + 1n;
}

/** The canonical form: the largest suffix that needs no fraction. Fractions of one have no binary suffix. */
function format(quantity: Quantity): string {
  const { nanos } = quantity;
  if (nanos === 0n) return '0';
  const sign = nanos < 0n ? '-' : '';
  const size = nanos < 0n ? -nanos : nanos;
  if (quantity.format === 'binary' && size % nano === 0n) {
    let units = size / nano;
    let power = 0;
    while (power < binarySuffixes.length - 1 && units % 1024n === 0n) {
      units /= 1024n;
      power++;
    }
    return `${sign}${units}${binarySuffixes[power]}`;
  }
  let units = size;
  let exponent = -9;
  while (exponent < 18 && units % 1000n === 0n) {
    units /= 1000n;
    exponent += 3;
  }
  if (quantity.format === 'exponent') return `${sign}${units}${exponent === 0 ? '' : `e${exponent}`}`;
  const suffix = [...decimalSuffixes].find(([, power]) => power === exponent)?.[0] ?? '';
  return `${sign}${units}${suffix}`;
}

/** Bytes as a number; a fraction of a byte counts as one. */
export function quantityBytes(text: string): number {
  return Number(divideUp(parse(text).nanos, nano));
}

/** Thousandths of a core as a number; a finer fraction counts as one. */
export function quantityMillicores(text: string): number {
  return Number(divideUp(parse(text).nanos, 1_000_000n));
}

/**
 * A quantity times a factor. The result is rounded up: to whole units where the suffix is binary (bytes), to thousandths
 * otherwise (millicores).
 */
export function scaleQuantity(text: string, factor: number): string {
  const quantity = parse(text);
  const [numerator, denominator] = fractionOf(factor);
  const unit = quantity.format === 'binary' ? nano : 1_000_000n;
  const nanos = divideUp(quantity.nanos * numerator, denominator * unit) * unit;
  return format({ nanos, format: quantity.format });
}

/** The sum, written as the first quantity that is not zero is. */
export function sumQuantities(texts: readonly string[]): string {
  const quantities = texts.map(parse);
  const first = quantities.find((quantity) => quantity.nanos !== 0n);
  const nanos = quantities.reduce((sum, quantity) => sum + quantity.nanos, 0n);
  return format({ nanos, format: first?.format ?? 'decimal' });
}

/** -1, 0 or 1. */
export function compareQuantities(a: string, b: string): number {
  const left = parse(a).nanos;
  const right = parse(b).nanos;
  return left < right ? -1 : left > right ? 1 : 0;
}
