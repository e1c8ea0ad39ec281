/**
 * `std.format` and `%`: Python's mini-language as the standard library defines it. Numbers are rendered by the
 * definition's own arithmetic (powers of ten, floor, remainder), since its rounding is part of the output.
 */

import { formatShortest } from '../numbers.ts';
import { codePointLength } from '../unicode.ts';
import { JArray, type Lazy, type Runtime, typeOf, type Value } from '../values.ts';
import { pow } from './float.ts';

interface Directive {
  /** The name in `%(name)s`. */
  readonly key: string | undefined;
  readonly alternate: boolean;
  readonly zero: boolean;
  readonly left: boolean;
  readonly blank: boolean;
  readonly plus: boolean;
  /** `*` takes the next value. */
  readonly width: number | '*';
  readonly precision: number | '*' | undefined;
  readonly conversion: 'd' | 'o' | 'x' | 'e' | 'f' | 'g' | 'c' | 's' | '%';
  readonly capitals: boolean;
}

type Part = string | Directive;

/** Parsed format strings: programs use few of them, many times. */
const parsed = new Map<string, readonly Part[]>();
const PARSED_LIMIT = 2000;

/** `std.format(template, values)`. */
export function format(rt: Runtime, template: string, values: Value): string {
  let parts = parsed.get(template);
  if (parts === undefined) {
    rt.charge(template.length, 0);
    parts = parse(rt, template);
    if (parsed.size >= PARSED_LIMIT) parsed.clear();
    parsed.set(template, parts);
  }
  if (values instanceof JArray) return formatList(rt, parts, values.elements());
  if (typeOf(values) === 'object') return formatFields(rt, parts, values);
  return formatList(rt, parts, [values]);
}

const CONVERSIONS: Readonly<Record<string, Directive['conversion']>> = {
  d: 'd',
  i: 'd',
  u: 'd',
  o: 'o',
  x: 'x',
  X: 'x',
  e: 'e',
  E: 'e',
  f: 'f',
  F: 'f',
  g: 'g',
  G: 'g',
  c: 'c',
  s: 's',
  '%': '%',
};

const DIRECTIVE = /(?:\(([^)]*)\))?([#0\- +]*)(\*|[0-9]*)(?:\.(\*|[0-9]*))?[hlL]?([\s\S])/uy;

function parse(rt: Runtime, template: string): Part[] {
  const parts: Part[] = [];
  let position = 0;
  for (;;) {
    const percent = template.indexOf('%', position);
    if (percent === -1) break;
    parts.push(template.slice(position, percent));
    DIRECTIVE.lastIndex = percent + 1;
    const match = DIRECTIVE.exec(template);
    if (match === null) return rt.fail('Truncated format code.');
    const [, key, flags = '', width = '', precision, letter = ''] = match;
    const conversion = Object.hasOwn(CONVERSIONS, letter) ? CONVERSIONS[letter] : undefined;
    if (conversion === undefined) {
      // An unclosed mapping key makes the pattern stop at its parenthesis.
      if (letter === '(' && key === undefined && flags === '' && width === '' && precision === undefined) {
        return rt.fail('Truncated format code.');
      }
      return rt.fail(`Unrecognised conversion type: ${letter}`);
    }
    parts.push({
      key,
      alternate: flags.includes('#'),
      zero: flags.includes('0'),
      left: flags.includes('-'),
      blank: flags.includes(' '),
      plus: flags.includes('+'),
      width: width === '*' ? '*' : Number(width),
      precision: precision === undefined || precision === '*' ? precision : Number(precision),
      conversion,
      capitals: letter === 'X' || letter === 'E' || letter === 'F' || letter === 'G',
    });
    position = DIRECTIVE.lastIndex;
  }
  parts.push(template.slice(position));
  return parts;
}

function formatList(rt: Runtime, parts: readonly Part[], values: readonly Lazy[]): string {
  let out = '';
  let next = 0;
  for (const part of parts) {
    if (typeof part === 'string') {
      out += part;
      continue;
    }
    let width: Lazy = part.width;
    if (width === '*') {
      if (next >= values.length) {
        rt.fail(`Not enough values to format: ${values.length}, expected at least ${next}`);
      }
      width = values[next]!;
      next += 1;
    }
    let precision: Lazy | undefined = part.precision;
    if (precision === '*') {
      if (next >= values.length) {
        rt.fail(`Not enough values to format: ${values.length}, expected at least ${next}`);
      }
      precision = values[next]!;
      next += 1;
    }
    if (part.conversion === '%') {
      out += pad(rt, '%', rt.number(width), part.left);
      continue;
    }
    if (next >= values.length) {
      rt.fail(`Not enough values to format: ${values.length}, expected more than ${next}`);
    }
    const value = rt.force(values[next]!);
    const chars = rt.number(width);
    out += pad(rt, render(rt, value, part, chars, precision, String(next)), chars, part.left);
    next += 1;
  }
  if (next < values.length) rt.fail(`Too many values to format: ${values.length}, expected ${next}`);
  rt.charge(parts.length, out.length);
  return out;
}

function formatFields(rt: Runtime, parts: readonly Part[], values: Value): string {
  const object = rt.object(values);
  let out = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      out += part;
      continue;
    }
    let text = '%';
    if (part.conversion !== '%') {
      const { key, precision } = part;
      if (key === undefined) return rt.fail('Mapping keys required.');
      if (!object.has(key, true)) rt.fail(`No such field: ${key}`);
      if (part.width === '*') rt.fail('Cannot use * field width with object.');
      if (precision === '*') rt.fail('Cannot use * precision with object.');
      text = render(rt, object.get(key), part, part.width as number, precision as number | undefined, key);
    }
    if (part.width === '*') return rt.fail('Cannot use * field width with object.');
    out += pad(rt, text, part.width, part.left);
  }
  rt.charge(parts.length, out.length);
  return out;
}

/** Spaces up to a width in code points. */
function pad(rt: Runtime, text: string, width: number, left: boolean): string {
  if (width <= text.length && width === 0) return text;
  const missing = Math.ceil(width - codePointLength(text));
  if (missing <= 0) return text;
  rt.charge(0, missing);
  return left ? text + ' '.repeat(missing) : ' '.repeat(missing) + text;
}

/** One value; `where` is its index or key, for errors. */
function render(
  rt: Runtime,
  value: Value,
  directive: Directive,
  width: number,
  precision: Lazy | undefined,
  where: string,
): string {
  switch (directive.conversion) {
    case 's':
      return rt.toString(value);
    case 'c':
      return renderChar(rt, value);
    default:
      if (typeof value !== 'number') return rt.fail(`Format required number at ${where}, got ${rt.type(value)}`);
      return renderNumber(rt, value, directive, width, precision === undefined ? undefined : rt.number(precision));
  }
}

function renderChar(rt: Runtime, value: Value): string {
  if (typeof value === 'number') return charOf(rt, value);
  if (typeof value !== 'string') return rt.fail(`%c expected number / string, got: ${rt.type(value)}`);
  const length = codePointLength(value);
  return length === 1 ? value : rt.fail(`%c expected 1-sized string got: ${length}`);
}

function renderNumber(
  rt: Runtime,
  value: number,
  directive: Directive,
  width: number,
  precision: number | undefined,
): string {
  const { blank, plus, alternate, capitals } = directive;
  const zeroWidth = directive.zero && !directive.left ? width : 0;
  const digits = precision ?? 0;
  const places = precision ?? 6;
  switch (directive.conversion) {
    case 'd':
      return integer(rt, value <= -1, Math.floor(Math.abs(value)), zeroWidth, digits, blank, plus, 10, '');
    case 'o':
      return integer(
        rt,
        value <= -1,
        Math.floor(Math.abs(value)),
        zeroWidth,
        digits,
        blank,
        plus,
        8,
        alternate ? '0' : '',
      );
    case 'x':
      return hexadecimal(rt, Math.floor(value), zeroWidth, digits, blank, plus, alternate, capitals);
    case 'f':
      return decimal(rt, value, zeroWidth, blank, plus, alternate, true, places);
    case 'e':
      return scientific(rt, value, zeroWidth, blank, plus, alternate, true, capitals, places);
    default: {
      const exponent = value === 0 ? 0 : Math.floor(Math.log(Math.abs(value)) / Math.log(10));
      if (exponent < -4 || exponent >= places) {
        return scientific(rt, value, zeroWidth, blank, plus, alternate, alternate, capitals, places - 1);
      }
      return decimal(rt, value, zeroWidth, blank, plus, alternate, alternate, places - Math.max(1, exponent + 1));
    }
  }
}

function signOf(negative: boolean, plus: boolean, blank: boolean): string {
  if (negative) return '-';
  if (plus) return '+';
  return blank ? ' ' : '';
}

function padZeros(rt: Runtime, text: string, width: number): string {
  const missing = Math.ceil(width - text.length);
  if (missing <= 0) return text;
  rt.charge(0, missing);
  return '0'.repeat(missing) + text;
}

/** Sign and magnitude in a base up to 10. `prefix` stands before any magnitude but 0. */
function integer(
  rt: Runtime,
  negative: boolean,
  magnitude: number,
  minChars: number,
  minDigits: number,
  blank: boolean,
  plus: boolean,
  radix: number,
  prefix: string,
): string {
  let text = '';
  if (magnitude === 0) {
    text = '0';
  } else if (Number.isSafeInteger(magnitude)) {
    text = prefix + magnitude.toString(radix);
  } else {
    // Beyond 2^53 (or with a fraction, for a negative precision) the definition's divisions round: so do these.
    for (let rest = magnitude; rest !== 0; rest = Math.floor(rest / radix)) text = rt.formatNumber(rest % radix) + text;
    text = prefix + text;
  }
  const signed = negative || blank || plus ? 1 : 0;
  return signOf(negative, plus, blank) + padZeros(rt, text, Math.max(minChars - signed, minDigits));
}

function hexadecimal(
  rt: Runtime,
  value: number,
  minChars: number,
  minDigits: number,
  blank: boolean,
  plus: boolean,
  addPrefix: boolean,
  capitals: boolean,
): string {
  const negative = value < 0;
  // Division by 16 is exact, so this is the definition's result at any size.
  const digits = BigInt(Math.abs(value)).toString(16);
  const signed = negative || blank || plus ? 1 : 0;
  const width = Math.max(minChars - signed - (addPrefix ? 2 : 0), minDigits);
  const body = padZeros(rt, capitals ? digits.toUpperCase() : digits, width);
  const prefix = addPrefix ? (capitals ? '0X' : '0x') : '';
  return signOf(negative, plus, blank) + prefix + body;
}

/** Floating point without an exponent. */
function decimal(
  rt: Runtime,
  value: number,
  zeroWidth: number,
  blank: boolean,
  plus: boolean,
  ensurePoint: boolean,
  trailing: boolean,
  precision: number,
): string {
  const magnitude = Math.abs(value);
  const denominator = rt.checkNumber(pow(10, precision));
  const numerator = rt.checkNumber(magnitude * denominator) + 0.5;
  if (denominator === 0) rt.fail('Division by zero.');
  const whole = magnitude === 0 ? 0 : Math.floor(rt.checkNumber(numerator / denominator));
  const fraction = Math.floor(numerator) % denominator;
  const pointSize = precision === 0 && !ensurePoint ? 0 : 1;
  const head = integer(rt, value < 0, whole, zeroWidth - precision - pointSize, 0, blank, plus, 10, '');
  if (precision === 0) return ensurePoint ? `${head}.` : head;
  if (!trailing && fraction <= 0) return head;
  const tail = integer(rt, false, fraction, precision, 0, false, false, 10, '');
  return `${head}.${trailing ? tail : withoutTrailingZeros(tail)}`;
}

/** By hand: a pattern for the end would look at every run of zeros from each of its places. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}

/** Floating point with an exponent. */
function scientific(
  rt: Runtime,
  value: number,
  zeroWidth: number,
  blank: boolean,
  plus: boolean,
  ensurePoint: boolean,
  trailing: boolean,
  capitals: boolean,
  precision: number,
): string {
  const exponent = value === 0 ? 0 : Math.floor(Math.log(Math.abs(value)) / Math.log(10));
  const suffix = (capitals ? 'E' : 'e') + integer(rt, exponent < 0, Math.abs(exponent), 3, 0, false, true, 10, '');
  // 10^-324 is 0 in double precision, and -324 the smallest exponent that there is.
  const mantissa = exponent === -324 ? (value * 10) / pow(10, exponent + 1) : value / pow(10, exponent);
  const width = zeroWidth - suffix.length;
  return decimal(rt, rt.checkNumber(mantissa), width, blank, plus, ensurePoint, trailing, precision) + suffix;
}

const LAST_CODE_POINT = 0x10ffff;

/** `std.char`: one code point; halves of surrogate pairs are no code points and become U+FFFD. */
export function charOf(rt: Runtime, code: number): string {
  if (code > LAST_CODE_POINT) return rt.fail(`Invalid unicode codepoint, got ${formatShortest(code)}`);
  if (code < 0) return rt.fail(`Codepoints must be >= 0, got ${formatShortest(code)}`);
  const whole = Math.trunc(code);
  return whole >= 0xd800 && whole <= 0xdfff ? '\ufffd' : String.fromCodePoint(whole);
}
