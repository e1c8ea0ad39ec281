/** What a `config.schema.yaml` may say, and the formats and patterns that it may use. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatProblem } from '../../src/errors.ts';
import { readConfigSchema } from '../../src/load/config-schema.ts';
import { formats } from '../../src/load/formats.ts';
import { matchesPattern, patternProblem } from '../../src/load/pattern.ts';
import { Problems } from '../../src/load/problems.ts';
import { parseYaml } from '../../src/load/yaml.ts';

function problemsOf(text: string): readonly string[] {
  const problems = new Problems();
  const file = parseYaml('s', new TextEncoder().encode(text), problems);
  if (file) readConfigSchema(file, { enabled: true, defaults: true }, problems);
  return problems.sorted().map(formatProblem);
}

const head = `type: object
additionalProperties: false
properties:
  enabled: { type: boolean, default: true, description: On. }
`;

test('the schemas of this repository are sound', () => {
  const root = join(import.meta.dirname, '../../channels');
  const schemas = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('config.schema.yaml'),
  );
  expect(schemas.length).toBeGreaterThan(5);
  for (const path of schemas) {
    const problems = new Problems();
    const file = parseYaml(path, readFileSync(join(root, path)), problems);
    const rules = { enabled: !path.includes('shared/'), defaults: true };
    expect(
      file && readConfigSchema(file, rules, problems),
      problems.sorted().map(formatProblem).join('\n'),
    ).toBeDefined();
  }
});

describe('a schema that is refused', () => {
  test.each<readonly [string, string, readonly string[]]>([
    ['no map', '- a\n', ['s:1:1: a schema must be a map with "type: object" and "properties"']],
    [
      'no enabled',
      'type: object\nadditionalProperties: false\nproperties: {}\n',
      ['s:3:1: every unit must declare "enabled" with "type: boolean" and a default'],
    ],
    [
      'an open root',
      head.replace('additionalProperties: false\n', ''),
      [
        's:1:1: the schema is an open map: write "additionalProperties: false", or a schema for the entries of a map keyed by name',
      ],
    ],
    [
      'an unknown keyword',
      `${head}  a: { type: string, defualt: x, default: x, description: A. }\n`,
      ['s:5:22: unknown keyword defualt; did you mean "default"?'],
    ],
    [
      'an unknown type',
      `${head}  a: { type: sting, default: x, description: A. }\n`,
      ['s:5:8: unknown type sting; did you mean "string"?'],
    ],
    [
      'an unknown format',
      `${head}  a: { type: string, format: durations, default: 1s, description: A. }\n`,
      ['s:5:22: unknown format durations; did you mean "duration"?'],
    ],
    [
      'a key without default',
      `${head}  a: { type: string, description: A. }\n`,
      ['s:5:3: a has no default: give it one, or list it in "required"'],
    ],
    [
      'a key without description',
      `${head}  a: { type: string, default: x }\n`,
      ['s:5:3: a has no description: say what the key means'],
    ],
    ['a key without type', `${head}  a: { default: x, description: A. }\n`, ['s:5:3: a has no type']],
    [
      'an open map',
      `${head}  a: { type: object, default: {}, description: A. }\n`,
      [
        's:5:3: a is an open map: write "additionalProperties: false", or a schema for the entries of a map keyed by name',
      ],
    ],
    [
      'a list of anything',
      `${head}  a: { type: array, default: [], description: A. }\n`,
      ['s:5:3: a is a list without "items"'],
    ],
    [
      'a default that the schema refuses',
      `${head}  a: { type: integer, minimum: 3, default: 1, description: A. }\n`,
      ['s:5:44: the default of a must be at least 3, not 1'],
    ],
    [
      'a default of another type',
      `${head}  a: { type: string, default: 1.10, description: A. }\n`,
      ["s:5:31: the default of a must be text, and YAML reads 1.10 as the number 1.1: quote it ('1.10')"],
    ],
    [
      'a default of null that no type admits',
      `${head}  a: { type: string, default: null, description: A. }\n`,
      ['s:5:22: a: "default: null" needs "null" among the types'],
    ],
    [
      'a required key that is not declared',
      `${head}required: [b]\n`,
      ['s:5:1: required names "b", which properties does not declare; known: enabled'],
    ],
    [
      'a required key with a default',
      `${head}required: [enabled]\n`,
      ['s:5:1: "enabled" is required and has a default: keep one of the two'],
    ],
    [
      'a broken pattern',
      `${head}  a: { type: string, pattern: "(", default: x, description: A. }\n`,
      [
        's:5:22: the pattern is no regular expression: Invalid regular expression: /(/u: Unterminated group'.replace(
          '/u:',
          '/:',
        ),
      ],
    ],
    [
      'a keyword of the wrong kind',
      `${head}  a: { type: string, minLength: -1, default: x, description: A. }\n`,
      ['s:5:22: minLength must be a count, not -1'],
    ],
  ])('%s', (_name, text, expected) => {
    const problems = problemsOf(text).map((line) => line.replace('/u:', '/:'));
    expect([...problems].sort()).toEqual([...expected].sort());
  });
});

describe('formats', () => {
  const cases: Readonly<Record<string, readonly [accepted: readonly unknown[], refused: readonly unknown[]]>> = {
    quantity: [
      ['100m', '1', '1.5Gi', '1e3', '.5', '2k'],
      ['', '1gi', '-1', '1 Gi', 'Gi', '1Kib'],
    ],
    'cpu-quantity': [
      ['100m', '1', '0.5', '2000m'],
      ['1.5m', '1Gi', '', 'm', '0.1234'],
    ],
    'memory-quantity': [
      ['256Mi', '4Gi', '1000', '1.5Gi', '1G'],
      ['100m', '1GB', '1e3', '', '1gi'],
    ],
    duration: [
      ['10s', '1h30m', '1.5h', '0', '100ms', '1m0s'],
      ['10', '1d', '', '1h 30m', '-5m', 's'],
    ],
    cidr: [
      ['10.2.0.0/15', '0.0.0.0/0', '10.0.0.1/32', '172.31.0.0/16'],
      ['10.3.0.0/15', '10.2.0.0', '10.2.0.0/33', '10.2.0/16', '256.0.0.0/8', '10.0.0.1/24'],
    ],
    ipv4: [
      ['10.5.0.11', '0.0.0.0', '255.255.255.255'],
      ['10.5.0', '10.5.0.256', '10.5.0.011', '::1'],
    ],
    hostname: [
      ['api.example.org', 'a'],
      ['-a', 'a_b', 'A.b', 'a..b', '', `${'a'.repeat(63)}.`.repeat(4) + 'aaaa'],
    ],
    'dns-name': [['cluster.local'], ['cluster.local.', '*.example.org']],
    url: [
      ['https://example.org/x?y#z', 'http://10.0.0.1:80'],
      ['example.org', 'https://', 'https://a b', '//x'],
    ],
    port: [
      [1, 65535],
      [0, 65536, 1.5, '80'],
    ],
    percentage: [
      ['0%', '5%', '100%'],
      ['101%', '5', '05%', '5.5%'],
    ],
    'int-or-percentage': [
      [0, 3, '25%', '100%'],
      [-1, 1.5, '3', '125%'],
    ],
    cron: [
      ['30 6 * * 1-5', '*/5 * * * *', '0 0 1,15 jan-mar sun', '@daily'],
      ['* * * *', '60 * * * *', '* 24 * * *', '5-1 * * * *', '* * * 13 *', '*/0 * * * *', '@reboot'],
    ],
    arn: [
      ['arn:aws:iam::123456789012:role/x', 'arn:aws:s3:::bucket', 'arn:aws-cn:iam::aws:policy/x'],
      ['arn:aws:iam::123:role/x', 'aws:iam', 'arn:aws:iam::123456789012:'],
    ],
    'aws-account-id': [['000000000001'], ['1', '00000000001', '0000000000012']],
    'ami-id': [
      ['ami-0123456789abcdef0', 'ami-12345678'],
      ['ami-xyz', 'ami-0123456789', 'vpc-12345678'],
    ],
    'vpc-id': [['vpc-0a1b2c3d4e5f60001'], ['subnet-0a1b2c3d4e5f60001']],
    'subnet-id': [['subnet-0a1b2c3d4e5f60001'], ['subnet-']],
    'security-group-id': [['sg-12345678'], ['sg']],
    'efs-id': [['fs-12345678'], ['efs-12345678']],
    'instance-type': [
      ['m6i.xlarge', 'm5.24xlarge', 'u-6tb1.metal', 'c7g.medium', 'm7i.metal-24xl'],
      ['m6i', 'm6i.', 'M6i.large', 'm6i.xlarg'],
    ],
    'availability-zone': [['eu-central-1a'], ['eu-central-1', 'eu-central-a']],
    region: [
      ['eu-central-1', 'us-gov-west-1'],
      ['eu-central', 'EU-central-1', 'eu-central-1a'],
    ],
    'label-key': [
      ['team', 'example.org/team', 'a.b_c-d'],
      ['', '-a', 'a/b/c', 'x'.repeat(64), '/a'],
    ],
    'label-value': [
      ['', 'a', 'A.b_c-d'],
      ['-a', 'a b', 'x'.repeat(64)],
    ],
    'resource-name': [
      ['a', 'a-b', '1a'],
      ['A', '-a', 'a-', 'a.b', 'x'.repeat(64), ''],
    ],
    image: [
      ['registry.k8s.io/pause:3.10', 'localhost:5000/a/b:v1', `ghcr.io/a/b:1@sha256:${'0'.repeat(64)}`],
      [
        'pause:3.10',
        'library/pause:1',
        'registry.k8s.io/pause',
        'registry.k8s.io/pause:latest',
        'registry.k8s.io/Pause:1',
        `ghcr.io/a/b:latest@sha256:${'0'.repeat(64)}`,
      ],
    ],
    's3-bucket': [['my-bucket.x'], ['My', 'ab', 'a..b']],
    sha256: [['0'.repeat(64)], ['0'.repeat(63), 'G'.repeat(64)]],
    'weekly-schedule': [
      ['Mon-Fri 07:30-20:30 Europe/Berlin', 'always', 'never', 'Mon-Sun 00:00-24:00 UTC'],
      ['Mon-Fri 7:30-20:30 Europe/Berlin', 'sometimes', 'Mo-Fr 07:30-20:30 UTC', 'Mon-Fri 07:30-25:00 UTC'],
    ],
    date: [
      ['2026-11-02', '2024-02-29'],
      ['2026-02-29', '2026-13-01', '2026-1-1'],
    ],
    timestamp: [
      ['2026-11-02T08:00:00Z', '2026-11-02T08:00:00.5+01:00'],
      ['2026-11-02', '2026-11-02 08:00:00Z', '2026-11-31T08:00:00Z', '2026-11-02T25:00:00Z'],
    ],
    'kubernetes-minor': [['1.34'], ['1.9', 'v1.34', '1.34.1', '134']],
  };

  test('each has cases here', () => {
    expect(Object.keys(cases).sort()).toEqual([...formats.keys()].sort());
  });

  test.each(Object.entries(cases))('%s', (name, [accepted, refused]) => {
    const format = formats.get(name);
    for (const value of accepted) expect([value, format?.accepts(value as string)]).toEqual([value, true]);
    for (const value of refused) expect([value, format?.accepts(value as string)]).toEqual([value, false]);
  });

  test('the pattern for editors agrees with the format, as far as a pattern can', () => {
    for (const [name, [accepted]] of Object.entries(cases)) {
      const pattern = formats.get(name)?.pattern;
      if (pattern === undefined) continue;
      for (const value of accepted)
        expect([name, value, new RegExp(pattern).test(String(value))]).toEqual([name, value, true]);
    }
  });
});

describe('patterns', () => {
  test.each(['^(a+)+$', '^(a|a)*$', '^(a*)*b$', '(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)x', '^([a-z]+)*$'])(
    '%s ends soon on any text',
    (pattern) => {
      expect(patternProblem(pattern)).toBeUndefined();
      expect(matchesPattern(pattern, `${'a'.repeat(2_000)}!`)).toBe(false);
    },
  );

  test.each(['^(?=a)b', '(a)\\1', '(?<!a)b', '(a+){2,50}', '((a*)b){9}', '\\q'])('%s is refused', (pattern) => {
    expect(patternProblem(pattern)).toBeDefined();
  });

  test.each(['^[0-9a-f]{40}$', '^([a-z]{2})-[0-9]$', '^(?:a|b)+$', '[(+]{3}'])('%s is fine', (pattern) => {
    expect(patternProblem(pattern)).toBeUndefined();
  });

  test('text that is too long to judge does not match', () => {
    expect(matchesPattern('a', 'a'.repeat(5_000))).toBe(false);
  });
});
