import { describe, expect, test } from 'vitest';
import { JsonnetError } from '../../src/jsonnet/api.ts';
import { isIdentifier, lex } from '../../src/jsonnet/lexer.ts';
import { Source } from '../../src/jsonnet/source.ts';
import { showFrame } from './evaluation.ts';

/** Tokens as `kind text`, without the end. */
function tokens(text: string): string[] {
  return lex(new Source('f', text))
    .slice(0, -1)
    .map((token) => `${token.kind} ${token.text}`);
}

/** The value of a text that is one string literal. */
function string(text: string): string {
  const [token, end] = lex(new Source('f', text));
  expect([token?.kind, end?.kind]).toEqual(['string', 'end']);
  return token!.text;
}

function failure(text: string): [string, string] {
  try {
    lex(new Source('f', text));
  } catch (error) {
    if (error instanceof JsonnetError) return [error.message, showFrame(error.frames[0]!)];
    throw error;
  }
  throw new Error(`no error: ${text}`);
}

describe('tokens', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['a.b', ['identifier a', 'symbol .', 'identifier b']],
    ['local x_1=_y;', ['keyword local', 'identifier x_1', 'operator =', 'identifier _y', 'symbol ;']],
    ['{a+:::1}', ['symbol {', 'identifier a', 'operator +:::', 'number 1', 'symbol }']],
    ['a+-b', ['identifier a', 'operator +', 'operator -', 'identifier b']],
    ['a==-1', ['identifier a', 'operator ==', 'operator -', 'number 1']],
    ['!!x', ['operator !', 'operator !', 'identifier x']],
    ['a&&!b', ['identifier a', 'operator &&', 'operator !', 'identifier b']],
    ['$.x+$', ['symbol $', 'symbol .', 'identifier x', 'operator +', 'symbol $']],
    ['[::2]', ['symbol [', 'operator ::', 'number 2', 'symbol ]']],
    ['a//c\nb', ['identifier a', 'identifier b']],
    ['a/*\n*/b#x', ['identifier a', 'identifier b']],
    ['a/b', ['identifier a', 'operator /', 'identifier b']],
    ['1/*c*/+2', ['number 1', 'operator +', 'number 2']],
    ['a||"b"', ['identifier a', 'operator ||', 'string b']],
    ['a|||\n  b\n|||', ['identifier a', 'string b\n']],
    ['importstr importbin imports', ['keyword importstr', 'keyword importbin', 'identifier imports']],
  ])('%j', (text, expected) => {
    expect(tokens(text)).toEqual(expected);
  });

  test.each(['0', '10', '1.5', '1e3', '1E+3', '1.5e-10', '0.5'])('number %s', (text) => {
    expect(tokens(text)).toEqual([`number ${text}`]);
  });

  test('digits may be grouped', () => {
    expect(tokens('1_000.000_1e1_0')).toEqual(['number 1000.0001e10']);
  });
});

describe('strings', () => {
  test.each<[string, string]>([
    ['"a\'b"', "a'b"],
    ["'a\"b'", 'a"b'],
    ['"\\n\\t\\\\\\/\\"\\\'\\b\\f\\r"', '\n\t\\/"\'\b\f\r'],
    ['"\\u0041\\ud83d\\ude00"', 'A😀'],
    ['"\\ud800\\u0041"', '\ufffd'],
    ['"line\nline"', 'line\nline'],
    ["@'C:\\dir\\n''s'", "C:\\dir\\n's"],
    ['@"a""b"', 'a"b'],
    ['|||\n  a\n    b\n\n  c\n|||', 'a\n  b\n\nc\n'],
    ['|||\n\n  a\n |||', '\na\n'],
    ['|||-\n  a\n  b\n|||', 'a\nb'],
    ['||| \t\n\ta\n|||', 'a\n'],
  ])('%j', (text, expected) => {
    expect(string(text)).toBe(expected);
  });
});

/** Messages and places as go-jsonnet 0.22 prints them. */
describe('errors', () => {
  test.each<[string, string, string]>([
    ['"abc', 'Unterminated String', '1:1-1'],
    ["\n 'abc\\", 'Unterminated String', '2:2-2'],
    ['@"abc', 'Unterminated String', '1:1-1'],
    ['/* a', 'Multi-line comment has no terminating */', '1:1-1'],
    ['||| x', 'Text block requires new line after |||.', '1:1-1'],
    ['|||\nx\n|||', "Text block's first line must start with whitespace", '1:1-1'],
    ['|||\n x\ny', 'Text block not terminated with |||', '1:1-1'],
    ['|||\n x', 'Unexpected EOF', '1:1-1'],
    // The last line is as far in as the text: it belongs to it.
    ['|||\n  x\n  |||', 'Unexpected EOF', '1:1-1'],
    ['1.a', "Couldn't lex number, junk after decimal point: 'a'", '1:3-3'],
    ['1e', "Couldn't lex number, junk after 'E': 'end of file'", '1:3-3'],
    ['1e+x', "Couldn't lex number, junk after exponent sign: 'x'", '1:4-4'],
    ['0_1', "Couldn't lex number, _ not allowed after leading 0", '1:2-2'],
    ['1_x', "Couldn't lex number, junk after '_': 'x'", '1:3-3'],
    ['a ; ?', "Could not lex the character '?'", '1:5-5'],
    ['"😀" ?', "Could not lex the character '?'", '1:5-5'],
    ['"\\q"', 'Unknown escape sequence in string literal: \\q', '1:1-5'],
    ['"\\u12"', 'Truncated unicode escape sequence in string literal.', '1:1-7'],
    ['"\\u12zz"', 'Unicode escape sequence was malformed: 12zz', '1:1-9'],
    ['"\\ud800"', 'Truncated unicode surrogate pair escape sequence in string literal.', '1:1-9'],
    ['"\\ud800abcdef"', 'Unicode surrogate pair escape sequence missing low surrogate in string literal.', '1:1-15'],
  ])('%j', (text, message, place) => {
    expect(failure(text)).toEqual([message, place]);
  });
});

test('identifiers', () => {
  expect(['a', '_a1', 'tailstrict', '1a', 'a-b', ''].map(isIdentifier)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
