/**
 * The test suites of both reference implementations. Results are compared as JSON values; errors by kind, place and
 * go-jsonnet's wording. A case that differs stands in `deviations.ts` with its reason, and must really differ.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Importer, JsonValue, NativeFunction } from '../../src/jsonnet/api.ts';
import { Engine } from '../../src/jsonnet/engine.ts';
import { deviations } from './deviations.ts';
import { type ErrorFacts, errorFacts, fixtures, folderImporter, parseGoError } from './support.ts';

interface Case {
  /** The name of the file for the importer. */
  readonly entry: string;
  readonly file: string;
  readonly args: Readonly<Record<string, JsonValue>>;
  readonly externals: Readonly<Record<string, JsonValue>>;
  readonly externalCode: Readonly<Record<string, string>>;
  readonly expected: { readonly value: JsonValue } | { readonly error: ErrorFacts };
}

/** The native functions that go-jsonnet's own runner registers. */
const natives: Readonly<Record<string, NativeFunction>> = {
  jsonToString: { parameters: ['x'], call: (x) => JSON.stringify(x) },
  nativeError: {
    parameters: [],
    call() {
      throw new Error('native function error');
    },
  },
  nativePanic: {
    parameters: [],
    call() {
      throw new Error('native function "nativePanic" panicked: native function panic');
    },
  },
};

type Folder = string | { readonly testdata: string };

function run(
  folder: Folder,
  { entry, args, externals, externalCode }: Case,
): { value: JsonValue } | { error: ErrorFacts } {
  const engine = new Engine({
    importer: typeof folder === 'string' ? folderImporter(folder) : goImporter(folder.testdata),
    natives,
    limits: { depth: 500 },
  });
  try {
    return { value: engine.evaluate(entry, args, { externals, externalCode }).value };
  } catch (error) {
    return { error: errorFacts(error) };
  }
}

function runSuite(name: string, folder: Folder, cases: readonly Case[]): void {
  describe(name, () => {
    for (const one of cases) {
      const reason = deviations[`${name}/${one.file}`];
      test(reason === undefined ? one.file : `${one.file} deviates: ${reason}`, () => {
        const result = run(folder, one);
        if (reason === undefined) expect(result).toEqual(one.expected);
        else expect(result).not.toEqual(one.expected);
      });
    }
  });
}

// ------------------------------------------------------------------------------------ google/jsonnet, test_suite

const cppSuite = join(fixtures, 'cpp-suite');
type Recorded = { readonly value: JsonValue } | { readonly error: string };
const recorded: Readonly<Record<string, Recorded>> = JSON.parse(
  readFileSync(join(fixtures, 'cpp-suite.go.json'), 'utf8'),
);
const cppFiles = readdirSync(cppSuite).filter((name) => name.endsWith('.jsonnet'));

runSuite(
  'cpp-suite',
  cppSuite,
  cppFiles.map((file) => {
    const variables: Record<string, JsonValue> = { var1: 'test', var2: { x: 1, y: 2 } };
    const topLevel = file.startsWith('tla.');
    const answer = recorded[file]!;
    const expected = 'error' in answer ? { error: parseGoError(answer.error)! } : answer;
    return {
      entry: file,
      file,
      args: topLevel ? variables : {},
      externals: topLevel ? {} : variables,
      externalCode: {},
      expected,
    };
  }),
);

test('go-jsonnet agrees with the goldens of the C++ suite, except where its record says otherwise', () => {
  const differing = cppFiles.filter((file) => {
    const golden = readGolden(join(cppSuite, `${file}.golden`)) ?? 'true';
    const answer = recorded[file]!;
    if ('error' in answer) return !golden.includes('ERROR');
    if (golden.startsWith('TRACE: ')) return false;
    return !golden.startsWith('RUNTIME') && JSON.stringify(answer.value) !== JSON.stringify(JSON.parse(golden));
  });
  expect(differing).toEqual([]);
});

// --------------------------------------------------------------------------------------- go-jsonnet, testdata

// Its runner evaluates the text of x.jsonnet under the name testdata/x, which std.thisFile and messages show.
const goFolder = { testdata: join(fixtures, 'go-testdata') };
const goSuite = goFolder.testdata;
/** As go-jsonnet's own runner defines them, for the cases about external variables. */
const goExternals: Readonly<Record<string, JsonValue>> = { stringVar: '2 + 2' };
const goExternalCode: Readonly<Record<string, string>> = {
  codeVar: '3 + 3',
  errorVar: "error 'xxx'",
  staticErrorVar: ')',
  UndeclaredX: 'x',
  selfRecursiveVar: '[42, std.extVar("selfRecursiveVar")[0] + 1]',
  mutuallyRecursiveVar1: '[42, std.extVar("mutuallyRecursiveVar2")[0] + 1]',
  mutuallyRecursiveVar2: '[42, std.extVar("mutuallyRecursiveVar1")[0] + 1]',
};

runSuite(
  'go-testdata',
  goFolder,
  readdirSync(goSuite)
    .filter((name) => name.endsWith('.jsonnet'))
    .map((file) => {
      const golden = join(goSuite, file.replace(/\.jsonnet$/, '.golden'));
      const variables = file.startsWith('extvar_')
        ? { externals: goExternals, externalCode: goExternalCode }
        : { externals: {}, externalCode: {} };
      const entry = `testdata/${file.replace(/\.jsonnet$/, '')}`;
      return { entry, file, args: {}, ...variables, expected: expectedByGo(golden) };
    }),
);

/** The folder as `testdata/`; the entry's name lacks the extension. */
function goImporter(folder: string): Importer {
  const importer = folderImporter(join(folder, '..'));
  const actual = (name: string) => name.replace(/^testdata/, basename(folder));
  return {
    resolve(from, path) {
      const name = importer.resolve(actual(from), path);
      return name.replace(basename(folder), 'testdata');
    },
    read(name) {
      const file = join(folder, '..', actual(name));
      const isEntry = statSync(file, { throwIfNoEntry: false }) === undefined;
      if (!isEntry && statSync(file).isDirectory()) throw new Error(`read ${name}: is a directory`);
      return readFileSync(isEntry ? `${file}.jsonnet` : file);
    },
  };
}

/** A golden file is the output, or the error; a golden folder has one output per key of the result. */
function expectedByGo(golden: string): Case['expected'] {
  const asString = golden.endsWith('_string_output.golden');
  const parse = (text: string): JsonValue => (asString ? text.replace(/\n$/, '') : JSON.parse(text));
  if (statSync(golden).isDirectory()) {
    const entries = readdirSync(golden).map((name) => [name, parse(readFileSync(join(golden, name), 'utf8'))]);
    return { value: Object.fromEntries(entries) };
  }
  const text = readFileSync(golden, 'utf8');
  const error = parseGoError(text);
  return error === undefined ? { value: parse(text) } : { error };
}

function readGolden(file: string): string | undefined {
  return statSync(file, { throwIfNoEntry: false }) === undefined ? undefined : readFileSync(file, 'utf8');
}
