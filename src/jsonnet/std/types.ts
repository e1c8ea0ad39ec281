/** Types, conversions and what talks to the host: `std.type`, `std.toString`, `std.extVar`, `std.trace`, ... */

import { quote } from '../strings.ts';
import { codePointLength } from '../unicode.ts';
import { JArray, JFunction, type Runtime, type TypeName, type Value } from '../values.ts';
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

/** Comparison functions that the desugaring of older implementations called; still members of `std`. */
export const comparisonBuiltins: BuiltinTable = {
  __compare: { parameters: ['v1', 'v2'], call: (rt, a, b) => compare(rt, rt.force(a), rt.force(b)) },
  __compare_array: { parameters: ['arr1', 'arr2'], call: (rt, a, b) => compareArrays(rt, rt.array(a), rt.array(b)) },
  __array_less: { parameters: ['arr1', 'arr2'], call: (rt, a, b) => compareArrays(rt, rt.array(a), rt.array(b)) < 0 },
  __array_greater: {
    parameters: ['arr1', 'arr2'],
    call: (rt, a, b) => compareArrays(rt, rt.array(a), rt.array(b)) > 0,
  },
  __array_less_or_equal: {
    parameters: ['arr1', 'arr2'],
    call: (rt, a, b) => compareArrays(rt, rt.array(a), rt.array(b)) <= 0,
  },
  __array_greater_or_equal: {
    parameters: ['arr1', 'arr2'],
    call: (rt, a, b) => compareArrays(rt, rt.array(a), rt.array(b)) >= 0,
  },
};

function compare(rt: Runtime, left: Value, right: Value): number {
  const type = rt.type(left);
  const other = rt.type(right);
  if (type !== other) return rt.fail(`Comparison requires matching types. Got ${type} and ${other}`);
  if (left instanceof JArray) return compareArrays(rt, left, rt.array(right));
  if (type === 'function' || type === 'object' || type === 'boolean') {
    return rt.fail(`Values of type ${type} are not comparable.`);
  }
  return Math.sign(rt.compare(left, right));
}

function compareArrays(rt: Runtime, left: JArray, right: JArray): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index += 1) {
    rt.charge(1, 0);
    const order = compare(rt, rt.force(left.at(index)!), rt.force(right.at(index)!));
    if (order !== 0) return order;
  }
  return Math.sign(left.length - right.length);
}
