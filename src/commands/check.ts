/** `weir check`: compile in memory, find what is wrong, compare with the committed `out/`. Writes nothing. */
import { UsageError } from '../errors.ts';
import type { SourceTree } from '../model.ts';
import { findingsGithub } from '../report/findings/github.ts';
import { findingsJson } from '../report/findings/json.ts';
import { findingsJunit } from '../report/findings/junit.ts';
import { type CheckReport, failed } from '../report/findings/report.ts';
import { findingsSarif } from '../report/findings/sarif.ts';
import { findingsText } from '../report/findings/text.ts';
import { rules } from '../validate/rules/index.ts';
import { staleWorkTree } from '../write/output.ts';
import { type ClusterChoice, clusterNames, compilePlans, loadFleet, openRepository } from './shared/context.ts';
import type { ExitStatus, Io } from './shared/io.ts';
import { Progress } from './shared/progress.ts';
import { validateFleet } from './shared/validation.ts';

export const checkFormats = ['text', 'json', 'sarif', 'junit', 'github'] as const;
export type CheckFormat = (typeof checkFormats)[number];

export interface CheckOptions extends ClusterChoice {
  readonly format?: CheckFormat;
  /** The day that dated rules judge by, such as `2026-11-24`; today when absent. */
  readonly now?: string;
  /** Tool version, for sarif. */
  readonly version?: string;
}

export async function check(options: CheckOptions, io: Io): Promise<ExitStatus> {
  const now = options.now === undefined ? new Date() : dayOf(options.now);
  const { root, tree } = openRepository(io);
  const report = await checkRepository(root, tree, options, now, io);
  io.out(formatReport(report, options, io));
  return failed(report) ? 1 : 0;
}

/** The report of a check of the work tree: also what `weir review` and `weir promote` ask for. */
export async function checkRepository(
  root: string,
  tree: SourceTree,
  choice: ClusterChoice,
  now: Date,
  io: Io,
): Promise<CheckReport> {
  const progress = new Progress(io);
  progress.show('loading');
  const fleet = loadFleet(tree, choice);
  const clusters = clusterNames(fleet);
  progress.announce(`checking ${clusters.length} cluster${clusters.length === 1 ? '' : 's'}`);
  const compilation = await compilePlans(fleet.repository, fleet.plans, {
    onProgress: (done, total) => progress.show(`compiling: ${done} of ${total} files`),
  });
  progress.show('validating');
  const result = validateFleet(fleet, compilation, tree, now);
  progress.show('comparing with out/');
  const stale = staleWorkTree(root, compilation.artifacts, { clusters, all: fleet.all });
  progress.clear();
  return {
    ...result,
    stale: stale.map((file) => ({
      file: file.path,
      cluster: file.cluster,
      state: file.state === 'different' ? 'changed' : file.state === 'left over' ? 'extra' : 'missing',
    })),
    clusters: clusters.length,
    artifacts: compilation.artifacts.length,
    rules,
  };
}

function formatReport(report: CheckReport, options: CheckOptions, io: Io): string {
  switch (options.format ?? 'text') {
    case 'text':
      return findingsText(report, { color: io.color, columns: io.columns });
    case 'json':
      return findingsJson(report);
    case 'sarif':
      return findingsSarif(report, options.version ?? '0.0.0');
    case 'junit':
      return findingsJunit(report);
    case 'github':
      return findingsGithub(report);
  }
}

function dayOf(text: string): Date {
  const day = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}(T.*)?$/.test(text) || Number.isNaN(day.getTime())) {
    throw new UsageError(`--now takes a day such as 2026-11-24, not ${text}`);
  }
  return day;
}
