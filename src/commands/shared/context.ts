/** The wiring of load, merge and compile that commands share. It decides nothing. */
import { availableParallelism } from 'node:os';
import { type Compilation, compileFleet, type ResultStore } from '../../compile/compile.ts';
import { foldProblems } from '../../compile/failures.ts';
import { WorkerPool } from '../../compile/workers.ts';
import { InternalError, type Problem, UsageError, UserError } from '../../errors.ts';
import { loadWithProblems } from '../../load/repository.ts';
import { openWorkTree } from '../../load/tree.ts';
import { planWithProblems } from '../../merge/plan.ts';
import type { ClusterPlan, Repository, SourceTree } from '../../model.ts';
import { recover } from '../../write/journal.ts';
import { renderYaml } from '../../write/yaml.ts';
import type { Io } from './io.ts';

/** Which clusters a command is about; all of them without any of these. */
export interface ClusterChoice {
  readonly clusters?: readonly string[];
  /** Name of a channel: clusters on it. */
  readonly channel?: string;
  /** `key=value` over identity fields; all must hold. */
  readonly selectors?: readonly string[];
}

/** Sources with the plans of the chosen clusters. */
export interface LoadedFleet {
  readonly tree: SourceTree;
  readonly repository: Repository;
  readonly plans: readonly ClusterPlan[];
  /** Whether the choice left nobody out. */
  readonly all: boolean;
}

/** The root of the repository that `io.cwd` lies in: the nearest folder with `channels/`. */
export function findRoot(io: Pick<Io, 'cwd'>): string {
  for (let folder = io.cwd; ; ) {
    if (openWorkTree(folder).kind('channels') === 'directory') return folder;
    const slash = Math.max(folder.lastIndexOf('/'), folder.lastIndexOf('\\'));
    const parent = slash <= 0 ? '/' : folder.slice(0, slash);
    if (parent === folder) break;
    folder = parent;
  }
  throw new UsageError(`${io.cwd} lies in no repository of weir: none of the folders above it has channels/`);
}

/** Opens the repository for a command: completes what an interrupted one left, and says so. */
export function openRepository(io: Io): { readonly root: string; readonly tree: SourceTree } {
  const root = findRoot(io);
  const recovery = recover(root);
  if (recovery !== undefined) {
    io.err(`An earlier command was interrupted: ${recovery.outcome} its work on ${recovery.files} files.\n`);
  }
  return { root, tree: openWorkTree(root) };
}

/** Loads and plans. Throws {@link UserError} with every problem of both. */
export function loadFleet(tree: SourceTree, choice: ClusterChoice = {}): LoadedFleet {
  const names = choice.clusters?.length ? choice.clusters : undefined;
  const loaded = loadWithProblems(tree, names === undefined ? {} : { clusters: names });
  const { repository: chosen, problems: choiceProblems } = choose(loaded.repository, choice);
  const planned = planWithProblems(chosen);
  const problems = [...loaded.problems, ...choiceProblems, ...planned.problems];
  if (problems.length > 0) throw new UserError(problems);
  const all = names === undefined && choice.channel === undefined && !choice.selectors?.length;
  return { tree, repository: chosen, plans: planned.plans, all };
}

function choose(
  repository: Repository,
  choice: ClusterChoice,
): { readonly repository: Repository; readonly problems: readonly Problem[] } {
  if (choice.channel !== undefined && !repository.channels.has(choice.channel)) {
    const known = [...repository.channels.keys()].sort().join(', ');
    throw new UsageError(`there is no channel ${choice.channel}; there are ${known}`);
  }
  const selectors = (choice.selectors ?? []).map((text) => {
    const equals = text.indexOf('=');
    if (equals <= 0) throw new UsageError(`--selector takes key=value, such as environment=production, not ${text}`);
    return { key: text.slice(0, equals), value: text.slice(equals + 1) };
  });
  for (const { key } of selectors) {
    if (repository.clusters.length === 0) break;
    if (repository.clusters.some((cluster) => Object.hasOwn(cluster.identity, key))) continue;
    const known = [...new Set(repository.clusters.flatMap((cluster) => Object.keys(cluster.identity)))].sort();
    throw new UsageError(`no cluster has the field ${key}; there are ${known.join(', ')}`);
  }
  const clusters = repository.clusters.filter(
    (cluster) =>
      (choice.channel === undefined || cluster.channel === choice.channel) &&
      selectors.every(
        ({ key, value }) => Object.hasOwn(cluster.identity, key) && String(cluster.identity[key]) === value,
      ),
  );
  const problems: Problem[] = [];
  if (clusters.length === 0 && repository.clusters.length > 0) problems.push({ message: 'No cluster matches.' });
  return { repository: { ...repository, clusters }, problems };
}

/** Names of the chosen clusters. */
export function clusterNames(fleet: Pick<LoadedFleet, 'plans'>): readonly string[] {
  return fleet.plans.map((plan) => plan.cluster.name);
}

export interface CompileSettings {
  readonly results?: ResultStore;
  /** Worker threads; 1 for none, and as many as pay off when absent. */
  readonly jobs?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Compiles with the services of the other stages. The result does not depend on the settings. */
export async function compilePlans(
  repository: Repository,
  plans: readonly ClusterPlan[],
  settings: CompileSettings = {},
): Promise<Compilation> {
  for await (const compilation of compileBatches(repository, plans, settings, Number.POSITIVE_INFINITY)) {
    return compilation;
  }
  throw new InternalError('nothing was compiled');
}

/**
 * As {@link compilePlans}, so many clusters at a time, for who needs each batch only once: memory is bounded by the
 * batch, and what all clusters share is evaluated once per batch. A fleet without clusters is one empty batch.
 */
export async function* compileBatches(
  repository: Repository,
  plans: readonly ClusterPlan[],
  settings: CompileSettings,
  size: number,
): AsyncGenerator<Compilation> {
  const { results, onProgress } = settings;
  const jobs = settings.jobs ?? worthwhileJobs(plans);
  const pool =
    jobs > 1 && workerScript !== undefined
      ? new WorkerPool(repository.tree, { script: workerScript, jobs })
      : undefined;
  const problems: Problem[] = [];
  try {
    for (let begin = 0; begin === 0 || begin < plans.length; begin += size) {
      const batch = plans.slice(begin, begin + size);
      try {
        const services = { renderYaml };
        const compilation = await compileFleet(repository, batch, { results, onProgress, runner: pool?.run, services });
        // After a problem the rest is compiled for its problems alone.
        if (problems.length === 0) yield compilation;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        problems.push(...error.problems);
      }
    }
  } finally {
    await pool?.close();
  }
  if (problems.length > 0) throw new UserError(foldProblems(problems));
}

/** Worker threads run built JavaScript; from TypeScript sources, in tests, everything runs in one thread. */
const workerScript = import.meta.url.endsWith('.js') ? new URL('./worker.js', import.meta.url) : undefined;

/** Units of clusters from which threads pay: starting two costs about as much as evaluating these. */
const unitsForThreads = 1500;
/** More threads gain little: what remains in the main thread bounds the rest. */
const mostThreads = 8;

function worthwhileJobs(plans: readonly ClusterPlan[]): number {
  const units = plans.reduce((sum, plan) => sum + plan.units.filter((unit) => unit.enabled).length, 0);
  return units < unitsForThreads ? 1 : Math.max(1, Math.min(mostThreads, availableParallelism()));
}
