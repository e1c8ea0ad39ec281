/** The inside of a worker thread: sources and values as they were sent, one engine, one task at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import type { EngineContract } from '../jsonnet/api.ts';
import type { EntryKind, JsonValue, SourceTree } from '../model.ts';
import { createEngine } from './engine.ts';
import { type EntryTask, evaluateEntry } from './evaluate.ts';
import type { LibraryServices } from './native/library.ts';
import type { SentOutcome, SentTask, SentValues, WorkerInput } from './workers.ts';

/** Serves tasks until the thread is ended. Called by the script that a pool starts. */
export function serveTasks(services: LibraryServices): void {
  const input = workerData as WorkerInput;
  const engine = createEngine(sentTree(input), services);
  let values: readonly JsonValue[] = [];
  parentPort?.on('message', (sent: SentTask | SentValues) => {
    if ('values' in sent) {
      values = sent.values;
      return;
    }
    const outcome: SentOutcome = { index: sent.index, outcome: serve(engine, sent, values) };
    parentPort?.postMessage(outcome);
  });
}

function serve(engine: EngineContract, sent: SentTask, values: readonly JsonValue[]): string {
  const runs = sent.runs.map((run) =>
    Object.fromEntries(Object.entries(run).map(([name, index]) => [name, values[index] as JsonValue])),
  );
  const task: EntryTask = { entry: sent.entry, allowed: sent.allowed, runs };
  return JSON.stringify(evaluateEntry(engine, sent.known === undefined ? task : { ...task, known: sent.known }));
}

/** The files that were sent, as a tree. */
function sentTree({ files, others }: WorkerInput): SourceTree {
  const directories = new Map<string, Map<string, EntryKind>>();
  const add = (path: string, kind: EntryKind): void => {
    const slash = path.lastIndexOf('/');
    const parent = slash < 0 ? '' : path.slice(0, slash);
    const known = directories.get(parent);
    if (known !== undefined) {
      known.set(path.slice(slash + 1), kind);
      return;
    }
    directories.set(parent, new Map([[path.slice(slash + 1), kind]]));
    if (parent !== '') add(parent, 'directory');
  };
  for (const path of files.keys()) add(path, 'file');
  for (const [path, kind] of others) add(path, kind);
  return {
    label: 'sent files',
    kind: (path) =>
      files.has(path) ? 'file' : (others.get(path) ?? (directories.has(path) ? 'directory' : undefined)),
    list: (directory) =>
      [...(directories.get(directory) ?? [])]
        .map(([name, kind]) => ({ name, kind }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    read: (path) => files.get(path),
  };
}
