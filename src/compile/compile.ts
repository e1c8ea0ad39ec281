/** Plans of clusters -> artifacts. Entries are evaluated once per distinct input; see evaluate.ts. */
import { type Problem, UserError } from '../errors.ts';
import type { EngineContract } from '../jsonnet/api.ts';
import type { Artifact, ClusterPlan, Locate, PlannedUnit, Repository, Unit } from '../model.ts';
import { ArgumentBuilder, parameterNames } from './arguments.ts';
import {
  type ArtifactSource,
  Assembler,
  type ClusterResults,
  judgeResult,
  type Part,
  type UnitResult,
} from './assemble.ts';
import { createEngine } from './engine.ts';
import { type EntryOutcome, type EntryRecord, type EntryTask, evaluateEntry } from './evaluate.ts';
import { type EntryRun, foldProblems, problemsOfRuns, type RunFailure, runFailure, staticProblem } from './failures.ts';
import { compareText } from './json.ts';
import { Locator } from './locate.ts';
import type { LibraryServices } from './native/library.ts';

export { createEngine } from './engine.ts';

/** What earlier compiles recorded. Both methods are told the entry file by its path. */
export interface ResultStore {
  /** Records that hold for the files as they are now; undefined when there are none. */
  load(entry: string): readonly EntryRecord[] | undefined;
  /** Keeps what is true now: the files that the entry reaches, and all records about them. */
  save(entry: string, files: readonly string[], records: readonly EntryRecord[]): void;
}

/** Runs tasks, here or elsewhere, in any order; outcomes come in the tasks' order. */
export type TaskRunner = (
  tasks: readonly EntryTask[],
  onDone: (task: EntryTask) => void,
) => Promise<readonly EntryOutcome[]>;

export interface CompileOptions {
  readonly services: LibraryServices;
  readonly results?: ResultStore;
  /** Where tasks run; in this thread when it is absent. */
  readonly runner?: TaskRunner;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Compilation {
  /** Names of the clusters that were compiled, sorted; some may have no artifact. */
  readonly clusters: readonly string[];
  /** Sorted by cluster, then path. */
  readonly artifacts: readonly Artifact[];
  readonly locate: Locate;
  /** Evaluations that this compile made. */
  readonly evaluations: number;
  /** Runs that another evaluation served. */
  readonly reused: number;
  /** The same by entry file, sorted by path. */
  readonly entries: readonly { readonly entry: string; readonly evaluations: number; readonly reused: number }[];
}

/** Compiles clusters. Throws {@link UserError} with every problem of every unit in every cluster. */
export async function compileFleet(
  repository: Repository,
  plans: readonly ClusterPlan[],
  options: CompileOptions,
): Promise<Compilation> {
  const schedule = new Schedule(repository, plans);
  const engine = createEngine(repository.tree, options.services);
  const runner = options.runner ?? inThisThread(engine);
  const entries = schedule.entries.map((entry) => ({ entry, known: options.results?.load(entry.path) }));
  const tasks = entries.map(({ entry, known }) => taskOf(entry, known));
  let done = 0;
  const outcomes = await runner(tasks, () => options.onProgress?.(++done, tasks.length));

  const problems: Problem[] = [...schedule.problems];
  const failures: RunFailure[] = [];
  const parts = new Map<EntryRun, Part>();
  const readText = (file: string): string | undefined => {
    const bytes = file.includes('/') ? repository.tree.read(file) : undefined;
    return bytes && new TextDecoder().decode(bytes);
  };
  let identifier = 0;
  const faulty: { readonly part: Part; readonly clusters: string[] }[] = [];
  for (const [index, { entry, known }] of entries.entries()) {
    const outcome = outcomes[index] as EntryOutcome;
    problems.push(...outcome.failures.map((failure) => staticProblem(entry.path, failure)));
    const results: UnitResult[] = outcome.values.map((value) => judgeResult(++identifier, value, entry.kind));
    const faults = new Map<UnitResult, { readonly part: Part; readonly clusters: string[] }>();
    for (const [at, run] of entry.runs.entries()) {
      const result = outcome.runs[at];
      if (result === undefined || result === null) continue;
      if (typeof result !== 'number') {
        failures.push(runFailure(run, result, readText));
        continue;
      }
      const part: Part = { run, result: results[result] as UnitResult, prefix: [] };
      parts.set(run, part);
      if (part.result.faults.length === 0) continue;
      const group = faults.get(part.result) ?? { part, clusters: [] };
      group.clusters.push(run.plan.cluster.name);
      faults.set(part.result, group);
    }
    faulty.push(...faults.values());
    if (outcome.files !== undefined && outcome.records.length > 0) {
      options.results?.save(entry.path, outcome.files, [...(known ?? []), ...outcome.records]);
    }
  }

  const sources = new Map<string, ReadonlyMap<string, ArtifactSource>>();
  const locator = new Locator(engine, sources);
  for (const { part, clusters } of faulty) {
    const { unit } = part.run.planned;
    for (const { path, message } of part.result.faults) {
      problems.push({ message: `${unit.kind}/${unit.name} ${message}`, place: locator.placeOf(part, path), clusters });
    }
  }
  const assembler = new Assembler((part, path) => locator.placeOf(part, [...part.prefix, ...path]));
  const artifacts: Artifact[] = [];
  for (const cluster of schedule.clusters) {
    const assembled = assembler.assemble(cluster.results(parts));
    artifacts.push(...assembled.artifacts);
    sources.set(cluster.plan.cluster.name, assembled.sources);
  }
  problems.push(...assembler.problems, ...problemsOfRuns(failures));
  if (problems.length > 0) throw new UserError(foldProblems(problems));
  const work = outcomes.map(({ evaluations, reused }, index) => ({
    entry: (tasks[index] as EntryTask).entry,
    evaluations,
    reused,
  }));
  const sum = (key: 'evaluations' | 'reused') => work.reduce((total, each) => total + each[key], 0);
  const clusters = schedule.clusters.map(({ plan }) => plan.cluster.name);
  return {
    clusters,
    artifacts,
    locate: locator.locate,
    evaluations: sum('evaluations'),
    reused: sum('reused'),
    entries: work,
  };
}

// ---------------------------------------------------------------------------------------------- schedule

interface Entry {
  readonly path: string;
  readonly kind: 'component' | 'stack' | 'profile' | 'resources';
  readonly unit: Unit;
  readonly runs: EntryRun[];
}

interface PlannedCluster {
  readonly plan: ClusterPlan;
  results(parts: ReadonlyMap<EntryRun, Part>): ClusterResults;
}

/** What has to be evaluated for whom. */
class Schedule {
  readonly problems: Problem[];
  readonly clusters: PlannedCluster[] = [];
  readonly #entries = new Map<string, Entry>();

  constructor(repository: Repository, plans: readonly ClusterPlan[]) {
    const builder = new ArgumentBuilder(repository.tree);
    for (const plan of [...plans].sort((a, b) => compareText(a.cluster.name, b.cluster.name))) this.#add(plan, builder);
    this.problems = builder.problems;
    // Files are judged whether or not a cluster has them switched on.
    const channels = new Set(plans.flatMap((plan) => [plan.cluster.channel, ...plan.cluster.channels.values()]));
    for (const name of channels) {
      for (const unit of repository.channels.get(name)?.units.values() ?? []) this.#register(unit);
    }
  }

  /** Sorted by path: work is handed out in one order everywhere. */
  get entries(): readonly Entry[] {
    return [...this.#entries.values()].sort((a, b) => compareText(a.path, b.path));
  }

  #register(unit: Unit): { readonly main?: Entry; readonly resources?: Entry } {
    if (unit.kind === 'shared' || unit.entry === undefined) return {};
    const main = this.#entry(unit.entry, unit.kind, unit);
    return unit.resources === undefined
      ? { main }
      : { main, resources: this.#entry(unit.resources.entry, 'resources', unit) };
  }

  #entry(path: string, kind: Entry['kind'], unit: Unit): Entry {
    let entry = this.#entries.get(path);
    if (entry === undefined) {
      entry = { path, kind, unit, runs: [] };
      this.#entries.set(path, entry);
    }
    return entry;
  }

  #add(plan: ClusterPlan, builder: ArgumentBuilder): void {
    const units: { readonly planned: PlannedUnit; readonly main?: EntryRun; readonly resources?: EntryRun }[] = [];
    for (const planned of plan.units) {
      if (!planned.enabled) continue;
      const { main, resources } = this.#register(planned.unit);
      const args = builder.arguments(plan, planned);
      const run = (entry: Entry | undefined): EntryRun | undefined => {
        if (entry === undefined) return undefined;
        const each = { plan, planned, entry: entry.path, args };
        entry.runs.push(each);
        return each;
      };
      units.push({ planned, main: run(main), resources: run(resources) });
    }
    this.clusters.push({
      plan,
      results: (parts) => ({
        plan,
        units: units.map(({ planned, main, resources }) => ({
          planned,
          main: main && parts.get(main),
          resources: resources && parts.get(resources),
        })),
      }),
    });
  }
}

function taskOf(entry: Entry, known: readonly EntryRecord[] | undefined): EntryTask {
  const task = { entry: entry.path, allowed: parameterNames(entry.unit), runs: entry.runs.map((run) => run.args) };
  return known === undefined ? task : { ...task, known };
}

function inThisThread(engine: EngineContract): TaskRunner {
  return async (tasks, onDone) =>
    tasks.map((task) => {
      const outcome = evaluateEntry(engine, task);
      onDone(task);
      return outcome;
    });
}
