/** Strings: cutting, searching, case, characters and numbers in text. All positions count code points. */

import { codePointLength, codePointSlice, codePoints } from '../unicode.ts';
import { JArray, type Lazy, type Runtime, type Value } from '../values.ts';
import type { BuiltinTable } from './contract.ts';
import { charOf, format } from './format.ts';
import { indexed, lengthOf } from './types.ts';

/** A ready array of strings. */
function stringArray(rt: Runtime, list: string[]): JArray {
  rt.charge(list.length, 8 * list.length);
  return new JArray(list);
}

/** Whether `char` is one of `chars`, a string or an array. */
function memberTest(rt: Runtime, chars: Value): (char: string) => boolean {
  if (typeof chars === 'string') return (char) => chars.includes(char);
  if (!(chars instanceof JArray)) return rt.fail('std.member first argument must be an array or a string');
  const elements = chars.elements();
  return (char) => elements.some((element) => rt.equals(rt.force(element), char));
}

/** `str` without the members of `chars` at the chosen ends. */
function strip(rt: Runtime, str: Lazy, chars: Lazy, left: boolean, right: boolean): string {
  const value = rt.force(str);
  if (typeof value !== 'string') return rt.fail(`Unexpected type ${rt.type(value)}, expected string`);
  if (value === '') return value;
  const isMember = memberTest(rt, rt.force(chars));
  const points = codePoints(value);
  let start = 0;
  let end = points.length;
  if (left) while (start < end && isMember(points[start]!)) start += 1;
  if (right) while (end > start && isMember(points[end - 1]!)) end -= 1;
  rt.charge(start + points.length - end, end - start);
  return start === 0 && end === points.length ? value : points.slice(start, end).join('');
}

/** How many times `part` occurs in `text` without overlap. */
function countOf(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count += 1;
  return count;
}

function split(rt: Runtime, text: string, separator: string, limit: number): JArray {
  rt.charge(text.length, text.length);
  const all = text.split(separator);
  if (limit === -1 || all.length <= limit + 1) return stringArray(rt, all);
  return stringArray(rt, [...all.slice(0, limit), all.slice(limit).join(separator)]);
}

function splitFromRight(rt: Runtime, text: string, separator: string, limit: number): JArray {
  rt.charge(text.length, text.length);
  const occurrences = countOf(text, separator);
  const count = limit > -1 && occurrences > limit ? limit : occurrences;
  const parts: string[] = [];
  let end = text.length;
  for (let turn = 0; turn < count; turn += 1) {
    const at = text.lastIndexOf(separator, end - separator.length);
    parts.push(text.slice(at + separator.length, end));
    end = at;
  }
  parts.push(text.slice(0, end));
  return stringArray(rt, parts.reverse());
}

/** The arguments that `splitLimit` and `splitLimitR` share. */
function splitArguments(rt: Runtime, name: string, str: Lazy, c: Lazy, maxsplits: Lazy): [string, string, number] {
  const text = rt.string(str);
  const separator = rt.string(c);
  const limit = rt.integer(maxsplits);
  if (limit < -1) rt.fail(`std.${name} third parameter should be -1 or non-negative, got ${limit}`);
  if (separator === '') rt.fail(`std.${name} second parameter should have length 1 or greater, got 0`);
  return [text, separator, limit];
}

/** `text` with every `from` replaced; `from` is not empty. */
export function replaceAll(rt: Runtime, text: string, from: string, to: string): string {
  const parts = text.split(from);
  rt.charge(text.length, text.length + (parts.length - 1) * to.length);
  return parts.length === 1 ? text : parts.join(to);
}

/** Natural numbers in a base up to 16, by the definition's code point arithmetic: `f` counts in base 16 alone. */
function parseNatural(rt: Runtime, text: string, base: number): number {
  rt.charge(text.length, 0);
  let total = 0;
  for (const char of codePoints(text)) {
    const code = char.codePointAt(0)!;
    const digit = code >= 97 ? code - 87 : code >= 65 ? code - 55 : code - 48;
    if (digit < 0 || digit >= base) rt.fail(`${text} is not a base ${base} integer`);
    total = base * total + digit;
  }
  return rt.checkNumber(total);
}

function textToParse(rt: Runtime, str: Lazy, whenEmpty: string): string {
  const value = rt.force(str);
  if (typeof value !== 'string') return rt.fail(`Expected string, got ${rt.type(value)}`);
  return value === '' ? rt.fail(whenEmpty) : value;
}

/** White space as Go's `unicode.IsSpace` defines it. */
const SPACE = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Without white space at the ends. A pattern for the end would look at every run of spaces from each of its places. */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && SPACE.test(text[start]!)) start += 1;
  while (end > start && SPACE.test(text[end - 1]!)) end -= 1;
  return text.slice(start, end);
}

/** Equality under Unicode's simple case folding, code point by code point: Go's `strings.EqualFold`. */
function equalFold(left: string, right: string): boolean {
  const others = codePoints(right);
  const points = codePoints(left);
  return points.length === others.length && points.every((point, index) => samePoint(point, others[index]!));
}

function samePoint(a: string, b: string): boolean {
  if (a === b) return true;
  if (a < '\u0080' && b < '\u0080') return a.toLowerCase() === b.toLowerCase();
  if (a.toLowerCase() === b.toLowerCase()) return true;
  // Case-insensitive Unicode patterns fold in the same way: K and the Kelvin sign, s and the long s, ...
  return new RegExp(`^${a.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}$`, 'iu').test(b);
}

const MAX_INT64 = 2n ** 63n - 1n;

/** `startsWith` and `endsWith` compare lengths first, of whatever has one; only then must both be strings. */
function affix(rt: Runtime, a: Lazy, b: Lazy, test: (text: string, part: string) => boolean): boolean {
  const text = rt.force(a);
  const part = rt.force(b);
  if (typeof text === 'string' && typeof part === 'string') return test(text, part);
  if (lengthOf(rt, text) < lengthOf(rt, part)) return false;
  if (typeof text !== 'string') rt.fail(`substr first parameter should be a string, got ${rt.type(text)}`);
  return false;
}

export const stringBuiltins: BuiltinTable = {
  substr: {
    parameters: ['str', 'from', 'len'],
    strict: true,
    call(rt, str, from, len) {
      const text = rt.force(str);
      if (typeof text !== 'string') return rt.fail(`substr first parameter should be a string, got ${rt.type(text)}`);
      const start = rt.force(from);
      if (typeof start !== 'number') {
        return rt.fail(`substr second parameter should be a number, got ${rt.type(start)}`);
      }
      if (start % 1 !== 0) rt.fail(`substr second parameter should be an integer, got ${start.toFixed(6)}`);
      if (start < 0) rt.fail(`substr second parameter should be greater than zero, got ${start.toFixed(6)}`);
      const count = rt.force(len);
      if (typeof count !== 'number') return rt.fail(`substr third parameter should be a number, got ${rt.type(count)}`);
      // The count is held in 32 bits there.
      if ((count | 0) !== count) rt.fail(`substr third parameter should be an integer, got ${count.toFixed(6)}`);
      if (count < 0) rt.fail(`substr third parameter should be greater than zero, got ${count}`);
      const part = codePointSlice(text, start, start + count);
      rt.charge(0, part.length);
      return part;
    },
  },
  startsWith: { parameters: ['a', 'b'], call: (rt, a, b) => affix(rt, a, b, (text, part) => text.startsWith(part)) },
  endsWith: { parameters: ['a', 'b'], call: (rt, a, b) => affix(rt, a, b, (text, part) => text.endsWith(part)) },
  lstripChars: {
    parameters: ['str', 'chars'],
    strict: true,
    call: (rt, str, chars) => strip(rt, str, chars, true, false),
  },
  rstripChars: {
    parameters: ['str', 'chars'],
    strict: true,
    call: (rt, str, chars) => strip(rt, str, chars, false, true),
  },
  stripChars: {
    parameters: ['str', 'chars'],
    strict: true,
    call: (rt, str, chars) => strip(rt, str, chars, true, true),
  },
  trim: {
    parameters: ['str'],
    strict: true,
    call(rt, str) {
      const text = rt.string(str);
      rt.charge(text.length, 0);
      return trim(text);
    },
  },
  stringChars: {
    parameters: ['str'],
    call(rt, str) {
      const value = rt.force(str);
      if (typeof value === 'string') return stringArray(rt, codePoints(value));
      return value instanceof JArray ? value : new JArray([...indexed(rt, value)]);
    },
  },
  split: {
    parameters: ['str', 'c'],
    call(rt, str, c) {
      const text = rt.force(str);
      if (typeof text !== 'string') return rt.fail(`std.split first parameter must be a String, got ${rt.type(text)}`);
      const separator = rt.force(c);
      if (typeof separator !== 'string') {
        return rt.fail(`std.split second parameter must be a String, got ${rt.type(separator)}`);
      }
      if (separator === '') rt.fail('std.split second parameter must have length 1 or greater, got 0');
      return split(rt, text, separator, -1);
    },
  },
  splitLimit: {
    parameters: ['str', 'c', 'maxsplits'],
    strict: true,
    call: (rt, str, c, maxsplits) => split(rt, ...splitArguments(rt, 'splitLimit', str, c, maxsplits)),
  },
  splitLimitR: {
    parameters: ['str', 'c', 'maxsplits'],
    strict: true,
    call: (rt, str, c, maxsplits) => splitFromRight(rt, ...splitArguments(rt, 'splitLimitR', str, c, maxsplits)),
  },
  strReplace: {
    parameters: ['str', 'from', 'to'],
    strict: true,
    call(rt, str, from, to) {
      const text = rt.string(str);
      const part = rt.string(from);
      const replacement = rt.string(to);
      if (part === '') rt.fail("'from' string must not be zero length.");
      return replaceAll(rt, text, part, replacement);
    },
  },
  isEmpty: { parameters: ['str'], strict: true, call: (rt, str) => rt.string(str) === '' },
  asciiUpper: {
    parameters: ['str'],
    call(rt, str) {
      const text = rt.string(str);
      rt.charge(0, text.length);
      return text.replace(/[a-z]+/g, (part) => part.toUpperCase());
    },
  },
  asciiLower: {
    parameters: ['str'],
    call(rt, str) {
      const text = rt.string(str);
      rt.charge(0, text.length);
      return text.replace(/[A-Z]+/g, (part) => part.toLowerCase());
    },
  },
  equalsIgnoreCase: {
    parameters: ['str1', 'str2'],
    strict: true,
    call(rt, str1, str2) {
      const left = rt.string(str1);
      const right = rt.string(str2);
      if (left === right) return true;
      rt.charge(left.length + right.length, 8 * (left.length + right.length));
      return equalFold(left, right);
    },
  },
  findSubstr: {
    parameters: ['pat', 'str'],
    call(rt, pat, str) {
      const part = rt.force(pat);
      if (typeof part !== 'string') {
        return rt.fail(`findSubstr first parameter should be a string, got ${rt.type(part)}`);
      }
      const text = rt.force(str);
      if (typeof text !== 'string') {
        return rt.fail(`findSubstr second parameter should be a string, got ${rt.type(text)}`);
      }
      if (part === '') return new JArray([]);
      rt.charge(text.length, 0);
      const found: number[] = [];
      let units = 0;
      let points = 0;
      for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) {
        points += codePointLength(text.slice(units, at));
        units = at;
        found.push(points);
      }
      rt.charge(found.length, 8 * found.length);
      return new JArray(found);
    },
  },
  char: { parameters: ['n'], strict: true, call: (rt, n) => charOf(rt, rt.number(n)) },
  codepoint: {
    parameters: ['str'],
    strict: true,
    call(rt, str) {
      const text = rt.string(str);
      const length = codePointLength(text);
      if (length !== 1) rt.fail(`codepoint takes a string of length 1, got length ${length}`);
      return text.codePointAt(0)!;
    },
  },
  parseInt: {
    parameters: ['str'],
    strict: true,
    call(rt, str) {
      const text = rt.string(str);
      const bad = () => rt.fail(`${text} is not a base 10 integer`);
      if (!/^[+-]?[0-9]+$/.test(text)) return bad();
      rt.charge(text.length, 0);
      if (text.length <= 15) return Number(text) + 0;
      const whole = text.length > 40 && !/^[+-]?0/.test(text) ? MAX_INT64 + 2n : BigInt(text.replace('+', ''));
      return whole > MAX_INT64 || whole < -MAX_INT64 - 1n ? bad() : Number(whole);
    },
  },
  parseOctal: {
    parameters: ['str'],
    call: (rt, str) => parseNatural(rt, textToParse(rt, str, 'Not an octal number: ""'), 8),
  },
  parseHex: {
    parameters: ['str'],
    call: (rt, str) => parseNatural(rt, textToParse(rt, str, 'Not hexadecimal: ""'), 16),
  },
  format: { parameters: ['str', 'vals'], call: (rt, str, vals) => format(rt, rt.string(str), rt.force(vals)) },
  mod: {
    parameters: ['a', 'b'],
    call(rt, a, b) {
      const left = rt.force(a);
      if (typeof left === 'string') return format(rt, left, rt.force(b));
      const right = rt.force(b);
      if (typeof left !== 'number' || typeof right !== 'number') {
        return rt.fail(`Operator % cannot be used on types ${rt.type(left)} and ${rt.type(right)}.`);
      }
      return right === 0 ? rt.fail('Division by zero.') : rt.checkNumber(left % right);
    },
  },
  resolvePath: {
    parameters: ['f', 'r'],
    call(rt, f, r) {
      const text = rt.force(f);
      if (typeof text !== 'string') return rt.fail(`std.split first parameter must be a String, got ${rt.type(text)}`);
      const folder = text.slice(0, text.lastIndexOf('/') + 1);
      const name = rt.force(r);
      // The definition joins folders and name, and a join leaves nulls out.
      if (name === null) return folder.slice(0, -1);
      const target = rt.string(name);
      rt.charge(0, folder.length + target.length);
      return folder + target;
    },
  },
};
