/** `weir diff`: what the work tree changes against a base revision, on which clusters, and what that does. */
import { type ClusterDeletions, deletionsOf } from '../diff/deletions.ts';
import type { ClusterInput } from '../diff/fleet.ts';
import type { ArtifactPair } from '../diff/subjects.ts';
import { UsageError } from '../errors.ts';
import type { FleetDiff } from '../model.ts';
import { deletionsJson, deletionsText, incumbentDeletions } from '../report/changes/deletions.ts';
import { changesHtml } from '../report/changes/html.ts';
import { changesJson } from '../report/changes/json.ts';
import { changesMarkdown } from '../report/changes/markdown.ts';
import { changesText } from '../report/changes/terminal.ts';
import { statusLine } from '../report/changes/words.ts';
import { defaultBranch, mergeBase, resolveCommit } from '../tools/git.ts';
import { openRevision } from '../tools/revision.ts';
import { writeReport } from '../write/report.ts';
import { renderYaml } from '../write/yaml.ts';
import { type ComparisonInput, clusterInputs, compareWithBase } from './shared/comparison.ts';
import { type ClusterChoice, compilePlans, loadFleet, openRepository } from './shared/context.ts';
import type { ExitStatus, Io } from './shared/io.ts';
import { Progress } from './shared/progress.ts';

export const diffFormats = ['text', 'markdown', 'html', 'json', 'status', 'yaml'] as const;
export type DiffFormat = (typeof diffFormats)[number];

export interface DiffOptions extends ClusterChoice {
  /** A revision; where the branch left the default branch when absent. */
  readonly base?: string;
  readonly format?: DiffFormat;
  /** File to write instead of standard output, relative to the working directory. */
  readonly output?: string;
  /** What an applier that does not prune must delete, instead of the changes. */
  readonly deletions?: boolean;
  /** Exit status 1 when anything changes. */
  readonly exitCode?: boolean;
}

export async function diff(options: DiffOptions, io: Io): Promise<ExitStatus> {
  const { root, tree } = openRepository(io);
  const progress = new Progress(io);
  progress.show('loading');
  const base = openRevision(root, options.base ?? defaultBase(root));
  const fleet = loadFleet(tree, options);
  progress.announce(`comparing ${fleet.plans.length} cluster${fleet.plans.length === 1 ? '' : 's'} with ${base.label}`);
  const compilation = await compilePlans(fleet.repository, fleet.plans, {
    onProgress: (done, total) => progress.show(`compiling: ${done} of ${total} files`),
  });
  if (options.deletions === true) {
    progress.clear();
    return printDeletions({ fleet, compilation, base }, options, io);
  }
  const result = await compareWithBase({ fleet, compilation, base, onProgress: (text) => progress.show(text) });
  progress.clear();
  const text = formatDiff(result, options, io);
  if (options.output === undefined) io.out(text);
  else {
    writeReport(io.cwd, options.output, text);
    io.out(`${statusLine(result)}\n`);
  }
  return options.exitCode === true && result.impact !== undefined ? 1 : 0;
}

function printDeletions(input: ComparisonInput, options: DiffOptions, io: Io): ExitStatus {
  const { clusters } = clusterInputs(input);
  const lists = clusters.map((cluster) =>
    deletionsOf(cluster.name, cluster.after ? cluster.pairs : wholeBefore(cluster), cluster.after?.artifacts() ?? []),
  );
  const text = formatDeletions(lists, options.format ?? 'text');
  if (options.output === undefined) io.out(text);
  else writeReport(io.cwd, options.output, text);
  return options.exitCode === true && lists.some((list) => list.deletions.length > 0) ? 1 : 0;
}

/** Everything of a cluster that is gone. */
function wholeBefore(cluster: ClusterInput): readonly ArtifactPair[] {
  return (cluster.before?.artifacts() ?? []).map((before) => ({ before }));
}

function formatDeletions(lists: readonly ClusterDeletions[], format: DiffFormat): string {
  switch (format) {
    case 'text':
      return deletionsText(lists);
    case 'json':
      return deletionsJson(lists);
    case 'yaml':
      return renderYaml(Object.fromEntries(lists.map((list) => [list.cluster, incumbentDeletions(list)])));
    default:
      throw new UsageError(`--deletions has no format ${format}: text, json or yaml (the incumbent's)`);
  }
}

/** Where the current branch left the default branch; on the default branch itself, its last commit. */
export function defaultBase(root: string): string {
  const branch = defaultBranch(root);
  if (branch === undefined) {
    throw new UsageError('there is no default branch here to compare with: name a revision, weir diff --base REF');
  }
  resolveCommit(root, 'HEAD');
  return mergeBase(root, branch, 'HEAD');
}

function formatDiff(result: FleetDiff, options: DiffOptions, io: Io): string {
  switch (options.format ?? 'text') {
    case 'text':
      return changesText(result, { color: io.color && options.output === undefined, columns: io.columns });
    case 'markdown':
      return changesMarkdown(result);
    case 'html':
      return changesHtml(result);
    case 'json':
      return changesJson(result);
    case 'status':
      return `${statusLine(result)}\n`;
    case 'yaml':
      throw new UsageError('the format yaml is for --deletions');
  }
}
