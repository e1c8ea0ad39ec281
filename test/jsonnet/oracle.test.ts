/** Generated programs evaluate to the same JSON in go-jsonnet, or fail in both. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Engine } from '../../src/jsonnet/engine.ts';
import { parse } from '../../src/jsonnet/parser.ts';
import { Source } from '../../src/jsonnet/source.ts';
import { builtins } from '../../src/jsonnet/std/index.ts';
import { type Answer, askOracle, describeWithOracle } from './oracle.ts';
import { LIBRARY_FILES, programArbitrary, SIGNATURES } from './programs.ts';
import { memoryImporter } from './support.ts';

const SEED = 20261124;
const COUNT = 2500;

/** Every `kind` of src/jsonnet/ast.ts; operators and kinds of import by their spelling. */
const NODE_KINDS = [
  ...[
    'literal',
    'function',
    'object',
    'objectComprehension',
    'arrayComprehension',
    'apply',
    'import',
    'slice',
    'local',
  ],
  ...['variable', 'self', 'dollar', 'parens', 'array', 'index', 'superIndex', 'inSuper', 'binary', 'unary', 'if'],
  ...['error', 'assert', 'for', 'importstr', 'importbin'],
  ...['*', '/', '%', '+', '-', '<<', '>>', '<', '<=', '>', '>=', 'in', '==', '!=', '&', '^', '|', '&&', '||', '!', '~'],
];

/** The value, or the message of the error. */
function evaluate(program: string): Answer {
  const engine = new Engine({ importer: memoryImporter({ ...LIBRARY_FILES, 'main.jsonnet': program }) });
  try {
    return { value: engine.evaluate('main.jsonnet', {}, { externals: { var: 'external' } }).value };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** What is the same: the value, or that there is none. -0 and 0 are one number in JSON readers. */
function outcome(answer: Answer): string {
  return 'error' in answer ? 'error' : JSON.stringify(answer.value);
}

const programs = fc.sample(programArbitrary(), { numRuns: COUNT, seed: SEED });

describe('generated programs', () => {
  test('every member of the library has a signature in the generator', () => {
    expect(Object.keys(SIGNATURES).sort()).toEqual(Object.keys(builtins).sort());
  });

  test('every member of the library is called by them', () => {
    const text = programs.join('\n');
    expect(Object.keys(builtins).filter((name) => !text.includes(`std.${name}(`))).toEqual([]);
  });

  test('every kind of syntax node occurs in them', () => {
    const kinds = new Set<string>();
    const visit = (value: unknown): void => {
      if (Array.isArray(value)) for (const item of value) visit(item);
      else if (typeof value === 'object' && value !== null) {
        if ('kind' in value) kinds.add(String(value.kind));
        if ('operator' in value) kinds.add(String(value.operator));
        if ('how' in value) kinds.add(String(value.how));
        for (const [key, child] of Object.entries(value)) if (key !== 'source') visit(child);
      }
    };
    for (const program of programs) visit(parse(new Source('main.jsonnet', program)));
    expect(NODE_KINDS.filter((kind) => !kinds.has(kind))).toEqual([]);
  });

  test('at least four in five have a value', () => {
    const failing = programs.filter((program) => 'error' in evaluate(program));
    expect(failing.length).toBeLessThanOrEqual(COUNT / 5);
  });
});

describeWithOracle('go-jsonnet', () => {
  test(`agrees on ${COUNT} generated programs`, () => {
    const answers = askOracle(
      programs.map((snippet) => ({ snippet, files: LIBRARY_FILES, extStr: { var: 'external' } })),
    );
    const differing: string[] = [];
    for (const [index, program] of programs.entries()) {
      const ours = evaluate(program);
      const theirs = answers[index]!;
      if (outcome(ours) !== outcome(theirs))
        differing.push(`${program}\n  ours:   ${JSON.stringify(ours)}\n  theirs: ${JSON.stringify(theirs)}`);
    }
    expect(differing.slice(0, 10)).toEqual([]);
  }, 120_000);
});
