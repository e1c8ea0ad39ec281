/**
 * Tasks in worker threads. A worker gets the sources and all argument values once, then one task at a time; results come
 * back as JSON text. Which worker does what never shows: outcomes stand in the order of the tasks.
 */
import { Worker } from 'node:worker_threads';
import { InternalError } from '../errors.ts';
import type { JsonValue, SourceTree } from '../model.ts';
import type { EntryArguments } from './arguments.ts';
import type { TaskRunner } from './compile.ts';
import type { EntryOutcome, EntryTask } from './evaluate.ts';

/** What a worker starts with. */
export interface WorkerInput {
  /** Files of the channels, by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Symbolic links and other names that are no files, by path. */
  readonly others: ReadonlyMap<string, 'symlink' | 'other'>;
}

/** Argument values, which the tasks that follow name by index. */
export interface SentValues {
  readonly values: readonly JsonValue[];
}

/** A task as it is sent: arguments by index. */
export interface SentTask {
  readonly index: number;
  readonly entry: string;
  readonly allowed: readonly string[];
  readonly runs: readonly Readonly<Record<string, number>>[];
  readonly known?: EntryTask['known'];
}

/** An outcome as it is sent: `EntryOutcome` in JSON. */
export interface SentOutcome {
  readonly index: number;
  readonly outcome: string;
}

export interface WorkerPoolOptions {
  /** The script that a worker runs; it hands its messages to `serveTasks`. */
  readonly script: URL;
  /** Number of workers. */
  readonly jobs: number;
  /** The longest that one task may take, in milliseconds: the last resort, where limits of the engine failed. */
  readonly patience?: number;
}

/**
 * Heap and stack of a worker, in MiB. A young generation of 96 halves the time of evaluation against the default
 * (measured: docs/performance.md); the heap bounds what a hostile program can take.
 */
const resourceLimits = { maxYoungGenerationSizeMb: 96, maxOldGenerationSizeMb: 1024, stackSizeMb: 4 };

/** Two minutes: three orders of magnitude above what a unit costs. */
const defaultPatience = 120_000;

/** Worker threads over one tree, kept for several rounds of tasks. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #input: WorkerInput;
  #idle: Worker[] = [];

  constructor(tree: SourceTree, options: WorkerPoolOptions) {
    this.#options = options;
    this.#input = readFiles(tree);
  }

  /** Runs tasks in as many workers as there may be. */
  readonly run: TaskRunner = async (tasks, onDone) => {
    const { values, sent } = packTasks(tasks);
    // The largest first, so that no worker is left alone with one at the end.
    const queue = [...sent].sort((a, b) => b.runs.length - a.runs.length || a.index - b.index);
    const outcomes: (EntryOutcome | undefined)[] = tasks.map(() => undefined);
    const lanes = Array.from({ length: Math.min(this.#options.jobs, tasks.length) }, () =>
      this.#drain(queue, values, (index, outcome) => {
        outcomes[index] = outcome;
        onDone(tasks[index] as EntryTask);
      }),
    );
    await Promise.all(lanes);
    return outcomes.map((outcome, index) => {
      if (outcome === undefined) throw new InternalError(`no worker did ${tasks[index]?.entry}`);
      return outcome;
    });
  };

  /** Ends the workers. */
  async close(): Promise<void> {
    const workers = this.#idle;
    this.#idle = [];
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  /** One worker after another until the queue is empty: one that dies takes its task with it, and is replaced. */
  async #drain(
    queue: SentTask[],
    values: readonly JsonValue[],
    onOutcome: (index: number, outcome: EntryOutcome) => void,
  ): Promise<void> {
    while (queue.length > 0) {
      const worker = this.#idle.pop() ?? new Worker(this.#options.script, { workerData: this.#input, resourceLimits });
      worker.postMessage({ values } satisfies SentValues);
      let usable = false;
      try {
        for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
          usable = false;
          const { outcome, alive } = await ask(worker, task, this.#options.patience ?? defaultPatience);
          onOutcome(task.index, outcome);
          usable = alive;
          if (!alive) break;
        }
      } finally {
        if (usable) this.#idle.push(worker);
        else await worker.terminate();
      }
    }
  }
}

/** Sends a task and waits. A worker that runs out of memory or time fails the task, not the program. */
function ask(
  worker: Worker,
  task: SentTask,
  patience: number,
): Promise<{ readonly outcome: EntryOutcome; readonly alive: boolean }> {
  return new Promise((resolve, reject) => {
    const lose = (message: string): void => {
      const failures = [{ kind: 'limit', message, frames: [] }] as const;
      const outcome = { failures, values: [], runs: [], evaluations: 0, reused: 0, records: [] };
      resolve({ outcome, alive: false });
    };
    const onMessage = (message: SentOutcome): void =>
      finish(() => resolve({ outcome: JSON.parse(message.outcome) as EntryOutcome, alive: true }));
    const onError = (error: Error & { readonly code?: string }): void =>
      finish(() => {
        if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') reject(error);
        else lose(`${task.entry} takes more than ${resourceLimits.maxOldGenerationSizeMb} MiB of memory`);
      });
    const onExit = (status: number): void =>
      finish(() => reject(new InternalError(`a worker ended by itself with status ${status}`)));
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      settle();
    };
    const timer = setTimeout(
      () => finish(() => lose(`${task.entry} takes more than ${patience / 1000} seconds`)),
      patience,
    );
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(task);
  });
}

function packTasks(tasks: readonly EntryTask[]): {
  readonly values: readonly JsonValue[];
  readonly sent: readonly SentTask[];
} {
  const values: JsonValue[] = [];
  const known = new Map<JsonValue, number>();
  const indexOf = (value: JsonValue): number => {
    let index = known.get(value);
    if (index === undefined) {
      index = values.push(value) - 1;
      known.set(value, index);
    }
    return index;
  };
  const pack = (run: EntryArguments) =>
    Object.fromEntries(Object.entries(run).map(([name, value]) => [name, indexOf(value)]));
  const sent = tasks.map((task, index) => ({ ...task, index, runs: task.runs.map(pack) }));
  return { values, sent };
}

/** Everything under `channels/`: an import may name any file there. */
function readFiles(tree: SourceTree): WorkerInput {
  const files = new Map<string, Uint8Array>();
  const others = new Map<string, 'symlink' | 'other'>();
  const walk = (directory: string): void => {
    for (const entry of tree.list(directory)) {
      const path = `${directory}/${entry.name}`;
      if (entry.kind === 'directory') walk(path);
      else if (entry.kind === 'file') files.set(path, tree.read(path) ?? new Uint8Array());
      else others.set(path, entry.kind);
    }
  };
  if (tree.kind('channels') === 'directory') walk('channels');
  return { files, others };
}
