/**
 * The writer of YAML. Its bytes are a contract: a change here rewrites `out/` of every cluster.
 *
 * What it writes reads the same under YAML 1.1 and 1.2, and under the readers of Kubernetes, CloudFormation, PyYAML and
 * the common JavaScript libraries: a string is plain only where no rule of any of them could take it for something else.
 * Text of several lines is a literal block where that is exact. Keys are sorted by code units, nothing is folded, and
 * there are no anchors, tags or flow collections other than `{}` and `[]`.
 */
import type { JsonValue } from '../model.ts';

/**
 * One document as text, with a final newline.
 *
 * Throws an `Error` on what YAML cannot carry: a number that is not finite, a string with half a surrogate pair.
 */
export function renderYaml(value: JsonValue): string {
  if (typeof value === 'string') return `${inlineString(value)}\n`;
  if (isCollection(value) && !isEmpty(value)) {
    const out: string[] = [];
    writeBlock(value, '', '', out);
    return out.join('');
  }
  return `${inline(value)}\n`;
}

type Collection = readonly JsonValue[] | { readonly [key: string]: JsonValue };

function isCollection(value: JsonValue): value is Collection {
  return typeof value === 'object' && value !== null;
}

function isEmpty(value: Collection): boolean {
  return (Array.isArray(value) ? value : Object.keys(value)).length === 0;
}

/** Longest simple key in code points that every reader takes (the specification says 1024, quotes included). */
const longestSimpleKey = 512;

/**
 * Writes a collection that is not empty. `first` is what already stands on the current line in place of the
 * indentation of the first entry (`''` at the start of a line, otherwise nothing more to write), `indent` what begins
 * every further line.
 */
function writeBlock(value: Collection, first: string, indent: string, out: string[]): void {
  let lead = first;
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) {
      out.push(lead, '- ');
      writeItem(item, indent, out);
      lead = indent;
    }
    return;
  }
  const object = value as { readonly [key: string]: JsonValue };
  for (const key of sortedKeys(object)) {
    const name = inlineString(key);
    const child = object[key] as JsonValue;
    if (name.length > longestSimpleKey) {
      // The explicit form: readers give up on a longer key before they find its colon.
      out.push(lead, '? ', name, '\n', indent, ': ');
      writeItem(child, indent, out);
    } else {
      out.push(lead, name, ':');
      writeValue(child, indent, out);
    }
    lead = indent;
  }
}

/** After `- ` or an explicit `: `: a nested collection begins on the same line. */
function writeItem(value: JsonValue, indent: string, out: string[]): void {
  if (typeof value === 'string') out.push(blockString(value, indent) ?? inlineString(value), '\n');
  else if (isCollection(value) && !isEmpty(value)) writeBlock(value, '', `${indent}  `, out);
  else out.push(inline(value), '\n');
}

/** After `key:`: a nested map goes one level deeper, a nested list stays at the level of its key, as kubectl has it. */
function writeValue(value: JsonValue, indent: string, out: string[]): void {
  if (typeof value === 'string') {
    out.push(' ', blockString(value, indent) ?? inlineString(value), '\n');
  } else if (isCollection(value) && !isEmpty(value)) {
    const deeper = Array.isArray(value) ? indent : `${indent}  `;
    out.push('\n');
    writeBlock(value, deeper, deeper, out);
  } else {
    out.push(' ', inline(value), '\n');
  }
}

function sortedKeys(object: { readonly [key: string]: JsonValue }): readonly string[] {
  const keys = Object.keys(object);
  for (let index = 1; index < keys.length; index++) {
    // Most objects come sorted from the compiler; a comparison is cheaper than a sort.
    if ((keys[index - 1] as string) > (keys[index] as string)) return keys.sort();
  }
  return keys;
}

/** Scalars and empty collections. */
function inline(value: JsonValue): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      return inlineNumber(value);
    case 'string':
      return inlineString(value);
    default:
      return Array.isArray(value) ? '[]' : '{}';
  }
}

function inlineNumber(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`${value} is not a number that YAML or JSON can carry`);
  if (Object.is(value, -0)) return '0';
  const text = String(value);
  const exponent = text.indexOf('e');
  if (exponent < 0 || text.includes('.')) return text;
  // YAML 1.1 wants a dot before an exponent: 1e+21 would be a string there.
  return `${text.slice(0, exponent)}.0${text.slice(exponent)}`;
}

// ---------------------------------------------------------------------------------------------- strings

/**
 * Characters that stand as they are: printable, visible, and of one meaning in every reader. The ranges are written out
 * instead of taken from Unicode properties, which differ between versions of the runtime. Left out, and so escaped:
 * control characters, separators other than the space, and what is invisible or reorders text (soft hyphen, fillers,
 * zero-width and bidirectional marks, variation selectors, the byte order mark, private use, tags).
 */
const printable =
  '\\x20-\\x7e\\u00a1-\\u00ac\\u00ae-\\u034e\\u0350-\\u061b\\u061d-\\u115e\\u1161-\\u167f\\u1681-\\u17b3\\u17b6-\\u180a' +
  '\\u180f-\\u1fff\\u2010-\\u2027\\u2030-\\u205e\\u2070-\\u2fff\\u3001-\\u3163\\u3165-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufdff' +
  '\\ufe10-\\ufefe\\uff01-\\uff9f\\uffa1-\\uffdc\\uffe0-\\uffee\\u{10000}-\\u{1fffd}\\u{20000}-\\u{2fffd}\\u{30000}-\\u{3fffd}';
const allPrintable = new RegExp(`^[${printable}]*$`, 'u');
const allPrintableText = new RegExp(`^[${printable}\\n\\t]*$`, 'u');
const notPrintable = new RegExp(`[^${printable}]|["\\\\]`, 'gu');
const plainAscii = /^[\x20-\x7e]*$/;
const plainAsciiText = /^[\x20-\x7e\n\t]*$/;

/** Begins like a word, a path, a flag or an address, and has none of YAML's own characters in a place where they count. */
const plainShape = /^(?:[A-Za-z0-9_/.$(+^;\\~]|-(?=[A-Za-z0-9_/.-]))(?:[^#:]|:(?![\s]|$)|(?<! )#)*$/;
/** Words that some reader takes for null, a boolean, a number, a merge key or the `=` of YAML 1.1. */
const reservedWord = /^(?:~|null|y|n|yes|no|true|false|on|off|[-+]?\.?(?:inf|nan)|[-+]?infinity|=|<<)$/i;
/**
 * What could be a number, a date, a time or a sexagesimal to some reader: begins like a number and has only the
 * characters of numbers, hexadecimal digits and their separators. Signs and dots alone count too: `.` is a number to one.
 */
const numberLike = /^(?:[-+.]*[0-9][0-9a-f_.,:+\-xotz ]*|[-+._]+)$/i;
/** A document marker; at the start of a line it would end the document. */
const marker = /^(?:---|\.\.\.)/;

/** A string on one line: plain, single-quoted, or double-quoted with escapes. */
function inlineString(text: string): string {
  if (!plainAscii.test(text) && !allPrintable.test(text)) return doubleQuoted(text);
  if (
    plainShape.test(text) &&
    !text.endsWith(' ') &&
    !numberLike.test(text) &&
    !reservedWord.test(text) &&
    !marker.test(text)
  ) {
    return text;
  }
  return `'${text.replaceAll("'", "''")}'`;
}

function doubleQuoted(text: string): string {
  if (/[\ud800-\udfff]/u.test(text)) throw new Error('a string has half a surrogate pair, which is no character');
  return `"${text.replace(notPrintable, escapeCharacter)}"`;
}

function escapeCharacter(character: string): string {
  switch (character) {
    case '"':
      return '\\"';
    case '\\':
      return '\\\\';
    case '\n':
      return '\\n';
    case '\t':
      return '\\t';
    case '\r':
      return '\\r';
    default: {
      const code = character.codePointAt(0) as number;
      if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
      if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
      return `\\U${code.toString(16).padStart(8, '0')}`;
    }
  }
}

/**
 * Text of several lines as a literal block, when the block is exactly the text; otherwise undefined. `indent` is that of
 * the entry that holds the block; its lines stand two deeper.
 */
function blockString(text: string, indent: string): string | undefined {
  const newline = text.indexOf('\n');
  if (newline < 0 || !(plainAsciiText.test(text) || allPrintableText.test(text))) return undefined;
  const lines = text.split('\n');
  const ending = text.endsWith('\n') ? (text.endsWith('\n\n') ? '+' : '') : '-';
  if (ending !== '-') lines.pop();
  // Lines of blanks alone at either end are read differently by different readers, and nobody sees them.
  const first = lines[0] as string;
  if (isBlank(first) || isBlank(lines.at(-1) as string) !== (ending === '+')) return undefined;
  if (lines.some((line) => line !== '' && isBlank(line))) return undefined;
  const indicator = /^[ \t]/.test(first) ? '2' : '';
  const deeper = `${indent}  `;
  const body = lines.map((line) => (line === '' ? '' : `${deeper}${line}`)).join('\n');
  return `|${indicator}${ending}\n${body}`;
}

function isBlank(line: string): boolean {
  return /^[ \t]*$/.test(line);
}
