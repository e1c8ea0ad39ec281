/** Bytes and escapes: base64, UTF-8, digests, shell, XML and dollar escapes. */

import { createHash } from 'node:crypto';
import { quote } from '../strings.ts';
import { JArray, type Lazy, type Runtime, type Value } from '../values.ts';
import type { Builtin, BuiltinTable } from './contract.ts';
import { replaceAll } from './strings.ts';

/** The hexadecimal digest of a string's UTF-8 bytes. */
function digest(algorithm: string): Builtin {
  return {
    parameters: ['s'],
    strict: true,
    call(rt, s) {
      const text = rt.string(s);
      rt.charge(1 + text.length, 128);
      return createHash(algorithm).update(text, 'utf8').digest('hex');
    },
  };
}

/** UTF-8 text of bytes; each byte that belongs to no code point becomes one U+FFFD, as in Go. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    const parts: string[] = [];
    for (let index = 0; index < bytes.length; ) {
      const length = sequenceLength(bytes, index);
      parts.push(length === 0 ? '\ufffd' : strictDecoder.decode(bytes.subarray(index, index + length)));
      index += Math.max(length, 1);
    }
    return parts.join('');
  }
}
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The length of the well-formed sequence that begins at `index`, or 0 (Unicode standard, table 3-7). */
function sequenceLength(bytes: Uint8Array, index: number): number {
  const first = bytes[index]!;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (index + length > bytes.length) return 0;
  // The first bytes whose second byte has a narrower range: overlong forms, surrogates, beyond the last code point.
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  const second = bytes[index + 1]!;
  if (second < low || second > high) return 0;
  for (let offset = 2; offset < length; offset += 1) {
    const byte = bytes[index + offset]!;
    if (byte < 0x80 || byte > 0xbf) return 0;
  }
  return length;
}

function byteArray(rt: Runtime, bytes: Uint8Array): JArray {
  rt.charge(bytes.length, 8 * bytes.length);
  return new JArray(Array.from(bytes));
}

function checkByte(rt: Runtime, value: number): void {
  if (value < 0 || value > 255) {
    rt.fail(`base64 encountered invalid codepoint value in the array (must be 0 <= X <= 255), got ${value}`);
  }
}

function base64(rt: Runtime, input: Value): string {
  if (typeof input === 'string') {
    rt.charge(input.length, 2 * input.length);
    if (/[^\u0000-\u00ff]/.test(input)) for (const char of input) checkByte(rt, char.codePointAt(0)!);
    return Buffer.from(input, 'utf8').toString('base64');
  }
  if (!(input instanceof JArray)) {
    return rt.fail(`base64 can only base64 encode strings / arrays of single bytes, got ${rt.type(input)}`);
  }
  rt.charge(input.length, 2 * input.length);
  const bytes = new Uint8Array(input.length);
  for (const [index, element] of input.elements().entries()) {
    const value = rt.force(element);
    if (typeof value !== 'number' || (value | 0) !== value) {
      return rt.fail(`base64 encountered a non-integer value in the array, got ${rt.type(value)}`);
    }
    checkByte(rt, value);
    bytes[index] = value;
  }
  return Buffer.from(bytes).toString('base64');
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes of a base64 string: padded, with line breaks allowed inside. */
function base64Bytes(rt: Runtime, str: Lazy): Uint8Array {
  const value = rt.force(str);
  if (typeof value !== 'string') return rt.fail(`base64DecodeBytes requires a string, got ${rt.type(value)}`);
  const length = Buffer.byteLength(value, 'utf8');
  if (length % 4 !== 0) {
    rt.fail(`input string appears not to be a base64 encoded string. Wrong length found (${length})`);
  }
  rt.charge(length, length);
  const compact = value.replace(/[\r\n]/g, '');
  if (!BASE64.test(compact)) {
    const at = value.search(/[^A-Za-z0-9+/\r\n]/);
    const bad = Buffer.byteLength(value.slice(0, at === -1 ? value.length : at), 'utf8');
    rt.fail(`failed to decode: illegal base64 data at input byte ${bad}`);
  }
  return Buffer.from(compact, 'base64');
}

const XML_ESCAPES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&apos;',
};

/** `std.escapeStringJson`, paid for. */
export function escapeJson(rt: Runtime, value: Value): string {
  const text = quote(rt.toString(value));
  rt.charge(0, text.length);
  return text;
}

export const encodingBuiltins: BuiltinTable = {
  md5: digest('md5'),
  sha1: digest('sha1'),
  sha256: digest('sha256'),
  sha512: digest('sha512'),
  sha3: digest('sha3-512'),
  base64: { parameters: ['input'], strict: true, call: (rt, input) => base64(rt, rt.force(input)) },
  base64Decode: { parameters: ['str'], strict: true, call: (rt, str) => decodeUtf8(base64Bytes(rt, str)) },
  base64DecodeBytes: {
    parameters: ['str'],
    strict: true,
    call: (rt, str) => byteArray(rt, base64Bytes(rt, str)),
  },
  encodeUTF8: {
    parameters: ['str'],
    strict: true,
    call: (rt, str) => byteArray(rt, Buffer.from(rt.string(str), 'utf8')),
  },
  decodeUTF8: {
    parameters: ['arr'],
    strict: true,
    call(rt, arr) {
      const elements = rt.array(arr).elements();
      rt.charge(elements.length, elements.length);
      const bytes = new Uint8Array(elements.length);
      for (const [index, element] of elements.entries()) {
        const byte = rt.integer(element);
        if (byte < 0 || byte > 255) rt.fail(`Bytes must be integers in range [0, 255], got ${byte}`);
        bytes[index] = byte;
      }
      return decodeUtf8(bytes);
    },
  },
  escapeStringJson: { parameters: ['str_'], strict: true, call: (rt, str) => escapeJson(rt, rt.force(str)) },
  escapeStringPython: { parameters: ['str'], call: (rt, str) => escapeJson(rt, rt.force(str)) },
  escapeStringBash: {
    parameters: ['str_'],
    call: (rt, str) => `'${replaceAll(rt, rt.toString(rt.force(str)), "'", "'\"'\"'")}'`,
  },
  escapeStringDollars: {
    parameters: ['str_'],
    call: (rt, str) => replaceAll(rt, rt.toString(rt.force(str)), '$', '$$'),
  },
  escapeStringXML: {
    parameters: ['str_'],
    call(rt, str) {
      const text = rt.toString(rt.force(str));
      const escaped = text.replace(/[<>&"']/g, (char) => XML_ESCAPES[char]!);
      rt.charge(text.length, escaped.length);
      return escaped;
    },
  },
};
