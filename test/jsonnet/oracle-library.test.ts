/** Library functions whose output is text or depends on rounding, on many values each, against go-jsonnet. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Engine } from '../../src/jsonnet/engine.ts';
import { type Answer, askOracle, describeWithOracle } from './oracle.ts';
import { memoryImporter } from './support.ts';

const SEED = 7;

function evaluate(program: string): Answer {
  try {
    const engine = new Engine({ importer: memoryImporter({ 'main.jsonnet': program }) });
    return { value: engine.evaluate('main.jsonnet', {}).value };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** Expressions, each its own program, agree: the same value, or an error in both. */
function expectAgreement(expressions: readonly string[]): void {
  const answers = askOracle(expressions.map((snippet) => ({ snippet })));
  const differing = expressions.flatMap((expression, index) => {
    const ours = evaluate(expression);
    const theirs = answers[index]!;
    const same = 'error' in theirs ? 'error' in ours : JSON.stringify(theirs) === JSON.stringify(ours);
    return same ? [] : [{ expression, ours, theirs }];
  });
  expect(differing.slice(0, 10)).toEqual([]);
}

const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number): T[] => fc.sample(arbitrary, { numRuns, seed: SEED });
const literal = (value: unknown) => JSON.stringify(value);

const double = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
  fc.integer(),
  fc.constantFrom(0, 0.5, 1.5, 2.5, 0.1, 1e21, 1e22, 123456789012345680000, 5e-324, 1.7976931348623157e308, 999999.5),
);
/** Go's logarithm of a subnormal is wrong on amd64, and `%e` and `%g` show it. */
const isNormal = ([, value]: [string, string]) => !/e-3(0[89]|[12])/.test(value);

/** A number as a Jsonnet expression: literals have no sign, and -0 is one of the values. */
const number = double.map((value) => (Object.is(value, -0) ? '-0' : value < 0 ? `-${-value}` : String(value)));

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('a', 'b', ' ', '\n', '\t', 'é', '😀', '"', '\\', '$', '%', '-', ':', '\u007f', '\u2028'),
  }),
);

describeWithOracle('go-jsonnet and the library', () => {
  test('numbers as text', () => {
    const list = sample(number, 400).join(', ');
    expectAgreement([
      `[std.toString(x) for x in [${list}]]`,
      `[std.manifestJsonMinified(x) for x in [${list}]]`,
      `[std.manifestPython(x) for x in [${list}]]`,
      `[[std.round(x), std.floor(x), std.ceil(x), std.mantissa(x), std.exponent(x)] for x in [${list}]]`,
      `[[std.isEven(x), std.isOdd(x), std.isInteger(x), std.isDecimal(x)] for x in [${list}]]`,
    ]);
  });

  test('powers', () => {
    const bases = sample(
      fc.oneof(fc.double({ noNaN: true, min: -50, max: 50 }), fc.integer({ min: -20, max: 20 })),
      300,
    );
    const exponents = sample(fc.integer({ min: -340, max: 320 }), 300);
    expectAgreement(bases.map((base, index) => `std.pow(${base}, ${exponents[index]})`));
    expectAgreement(Array.from({ length: 640 }, (_, index) => `std.pow(10, ${index - 330})`));
  });

  test('format directives', () => {
    const directive = fc
      .tuple(
        fc.subarray(['#', '0', '-', ' ', '+']),
        fc.constantFrom('', '', '1', '5', '12', '25'),
        fc.constantFrom('', '', '.0', '.1', '.3', '.10', '.'),
        fc.constantFrom('d', 'i', 'u', 'o', 'x', 'X', 'e', 'E', 'f', 'F', 'g', 'G', 's'),
      )
      .map(([flags, width, precision, letter]) => `%${flags.join('')}${width}${precision}${letter}`);
    expectAgreement(
      sample(fc.tuple(directive, number), 1500)
        .filter(isNormal)
        .map(([format, value]) => `std.format(${literal(format)}, [${value}])`),
    );
    const broken = ['%', '%(', '%(a', '%q', '%5', '%.', '%-', '%hd|%ld|%Ld', '%%', '%5%|%-5%|', '%é', '%(a)', '%(a)s%'];
    expectAgreement(broken.map((format) => `${literal(format)} % { a: 1 }`));
    expectAgreement(broken.map((format) => `${literal(format)} % [1, 2, 3]`));
    expectAgreement([
      "'%c' % 65",
      "'%c%c' % ['é', 128512]",
      "'%c' % 'ab'",
      "'%d' % 'x'",
      "'%s' % null",
      "'%s' % [[]]",
      "'%s' % []",
      "'%(a)s' % { a:: 1 }",
      "'%(b)s' % { a: 1 }",
      "'%s' % { a: 1 }",
      "'%*d' % [5, 1]",
      "'%*d' % ['5', 1]",
      "'%-*d|' % [5, 1]",
      "'%.*f' % [2, 1.005]",
      "'%(a)*d' % { a: 1 }",
      "'%5s|%-5s|' % ['é', '😀']",
      "'%d %d' % 1",
      "'x' % []",
      "'%d' % [1, 2]",
      "'%08.3d|%+o|%#x' % [5, 8, 255]",
      "'%.0e|%.0f|%#.0f' % [1.5, 2.5, 3]",
      "std.format('%s', [error 'x'])",
      "std.format('no directives', {})",
    ]);
  });

  test('values as text', () => {
    const json = sample(fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' }), 150)
      // go-jsonnet knows no negative number literals, and -0 is not for JSON.stringify.
      .map((value) => literal(value).replace(/\u2028|\u2029/g, ' '));
    const forms = [
      'std.manifestJson(v)',
      "std.manifestJsonEx(v, '  ', ' ', ' : ')",
      'std.manifestJsonMinified(v)',
      'std.manifestYamlDoc(v)',
      'std.manifestYamlDoc(v, true, false)',
      'std.manifestYamlStream([v, v], c_document_end=false)',
      'std.manifestPython(v)',
      "std.manifestTomlEx({ a: v }, '  ')",
      'std.toString(v)',
      'std.escapeStringJson(v)',
      'std.prune(v)',
      'std.parseJson(std.manifestJson(v)) == v',
      'std.parseYaml(std.manifestYamlDoc(v))',
      'std.mergePatch(v, { a: null, b: { c: 1 } })',
    ];
    expectAgreement(json.map((value) => `local v = ${value}; [${forms.slice(0, 7).join(', ')}]`));
    for (const form of forms.slice(7)) expectAgreement(json.map((value) => `local v = ${value}; ${form}`));
  }, 60_000);

  test('YAML keys without quotes', () => {
    const key = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'0123456789abefxXoOyYnN._-+:/Te '), maxLength: 8 }),
      fc.constantFrom(
        '',
        '~',
        'yes',
        'Off',
        'NULL',
        '.inf',
        '1_000',
        '1e5',
        '2020-01-01',
        '0x1F',
        '-',
        '---',
        '1-2-3',
        'nan',
      ),
    );
    const keys = [...new Set(sample(key, 600))].filter((name) => name !== '__proto__');
    expectAgreement(keys.map((name) => `std.manifestYamlDoc({ ${literal(name)}: 1 }, false, false)`));
  });

  test('YAML documents', () => {
    const scalars = sample(
      fc.string({ unit: fc.constantFrom(...'0123456789abefxo._-+:yYnN~'), minLength: 1, maxLength: 6 }),
      500,
    );
    // What both libraries read as YAML: a colon or a dash may be syntax.
    expectAgreement(
      scalars
        .filter((scalar) => !/[:]|^-/.test(scalar))
        .map((scalar) => `std.parseYaml('[' + ${literal(scalar)} + ']')`),
    );
    expectAgreement(YAML_DOCUMENTS.map((document) => `std.parseYaml(${literal(document)})`));
  });

  test('strings', () => {
    const pairs = sample(fc.tuple(text, text, fc.integer({ min: -1, max: 4 }), fc.nat({ max: 5 })), 250);
    const forms = (a: string, b: string, n: number, m: number) => [
      `std.split(${a}, ${b})`,
      `std.splitLimit(${a}, ${b}, ${n})`,
      `std.splitLimitR(${a}, ${b}, ${n})`,
      `std.strReplace(${a}, ${b}, 'x$&')`,
      `std.findSubstr(${b}, ${a})`,
      `std.substr(${a}, ${m}, ${m})`,
      `[${a}[${m}:], ${a}[:${m}], ${a}[::2], ${a}[-${m}:], std.length(${a}), std.stringChars(${a})]`,
      `[std.stripChars(${a}, ${b}), std.lstripChars(${a}, ${b}), std.rstripChars(${a}, ${b}), std.trim(${a})]`,
      `[std.asciiUpper(${a}), std.asciiLower(${a}), std.equalsIgnoreCase(${a}, std.asciiUpper(${a}))]`,
      `[std.md5(${a}), std.sha1(${a}), std.sha256(${a}), std.sha512(${a}), std.sha3(${a})]`,
      `[std.encodeUTF8(${a}), std.decodeUTF8(std.encodeUTF8(${a})), std.base64(std.encodeUTF8(${a}))]`,
      `[std.escapeStringBash(${a}), std.escapeStringDollars(${a}), std.escapeStringXML(${a})]`,
      `[${a} < ${b}, ${a} == ${b}, std.startsWith(${a}, ${b}), std.member(${a}, ${b})]`,
      `std.sort([${a}, ${b}, ${a} + ${b}, 'é', '😀', '\uffff'])`,
    ];
    expectAgreement(pairs.flatMap(([a, b, n, m]) => forms(literal(a), literal(b), n, m)));
  }, 60_000);

  test('integers in text', () => {
    const digits = sample(fc.string({ unit: fc.constantFrom(...'0123456789abfAF+- _.'), maxLength: 20 }), 300);
    const edges = [
      '9223372036854775807',
      '9223372036854775808',
      '-9223372036854775808',
      '-9223372036854775809',
      '+1',
      '--1',
    ];
    expectAgreement(
      [...digits, ...edges].flatMap((one) =>
        ['parseInt', 'parseHex', 'parseOctal'].map((name) => `std.${name}(${literal(one)})`),
      ),
    );
  });

  test('base64 and UTF-8 of arbitrary bytes', () => {
    const bytes = sample(fc.array(fc.nat({ max: 255 }), { maxLength: 12 }), 300);
    expectAgreement(bytes.map((list) => `std.decodeUTF8(${literal(list)})`));
    expectAgreement(
      bytes.map(
        (list) =>
          `[std.base64Decode(std.base64(${literal(list)})), std.base64DecodeBytes(std.base64(${literal(list)}))]`,
      ),
    );
    const almost = sample(fc.string({ unit: fc.constantFrom(...'AQgz09+/=\n '), maxLength: 8 }), 400);
    expectAgreement(almost.map((one) => `std.base64DecodeBytes(${literal(one)})`));
  });
});

const YAML_DOCUMENTS = [
  'a: 1\nb:\n  - x\n  - y: z\n',
  'key: |\n  two\n  lines\n',
  'key: >-\n  folded\n  text\n\n  more\n',
  'key: |+\n  keep\n\n',
  '--- a\n--- b\n',
  '---\na: 1\n---\nb: 2\n...\n',
  '--- # comment\n',
  '# only a comment\n',
  'a: &anchor {x: 1}\nb: *anchor\nc:\n  <<: *anchor\n  y: 2\n',
  'a: &l [1, 2]\nb: [*l, *l]\n',
  '? complex\n: value\n',
  "a: \"double \\t \\u263a \\x41\"\nb: 'single '' quote'\n",
  'a: yes\nb: No\nc: on\nd: OFF\ne: y\nf: n\n',
  'a: 0o17\nb: 017\nc: 0x1f\nd: 0b11\ne: 1_000\nf: 08\n',
  'a: 1e3\nb: .5\nc: 5.\nd: -1.5e-3\ne: 1e400\n',
  'a: .inf\n',
  'a: .nan\n',
  'a: ~\nb:\nc: null\nd: Null\n',
  'a: 2001-12-14t21:59:43.10-05:00\nb: 2001-12-14\n',
  '1: a\n1.5: b\ntrue: c\n',
  'null: a\n',
  '[1, 2]: a\n',
  'a: !!str 1\nb: !!int "2"\nc: !!float 3\nd: !!bool "true"\ne: !!null ""\n',
  'a: !!int x\n',
  'a: !custom b\nc: !custom {d: e}\nf: !custom [g]\n',
  'a: !!binary aGVsbG8=\n',
  'a: 1\na: 2\n',
  'a: [1,\n  2,\n  3]\nb: {c: d,\n  e: f}\n',
  'a: b: c\n',
  '[1, 2\n',
  '{a: 1\n',
  'a: "unterminated\n',
  '\ta: 1\n',
  'a: 9007199254740993\nb: 18446744073709551615\nc: 18446744073709551616\nd: -9223372036854775809\n',
  '- - 1\n  - 2\n- - 3\n',
  'a: 190:20:30\n',
  'text with spaces\n',
  '"quoted"\n',
  '- ""\n- \'\'\n',
  '%YAML 1.1\n---\na: 1\n',
  'a: "x\\\n  y"\n',
  '-\n  a: 1\n-\n  b: 2\n',
  'a:\n- 1\n- 2\nb: 3\n',
  'a: 1 # comment\nb: "#no"\nc: x#y\n',
  '--- |\n literal\n--- >\n folded\n',
  'a: ? b\n',
  '',
  '\n\n',
  '---\n',
  '---\n---\n',
];
