/** The fast reader answers what the library answers, or nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Problems } from '../../src/load/problems.ts';
import { readFast } from '../../src/load/yaml-fast.ts';
import { parseWithLibrary } from '../../src/load/yaml-library.ts';

/** Fails unless the fast reader is silent or agrees; true when it answered. */
function compare(text: string): boolean {
  const fast = readFast('f', text);
  if (!fast) return false;
  const problems = new Problems();
  const full = parseWithLibrary('f', text, problems);
  expect(problems.sorted()).toEqual([]);
  expect(JSON.stringify(fast.value)).toBe(JSON.stringify(full?.value));
  for (const part of ['places', 'keyPlaces', 'plain'] as const) {
    expect([...fast[part]].sort()).toEqual([...(full?.[part] ?? [])].sort());
  }
  return true;
}

const root = join(import.meta.dirname, '../..');
const files = ['channels', 'clusters'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .map((path) => join(root, folder, path)),
);

test('on every file of this repository, and it answers for most', () => {
  const answered = files.filter((path) => compare(readFileSync(path, 'utf8')));
  expect(files.length).toBeGreaterThan(20);
  expect(answered.length / files.length).toBeGreaterThan(0.9);
});

test('on every file of this repository with a line changed, left out or moved', () => {
  const texts = files.map((path) => readFileSync(path, 'utf8'));
  fc.assert(
    fc.property(
      fc.constantFrom(...texts),
      fc.nat(),
      fc.constantFrom(
        '',
        ' ',
        '  ',
        '- ',
        '#',
        ' #x',
        ':',
        "'",
        '"',
        '[',
        '}',
        '|',
        '>-',
        '&a ',
        '*a',
        '!t ',
        '\\',
        ',',
        '? ',
        '%',
        '\t',
        '0',
        '-',
      ),
      fc.nat(),
      (text, position, piece, cut) => {
        const at = position % (text.length + 1);
        compare(text.slice(0, at) + piece + text.slice(at + (cut % 4)));
      },
    ),
    { numRuns: 300 },
  );
});

describe('answers for', () => {
  test.each([
    'a: 1\n',
    'a: 1',
    'a:\n  b:\n    c: x\n  d: y\ne: z\n',
    'a:\n- 1\n- 2\nb: 3\n',
    'a:\n  - b: 1\n    c: 2\n  - d: 3\n',
    '- - 1\n  - 2\n- 3\n',
    '-\n  a: 1\n',
    'a: \'x # y\'\nb: "x: y" # z\n',
    'a: x#y\nb: x # y\n',
    'a: [1, two, {b: c}, [], {}, "d,e", \'f\']\n',
    'a: {b: {c: [d]}, "e f": 1}\n',
    'a: [aws:1:b, arn:aws:iam::1:role/x]\n',
    'a: >-\n  x\n  y\nb: 1\n',
    'a:\n  b: |\n    x\n     y\n\n  c: 1\n',
    'a: -x\nb: -1\n',
    'a: http://x:1/y?z\n',
    '"a b": 1\n\'c\': 2\n',
    '# only\n\na: 1 # x\n\n# end\n',
    'a: ~\nb: null\nc: yes\nd: 1.5\n',
    'a: x🙂é\nb: "é🙂" # x\nc: [e]\n',
    'a: x  \n',
  ])('%j', (text) => {
    expect(compare(text)).toBe(true);
  });
});

describe('leaves to the library', () => {
  test.each([
    '',
    '# only\n',
    'a:\n',
    'a:\nb: 1\n',
    'a: 1\na: 2\n',
    'a: x\n  y\n',
    'a: "x\n  y"\n',
    'a: [1,\n  2]\n',
    'a: &x 1\n',
    'a: *x\n',
    'a: !t 1\n',
    'a:\tb\n',
    'a: 1\r\n',
    '---\na: 1\n',
    'a: 0755\n',
    'on: 1\n',
    '1: 1\n',
    '? a\n: 1\n',
    'a: b: c\n',
    'a: "\\n"\n',
    "a: 'it''s'\n",
    'a: >\n\n  x\n',
    'a: |2\n   x\n',
    'a: @x\n',
    'a: `x\n',
    'a: - b\n',
    ' a: 1\n',
    'a:\n    b: 1\n  c: 2\n',
    'a: 1\n b: 2\n',
    'a: [b]c\n',
    'a: "b"c\n',
    'a: "b"#c\n',
    'a: [1, 2\n',
    'a: {b}\n',
    '<<: 1\n',
    'scalar\n',
    '-1\n',
  ])('%j', (text) => {
    expect(readFast('f', text)).toBeUndefined();
  });
});

/** Blocks of lines as people write them, with the odd thing in between. */
const value = fc.constantFrom(
  ...[
    '1',
    'text',
    'two words',
    '"q"',
    "'s'",
    '[1, a]',
    '{a: b}',
    'x # c',
    'true',
    'http://x',
    '1.10',
    '-2',
    '[]',
    '{}',
  ],
  ...['', '[', '|', '>-', ' # c', '#c', '&a', '010', 'a: b', '[a: b]', '{a: [b, {c: d}]}', '"a" b', '*a', '-', '- x'],
  ...[
    '? x',
    ': x',
    '\\x',
    '[a b]',
    '[a:b]',
    '{a:b}',
    '[-1, - 2]',
    '[1,]',
    '[,]',
    '{"a": 1}',
    '{"a":1}',
    'a:',
    "'it''s'",
    '~',
  ],
);
const key = fc.constantFrom('a', 'b', 'c', 'd-e', 'f', 'g', '"h i"', "'j'", 'k.l/m', 'on', '1', 'n', '', '-');
const block: fc.Arbitrary<readonly string[]> = fc.letrec<{ block: readonly string[] }>((tie) => ({
  block: fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: fc.tuple(key, value).map(([name, text]) => [`${name}: ${text}`]) },
        { weight: 1, arbitrary: value.map((text) => [`- ${text}`]) },
        {
          weight: 2,
          arbitrary: fc
            .tuple(key, fc.constantFrom('  ', ' ', '    ', ''), tie('block'))
            .map(([name, indent, lines]) => [`${name}:`, ...lines.map((line) => indent + line)]),
        },
        {
          weight: 2,
          arbitrary: tie('block').map((lines) => lines.map((line, index) => (index === 0 ? '- ' : '  ') + line)),
        },
        { weight: 1, arbitrary: fc.constantFrom(['# c'], [''], ['words']) },
      ),
      { maxLength: 3 },
    )
    .map((parts) => parts.flat()),
})).block;

test('on generated text, much of it near the border', () => {
  const answers: string[] = [];
  fc.assert(
    fc.property(block, fc.constantFrom('\n', ''), (lines, end) => {
      const text = lines.join('\n') + end;
      if (compare(text)) answers.push(text);
    }),
    { numRuns: 1000 },
  );
  expect(answers.length).toBeGreaterThan(25);
});
