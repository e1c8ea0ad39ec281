/** What the reader of YAML accepts, refuses, and says. The page for people is docs/reference/yaml.md. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatProblem } from '../../src/errors.ts';
import { Problems } from '../../src/load/problems.ts';
import { readPlainScalar } from '../../src/load/scalars.ts';
import { parseYaml } from '../../src/load/yaml.ts';
import { limits } from '../../src/load/yaml-file.ts';

function read(input: string | Uint8Array) {
  const problems = new Problems();
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  const file = parseYaml('f.yaml', bytes, problems);
  return { file, value: file?.value, problems: problems.sorted().map(formatProblem) };
}

describe('plain scalars mean what Kubernetes reads', () => {
  test.each([
    ['', null],
    ['~', null],
    ['null', null],
    ['Null', null],
    ['true', true],
    ['yes', true],
    ['on', true],
    ['Y', true],
    ['no', false],
    ['OFF', false],
    ['n', false],
    ['0', 0],
    ['-0', 0],
    ['42', 42],
    ['+7', 7],
    ['-3', -3],
    ['1.10', 1.1],
    ['1e3', 1000],
    ['.5', 0.5],
    ['1.', 1],
    ['-2.5E-1', -0.25],
    ['abc', 'abc'],
    ['12:30', '12:30'],
    ['1.2.3', '1.2.3'],
    ['5Gi', '5Gi'],
    ['nan', 'nan'],
    ['inf', 'inf'],
    ['tRue', 'tRue'],
    ['2012-10-17', '2012-10-17'],
    ['2026-11-02T08:00:00Z', '2026-11-02T08:00:00Z'],
    ['-', '-'],
    ['.', '.'],
    ['1e', '1e'],
    ['0.0.0.0', '0.0.0.0'],
  ])('%s', (text, value) => {
    expect(readPlainScalar(text).value).toBe(value);
    expect(readPlainScalar(text).kind).not.toBe('refused');
  });

  test.each([
    '0755',
    '000000000001',
    '08',
    '-010',
    '1_000',
    '0x1F',
    '0o14',
    '0b11',
    '0X1f',
    '0B1',
    '00e1',
    '-_1',
    '.5_7',
    '1e5_',
    '0_x6',
    '00.5',
    '1_0.5',
    '.inf',
    '-.Inf',
    '.NaN',
    '1e999',
    '9007199254740993',
    '123456789012345678901',
  ])('%s is refused: readers disagree, or it cannot be held', (text) => {
    expect(readPlainScalar(text)).toMatchObject({ kind: 'refused', value: text });
  });

  test('a whole number is the number it says, or refused', () => {
    fc.assert(
      fc.property(fc.bigInt(), (number) => {
        const scalar = readPlainScalar(String(number));
        if (scalar.kind === 'integer') expect(BigInt(scalar.value as number)).toBe(number);
        else expect(scalar.kind).toBe('refused');
      }),
    );
  });
});

describe('places', () => {
  test('of every value and key, by pointer', () => {
    const { file } = read('# top\na:\n  b: [1, two]\n  "c/d~e": x\n');
    expect(file?.places.get('/a/b/1')).toEqual({ file: 'f.yaml', line: 3, column: 10 });
    expect(file?.keyPlaces.get('/a')).toEqual({ file: 'f.yaml', line: 2, column: 1 });
    expect(file?.keyPlaces.get('/a/c~1d~0e')).toEqual({ file: 'f.yaml', line: 4, column: 3 });
    expect(file?.places.get('/a')).toEqual({ file: 'f.yaml', line: 3, column: 3 });
  });

  test('count UTF-16 code units, and a byte order mark does not count', () => {
    const { file } = read('\uFEFFa: "🙂"\nb: {"🙂": 1}\n');
    expect(file?.value).toEqual({ a: '🙂', b: { '🙂': 1 } });
    expect(file?.keyPlaces.get('/a')?.column).toBe(1);
    expect(file?.places.get('/b/🙂')?.column).toBe(11);
  });

  test('Windows line ends count as one', () => {
    expect(read('a: 1\r\nb: 2\r\n').file?.places.get('/b')).toEqual({ file: 'f.yaml', line: 2, column: 4 });
  });
});

describe('accepted', () => {
  test.each<readonly [string, string, unknown]>([
    ['nothing', '', null],
    ['comments only', '# nothing yet\n', null],
    ['a document marker', '---\na: 1\n', { a: 1 }],
    ['an end marker', 'a: 1\n...\n', { a: 1 }],
    ['an anchor and its alias', 'a: &x {b: [1]}\nc: *x\n', { a: { b: [1] }, c: { b: [1] } }],
    ['a quoted merge key', '"<<": 1\n', { '<<': 1 }],
    ['block scalars', 'a: |\n  x\n  y\nb: >-\n  x\n  y\n', { a: 'x\ny\n', b: 'x y' }],
    ['quoted words', `a: 'yes'\nb: "0755"\nc: "\\u0001"\n`, { a: 'yes', b: '0755', c: '\u0001' }],
    ['a tab between key and value', 'a:\t1\n', { a: 1 }],
    ['an empty value', 'a:\nb: 1\n', { a: null, b: 1 }],
    ['a null in quotes', "'null': 'null'\n", { null: 'null' }],
  ])('%s', (_name, text, value) => {
    expect(read(text)).toMatchObject({ problems: [] });
    expect(read(text).value).toEqual(value);
  });

  test('keys that are names of JavaScript are ordinary', () => {
    const { value, problems } = read('__proto__:\n  polluted: true\nconstructor: 1\nhasOwnProperty: 2\n');
    expect(problems).toEqual([]);
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor', 'hasOwnProperty']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('values below an alias have the places of the anchor: that is the text to change', () => {
    expect(read('a: &x\n  b: 1\nc: *x\n').file?.places.get('/c/b')).toEqual({ file: 'f.yaml', line: 2, column: 6 });
  });
});

describe('refused', () => {
  test.each<readonly [string, string, readonly string[]]>([
    [
      'duplicate keys',
      'a: 1\nb: 2\na: 3\n',
      ['f.yaml:3:1: the key "a" is written twice in this map; the first is on line 1'],
    ],
    [
      'duplicate keys in different quotes',
      'a: 1\n"a": 3\n',
      ['f.yaml:2:1: the key "a" is written twice in this map; the first is on line 1'],
    ],
    ['tabs for indentation', 'a:\n\tb: 1\n', ['f.yaml:2:1: a tab is used for indentation: YAML allows spaces only']],
    [
      'merge keys',
      'a: &x {b: 1}\nc:\n  <<: *x\n',
      [
        'f.yaml:3:3: merge keys (<<) are not read: write the keys out, or put what clusters share into a layer of the unit',
      ],
    ],
    [
      'tags',
      'a: !Ref X\nb: !!int "3"\n',
      [
        'f.yaml:1:9: YAML tags are not read (!Ref): write a plain value; a CloudFormation intrinsic in its long form ({Ref: X})',
        'f.yaml:2:10: YAML tags are not read (!!int): write a plain value; a CloudFormation intrinsic in its long form ({Ref: X})',
      ],
    ],
    [
      'several documents',
      'a: 1\n---\nb: 2\n',
      [
        'f.yaml:2:1: this file has a second YAML document: weir reads one document per file, so split the file or remove the "---"',
      ],
    ],
    [
      'directives',
      '%YAML 1.1\n---\na: 1\n',
      ['f.yaml:1:1: lines that begin with % (directives) are not read: remove them'],
    ],
    ['an alias of nothing', 'a: *x\n', ['f.yaml:1:4: there is no anchor &x before this alias']],
    [
      'a key that is no name',
      '? [a]\n: 1\n',
      ['f.yaml:1:3: a key must be a name on one line, not a map, a list, an alias or nothing'],
    ],
    [
      'keys that YAML converts',
      'on: 1\n12: 2\n0012: 3\nnull: 4\n2012-10-17: 5\n',
      [
        'f.yaml:1:1: YAML can read the key on as a boolean: quote it',
        'f.yaml:2:1: YAML can read the key 12 as a number: quote it',
        'f.yaml:3:1: YAML can read the key 0012 as a number: quote it',
        'f.yaml:4:1: YAML can read the key null as a null: quote it',
        'f.yaml:5:1: YAML can read the key 2012-10-17 as a date: quote it',
      ],
    ],
    [
      'numbers that readers disagree on, all of them',
      'a: 0755\nb: [1_000]\n',
      [
        "f.yaml:1:4: readers of YAML disagree on 0755 (a leading zero, a base or an underscore): quote it if it is an identifier ('0755'), or write a plain decimal number",
        "f.yaml:2:5: readers of YAML disagree on 1_000 (a leading zero, a base or an underscore): quote it if it is an identifier ('1_000'), or write a plain decimal number",
      ],
    ],
    [
      'control characters',
      'a: 1\nb: x\u0007y\n',
      ['f.yaml:2:5: control character U+0007: remove it, or write it as an escape in a double-quoted string'],
    ],
    [
      'a lone carriage return',
      'a: 1\rb: 2\n',
      ['f.yaml:1:5: control character U+000D: remove it, or write it as an escape in a double-quoted string'],
    ],
    ['text that never ends', "a: 'x\n", ["f.yaml:2:1: this is no valid YAML: Missing closing 'quote"]],
  ])('%s', (_name, text, expected) => {
    expect(read(text).problems).toEqual(expected);
  });

  test('bytes that are not UTF-8, with their place', () => {
    expect(read(new Uint8Array([0xe2, 0x82, 0xac, 10, 97, 58, 32, 0xe2, 0x82])).problems).toEqual([
      'f.yaml:2:4: this file is not UTF-8 text: save it as UTF-8',
    ]);
    expect(read(new Uint8Array([0xff, 0xfe, 97, 0])).problems).toEqual([
      'f.yaml:1:1: this file is not UTF-8 text: save it as UTF-8',
    ]);
  });

  test('a file that is too big, before it is read', () => {
    expect(read(new Uint8Array(limits.size + 1)).problems).toEqual([
      `f.yaml:1:1: this file has ${limits.size + 1} bytes; weir reads files of at most ${limits.size} bytes`,
    ]);
  });

  test.each([
    ['flow lists', '['.repeat(100_000)],
    ['flow maps', '{a: '.repeat(50_000)],
    ['block lists', '- '.repeat(50_000)],
    ['closed flow lists', '['.repeat(5_000) + ']'.repeat(5_000)],
    ['a few too many', `a: ${'['.repeat(limits.depth + 1)}${']'.repeat(limits.depth + 1)}`],
  ])('nesting without end: %s', (_name, text) => {
    const { problems } = read(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]).toContain(`nested deeper than ${limits.depth} levels`);
  });

  test('an alias bomb', () => {
    const levels = 'abcdefghij'.split('');
    const text = levels
      .map((name, index) => {
        const items = index === 0 ? 'x' : `*${levels[index - 1]}`;
        return `${name}: &${name} [${Array(10).fill(items).join(', ')}]`;
      })
      .join('\n');
    expect(read(text).problems).toEqual([
      expect.stringContaining(`more than ${limits.nodes} values once its aliases are expanded`),
    ]);
  });

  test('an alias inside its own anchor', () => {
    expect(read('a: &x [*x]\n').problems).toHaveLength(1);
  });
});

test('any text ends in a value or in problems, never in a crash', () => {
  const piece = fc.constantFrom(
    'a',
    ': ',
    '\n',
    '- ',
    '[',
    ']',
    '{',
    '}',
    ',',
    '"',
    "'",
    '&x ',
    '*x',
    '!t ',
    '|',
    '>',
    '#',
    '  ',
    '\t',
    '?',
    '<<',
    '---',
    '1',
    '%',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const { value, problems } = read(pieces.join(''));
      expect(value !== undefined || problems.length > 0).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('what JSON says, YAML reads', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const text = JSON.stringify(value, (_key, item) => (typeof item === 'number' ? Math.trunc(item % 1e9) : item));
      const { value: back, problems } = read(text.replaceAll('\u007f', '\\u007f'));
      expect(problems).toEqual([]);
      expect(JSON.stringify(back)).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});
