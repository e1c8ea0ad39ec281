/**
 * Jsonnet strings are sequences of code points; JavaScript's are UTF-16. Strings stay JavaScript strings here, and
 * these functions count, index and compare by code point. Almost no real string has a surrogate, so each has a fast
 * path for that case.
 */

import { charge } from './run.ts';

const SURROGATE = /[\ud800-\udfff]/;

/** Strings below this length are looked at without counting. */
const SHORT = 64;

/** The last long string found free of surrogates, and the last one that was not: loops index one string many times. */
let knownPlain = '';
let knownMixed = '';
let knownPoints: string[] = [];

/** Whether every code unit of `text` is a code point of its own. */
export function isPlain(text: string): boolean {
  if (text.length < SHORT) return !SURROGATE.test(text);
  if (text === knownPlain) return true;
  if (text === knownMixed) return false;
  charge(text.length >> 6, 0);
  if (SURROGATE.test(text)) return false;
  knownPlain = text;
  return true;
}

/** The code points of a text that is not plain. */
function mixedPoints(text: string): string[] {
  if (text.length < SHORT) return Array.from(text);
  if (text !== knownMixed) {
    charge(text.length >> 4, 8 * text.length);
    knownPoints = Array.from(text);
    knownMixed = text;
  }
  return knownPoints;
}

/** The number of code points. */
export function codePointLength(text: string): number {
  return isPlain(text) ? text.length : mixedPoints(text).length;
}

/** The code points of `text`, one string each. */
export function codePoints(text: string): string[] {
  return isPlain(text) ? text.split('') : mixedPoints(text).slice();
}

/** The code point at `index` (counted in code points) as a string, or undefined outside of the string. */
export function codePointAt(text: string, index: number): string | undefined {
  return isPlain(text) ? text[index] : mixedPoints(text)[index];
}

/** The part from code point `start` to before code point `end`. */
export function codePointSlice(text: string, start: number, end: number): string {
  return isPlain(text) ? text.slice(start, end) : mixedPoints(text).slice(start, end).join('');
}

/** Orders by code point (JavaScript's `<` orders by code unit): negative, zero or positive. */
export function compareStrings(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  if (length >= SHORT) {
    charge(length >> 6, 0);
    // Without surrogates, units are code points, and JavaScript compares units.
    if (isPlain(left) && isPlain(right)) return left < right ? -1 : 1;
  }
  for (let index = 0; index < length; index += 1) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a === b) continue;
    // A surrogate pair stands for a code point above every single unit.
    const aHigh = a >= 0xd800 && a <= 0xdfff;
    const bHigh = b >= 0xd800 && b <= 0xdfff;
    if (aHigh !== bHigh) return aHigh ? 1 : -1;
    return a - b;
  }
  return left.length - right.length;
}

/** Sorts names in place by code point; the common case of no surrogate is JavaScript's own order. */
export function sortNames(names: string[]): string[] {
  for (const name of names) {
    if (SURROGATE.test(name)) return names.sort(compareStrings);
  }
  return names.sort();
}
