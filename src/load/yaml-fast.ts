/**
 * A reader for the YAML that nearly every file is made of: block maps and lists, scalars of one line, collections in
 * brackets on one line, comments. Whatever else it meets, and anything wrong, it leaves to the library: it answers only
 * when its answer is the library's (test/load/yaml-fast.test.ts compares the two). The reason is measured: the
 * library takes two thirds of the time that loading a fleet takes, and this reader a tenth of that.
 */
import type { Place } from '../errors.ts';
import type { JsonValue } from '../model.ts';
import { childPointer } from './pointer.ts';
import { readPlainScalar } from './scalars.ts';

/** What a file says, and where. */
export interface ReadYaml {
  readonly value: JsonValue;
  readonly places: ReadonlyMap<string, Place>;
  readonly keyPlaces: ReadonlyMap<string, Place>;
  readonly plain: ReadonlyMap<string, string>;
}

/** Deeper than people write; the library's reader has the real limit. */
const maximumDepth = 24;

/** A key and its colon: a word, or text in quotes without escapes; then a space or the end of the line. */
const keyPattern = /(?:([A-Za-z_][A-Za-z0-9_./-]*)|'([^'\n]*)'|"([^"\\\n]*)"):(?= |$)/y;
/** The same inside brackets, where a value must follow. */
const flowKeyPattern = /(?:([A-Za-z_][A-Za-z0-9_./-]*)|'([^'\n]*)'|"([^"\\\n]*)"): /y;
const singleQuoted = /'([^'\n]*)'(?!')/y;
const doubleQuoted = /"([^"\\\n]*)"/y;
/** A plain scalar in brackets, much narrower than YAML has it. */
const flowScalar = /-?[A-Za-z0-9_./+](?:[^\s,[\]{}:#]|:(?=[^\s,[\]{}#])| (?=[^\s,[\]{}:#]))*(?= *[,\]}])/y;
/** The header of a block scalar: folded or literal, with the final line end or without. */
const blockHeader = /([>|])(-?)$/y;
/** First characters of a plain scalar that are no indicator of YAML. */
const plainStart = /[A-Za-z0-9_./+~^$(<=\\]|-[^ ]/y;

/** Thrown inside this file only: the text is not of the plain kind. */
const notPlain = Symbol('not plain');

/** Reads `text`; undefined when the library must. */
export function readFast(file: string, text: string): ReadYaml | undefined {
  // Tabs, carriage returns, directives and document markers have rules of their own.
  if (/[\t\r]|^(?:%|---|\.\.\.)/m.test(text)) return undefined;
  try {
    return new FastReader(file, text).read();
  } catch (error) {
    if (error === notPlain) return undefined;
    throw error;
  }
}

class FastReader {
  readonly #file: string;
  readonly #lines: readonly string[];
  /** Lines that say something. */
  readonly #texts: string[] = [];
  readonly #numbers: number[] = [];
  /** Column, from 0, at which the content of a line begins; moves right when a list item's dash is taken. */
  readonly #indents: number[] = [];
  #at = 0;
  readonly #places = new Map<string, Place>();
  readonly #keyPlaces = new Map<string, Place>();
  readonly #plain = new Map<string, string>();

  constructor(file: string, text: string) {
    this.#file = file;
    this.#lines = text.split('\n');
    let number = 0;
    for (const line of this.#lines) {
      number++;
      let indent = 0;
      while (line.charCodeAt(indent) === 32) indent++;
      if (indent === line.length || line.charCodeAt(indent) === 35) continue;
      this.#texts.push(line);
      this.#numbers.push(number);
      this.#indents.push(indent);
    }
  }

  read(): ReadYaml {
    if (this.#texts.length === 0 || this.#indents[0] !== 0) throw notPlain;
    const value = this.#block(0, '', 0);
    if (this.#at < this.#texts.length) throw notPlain;
    return { value, places: this.#places, keyPlaces: this.#keyPlaces, plain: this.#plain };
  }

  /** Indent of the current line; -1 at the end. */
  #indent(): number {
    return this.#indents[this.#at] ?? -1;
  }

  #line(): string {
    return this.#texts[this.#at] ?? '';
  }

  #place(column: number): Place {
    return { file: this.#file, line: this.#numbers[this.#at] ?? 0, column: column + 1 };
  }

  #isItem(): boolean {
    const line = this.#line();
    const indent = this.#indent();
    if (line.charCodeAt(indent) !== 45) return false;
    return indent + 1 === line.length || line.charCodeAt(indent + 1) === 32;
  }

  #block(indent: number, pointer: string, depth: number): JsonValue {
    if (depth > maximumDepth) throw notPlain;
    this.#places.set(pointer, this.#place(indent));
    return this.#isItem() ? this.#list(indent, pointer, depth) : this.#map(indent, pointer, depth);
  }

  #map(indent: number, pointer: string, depth: number): JsonValue {
    const result: Record<string, JsonValue> = Object.create(null);
    while (this.#indent() === indent) {
      const line = this.#line();
      const key = matchKey(keyPattern, line, indent);
      if (key === undefined || key in result) throw notPlain;
      const child = childPointer(pointer, key);
      this.#keyPlaces.set(child, this.#place(indent));
      result[key] = this.#after(keyPattern.lastIndex, indent, child, depth, true);
    }
    if (this.#indent() > indent) throw notPlain;
    return result;
  }

  #list(indent: number, pointer: string, depth: number): JsonValue {
    const result: JsonValue[] = [];
    while (this.#indent() === indent && this.#isItem()) {
      const child = childPointer(pointer, result.length);
      const line = this.#line();
      const inner = skipSpaces(line, indent + 1);
      keyPattern.lastIndex = inner;
      if (inner < line.length && (keyPattern.test(line) || isDash(line, inner))) {
        // A map or a list that begins on the line of the dash.
        this.#indents[this.#at] = inner;
        result.push(this.#block(inner, child, depth + 1));
      } else {
        result.push(this.#after(indent + 1, indent, child, depth, false));
      }
    }
    if (this.#indent() > indent) throw notPlain;
    return result;
  }

  /** The value that follows a key or a dash: on the same line, or on deeper lines. */
  #after(from: number, indent: number, pointer: string, depth: number, ofKey: boolean): JsonValue {
    const line = this.#line();
    const column = skipSpaces(line, from);
    // A comment needs a space before it; right behind a colon or a dash there is none.
    if (column === line.length || (line.charCodeAt(column) === 35 && column > from)) {
      this.#at++;
      const next = this.#indent();
      // A list may stand at the indent of its key.
      if (next > indent || (ofKey && next === indent && this.#isItem())) return this.#block(next, pointer, depth + 1);
      throw notPlain;
    }
    this.#places.set(pointer, this.#place(column));
    blockHeader.lastIndex = column;
    const header = blockHeader.exec(line);
    if (header) return this.#blockScalar(header[1] === '>', header[2] === '-', indent);
    const { value, end } = this.#inline(line, column, pointer, depth + 1);
    const rest = skipSpaces(line, end);
    if (rest < line.length && (line.charCodeAt(rest) !== 35 || rest === end)) throw notPlain;
    this.#at++;
    // Deeper lines would continue the scalar.
    if (this.#indent() > indent) throw notPlain;
    return value;
  }

  /** A folded or literal scalar whose lines have one indent, without empty lines: paragraphs are the library's. */
  #blockScalar(folded: boolean, stripped: boolean, parentIndent: number): string {
    const content: string[] = [];
    let number = this.#numbers[this.#at] ?? 0;
    let indent = -1;
    for (; number < this.#lines.length; number++) {
      const line = this.#lines[number] ?? '';
      const own = skipSpaces(line, 0);
      if (own === line.length) break;
      if (own <= parentIndent) break;
      if (indent < 0) indent = own;
      if (own < indent || (folded && own !== indent) || line.endsWith(' ')) throw notPlain;
      content.push(line.slice(indent));
    }
    if (content.length === 0) throw notPlain;
    // Behind an empty line nothing may go on with the scalar, and spaces would be content.
    for (let after = number; after < this.#lines.length; after++) {
      const line = this.#lines[after] ?? '';
      const own = skipSpaces(line, 0);
      if (own === line.length && own > 0) throw notPlain;
      if (own === line.length) continue;
      if (own > parentIndent) throw notPlain;
      break;
    }
    while (this.#at < this.#numbers.length && (this.#numbers[this.#at] ?? 0) <= number) this.#at++;
    return content.join(folded ? ' ' : '\n') + (stripped ? '' : '\n');
  }

  #inline(
    line: string,
    column: number,
    pointer: string,
    depth: number,
  ): { readonly value: JsonValue; readonly end: number } {
    const quoted = readQuoted(line, column);
    if (quoted) return quoted;
    const first = line[column];
    if (first === '[' || first === '{') return this.#flow(line, column, pointer, depth);
    plainStart.lastIndex = column;
    if (!plainStart.test(line)) throw notPlain;
    const comment = line.indexOf(' #', column);
    let end = comment < 0 ? line.length : comment;
    while (line.charCodeAt(end - 1) === 32) end--;
    const text = line.slice(column, end);
    if (text.includes(': ') || text.endsWith(':')) throw notPlain;
    return { value: this.#scalar(text, pointer), end };
  }

  /** A collection in brackets that ends on its line. */
  #flow(
    line: string,
    column: number,
    pointer: string,
    depth: number,
  ): { readonly value: JsonValue; readonly end: number } {
    if (depth > maximumDepth) throw notPlain;
    this.#places.set(pointer, this.#place(column));
    const first = line[column];
    if (first === '[') return this.#flowList(line, column, pointer, depth);
    if (first === '{') return this.#flowMap(line, column, pointer, depth);
    const quoted = readQuoted(line, column);
    if (quoted) return quoted;
    flowScalar.lastIndex = column;
    const match = flowScalar.exec(line);
    if (!match) throw notPlain;
    return { value: this.#scalar(match[0], pointer), end: flowScalar.lastIndex };
  }

  #flowList(
    line: string,
    column: number,
    pointer: string,
    depth: number,
  ): { readonly value: JsonValue; readonly end: number } {
    const items: JsonValue[] = [];
    let at = skipSpaces(line, column + 1);
    if (line[at] === ']') return { value: items, end: at + 1 };
    for (;;) {
      const { value, end } = this.#flow(line, at, childPointer(pointer, items.length), depth + 1);
      items.push(value);
      at = skipSpaces(line, end);
      if (line[at] === ']') return { value: items, end: at + 1 };
      if (line[at] !== ',') throw notPlain;
      at = skipSpaces(line, at + 1);
    }
  }

  #flowMap(
    line: string,
    column: number,
    pointer: string,
    depth: number,
  ): { readonly value: JsonValue; readonly end: number } {
    const result: Record<string, JsonValue> = Object.create(null);
    let at = skipSpaces(line, column + 1);
    if (line[at] === '}') return { value: result, end: at + 1 };
    for (;;) {
      const key = matchKey(flowKeyPattern, line, at);
      if (key === undefined || key in result) throw notPlain;
      const child = childPointer(pointer, key);
      this.#keyPlaces.set(child, this.#place(at));
      const { value, end } = this.#flow(line, skipSpaces(line, flowKeyPattern.lastIndex), child, depth + 1);
      result[key] = value;
      at = skipSpaces(line, end);
      if (line[at] === '}') return { value: result, end: at + 1 };
      if (line[at] !== ',') throw notPlain;
      at = skipSpaces(line, at + 1);
    }
  }

  #scalar(text: string, pointer: string): JsonValue {
    const scalar = readPlainScalar(text);
    if (scalar.kind === 'refused') throw notPlain;
    if (scalar.kind !== 'string') this.#plain.set(pointer, text);
    return scalar.value;
  }
}

/** The key at `column`, or undefined; the pattern's `lastIndex` is behind its colon then. */
function matchKey(pattern: RegExp, line: string, column: number): string | undefined {
  pattern.lastIndex = column;
  const match = pattern.exec(line);
  if (!match) return undefined;
  const [, word, single, double] = match;
  // A word that YAML converts must be quoted; the library's reader says so.
  if (word !== undefined) return readPlainScalar(word).kind === 'string' ? word : undefined;
  return single ?? double;
}

function readQuoted(line: string, column: number): { readonly value: string; readonly end: number } | undefined {
  const first = line.charCodeAt(column);
  if (first !== 34 && first !== 39) return undefined;
  const pattern = first === 34 ? doubleQuoted : singleQuoted;
  pattern.lastIndex = column;
  const match = pattern.exec(line);
  if (!match) throw notPlain;
  return { value: match[1] ?? '', end: pattern.lastIndex };
}

function isDash(line: string, column: number): boolean {
  return line.charCodeAt(column) === 45 && (column + 1 === line.length || line.charCodeAt(column + 1) === 32);
}

function skipSpaces(line: string, from: number): number {
  let at = from;
  while (line.charCodeAt(at) === 32) at++;
  return at;
}
