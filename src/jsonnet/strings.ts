/** Escapes of string literals, and strings as JSON. */

import type { Source } from './source.ts';

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

const HEX4 = /^[0-9a-fA-F]{4}$/;

/** The value of a quoted string's inside; `start` and `end` are the literal's, for errors. */
export function unescapeString(raw: string, source: Source, start: number, end: number): string {
  const fail = (message: string): never => {
    throw source.staticError(message, start, end);
  };
  let value = '';
  let at = 0;
  for (let backslash = raw.indexOf('\\'); backslash !== -1; backslash = raw.indexOf('\\', at)) {
    value += raw.slice(at, backslash);
    const letter = raw[backslash + 1];
    if (letter === undefined) return fail('Truncated escape sequence in string literal.');
    const simple = SIMPLE.get(letter);
    at = backslash + 2;
    if (simple !== undefined) {
      value += simple;
      continue;
    }
    if (letter !== 'u') {
      const whole = String.fromCodePoint(raw.codePointAt(backslash + 1)!);
      return fail(`Unknown escape sequence in string literal: \\${whole}`);
    }
    const first = raw.slice(at, at + 4);
    if (first.length < 4) return fail('Truncated unicode escape sequence in string literal.');
    if (!HEX4.test(first)) return fail(`Unicode escape sequence was malformed: ${first}`);
    at += 4;
    const code = Number.parseInt(first, 16);
    if (code < 0xd800 || code > 0xdfff) {
      value += String.fromCharCode(code);
      continue;
    }
    if (raw.length < at + 6) {
      return fail('Truncated unicode surrogate pair escape sequence in string literal.');
    }
    if (raw.slice(at, at + 2) !== '\\u') {
      return fail('Unicode surrogate pair escape sequence missing low surrogate in string literal.');
    }
    const second = raw.slice(at + 2, at + 6);
    if (!HEX4.test(second)) return fail(`Unicode low surrogate escape sequence was malformed: ${second}`);
    at += 6;
    const low = Number.parseInt(second, 16);
    const paired = code <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
    value += paired ? String.fromCharCode(code, low) : '\ufffd';
  }
  return value + raw.slice(at);
}

/** Whatever may need an escape. Almost no string has any of it, and this is the cheapest way to know. */
const SPECIAL = /["\\\u0000-\u001f\u007f-\u009f\ud800-\udfff]/;
/** What JSON.stringify leaves as it is but Jsonnet escapes: DEL and the C1 controls. */
const C1_CONTROL = /[\u007f-\u009f]/;
/** With the `u` flag only surrogates without a partner match. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** A string as JSON, with exactly the escapes that go-jsonnet uses. A lone surrogate is the replacement character. */
export function quote(text: string): string {
  if (!SPECIAL.test(text)) return `"${text}"`;
  const quoted = JSON.stringify(LONE_SURROGATE.test(text) ? text.replace(/\p{Surrogate}/gu, '\ufffd') : text);
  if (!C1_CONTROL.test(quoted)) return quoted;
  return quoted.replace(/[\u007f-\u009f]/g, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
