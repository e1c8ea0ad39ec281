/** Types, conversions and what talks to the host: `std.type`, `std.toString`, `std.extVar`, `std.trace`, ... */

import { quote } from '../strings.ts';
import { codePointLength, codePoints } from '../unicode.ts';
import { JArray, JFunction, type Lazy, type Runtime, type TypeName, type Value } from '../values.ts';
import type { Builtin, BuiltinTable } from './contract.ts';

/** A predicate on the type alone. */
function isType(name: TypeName): Builtin {
  return { parameters: ['v'], strict: true, call: (rt, v) => rt.type(rt.force(v)) === name };
}

/** `std.length` of a value; fails on null, booleans and numbers. */
export function lengthOf(rt: Runtime, value: Value): number {
  if (typeof value === 'string') return codePointLength(value);
  if (value instanceof JArray) return value.length;
  if (value instanceof JFunction) return value.parameters.filter((parameter) => !parameter.optional).length;
  const type = rt.type(value);
  if (type !== 'object') return rt.fail(`Unexpected type ${type}`);
  return rt.object(value).names(false).length;
}

/**
 * What a definition sees that asks for a length and then indexes: the elements of an array, the characters of a string,
 * and for an object or function as many failures as it has fields or parameters.
 */
export function indexed(rt: Runtime, value: Value): readonly Lazy[] {
  if (typeof value === 'string') return codePoints(value);
  if (value instanceof JArray) return value.elements();
  const expected = value instanceof JFunction ? 'Unexpected type function' : 'Unexpected type number, expected string';
  return Array.from({ length: lengthOf(rt, value) }, () => rt.delay(() => rt.fail(expected)));
}

// Declared apart: in a table, the name would take its type from Object.prototype.
const toStringBuiltin: Builtin = { parameters: ['a'], strict: true, call: (rt, a) => rt.toString(rt.force(a)) };

export const typeBuiltins: BuiltinTable = {
  type: { parameters: ['x'], strict: true, call: (rt, x) => rt.type(rt.force(x)) },
  isString: isType('string'),
  isNumber: isType('number'),
  isBoolean: isType('boolean'),
  isObject: isType('object'),
  isArray: isType('array'),
  isFunction: isType('function'),
  isNull: { parameters: ['x'], strict: true, call: (rt, x) => rt.force(x) === null },
  length: { parameters: ['x'], strict: true, call: (rt, x) => lengthOf(rt, rt.force(x)) },
  toString: toStringBuiltin,
  id: { parameters: ['x'], strict: true, call: (rt, x) => rt.force(x) },
  equals: {
    parameters: ['x', 'y'],
    strict: true,
    call: (rt, x, y) => rt.equals(rt.force(x), rt.force(y)),
  },
  primitiveEquals: {
    parameters: ['x', 'y'],
    strict: true,
    call(rt, x, y) {
      const left = rt.force(x);
      const right = rt.force(y);
      const type = rt.type(left);
      if (type !== rt.type(right)) return false;
      if (type === 'array' || type === 'object') {
        return rt.fail(`primitiveEquals operates on primitive types, got ${type}`);
      }
      return rt.equals(left, right);
    },
  },
  xor: { parameters: ['x', 'y'], strict: true, call: (rt, x, y) => rt.boolean(x) !== rt.boolean(y) },
  xnor: { parameters: ['x', 'y'], strict: true, call: (rt, x, y) => rt.boolean(x) === rt.boolean(y) },
  assertEqual: {
    parameters: ['a', 'b'],
    call(rt, a, b) {
      const left = rt.force(a);
      const right = rt.force(b);
      if (rt.equals(left, right)) return true;
      const spell = (value: Value) => (typeof value === 'string' ? quote(value) : rt.toString(value));
      return rt.fail(`Assertion failed. ${spell(left)} != ${spell(right)}`);
    },
  },
  extVar: { parameters: ['x'], strict: true, call: (rt, x) => rt.external(rt.string(x)) },
  native: { parameters: ['x'], strict: true, call: (rt, x) => rt.native(rt.string(x)) ?? null },
  trace: {
    parameters: ['str', 'rest'],
    strict: true,
    call(rt, str, rest) {
      rt.trace(rt.string(str));
      return rt.force(rest);
    },
  },
};

/** A comparison of two arrays (or strings: the definition indexes what it gets). */
function arrayOrder(test: (order: number) => boolean | number): Builtin {
  return {
    parameters: ['arr1', 'arr2'],
    call: (rt, arr1, arr2) => test(compareArrays(rt, rt.force(arr1), rt.force(arr2))),
  };
}

/** Comparison functions that the desugaring of older implementations called; still members of `std`. */
export const comparisonBuiltins: BuiltinTable = {
  __compare: { parameters: ['v1', 'v2'], call: (rt, a, b) => compare(rt, rt.force(a), rt.force(b)) },
  __compare_array: arrayOrder((order) => order),
  __array_less: arrayOrder((order) => order < 0),
  __array_greater: arrayOrder((order) => order > 0),
  __array_less_or_equal: arrayOrder((order) => order <= 0),
  __array_greater_or_equal: arrayOrder((order) => order >= 0),
};

function compare(rt: Runtime, left: Value, right: Value): number {
  const type = rt.type(left);
  const other = rt.type(right);
  if (type !== other) return rt.fail(`Comparison requires matching types. Got ${type} and ${other}`);
  if (left instanceof JArray) return compareArrays(rt, left, right);
  if (type === 'function' || type === 'object' || type === 'boolean') {
    return rt.fail(`Values of type ${type} are not comparable.`);
  }
  return Math.sign(rt.compare(left, right));
}

function compareArrays(rt: Runtime, left: Value, right: Value): number {
  const leftItems = indexed(rt, left);
  const rightItems = indexed(rt, right);
  const shared = Math.min(leftItems.length, rightItems.length);
  for (let index = 0; index < shared; index += 1) {
    rt.charge(1, 0);
    const order = compare(rt, rt.force(leftItems[index]!), rt.force(rightItems[index]!));
    if (order !== 0) return order;
  }
  return Math.sign(leftItems.length - rightItems.length);
}
