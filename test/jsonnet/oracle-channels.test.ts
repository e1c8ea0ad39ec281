/**
 * Every entry file of channels/, for the committed clusters, gives in go-jsonnet what it gives here. There
 * `weir.libsonnet` is a table of the calls that were made here, since go-jsonnet has no such functions.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { loadFleet } from '../../src/commands/shared/context.ts';
import { compileFleet } from '../../src/compile/compile.ts';
import { type EntryTask, evaluateEntry } from '../../src/compile/evaluate.ts';
import { ConfinedImporter } from '../../src/compile/importer.ts';
import { libraryName, libraryNatives, libraryText } from '../../src/compile/native/library.ts';
import type { JsonValue, NativeFunction } from '../../src/jsonnet/api.ts';
import { Engine } from '../../src/jsonnet/engine.ts';
import { openWorkTree } from '../../src/load/tree.ts';
import { renderYaml } from '../../src/write/yaml.ts';
import { resultOf } from './evaluation.ts';
import { askOracle, describeWithOracle, type Request } from './oracle.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Distinct inputs of one entry that are compared: the first, the last, and some between. */
const RUNS_PER_ENTRY = 2;

/** One call of a library function. */
interface Call {
  readonly name: string;
  readonly args: readonly JsonValue[];
  readonly result: JsonValue;
}

interface Evaluated {
  readonly entry: string;
  readonly args: Readonly<Record<string, JsonValue>>;
  readonly value: JsonValue;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describeWithOracle('go-jsonnet on channels/', () => {
  test('agrees on every entry file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'weir-oracle-'));
    folders.push(folder);
    const { tree, repository, plans } = loadFleet(openWorkTree(root));
    const calls: Call[] = [];
    const engine = new Engine({
      importer: new ConfinedImporter(tree),
      natives: recording(libraryNatives({ renderYaml }), calls),
      builtinFiles: { [libraryName]: libraryText() },
    });

    const evaluated: Evaluated[] = [];
    const requests: Request[] = [];
    const runner = (tasks: readonly EntryTask[]) => {
      for (const [index, task] of tasks.entries()) {
        calls.length = 0;
        const library = join(folder, String(index));
        mkdirSync(library);
        for (const one of evaluateSome(engine, task)) {
          evaluated.push(one);
          const tlaCode = Object.fromEntries(
            Object.entries(one.args).map(([name, value]) => [name, JSON.stringify(value)]),
          );
          requests.push({ file: join(root, one.entry), jpath: [library], tlaCode });
        }
        writeFileSync(join(library, libraryName), recordedLibrary(calls));
      }
      return Promise.resolve(tasks.map((task) => evaluateEntry(engine, task)));
    };
    await compileFleet(repository, plans, { services: { renderYaml }, runner });

    expect(new Set(evaluated.map(({ entry }) => entry)).size).toBeGreaterThan(20);
    const answers = askOracle(requests);
    const differing = evaluated.flatMap(({ entry, value }, index) => {
      const answer = answers[index]!;
      if ('error' in answer) return [`${entry}: ${answer.error}`];
      return canonical(answer.value) === canonical(value) ? [] : [`${entry}: another value`];
    });
    expect(differing).toEqual([]);
  }, 300_000);
});

/** The values of a few of a task's runs; runs that fail are the business of other tests. */
function evaluateSome(engine: Engine, task: EntryTask): Evaluated[] {
  const names = (engine.parameters(task.entry) ?? []).map((parameter) => parameter.name);
  const step = Math.max(1, Math.floor(task.runs.length / RUNS_PER_ENTRY));
  return task.runs
    .filter((_, index) => index % step === 0)
    .map((run) => {
      const args = Object.fromEntries(names.map((name) => [name, run[name]!]));
      return { entry: task.entry, args, value: engine.evaluate(task.entry, args).value };
    });
}

/** Natives that write down how they were called. */
function recording(
  natives: Readonly<Record<string, NativeFunction>>,
  calls: Call[],
): Readonly<Record<string, NativeFunction>> {
  return Object.fromEntries(
    Object.entries(natives).map(([name, native]) => [
      name,
      {
        parameters: native.parameters,
        call(...args: readonly JsonValue[]) {
          const result = native.call(...args);
          calls.push({ name, args, result });
          return result;
        },
      },
    ]),
  );
}

/** `weir.libsonnet` for go-jsonnet: each native call looks its arguments up. */
function recordedLibrary(calls: readonly Call[]): string {
  const table = new Map<string, JsonValue>();
  for (const { name, args, result } of calls) table.set(name + keyOf(args), result);
  const lookup = [
    `local table = ${JSON.stringify(Object.fromEntries(table))};`,
    'local recorded(name, args) =',
    '  local key = name + std.manifestJsonMinified(args);',
    "  if std.objectHas(table, key) then table[key] else error 'not recorded: ' + key;",
  ].join('\n');
  const text = libraryText().replace(/std\.native\('([^']+)'\)\(([^)]*)\)/g, "recorded('$1', [$2])");
  return `${lookup}\n${text.replace(/^\/\/.*\n/, '')}`;
}

const keys = new Map<readonly JsonValue[], string>();
function keyOf(args: readonly JsonValue[]): string {
  let key = keys.get(args);
  if (key === undefined) {
    key = resultOf(`std.manifestJsonMinified(${JSON.stringify(args)})`) as string;
    keys.set(args, key);
  }
  return key;
}

function canonical(value: JsonValue): string {
  return JSON.stringify(value, (_, child: unknown) =>
    typeof child === 'object' && child !== null && !Array.isArray(child)
      ? Object.entries(child).sort(([a], [b]) => (a < b ? -1 : 1))
      : child,
  );
}
