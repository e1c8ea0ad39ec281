/** `weir compile`: overlays and channels -> `out/`. */
import { type ClusterInputs, digestInputs, digestProgram, FleetIndex } from '../cache/fleet-index.ts';
import type { SourceTree } from '../model.ts';
import { type OutputResult, OutputWriter } from '../write/output.ts';
import {
  type ClusterChoice,
  clusterNames,
  compileBatches,
  type LoadedFleet,
  loadFleet,
  openRepository,
} from './shared/context.ts';
import type { ExitStatus, Io } from './shared/io.ts';
import { Progress } from './shared/progress.ts';

export interface CompileOptions extends ClusterChoice {
  /** Worker threads; as many as pay off when absent. */
  readonly jobs?: number;
  /** False: neither read nor write `.weir/cache`. */
  readonly cache?: boolean;
}

/** Writes `out/` of the chosen clusters when everything compiled, and says what changed. */
export async function compile(options: CompileOptions, io: Io): Promise<ExitStatus> {
  const begin = performance.now();
  const { root, tree } = openRepository(io);
  const progress = new Progress(io);
  progress.show('loading');
  const memory = options.cache === false ? undefined : recall(root, tree, options);
  const fleet = chooseWork(tree, options, memory);
  const clusters = fleet === undefined ? [] : clusterNames(fleet);
  const known = memory?.fresh.size ?? 0;
  progress.announce(`compiling ${count(clusters.length, 'cluster')}${known > 0 ? `; ${known} did not change` : ''}`);
  const writer = new OutputWriter(root);
  const counts = new Map<string, number>();
  try {
    if (fleet !== undefined) await prepare(fleet, options, writer, counts, progress);
    writer.add([], memory?.gone ?? []);
  } catch (error) {
    writer.discard();
    throw error;
  }
  progress.show('writing');
  const result = writer.finish(known === 0 && (fleet?.all ?? false));
  if (fleet !== undefined && memory !== undefined) remember(memory, fleet, counts);
  progress.clear();

  const total = { clusters: clusters.length + known, artifacts: 0 };
  for (const each of [...counts.values(), ...(memory?.fresh.values() ?? [])]) total.artifacts += each;
  io.out(summary(total, result, performance.now() - begin));
  return 0;
}

/** Clusters that are compiled at a time: it bounds memory, and costs what all clusters share once more for each batch. */
const batchSize = 100;

/** Compiles and hands the artifacts to the writer, which shows nothing before its end; `counts` gets their number. */
async function prepare(
  fleet: LoadedFleet,
  options: CompileOptions,
  writer: OutputWriter,
  counts: Map<string, number>,
  progress: Progress,
): Promise<void> {
  const settings = {
    jobs: options.jobs,
    onProgress: (done: number, total: number) => progress.show(`compiling: ${done} of ${total} files`),
  };
  for await (const { artifacts, clusters } of compileBatches(fleet.repository, fleet.plans, settings, batchSize)) {
    for (const { cluster } of artifacts) counts.set(cluster, (counts.get(cluster) ?? 0) + 1);
    writer.add(artifacts, clusters);
  }
}

// ---------------------------------------------------------------------------------------------- what is known already

interface Memory {
  readonly index: FleetIndex;
  /** All clusters there are. */
  readonly inputs: readonly ClusterInputs[];
  /** Chosen clusters with nothing to do, and the number of their artifacts. */
  readonly fresh: ReadonlyMap<string, number>;
  /** Chosen clusters that must be compiled. */
  readonly stale: readonly string[];
  /** Folders of `out/` that belong to no cluster, when all clusters are chosen. */
  readonly gone: readonly string[];
}

/** What the last run left; undefined where the short way does not apply, and everything is done anew. */
function recall(root: string, tree: SourceTree, options: CompileOptions): Memory | undefined {
  // From TypeScript sources, in tests, there is no build whose digest could be taken.
  if (!import.meta.url.endsWith('.js')) return undefined;
  const names = plainClusterNames(tree);
  const inputs = names && digestInputs(tree, names, digestProgram(new URL('../', import.meta.url)));
  if (names === undefined || inputs === undefined) return undefined;
  const index = FleetIndex.open(root);
  const chosen = options.clusters?.length ? options.clusters : names;
  const narrowed = options.channel !== undefined || Boolean(options.selectors?.length);
  // Fields of clusters are known only when they are loaded; then nothing is gained by leaving some out.
  if (narrowed || !chosen.every((name) => names.includes(name))) {
    return { index, inputs, fresh: new Map(), stale: chosen, gone: [] };
  }
  const fresh = new Map<string, number>();
  for (const each of inputs) {
    const artifacts = chosen.includes(each.name) ? index.fresh(each) : undefined;
    if (artifacts !== undefined) fresh.set(each.name, artifacts);
  }
  const all = !options.clusters?.length;
  const folders = all ? tree.list('out').filter((entry) => entry.kind === 'directory') : [];
  return {
    index,
    inputs,
    fresh,
    stale: chosen.filter((name) => !fresh.has(name)),
    gone: folders.map((entry) => entry.name).filter((name) => !names.includes(name)),
  };
}

/** Names of the clusters when `clusters/` holds nothing but their files; otherwise load has something to say. */
function plainClusterNames(tree: SourceTree): readonly string[] | undefined {
  const files = tree.list('clusters');
  const names = files
    .filter(({ name }) => name.endsWith('.yaml') && !name.endsWith('.facts.yaml'))
    .map(({ name }) => name.slice(0, -'.yaml'.length));
  const expected = new Set(names.flatMap((name) => [`${name}.yaml`, `${name}.facts.yaml`]));
  return files.every(({ name, kind }) => kind === 'file' && expected.has(name)) ? names : undefined;
}

/** The clusters to compile, loaded; undefined when there is nothing to do. */
function chooseWork(tree: SourceTree, options: CompileOptions, memory: Memory | undefined): LoadedFleet | undefined {
  if (memory === undefined || memory.fresh.size === 0) return loadFleet(tree, options);
  if (memory.stale.length === 0) return undefined;
  const fleet = loadFleet(tree, { clusters: memory.stale });
  const others = new Set([...memory.fresh.keys()].map((name) => memory.index.idOf(name)));
  const clash = fleet.repository.clusters.some(({ identity }) => others.has(String(identity.id)));
  // Load says it better, with both places.
  return clash ? loadFleet(tree, options) : fleet;
}

function remember(memory: Memory, fleet: LoadedFleet, counts: ReadonlyMap<string, number>): void {
  for (const { name, identity } of fleet.repository.clusters) {
    const inputs = memory.inputs.find((each) => each.name === name);
    if (inputs !== undefined) memory.index.record(inputs, String(identity.id), counts.get(name) ?? 0);
  }
  memory.index.save(memory.inputs.map(({ name }) => name));
}

// ---------------------------------------------------------------------------------------------- summary

/** Most clusters that a summary lists one by one. */
const listedClusters = 20;

function summary(
  total: { readonly clusters: number; readonly artifacts: number },
  result: OutputResult,
  milliseconds: number,
): string {
  const lines: string[] = [];
  const touched = touchedClusters(result);
  for (const [cluster, { changed, removed }] of touched.slice(0, listedClusters)) {
    lines.push(`out/${cluster}: ${changed} changed, ${removed} removed`);
  }
  if (touched.length > listedClusters) lines.push(`... and ${touched.length - listedClusters} more clusters`);
  const changes =
    touched.length === 0
      ? 'nothing changed'
      : `${result.changed.length} changed, ${result.removed.length} removed in ${count(touched.length, 'cluster')}`;
  lines.push(
    `${count(total.clusters, 'cluster')}, ${count(total.artifacts, 'artifact')}: ${changes} (${(milliseconds / 1000).toFixed(1)} s)`,
  );
  return `${lines.join('\n')}\n`;
}

function touchedClusters(result: OutputResult): readonly [string, { changed: number; removed: number }][] {
  const touched = new Map<string, { changed: number; removed: number }>();
  for (const key of ['changed', 'removed'] as const) {
    for (const path of result[key]) {
      const cluster = path.split('/')[1] ?? '';
      const counts = touched.get(cluster) ?? { changed: 0, removed: 0 };
      counts[key]++;
      touched.set(cluster, counts);
    }
  }
  return [...touched].sort(([a], [b]) => (a < b ? -1 : 1));
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
