/** Text to tokens. Errors carry go-jsonnet's words. */

import type { Source } from './source.ts';
import { unescapeString } from './strings.ts';

export type TokenKind = 'identifier' | 'keyword' | 'number' | 'string' | 'operator' | 'symbol' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** The name, keyword, operator or symbol; a string's value (escapes resolved); a number without underscores. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** A `|||` string: not allowed in imports. */
  readonly block?: boolean;
  /** How error messages show it. */
  readonly shown: string;
}

const KEYWORDS: ReadonlySet<string> = new Set([
  'assert',
  'else',
  'error',
  'false',
  'for',
  'function',
  'if',
  'import',
  'importstr',
  'importbin',
  'in',
  'local',
  'null',
  'self',
  'super',
  'tailstrict',
  'then',
  'true',
]);

const SYMBOLS = '{}[](),.;';
const OPERATOR_CHARACTERS = '!$:~+-&|^=<>*/%';
/** An operator of several characters does not end in one of these: `a+-b` is `a + (-b)`. */
const NEVER_LAST = '+-~!$';

const LONGEST_OPERATOR = 16;

export function isIdentifier(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) && !KEYWORDS.has(text);
}

/** The last token is the end of the file. */
export function lex(source: Source): Token[] {
  return new Lexer(source).run();
}

class Lexer {
  private readonly source: Source;
  private readonly text: string;
  private position = 0;
  private readonly tokens: Token[] = [];
  constructor(source: Source) {
    this.source = source;
    this.text = source.text;
  }

  run(): Token[] {
    for (;;) {
      this.skipBlank();
      if (this.position >= this.text.length) break;
      this.next();
    }
    this.push('end', '', this.position, this.position, 'end of file');
    return this.tokens;
  }

  private push(kind: TokenKind, text: string, start: number, end: number, shown: string, block = false): void {
    this.tokens.push(block ? { kind, text, start, end, shown, block } : { kind, text, start, end, shown });
    this.position = end;
  }

  private fail(message: string, at: number): never {
    throw this.source.staticError(message, at, at);
  }

  /** Passes white space and comments. */
  private skipBlank(): void {
    const { text } = this;
    for (;;) {
      const character = text[this.position];
      if (character === ' ' || character === '\n' || character === '\t' || character === '\r') {
        this.position += 1;
      } else if (character === '#' || (character === '/' && text[this.position + 1] === '/')) {
        const end = text.indexOf('\n', this.position);
        this.position = end === -1 ? text.length : end;
      } else if (character === '/' && text[this.position + 1] === '*') {
        const end = text.indexOf('*/', this.position + 2);
        if (end === -1) this.fail('Multi-line comment has no terminating */', this.position);
        this.position = end + 2;
      } else {
        return;
      }
    }
  }

  private next(): void {
    const start = this.position;
    const character = this.text[start]!;
    if (SYMBOLS.includes(character)) {
      this.push('symbol', character, start, start + 1, `"${character}"`);
    } else if (/[A-Za-z_]/.test(character)) {
      this.identifier(start);
    } else if (/[0-9]/.test(character)) {
      this.number(start);
    } else if (character === '"' || character === "'") {
      this.quoted(start, character);
    } else if (character === '@') {
      this.verbatim(start);
    } else if (this.text.startsWith('|||', start)) {
      this.block(start);
    } else if (OPERATOR_CHARACTERS.includes(character)) {
      this.operator(start);
    } else {
      const whole = String.fromCodePoint(this.text.codePointAt(start)!);
      this.fail(`Could not lex the character ${quoteCharacter(whole)}`, start);
    }
  }

  private identifier(start: number): void {
    const pattern = /[A-Za-z0-9_]*/y;
    pattern.lastIndex = start;
    const name = pattern.exec(this.text)![0];
    const keyword = KEYWORDS.has(name);
    const shown = keyword ? `"${name}"` : `(IDENTIFIER, "${name}")`;
    this.push(keyword ? 'keyword' : 'identifier', name, start, start + name.length, shown);
  }

  /** JSON's numbers without a sign, with `_` allowed between digits. */
  private number(start: number): void {
    const { text } = this;
    let at = start;
    const digits = (after: string): void => {
      if (!/[0-9]/.test(text[at] ?? '')) {
        this.fail(`Couldn't lex number, junk after ${after}: ${quoteCharacter(text[at])}`, at);
      }
      for (;;) {
        while (/[0-9]/.test(text[at] ?? '')) at += 1;
        if (text[at] !== '_') return;
        at += 1;
        if (!/[0-9]/.test(text[at] ?? '')) {
          this.fail(`Couldn't lex number, junk after '_': ${quoteCharacter(text[at])}`, at);
        }
      }
    };
    if (text[at] === '0') {
      at += 1;
      if (text[at] === '_') this.fail("Couldn't lex number, _ not allowed after leading 0", at);
    } else {
      digits('');
    }
    if (text[at] === '.') {
      at += 1;
      digits('decimal point');
    }
    if (text[at] === 'e' || text[at] === 'E') {
      at += 1;
      if (text[at] === '+' || text[at] === '-') {
        at += 1;
        digits('exponent sign');
      } else {
        digits("'E'");
      }
    }
    const number = text.slice(start, at).replaceAll('_', '');
    this.push('number', number, start, at, `(NUMBER, "${number}")`);
  }

  private quoted(start: number, quote: string): void {
    const { text } = this;
    let at = start + 1;
    let escapes = false;
    while (text[at] !== quote) {
      if (text[at] === '\\') {
        escapes = true;
        at += 1;
      }
      at += 1;
      if (at >= text.length) this.fail('Unterminated String', start);
    }
    const raw = text.slice(start + 1, at);
    const value = escapes ? unescapeString(raw, this.source, start, at + 1) : raw;
    const name = quote === '"' ? 'STRING_DOUBLE' : 'STRING_SINGLE';
    this.push('string', value, start, at + 1, `(${name}, "${raw}")`);
  }

  private verbatim(start: number): void {
    const { text } = this;
    const quote = text[start + 1];
    if (quote !== '"' && quote !== "'") {
      this.fail(`Couldn't lex verbatim string, junk after '@': ${quote?.codePointAt(0) ?? -1}`, start);
    }
    let value = '';
    let at = start + 2;
    for (;;) {
      const end = text.indexOf(quote, at);
      if (end === -1) this.fail('Unterminated String', start);
      value += text.slice(at, end);
      at = end + 1;
      if (text[at] !== quote) break;
      value += quote;
      at += 1;
    }
    const name = quote === '"' ? 'VERBATIM_STRING_DOUBLE' : 'VERBATIM_STRING_SINGLE';
    this.push('string', value, start, at, `(${name}, "${value}")`);
  }

  /** `|||`, a line end, lines that share the first line's indentation, `|||`; `|||-` drops the last line end. */
  private block(start: number): void {
    const { text } = this;
    let at = start + 3;
    const chomp = text[at] === '-';
    if (chomp) at += 1;
    while (text[at] === ' ' || text[at] === '\t' || text[at] === '\r') at += 1;
    if (text[at] !== '\n') this.fail('Text block requires new line after |||.', start);
    at += 1;
    let value = '';
    while (text[at] === '\n') {
      value += '\n';
      at += 1;
    }
    const indent = /[ \t]*/y;
    indent.lastIndex = at;
    const margin = indent.exec(text)![0];
    if (margin === '') this.fail("Text block's first line must start with whitespace", start);
    for (;;) {
      at += margin.length;
      const end = text.indexOf('\n', at);
      if (end === -1) this.fail('Unexpected EOF', start);
      value += text.slice(at, end + 1);
      at = end + 1;
      while (text[at] === '\n') {
        value += '\n';
        at += 1;
      }
      if (!text.startsWith(margin, at)) break;
    }
    while (text[at] === ' ' || text[at] === '\t') at += 1;
    if (!text.startsWith('|||', at)) this.fail('Text block not terminated with |||', start);
    if (chomp) value = value.slice(0, -1);
    this.push('string', value, start, at + 3, `(STRING_BLOCK, "${value}")`, true);
  }

  private operator(start: number): void {
    const { text } = this;
    let end = start + 1;
    // What is longer is no operator anyhow, and `!!!…` must not be looked at from each of its characters to its end.
    const limit = Math.min(text.length, start + LONGEST_OPERATOR);
    while (end < limit && OPERATOR_CHARACTERS.includes(text[end]!)) {
      if (text[end] === '/' && (text[end + 1] === '/' || text[end + 1] === '*')) break;
      if (text.startsWith('|||', end)) break;
      end += 1;
    }
    while (end > start + 1 && NEVER_LAST.includes(text[end - 1]!)) end -= 1;
    const operator = text.slice(start, end);
    if (operator === '$') this.push('symbol', '$', start, end, '"$"');
    else this.push('operator', operator, start, end, `(OPERATOR, "${operator}")`);
  }
}

function quoteCharacter(character: string | undefined): string {
  if (character === undefined) return "'end of file'";
  const code = character.codePointAt(0)!;
  if (character === "'" || character === '\\') return `'\\${character}'`;
  if (character === '\n') return "'\\n'";
  if (code >= 0x20 && code < 0x7f) return `'${character}'`;
  if (code < 0x20 || code === 0x7f) return `'\\x${code.toString(16).padStart(2, '0')}'`;
  if (code > 0xffff) return `'\\U${code.toString(16).padStart(8, '0')}'`;
  return `'\\u${code.toString(16).padStart(4, '0')}'`;
}
