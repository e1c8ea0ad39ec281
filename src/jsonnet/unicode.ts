/**
 * Jsonnet strings are sequences of code points; JavaScript's are UTF-16. Strings stay JavaScript strings here, and
 * these functions count, index and compare by code point. Almost no real string has a surrogate, so each has a fast
 * path for that case.
 */

const SURROGATE = /[\ud800-\udfff]/;

/** The last long string found free of surrogates: loops index one string again and again. */
let knownPlain = '';

/** Whether every code unit of `text` is a code point of its own. */
export function isPlain(text: string): boolean {
  if (text.length < 32) return !SURROGATE.test(text);
  if (text === knownPlain) return true;
  if (SURROGATE.test(text)) return false;
  knownPlain = text;
  return true;
}

/** The number of code points. */
export function codePointLength(text: string): number {
  if (isPlain(text)) return text.length;
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The code points of `text`, one string each. */
export function codePoints(text: string): string[] {
  return isPlain(text) ? text.split('') : Array.from(text);
}

/** The code point at `index` (counted in code points) as a string, or undefined outside of the string. */
export function codePointAt(text: string, index: number): string | undefined {
  if (isPlain(text)) return text[index];
  return Array.from(text)[index];
}

/** The part from code point `start` to before code point `end`. */
export function codePointSlice(text: string, start: number, end: number): string {
  if (isPlain(text)) return text.slice(start, end);
  return Array.from(text).slice(start, end).join('');
}

/** Orders by code point (JavaScript's `<` orders by code unit): negative, zero or positive. */
export function compareStrings(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
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
