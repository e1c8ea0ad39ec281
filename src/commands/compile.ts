/** `weir compile`: overlays and channels -> `out/`. */
import type { Artifact } from '../model.ts';
import { type OutputResult, writeOutput } from '../write/output.ts';
import { type ClusterChoice, clusterNames, compilePlans, loadFleet, openRepository } from './shared/context.ts';
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
  const fleet = loadFleet(tree, options);
  const clusters = clusterNames(fleet);
  progress.announce(`compiling ${count(clusters.length, 'cluster')}`);
  const { artifacts } = await compilePlans(fleet.repository, fleet.plans, {
    jobs: options.jobs,
    onProgress: (done, total) => progress.show(`compiling: ${done} of ${total} files`),
  });
  progress.show('writing');
  const result = writeOutput(root, artifacts, { clusters, all: fleet.all });
  progress.clear();
  io.out(summary(clusters, artifacts, result, performance.now() - begin));
  return 0;
}

/** Most clusters that a summary lists one by one. */
const listedClusters = 20;

function summary(
  clusters: readonly string[],
  artifacts: readonly Artifact[],
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
    `${count(clusters.length, 'cluster')}, ${count(artifacts.length, 'artifact')}: ${changes} (${(milliseconds / 1000).toFixed(1)} s)`,
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
