/**
 * One entry file evaluated for all clusters that need it, each distinct input once. This is what a worker does at a time,
 * so everything that goes in and out is plain data.
 */
import {
  type ArgumentPath,
  type ArgumentRead,
  type Closure,
  type EngineContract,
  type Frame,
  JsonnetError,
} from '../jsonnet/api.ts';
import type { JsonValue } from '../model.ts';
import type { EntryArguments } from './arguments.ts';
import { answerOf, ReuseTrie } from './reuse.ts';

/** One entry file and all its runs. */
export interface EntryTask {
  /** Path of the entry file. */
  readonly entry: string;
  /** Parameters that it may name. */
  readonly allowed: readonly string[];
  /** Arguments of each run, with everything that it may name. Empty to check the file alone. */
  readonly runs: readonly EntryArguments[];
  /** What an earlier compile recorded for the same files. */
  readonly known?: readonly EntryRecord[];
}

/** What an evaluation read, and what came of it. */
export interface EntryRecord {
  readonly reads: readonly { readonly read: ArgumentRead; readonly answer: string }[];
  readonly value: JsonValue;
}

/** A Jsonnet error as plain data. */
export interface Failure {
  readonly kind: 'static' | 'runtime' | 'limit';
  readonly message: string;
  readonly frames: readonly Frame[];
  readonly argumentPath?: ArgumentPath;
}

/** What became of a run: an index into the values, or a failure; null where others failed and it was not tried. */
export type RunOutcome = number | Failure | null;

export interface EntryOutcome {
  /** What is wrong with the files whatever the arguments: then nothing was evaluated. */
  readonly failures: readonly Failure[];
  /** Distinct results. */
  readonly values: readonly JsonValue[];
  /** By run, in the task's order. */
  readonly runs: readonly RunOutcome[];
  readonly evaluations: number;
  /** Runs that an evaluation of this compile, or of an earlier one, served. */
  readonly reused: number;
  /** New records, for the next compile. */
  readonly records: readonly EntryRecord[];
  /** Files that the entry reaches, itself included; absent when everything was known. */
  readonly files?: readonly string[];
}

/** Evaluations of one entry that may exceed a limit before the others are not tried: each costs seconds. */
const limitFailures = 2;

/** Evaluates an entry for all its runs. Never throws a {@link JsonnetError}. */
export function evaluateEntry(engine: EngineContract, task: EntryTask): EntryOutcome {
  const trie = new ReuseTrie<number>();
  const values: JsonValue[] = [];
  for (const record of task.known ?? []) trie.addAnswers(record.reads, values.push(record.value) - 1);

  const runs: RunOutcome[] = [];
  const records: EntryRecord[] = [];
  let evaluations = 0;
  let reused = 0;
  let checked:
    | { readonly closure: Closure; readonly failures: readonly Failure[]; readonly names: readonly string[] }
    | undefined;
  const check = () => {
    checked ??= checkEntry(engine, task);
    return checked;
  };
  if (task.known === undefined && check().failures.length > 0) {
    return { failures: check().failures, values, runs, evaluations, reused, records };
  }
  let limits = 0;
  for (const run of task.runs) {
    const known = trie.find(run);
    if (known !== undefined) {
      runs.push(known.value);
      reused++;
      continue;
    }
    if (limits >= limitFailures) {
      runs.push(null);
      continue;
    }
    if (check().failures.length > 0)
      return { failures: check().failures, values, runs: [], evaluations, reused, records };
    const args = Object.fromEntries(check().names.map((name) => [name, run[name] as JsonValue]));
    evaluations++;
    try {
      const { value, reads } = engine.evaluate(task.entry, args);
      const index = values.push(value) - 1;
      const record = { reads: reads.map((read) => ({ read, answer: answerOf(read, args) })), value };
      trie.addAnswers(record.reads, index);
      records.push(record);
      runs.push(index);
    } catch (error) {
      const failure = toFailure(error);
      if (failure.kind === 'limit') limits++;
      runs.push(failure);
    }
  }
  return { failures: [], values, runs, evaluations, reused, records, files: checked?.closure.files };
}

/** The static side of an entry: syntax, imports, parameters. */
function checkEntry(
  engine: EngineContract,
  task: EntryTask,
): { readonly closure: Closure; readonly failures: readonly Failure[]; readonly names: readonly string[] } {
  const closure = engine.closure(task.entry);
  const failures: Failure[] = closure.errors.map(toFailure);
  if (failures.length > 0) return { closure, failures, names: [] };
  const parameters = engine.parameters(task.entry) ?? [];
  for (const parameter of parameters) {
    if (task.allowed.includes(parameter.name)) continue;
    failures.push({
      kind: 'static',
      message: `there is no argument ${parameter.name}: an entry file of this kind may ask for ${task.allowed.join(', ')}`,
      frames: [{ span: parameter.span }],
    });
  }
  return { closure, failures, names: parameters.map((parameter) => parameter.name) };
}

/** A caught error as plain data; anything but a {@link JsonnetError} is thrown on. */
export function toFailure(error: unknown): Failure {
  if (!(error instanceof JsonnetError)) throw error;
  const { kind, message, frames, argumentPath } = error;
  return argumentPath === undefined ? { kind, message, frames } : { kind, message, frames, argumentPath };
}
