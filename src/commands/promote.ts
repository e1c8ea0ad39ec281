/** `weir promote`: a plan first, always; then everything at once, or nothing. */
import { type Problem, UsageError, UserError } from '../errors.ts';
import { patchTree } from '../load/patched.ts';
import { loadWithProblems } from '../load/repository.ts';
import { type Channel, type FleetDiff, type Impact, impacts, type Repository, type SourceTree } from '../model.ts';
import { withKubernetes } from '../promote/channel.ts';
import { type GateResult, judgeGates, judgeImpact, readGates } from '../promote/gates.ts';
import { type ConflictChoice, type PromotionPlan, planPromotion } from '../promote/plan.ts';
import { recordHeader, recordPath, recordValue } from '../promote/record.ts';
import { planRevert, type RevertPlan } from '../promote/revert.ts';
import { readVerifiedSet } from '../promote/set.ts';
import { sourceOf } from '../promote/status.ts';
import { type PlanReport, planBody, planMessage, planText } from '../report/promotion/plan.ts';
import { commitPaths } from '../tools/commit.ts';
import { uncommitted } from '../tools/git.ts';
import { mergeTexts } from '../tools/merge.ts';
import { commitChanges, type FileChange } from '../write/journal.ts';
import { planOutput } from '../write/output.ts';
import { writeReport } from '../write/report.ts';
import { renderYaml } from '../write/yaml.ts';
import { compareWithBase } from './shared/comparison.ts';
import { clusterNames, compilePlans, loadFleet, openRepository } from './shared/context.ts';
import type { ExitStatus, Io } from './shared/io.ts';
import { Progress } from './shared/progress.ts';
import { channelHistory, closures, promotable, revisions } from './shared/promotion.ts';
import { validateFleet } from './shared/validation.ts';

export interface PromoteOptions {
  readonly units: readonly string[];
  readonly all?: boolean;
  readonly except?: readonly string[];
  /** File with a set of units that were verified together. */
  readonly set?: string;
  readonly from?: string;
  readonly to?: string;
  readonly dryRun?: boolean;
  readonly revert?: boolean;
  /** Names of units (or `lib/<file>`) with an edit of the target. */
  readonly merge?: readonly string[];
  readonly keep?: readonly string[];
  readonly takeSource?: readonly string[];
  /** Impacts that are wanted although they are louder than the gate allows. */
  readonly accept?: readonly string[];
  /** Moves the Kubernetes minor of the channel too. */
  readonly kubernetes?: boolean;
  /** `gate=reason`. */
  readonly override?: readonly string[];
  readonly commit?: boolean;
  /** File for the body of the pull request. */
  readonly body?: string;
  readonly now?: string;
}

/** What planning found: files to write, and what to say. */
interface Prepared {
  readonly report: PlanReport;
  readonly changes: readonly FileChange[];
  readonly problems: readonly Problem[];
}

export async function promote(options: PromoteOptions, io: Io): Promise<ExitStatus> {
  const { root, tree } = openRepository(io);
  const progress = new Progress(io);
  progress.show('planning');
  const prepared = await prepare(root, tree, options, progress);
  progress.clear();
  io.out(planText(prepared.report, { color: io.color, columns: io.columns }));
  if (options.body !== undefined) writeReport(io.cwd, options.body, planBody(prepared.report));
  if (prepared.problems.length > 0) throw new UserError(prepared.problems);
  if (prepared.changes.length === 0) {
    io.out('Nothing to do.\n');
    return 0;
  }
  if (options.dryRun === true) {
    io.out(`${prepared.changes.length} files would change. Nothing was written: --dry-run.\n`);
    return 0;
  }
  commitChanges(root, prepared.changes, { recovery: 'rollback' });
  io.out(`${prepared.changes.length} files written.\n`);
  const message = planMessage(prepared.report);
  if (options.commit === true) {
    commitPaths(
      root,
      prepared.changes.map((change) => change.path),
      message,
    );
    io.out(`Committed: ${message.split('\n')[0]}\n`);
  } else io.out(`\nA message for the commit:\n\n${message}`);
  return 0;
}

async function prepare(root: string, tree: SourceTree, options: PromoteOptions, progress: Progress): Promise<Prepared> {
  const { repository, problems } = loadWithProblems(tree);
  if (problems.length > 0) throw new UserError(problems);
  const { from, to } = chooseChannels(repository, options);
  const units = chooseUnits(repository, tree, from, to, options);
  const history = channelHistory(root);
  const overrides = readOverrides(options.override ?? []);
  const dirty = new Set(uncommitted(root, ['channels']));
  if (options.revert === true) {
    const plan = planRevert({
      repository,
      to,
      units,
      history,
      uncommitted: dirty,
      revision: revisions(root),
      forced: new Set(options.takeSource ?? []),
    });
    return finishPlan(tree, repository, revertPlan(plan, from, to), [], plan.files, options, progress, true, overrides);
  }
  const plan = planPromotion({
    repository,
    from,
    to,
    units,
    choices: readChoices(options),
    history,
    closure: closures(tree),
    revision: revisions(root),
    merge: (base, ours, theirs) => mergeTexts(base, ours, theirs),
    uncommitted: dirty,
  });
  const { gates, faults } = readGates(gatesOf(from));
  const now = options.now === undefined ? new Date() : new Date(options.now);
  if (Number.isNaN(now.getTime())) throw new UsageError(`--now takes a day such as 2026-11-24, not ${options.now}`);
  const closure = closures(tree);
  const results = plan.units
    .filter((move) => !['same', 'kept', 'record', 'remove'].includes(move.kind))
    .flatMap((move) => {
      const unit = from.units.get(move.unit);
      if (!unit) return [];
      const digest = move.record?.source ?? '';
      const library = closure(unit);
      return judgeGates({
        repository,
        tree,
        gates,
        source: from.name,
        unit: { name: move.unit, folder: unit.folder, digest, library },
        history,
        now,
        overrides,
      });
    });
  const refused = [...plan.refused, ...faults.map((fault) => `channels/${from.name}/channel.yaml: ${fault}`)];
  const overridden = results
    .filter((result) => result.state === 'overridden')
    .map(({ gate, reason }) => ({ gate, reason: reason ?? '' }));
  const files = new Map(plan.files);
  if (options.kubernetes === true && from.kubernetes !== to.kubernetes) {
    const path = to.manifest.file;
    files.set(path, withKubernetes(tree.read(path)!, from.kubernetes));
  }
  for (const move of plan.units) {
    const path = recordPath(to.name, move.unit);
    if (move.kind === 'remove') {
      if (tree.kind(path) === 'file') files.set(path, undefined);
    } else if (move.record) {
      const value = recordValue({ ...move.record, overridden: distinct(overridden) });
      files.set(path, new TextEncoder().encode(recordHeader + renderYaml(value)));
    }
  }
  return finishPlan(
    tree,
    repository,
    { ...plan, refused },
    results,
    files,
    options,
    progress,
    false,
    overrides,
    gates.impact,
  );
}

/** Loads, compiles, compares and checks what the files would leave, and puts together what to say and what to write. */
async function finishPlan(
  tree: SourceTree,
  repository: Repository,
  plan: Omit<PromotionPlan, 'files'>,
  gates: readonly GateResult[],
  files: ReadonlyMap<string, Uint8Array | undefined>,
  options: PromoteOptions,
  progress: Progress,
  revert: boolean,
  overrides: ReadonlyMap<string, string>,
  limit?: Impact,
): Promise<Prepared> {
  const moot = plan.units.flatMap((move) =>
    move.kind === 'same' || revert
      ? []
      : repository.clusters
          .filter((cluster) => cluster.channel === plan.to && cluster.channels.get(move.unit) === plan.from)
          .map((cluster) => ({ cluster: cluster.name, unit: move.unit })),
  );
  const problems: Problem[] = [
    ...plan.refused.map((message) => ({ message })),
    ...plan.conflicts.map((conflict) => ({ message: conflict.message })),
    ...gates
      .filter((gate) => gate.state === 'closed' || gate.state === 'unknown')
      .map((gate) => ({
        message: `Gate ${gate.gate}${gate.unit ? ` of ${gate.unit}` : ''}: ${gate.message}. With a reason that lands in the record: --override "${gate.gate}=<reason>"`,
      })),
  ];
  const base: PlanReport = { ...plan, revert, gates, moot };
  if (files.size === 0) return { report: base, changes: [], problems };
  const patched = patchTree(tree, files, revert ? 'after the way back' : 'after the promotion');
  let diff: FleetDiff;
  const changes: FileChange[] = [];
  const impact: GateResult[] = [];
  try {
    const fleet = loadFleet(patched);
    progress.announce(`compiling ${fleet.plans.length} clusters`);
    const compilation = await compilePlans(fleet.repository, fleet.plans);
    diff = await compareWithBase({ fleet, compilation, base: tree, onProgress: (text) => progress.show(text) });
    progress.show('checking');
    const { findings } = validateFleet(fleet, compilation, patched, new Date());
    for (const finding of findings.filter((found) => found.severity === 'error' && !found.dated)) {
      const place = finding.source ?? finding.overlay ?? finding.output;
      problems.push({
        message: `after the promotion: ${finding.rule}: ${finding.message}`,
        ...(place ? { place } : {}),
        clusters: finding.clusters,
      });
    }
    impact.push(
      ...judgeImpact(
        { clusters: [], ...(limit === undefined ? {} : { impact: limit }) },
        diff.impact,
        readImpacts(options.accept ?? []),
        overrides,
      ),
    );
    for (const gate of impact.filter((result) => result.state === 'closed')) {
      problems.push({ message: `Gate impact: ${gate.message}` });
    }
    const output = planOutput(tree, compilation.artifacts, { clusters: clusterNames(fleet), all: fleet.all });
    changes.push(...sourceChanges(files), ...output.changes);
  } catch (error) {
    // The plan is shown all the same: what does not load or compile is part of it.
    if (!(error instanceof UserError)) throw error;
    return {
      report: base,
      changes: [],
      problems: [
        ...problems,
        ...minorProblem(repository, plan, files),
        ...error.problems.map((problem) => ({ ...problem, message: `after the promotion: ${problem.message}` })),
      ],
    };
  }
  return { report: { ...base, gates: [...gates, ...impact], diff }, changes, problems };
}

/** Units that are made for a minor fail under another one: that is the cause, whatever they say. */
function minorProblem(
  repository: Repository,
  plan: Omit<PromotionPlan, 'files'>,
  files: ReadonlyMap<string, Uint8Array | undefined>,
): readonly Problem[] {
  const [from, to] = [repository.channels.get(plan.from), repository.channels.get(plan.to)];
  if (!from || !to || from.kubernetes === to.kubernetes || files.has(to.manifest.file)) return [];
  return [
    {
      message: `${from.name} is at Kubernetes ${from.kubernetes} and ${to.name} at ${to.kubernetes}: --kubernetes moves the minor with the units.`,
    },
  ];
}

function sourceChanges(files: ReadonlyMap<string, Uint8Array | undefined>): readonly FileChange[] {
  return [...files].map(
    ([path, bytes]): FileChange => (bytes === undefined ? { path, remove: true } : { path, bytes }),
  );
}

function revertPlan(plan: RevertPlan, from: Channel, to: Channel): Omit<PromotionPlan, 'files'> {
  return {
    from: from.name,
    to: to.name,
    units: plan.units,
    library: plan.library,
    conflicts: [],
    refused: plan.refused,
    together: [],
  };
}

function chooseChannels(
  repository: Repository,
  options: PromoteOptions,
): { readonly from: Channel; readonly to: Channel } {
  const named = (name: string): Channel => {
    const channel = repository.channels.get(name);
    if (!channel)
      throw new UsageError(
        `there is no channel ${name}: there are ${[...repository.channels.keys()].sort().join(', ')}`,
      );
    return channel;
  };
  const sources = [...repository.channels.values()].filter((channel) => channel.promotesTo !== undefined);
  let from = options.from === undefined ? undefined : named(options.from);
  if (!from && options.to !== undefined) from = sourceOf(repository.channels, options.to);
  if (!from && sources.length === 1) from = sources[0];
  if (!from) {
    throw new UsageError(
      sources.length === 0
        ? 'no channel has promotes_to: weir channels add <name> --after <channel> makes one'
        : `say which: --from ${sources
            .map((channel) => channel.name)
            .sort()
            .join(', or --from ')}`,
    );
  }
  const target = options.to ?? from.promotesTo;
  if (target === undefined) throw new UsageError(`channel ${from.name} has no promotes_to: say --to`);
  const to = named(target);
  if (from.promotesTo !== to.name) {
    throw new UsageError(
      `${from.name} promotes to ${from.promotesTo ?? 'nothing'}, not to ${to.name}: promotions go one step at a time`,
    );
  }
  return { from, to };
}

function chooseUnits(
  repository: Repository,
  tree: SourceTree,
  from: Channel,
  to: Channel,
  options: PromoteOptions,
): readonly string[] {
  const known = promotable(repository, from.name, to.name);
  const ways = [options.units.length > 0, options.all === true, options.set !== undefined].filter(Boolean).length;
  if (ways !== 1) throw new UsageError('say what to promote: names of units, --all, or --set FILE');
  const except = new Set(options.except ?? []);
  if (except.size > 0 && options.all !== true) throw new UsageError('--except goes with --all');
  let chosen = options.all === true ? known : options.units;
  if (options.set !== undefined) {
    const set = readVerifiedSet(tree, options.set, from);
    if (set.faults.length > 0) throw new UserError(set.faults.map((message) => ({ message })));
    chosen = set.units;
  }
  const unknown = [...chosen, ...except].filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new UserError(
      unknown.map((name) => ({
        message: `neither ${from.name} nor ${to.name} has a unit ${name}: weir channels lists them`,
      })),
    );
  }
  return chosen.filter((name) => !except.has(name));
}

function readChoices(options: PromoteOptions): ReadonlyMap<string, ConflictChoice> {
  const choices = new Map<string, ConflictChoice>();
  for (const [names, choice] of [
    [options.merge, 'merge'],
    [options.keep, 'keep'],
    [options.takeSource, 'source'],
  ] as const) {
    for (const name of names ?? []) {
      if (choices.has(name)) throw new UsageError(`${name} has two of --merge, --keep and --take-source`);
      choices.set(name, choice);
    }
  }
  return choices;
}

function readOverrides(list: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    list.map((text) => {
      const at = text.indexOf('=');
      const [gate, reason] = [text.slice(0, at), text.slice(at + 1).trim()];
      if (at <= 0 || reason === '' || !['soak', 'clusters', 'approvals', 'impact'].includes(gate)) {
        throw new UsageError(`--override takes gate=reason, such as "soak=fixes the outage of today", not "${text}"`);
      }
      return [gate, reason];
    }),
  );
}

function readImpacts(list: readonly string[]): readonly Impact[] {
  return list.map((text) => {
    if (!impacts.includes(text as Impact))
      throw new UsageError(`--accept takes one of ${impacts.join(', ')}, not ${text}`);
    return text as Impact;
  });
}

function gatesOf(channel: Channel) {
  const value = channel.manifest.value;
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, 'gates')
    ? (value as { readonly gates?: never }).gates
    : undefined;
}

function distinct(list: readonly { readonly gate: string; readonly reason: string }[]) {
  return [...new Map(list.map((entry) => [entry.gate, entry])).values()];
}
