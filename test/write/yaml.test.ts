/** The writer's bytes, and that every common reader takes them for the same values. */
import fc from 'fast-check';
import {
  boolYaml11Tag,
  defineScalarTag,
  floatYaml11Tag,
  intYaml11Tag,
  load,
  mapTag,
  mergeTag,
  NOT_RESOLVED,
  nullYaml11Tag,
  Schema,
  seqTag,
  strTag,
  timestampTag,
  YAML11_SCHEMA,
} from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { JsonValue } from '../../src/model.ts';
import { renderYaml } from '../../src/write/yaml.ts';

/** Sexagesimal integers and floats of the YAML 1.1 specification, which some 1.1 readers still know. */
const sexagesimal = defineScalarTag('tag:yaml.org,2002:sexagesimal', {
  implicit: true,
  resolve: (source) => (/^[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$/.test(source) ? Number.NaN : NOT_RESOLVED),
  identify: () => false,
});
/** `=` of YAML 1.1. */
const valueKey = defineScalarTag('tag:yaml.org,2002:value', {
  implicit: true,
  resolve: (source) => (source === '=' ? Number.NaN : NOT_RESOLVED),
  identify: () => false,
});
const strict11 = new Schema([
  mapTag,
  seqTag,
  strTag,
  nullYaml11Tag,
  boolYaml11Tag,
  intYaml11Tag,
  floatYaml11Tag,
  timestampTag,
  mergeTag,
  sexagesimal,
  valueKey,
]);

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  'js-yaml, YAML 1.2': (text) => load(text),
  'js-yaml, YAML 1.1': (text) => load(text, { schema: YAML11_SCHEMA }),
  'js-yaml, YAML 1.1 with all its implicit types': (text) => load(text, { schema: strict11 }),
  'yaml, version 1.2': (text) => parse(text, { version: '1.2' }),
  'yaml, version 1.1': (text) => parse(text, { version: '1.1', schema: 'yaml-1.1' }),
};

/** Strings that some reader takes for something else when they stand without quotes, or that break a line. */
const trickyStrings: readonly string[] = [
  ...[
    '',
    ' ',
    '  ',
    '~',
    'null',
    'Null',
    'NULL',
    'nULL',
    'y',
    'Y',
    'n',
    'N',
    'yes',
    'Yes',
    'NO',
    'no',
    'on',
    'On',
    'OFF',
  ],
  ...[
    'true',
    'True',
    'TRUE',
    'false',
    'tRUE',
    '=',
    '<<',
    '<',
    '>',
    '|',
    '-',
    '--',
    '---',
    '...',
    '?',
    ':',
    '::',
    '#',
    '!',
  ],
  ...[
    '0',
    '-0',
    '+1',
    '0400',
    '0o14',
    '0x1f',
    '0b11',
    '0b',
    '1_000',
    '1__0',
    '_1',
    '1e3',
    '1E3',
    '1e+3',
    '1.5e-7',
    '.5',
    '5.',
  ],
  ...[
    '.',
    '..',
    '-.5',
    '.inf',
    '-.INF',
    '+.inf',
    '.nan',
    '.NaN',
    'Infinity',
    'NaN',
    '08',
    '09',
    '0777',
    '1.10',
    '1.30',
  ],
  ...[
    '2012-10-17',
    '2012-10-17T00:00:00Z',
    '2001-12-14 21:59:43.10 -5',
    '1:20',
    '190:20:30',
    '12:30',
    '1:20.5',
    '12e03',
  ],
  ...[
    '10.5.0.11',
    '172.31.0.0/16',
    '::1',
    'fe80::/10',
    '000000000001',
    '50m',
    '100Mi',
    '1.5Gi',
    '5%',
    '1,000',
    'e3b0c442',
  ],
  ...[
    'a: b',
    'a:b',
    'a:',
    ':a',
    'a #b',
    'a#b',
    '#a',
    'a\tb',
    '\ta',
    'a\t',
    ' a',
    'a ',
    '- a',
    '-a',
    '--flag=x',
    '---a',
    '? a',
  ],
  ...[
    '[a]',
    'a[0]',
    '{a}',
    '{{x}}',
    '*a',
    '&a',
    '!Ref',
    '%a',
    '@a',
    '`a`',
    '"a"',
    "'a'",
    "it's",
    'a, b',
    'a\\b',
    '\\n',
    '"',
  ],
  ...[
    'a\nb',
    'a\nb\n',
    'a\n\n',
    '\na',
    '\n',
    '\n\n',
    ' a\nb',
    'a\n b',
    'a\n \nb',
    'a\n  ',
    'a \nb',
    '\ta\nb',
    'a\n\tb\n',
  ],
  ...[
    'a\n\n\nb\n',
    'a\r\nb',
    '\r',
    'a\u0085b',
    'a\u2028b',
    'a\u00a0b',
    '\ufeffa',
    'a\u0000b',
    'a\u001bb',
    'a\u007fb',
    'a\u009fb',
  ],
  ...[
    '# a\nb',
    'a\n# b',
    '--- a\nb',
    'a\n---\nb\n',
    'a\n...\n',
    'key: |\n  x\n',
    '- a\n- b\n',
    '%YAML 1.2\na',
    'a: b\nc: d\n',
  ],
  ...[
    'ü',
    '日本',
    '𝄞',
    '👍🏽',
    'a\u202eb',
    'a\u200bb',
    'e\u0301',
    '\u00ad',
    '\ufffd',
    '\ufdd0',
    '\uffff',
    '\u{1ffff}',
    '\ud7ff',
  ],
  ...[
    '__proto__',
    'constructor',
    'a'.repeat(2000),
    `${'a: '.repeat(500)}`,
    'x '.repeat(300),
    '${AWS::Region}',
    '$(VAR)',
    '@@POD@@',
  ],
];

function agree(value: JsonValue): void {
  const text = renderYaml(value);
  expect(text.endsWith('\n')).toBe(true);
  for (const [name, read] of Object.entries(readers)) {
    expect({ name, value: plain(read(text)) }, text).toEqual({ name, value: plain(value) });
  }
}

/** The value with maps as entry lists: `__proto__` is an ordinary key, and prototypes do not matter. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    return {
      map: Object.keys(value)
        .sort()
        .map((key) => [key, plain((value as Record<string, unknown>)[key])]),
    };
  }
  return Object.is(value, -0) ? 0 : value;
}

function object(entries: readonly (readonly [string, JsonValue])[]): { [key: string]: JsonValue } {
  const result = Object.create(null) as { [key: string]: JsonValue };
  for (const [key, value] of entries) result[key] = value;
  return result;
}

describe('what readers of YAML 1.1 and 1.2 make of it', () => {
  test.each(trickyStrings.map((text) => [JSON.stringify(text).slice(0, 40), text]))('%s', (_name, text) => {
    agree(text);
    agree([text, text]);
    agree(object([['key', text]]));
    agree(object([[text, 'value']]));
    agree(
      object([
        [
          'a',
          [
            object([
              ['b', text],
              ['c', [[text]]],
            ]),
          ],
        ],
        ['z', text],
      ]),
    );
  });

  test.each([0, 1, -1, 0.1, 1e21, -1e21, 1e-7, 1.5e300, 5e-324, 2 ** 53, 123456789012345680000, 1.25])(
    '%d',
    (number) => {
      agree(number);
      agree([number]);
    },
  );

  test('any JSON value', () => {
    const string = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({
        unit: fc.constantFrom('a', '0', '1', ' ', '\n', '\t', ':', '#', '-', '.', '"', "'", 'e', '_', '\u00e9'),
        maxLength: 14,
      }),
      fc.constantFrom(...trickyStrings),
    );
    const { tree } = fc.letrec<{ tree: JsonValue; list: JsonValue; map: JsonValue }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        string,
        fc.constantFrom(null, true, false),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        tie('list'),
        tie('map'),
      ),
      list: fc.array(tie('tree'), { maxLength: 4 }),
      map: fc.array(fc.tuple(string, tie('tree')), { maxLength: 4 }).map(object),
    }));
    fc.assert(
      fc.property(tree, (value) => agree(value)),
      { numRuns: 300 },
    );
  });
});

describe('bytes', () => {
  test('a Kubernetes object', () => {
    expect(
      renderYaml({
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: { name: 'a', labels: {}, annotations: { 'a/b': 'true', version: '1.10' } },
        data: { Corefile: '.:9254 {\n    errors\n\n\tcache 30\n}\n', 'no-newline': 'a\nb', kept: 'a\n\n' },
        list: [[1, [2]], [], { a: 1, b: ['x'] }, '--flag=on', 'on', null],
      }),
    ).toBe(
      `apiVersion: v1
data:
  Corefile: |
    .:9254 {
        errors

    \tcache 30
    }
  kept: |+
    a

  no-newline: |-
    a
    b
kind: ConfigMap
list:
- - 1
  - - 2
- []
- a: 1
  b:
  - x
- --flag=on
- 'on'
- null
metadata:
  annotations:
    a/b: 'true'
    version: '1.10'
  labels: {}
  name: a
`,
    );
  });

  test('keys are sorted by code units, whatever their order in memory', () => {
    expect(renderYaml({ b: 1, a: 2, '10': 3, '9': 4, B: 5 })).toBe("'10': 3\n'9': 4\nB: 5\na: 2\nb: 1\n");
  });

  test('what is invisible or reorders text is escaped', () => {
    expect(renderYaml(['a\u202eb', 'a\u00a0b', '\u001b[31m'])).toBe('- "a\\u202eb"\n- "a\\xa0b"\n- "\\x1b[31m"\n');
  });

  test('what YAML cannot carry is an error', () => {
    expect(() => renderYaml([Number.NaN])).toThrow('not a number');
    expect(() => renderYaml(['\ud800'])).toThrow('surrogate');
  });
});
