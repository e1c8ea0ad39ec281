/** What operators do with values that are there. Errors carry go-jsonnet's words. */

import { JsonnetError } from './api.ts';
import { toLine } from './manifest.ts';
import { formatNumber, formatShortest } from './numbers.ts';
import { JObject, setAdd } from './objects.ts';
import { ARRAY_BYTES, charge, enter, fail, forceThunk, leave } from './run.ts';
import { codePointAt, codePointLength, compareStrings } from './unicode.ts';
import { JArray, JFunction, type Lazy, Thunk, type TypeName, typeOf, type Value } from './values.ts';

export function force(lazy: Lazy): Value {
  return lazy instanceof Thunk ? forceThunk(lazy) : lazy;
}

export function typeError(value: Value, expected: TypeName): never {
  const message = `Unexpected type ${typeOf(value)}, expected ${expected}`;
  const path = value instanceof JArray || value instanceof JObject ? value.argumentPath() : undefined;
  if (path) throw new JsonnetError('runtime', message, [], path);
  return fail(message);
}

export function checkNumber(value: number): number {
  if (Number.isFinite(value)) return value;
  return fail(Number.isNaN(value) ? 'Not a number' : 'Overflow');
}

/** `left + right` */
export function add(left: Value, right: Value): Value {
  if (typeof right === 'string') return concatenate(typeof left === 'string' ? left : toLine(left), right);
  if (typeof left === 'number') {
    return typeof right === 'number' ? checkNumber(left + right) : typeError(right, 'number');
  }
  if (typeof left === 'string') return concatenate(left, toLine(right));
  if (left instanceof JObject) return right instanceof JObject ? JObject.sum(left, right) : typeError(right, 'object');
  if (left instanceof JArray) return right instanceof JArray ? joinArrays(left, right) : typeError(right, 'array');
  return fail(`Unexpected type ${typeOf(left)}`);
}

setAdd(add);

function concatenate(left: string, right: string): string {
  charge(0, left.length + right.length);
  return left + right;
}

function joinArrays(left: JArray, right: JArray): JArray {
  const first = left.elements();
  const second = right.elements();
  charge(1, ARRAY_BYTES + 8 * (first.length + second.length));
  return new JArray(first.concat(second));
}

export function subtract(left: Value, right: Value): Value {
  if (typeof left !== 'number') return typeError(left, 'number');
  return typeof right === 'number' ? checkNumber(left - right) : typeError(right, 'number');
}

export function multiply(left: Value, right: Value): Value {
  if (typeof left !== 'number') return typeError(left, 'number');
  return typeof right === 'number' ? checkNumber(left * right) : typeError(right, 'number');
}

export function divide(left: Value, right: Value): Value {
  if (typeof left !== 'number') return typeError(left, 'number');
  if (typeof right !== 'number') return typeError(right, 'number');
  return right === 0 ? fail('Division by zero.') : checkNumber(left / right);
}

/** `%` of two numbers: the sign of the left one. */
export function modulo(left: number, right: number): number {
  return right === 0 ? fail('Division by zero.') : checkNumber(left % right);
}

/** Jsonnet's `==`. */
export function equals(left: Value, right: Value): boolean {
  if (typeof left === 'string') return typeof right === 'string' && stringsEqual(left, right);
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return left === right;
  if (left instanceof JArray) return right instanceof JArray && arraysEqual(left, right);
  if (left instanceof JObject) return right instanceof JObject && objectsEqual(left, right);
  return right instanceof JFunction ? fail('Cannot test equality of functions') : false;
}

/** Comparing long strings is work that steps do not show. */
function stringsEqual(left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  if (left.length > 1024) charge(left.length >> 6, 0);
  return left === right;
}

function arraysEqual(left: JArray, right: JArray): boolean {
  if (left.length !== right.length) return false;
  const first = left.elements();
  const second = right.elements();
  enter();
  charge(first.length, 0);
  for (let index = 0; index < first.length; index += 1) {
    if (!equals(force(first[index]!), force(second[index]!))) return false;
  }
  leave();
  return true;
}

function objectsEqual(left: JObject, right: JObject): boolean {
  const names = left.names(false);
  const others = right.names(false);
  if (names.length !== others.length) return false;
  for (let index = 0; index < names.length; index += 1) if (names[index] !== others[index]) return false;
  enter();
  charge(names.length, 0);
  for (const name of names) if (!equals(left.get(name), right.get(name))) return false;
  leave();
  return true;
}

/** Jsonnet's order: negative, zero or positive. */
export function compare(left: Value, right: Value): number {
  if (typeof left === 'number') return typeof right === 'number' ? left - right : typeError(right, 'number');
  if (typeof left === 'string')
    return typeof right === 'string' ? compareStrings(left, right) : typeError(right, 'string');
  if (left instanceof JArray) return right instanceof JArray ? compareArrays(left, right) : typeError(right, 'array');
  return fail(`Unexpected type ${typeOf(left)}`);
}

function compareArrays(left: JArray, right: JArray): number {
  const first = left.elements();
  const second = right.elements();
  const length = Math.min(first.length, second.length);
  enter();
  charge(length, 0);
  for (let index = 0; index < length; index += 1) {
    const order = compare(force(first[index]!), force(second[index]!));
    if (order !== 0) {
      leave();
      return order;
    }
  }
  leave();
  return first.length - second.length;
}

const MAX_SAFE = Number.MAX_SAFE_INTEGER;
type BitOperator = '&' | '|' | '^' | '<<' | '>>';

/** Bit operations on whole numbers of 64 bits, as go-jsonnet's. */
export function bitwise(operator: BitOperator, left: Value, right: Value): number {
  if (typeof left !== 'number') return typeError(left, 'number');
  if (typeof right !== 'number') return typeError(right, 'number');
  checkBitRange(left);
  checkBitRange(right);
  const shift = operator === '<<' || operator === '>>';
  if (shift && right < 0) fail('Shift by negative exponent.');
  // JavaScript's own operators work on 32 bits.
  const small = Math.abs(left) < 0x40000000 && Math.abs(right) < (shift && operator === '<<' ? 0 : 0x40000000);
  if (small && !shift) {
    if (operator === '&') return left & right;
    return operator === '|' ? left | right : left ^ right;
  }
  const a = BigInt(Math.trunc(left));
  const b = BigInt(Math.trunc(right));
  switch (operator) {
    case '&':
      return Number(a & b);
    case '|':
      return Number(a | b);
    case '^':
      return Number(a ^ b);
    case '<<':
      return Number(BigInt.asIntN(64, a << (b % 64n)));
    default:
      return Number(a >> (b % 64n));
  }
}

function checkBitRange(value: number): void {
  if (value >= -MAX_SAFE && value <= MAX_SAFE) return;
  fail(`Bitwise operator argument ${formatShortest(value)} outside of range [-9007199254740991, 9007199254740991]`);
}

export function negate(value: Value): number {
  return typeof value === 'number' ? -value : typeError(value, 'number');
}

export function complement(value: Value): number {
  if (typeof value !== 'number') return typeError(value, 'number');
  return Number(BigInt.asIntN(64, ~BigInt(Math.trunc(value))));
}

/** `target[index]` where neither is known before. */
export function indexValue(target: Value, index: Value): Value {
  if (target instanceof JObject) {
    return typeof index === 'string' ? target.get(index) : typeError(index, 'string');
  }
  if (target instanceof JArray) {
    if (typeof index !== 'number') return typeError(index, 'number');
    const position = Math.trunc(index);
    const element = position >= 0 ? target.at(position) : undefined;
    if (element === undefined) return outOfBounds(position, target.length);
    return force(element);
  }
  if (typeof target === 'string') {
    if (typeof index !== 'number') return typeError(index, 'number');
    return characterAt(target, Math.trunc(index));
  }
  return fail(`Value non indexable: ${typeOf(target)}`);
}

function characterAt(text: string, position: number): string {
  const character = position >= 0 ? codePointAt(text, position) : undefined;
  if (character === undefined) return outOfBounds(position, codePointLength(text));
  return character;
}

function outOfBounds(position: number, length: number): never {
  // Go's conversion of a float that no 64-bit integer holds.
  const shown = Math.abs(position) < 2 ** 63 ? formatNumber(position) : '-9223372036854775808';
  return fail(`Index ${shown} out of bounds, not within [0, ${length})`);
}
