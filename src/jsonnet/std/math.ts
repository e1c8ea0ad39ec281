/** Numbers: arithmetic, rounding, transcendental functions and the parsing of integers. */

import type { Runtime } from '../values.ts';
import type { Builtin, BuiltinTable } from './contract.ts';
import { frexp, pow } from './float.ts';

/** A function of one number. */
function unary(compute: (x: number) => number): Builtin {
  return { parameters: ['x'], strict: true, call: (rt, x) => rt.checkNumber(compute(rt.number(x))) };
}

/** A function of two numbers. */
function binary(parameters: readonly [string, string], compute: (x: number, y: number) => number): Builtin {
  return { parameters, strict: true, call: (rt, x, y) => rt.checkNumber(compute(rt.number(x), rt.number(y))) };
}

/** A predicate on one number. */
function predicate(test: (x: number) => boolean): Builtin {
  return { parameters: ['x'], strict: true, call: (rt, x) => test(rt.number(x)) };
}

/** Half away from zero. */
function round(x: number): number {
  const whole = Math.trunc(x);
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole;
}

/** A number whose type is checked with a message of its own. */
function numberOr(rt: Runtime, value: unknown, message: string): number {
  return typeof value === 'number' ? value : rt.fail(message);
}

export const mathBuiltins: BuiltinTable = {
  ceil: unary(Math.ceil),
  floor: unary(Math.floor),
  sqrt: unary(Math.sqrt),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  tan: unary(Math.tan),
  asin: unary(Math.asin),
  acos: unary(Math.acos),
  atan: unary(Math.atan),
  log: unary(Math.log),
  exp: unary(Math.exp),
  round: unary(round),
  mantissa: unary((x) => frexp(x).mantissa),
  exponent: unary((x) => frexp(x).exponent),
  pow: binary(['x', 'n'], pow),
  hypot: binary(['x', 'y'], Math.hypot),
  atan2: binary(['y', 'x'], Math.atan2),
  modulo: {
    parameters: ['x', 'y'],
    strict: true,
    call(rt, x, y) {
      const dividend = rt.number(x);
      const divisor = rt.number(y);
      return divisor === 0 ? rt.fail('Division by zero.') : rt.checkNumber(dividend % divisor);
    },
  },
  isEven: predicate((x) => Math.trunc(x) % 2 === 0),
  isOdd: predicate((x) => Math.trunc(x) % 2 !== 0),
  isInteger: predicate(Number.isInteger),
  isDecimal: predicate((x) => !Number.isInteger(x)),
  log2: {
    parameters: ['x'],
    call: (rt, x) => rt.checkNumber(rt.checkNumber(Math.log(rt.number(x))) / Math.LN2),
  },
  log10: {
    parameters: ['x'],
    call: (rt, x) => rt.checkNumber(rt.checkNumber(Math.log(rt.number(x))) / Math.log(10)),
  },
  deg2rad: { parameters: ['x'], call: (rt, x) => rt.checkNumber((rt.number(x) * Math.PI) / 180) },
  rad2deg: { parameters: ['x'], call: (rt, x) => rt.checkNumber(rt.checkNumber(rt.number(x) * 180) / Math.PI) },
  abs: {
    parameters: ['n'],
    call(rt, n) {
      const value = rt.force(n);
      const x = numberOr(rt, value, `std.abs expected number, got ${rt.type(value)}`);
      // The definition negates 0 too.
      return x > 0 ? x : -x;
    },
  },
  sign: {
    parameters: ['n'],
    call(rt, n) {
      const value = rt.force(n);
      const x = numberOr(rt, value, `std.sign expected number, got ${rt.type(value)}`);
      return x > 0 ? 1 : x < 0 ? -1 : 0;
    },
  },
  max: {
    parameters: ['a', 'b'],
    call(rt, a, b) {
      const left = rt.force(a);
      const x = numberOr(rt, left, `std.max first param expected number, got ${rt.type(left)}`);
      const right = rt.force(b);
      const y = numberOr(rt, right, `std.max second param expected number, got ${rt.type(right)}`);
      return x > y ? x : y;
    },
  },
  min: {
    parameters: ['a', 'b'],
    call(rt, a, b) {
      const left = rt.force(a);
      const x = numberOr(rt, left, `std.min first param expected number, got ${rt.type(left)}`);
      const right = rt.force(b);
      const y = numberOr(rt, right, `std.min second param expected number, got ${rt.type(right)}`);
      return x < y ? x : y;
    },
  },
  clamp: {
    parameters: ['x', 'minVal', 'maxVal'],
    call(rt, x, minimum, maximum) {
      const value = rt.force(x);
      if (rt.compare(value, rt.force(minimum)) < 0) return rt.force(minimum);
      return rt.compare(value, rt.force(maximum)) > 0 ? rt.force(maximum) : value;
    },
  },
};

/** `std.pi` is the nearest double, as `Math.PI` is. */
export const mathConstants = { pi: Math.PI } as const;
