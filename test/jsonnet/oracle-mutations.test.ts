/**
 * Broken programs: the suites' own with characters lost, doubled, moved and put in. go-jsonnet and the engine agree on
 * which of them are programs, and on the value of those that are.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonnetError } from '../../src/jsonnet/api.ts';
import { Engine } from '../../src/jsonnet/engine.ts';
import { type Answer, askOracle, describeWithOracle } from './oracle.ts';
import { fixtures, memoryImporter } from './support.ts';

const SEED = 20261124;
const COUNT = 3000;

/** Short programs with a value, without loops that a mutation could make endless. */
const sources = ['go-testdata', 'cpp-suite']
  .flatMap((suite) => readdirSync(join(fixtures, suite)).map((name) => join(fixtures, suite, name)))
  .filter((file) => file.endsWith('.jsonnet'))
  .map((file) => readFileSync(file, 'utf8').replace(/^\/\*[\s\S]*?\*\//, ''))
  .filter((text) => text.length < 1500)
  .filter((text) => !/recurs|infinite|nonterm|makeArray|range\(|repeat|1e|loop|tailstrict|import|thisFile/.test(text))
  .filter((text) => 'value' in evaluate(text));

const PIECES = [
  ...['{', '}', '[', ']', '(', ')', ',', ':', '::', ':::', '+:', '+::', ';', '.', '..', '=>', '->', '$', '%', '^', '|'],
  ...[
    '+',
    '-',
    '!',
    '~',
    '==',
    '<',
    '&&',
    '"',
    "'",
    '\\',
    '\n',
    '\t',
    ' ',
    '#',
    '//',
    '/*',
    '*/',
    '|||',
    '@"',
    "@'it''s'",
  ],
  ...[
    'local x = 1;',
    'self',
    'super',
    'if true then ',
    ' else ',
    'for x in [1]',
    'error ',
    'assert true;',
    'in',
    'null',
  ],
  ...[
    'function(x) x',
    'x',
    'é',
    '[1:2]',
    '[::]',
    '{a:1}',
    'tailstrict',
    'import "x"',
    '0',
    '1.5',
    '01',
    '1_0',
    '.5',
    '5.',
  ],
  ...['1e', '"\\u00"', '"\\ud83d\\ude00"', '|||\n  a\n|||', '|||-\n a\n|||'],
];

const edit = fc.tuple(
  fc.constantFrom('cut', 'insert', 'copy', 'replace'),
  fc.nat(),
  fc.nat(),
  fc.constantFrom(...PIECES),
);

const mutated = fc
  .noBias(fc.tuple(fc.constantFrom(...sources), fc.array(edit, { minLength: 1, maxLength: 2 })))
  .map(([source, edits]) => {
    let text = source;
    for (const [kind, where, other, piece] of edits) {
      const at = where % (text.length + 1);
      const from = other % (text.length + 1);
      const cut = kind === 'cut' ? 1 + (other % 3) : kind === 'replace' ? other % 4 : 0;
      const put = kind === 'copy' ? text.slice(from, from + 8) : kind === 'cut' ? '' : piece;
      text = text.slice(0, at) + put + text.slice(at + cut);
    }
    return text;
  });

/**
 * go-jsonnet's lexer takes `>=-1` apart into `>`, `=`, `-`: where an operator runs into a sign, it goes back to its first
 * character instead of its last but one. The specification means `>=` and `-`, and so does the engine.
 */
const RUN_INTO_SIGN = /[!:~+\-&|^=<>*/%]{2}[-+~!$]/;

function evaluate(program: string): Answer {
  const engine = new Engine({ importer: memoryImporter({ 'main.jsonnet': program }) });
  try {
    return { value: engine.evaluate('main.jsonnet', {}).value };
  } catch (error) {
    // Anything else would be a crash.
    expect(error).toBeInstanceOf(JsonnetError);
    return { error: (error as Error).message };
  }
}

describeWithOracle('go-jsonnet on broken programs', () => {
  test(`agrees on ${COUNT} mutations`, () => {
    const programs = fc.sample(mutated, { numRuns: COUNT, seed: SEED }).filter((text) => !RUN_INTO_SIGN.test(text));
    const answers = askOracle(programs.map((snippet) => ({ snippet, files: {} })));
    const differing = programs.flatMap((program, index) => {
      const ours = evaluate(program);
      const theirs = answers[index]!;
      const same = 'error' in theirs ? 'error' in ours : JSON.stringify(ours) === JSON.stringify(theirs);
      return same ? [] : [{ program, ours, theirs }];
    });
    expect(differing.slice(0, 5)).toEqual([]);
    expect(answers.filter((answer) => 'value' in answer).length).toBeGreaterThan(COUNT / 10);
  }, 120_000);
});
