/** The wiring of a comparison: base revision's `out/` against a fresh compile. It decides nothing about changes. */
import type { Compilation } from '../../compile/compile.ts';
import type { SourceChanges } from '../../diff/cause.ts';
import { type ClusterInput, type ClusterSide, compareFleet, type FleetInput } from '../../diff/fleet.ts';
import type { ImpactData } from '../../diff/impact/rule.ts';
import type { ArtifactPair } from '../../diff/subjects.ts';
import { UserError } from '../../errors.ts';
import { type CommittedFile, readOutput } from '../../load/output.ts';
import { loadWithProblems } from '../../load/repository.ts';
import { openSchemas } from '../../load/schemas.ts';
import { planWithProblems } from '../../merge/plan.ts';
import type { Artifact, Cluster, FleetDiff, Locate, ObjectChange, Repository, SourceTree } from '../../model.ts';
import { changedLines, isChanged } from '../../tools/lines.ts';
import { staleOutput } from '../../write/output.ts';
import { compilePlans, type LoadedFleet } from './context.ts';

/** Folders of sources: what a cause can lie in. */
const sourceFolders = ['channels', 'clusters'];

export interface ComparisonInput {
  readonly fleet: LoadedFleet;
  readonly compilation: Compilation;
  /** The base revision. */
  readonly base: SourceTree;
  readonly onProgress?: (text: string) => void;
}

/** Both sides of every cluster, and the files that differ. Throws {@link UserError} when the base's `out/` is broken. */
export function clusterInputs(input: ComparisonInput): {
  readonly clusters: readonly ClusterInput[];
  /** The base's own sources, as far as they load. */
  readonly old: Repository;
} {
  const { fleet, compilation, base } = input;
  const names = fleet.plans.map((plan) => plan.cluster.name);
  const old = loadWithProblems(base).repository;
  const gone = fleet.all ? old.clusters.map((cluster) => cluster.name).filter((name) => !names.includes(name)) : [];
  input.onProgress?.('comparing with the base');
  const stale = staleOutput(base, compilation.artifacts, { clusters: [...names, ...gone], all: fleet.all });
  const touched = new Set(stale.map((file) => file.cluster));
  const committed = groupBy(readOutput(base, { clusters: [...touched].sort() }), (file) => file.cluster);
  const fresh = groupBy(compilation.artifacts, (artifact) => artifact.cluster);
  const staleByCluster = groupBy(stale, (file) => file.cluster);
  const clusters = [...new Set([...names, ...touched])].sort().map((name): ClusterInput => {
    const current = fleet.repository.clusters.find((cluster) => cluster.name === name);
    const former = old.clusters.find((cluster) => cluster.name === name);
    const files = new Map((committed.get(name) ?? []).map((file) => [`out/${name}/${file.path}`, file]));
    const artifacts = new Map((fresh.get(name) ?? []).map((artifact) => [`out/${name}/${artifact.path}`, artifact]));
    const pairs = (staleByCluster.get(name) ?? []).map((file): ArtifactPair => {
      const [before, after] = [files.get(file.path)?.artifact(), artifacts.get(file.path)];
      return { ...(before ? { before } : {}), ...(after ? { after } : {}) };
    });
    const hadOutput = touched.has(name) ? files.size > 0 : (fresh.get(name) ?? []).length > 0;
    const before = hadOutput
      ? sideOf(
          old,
          former ?? current,
          once(() => formerArtifacts(files, artifacts, pairs)),
        )
      : undefined;
    const after = artifacts.size > 0 ? sideOf(fleet.repository, current, () => fresh.get(name) ?? []) : undefined;
    return { name, ...(before ? { before } : {}), ...(after ? { after } : {}), pairs };
  });
  return { clusters, old };
}

/** Compares the clusters of a compile with a base revision. Throws {@link UserError} when the base's `out/` is broken. */
export async function compareWithBase(input: ComparisonInput): Promise<FleetDiff> {
  const { fleet, compilation, base } = input;
  const { clusters, old } = clusterInputs(input);
  const request: FleetInput = {
    base: base.label,
    head: fleet.tree.label,
    clusters,
    data: impactData(),
    sources: sourceChanges(base, fleet.tree),
    locate: compilation.locate,
    unitFolder: unitFolder(fleet, old),
  };
  const diff = compareFleet(request);
  const unexplained = unexplainedClusters(diff);
  if (unexplained.length === 0) return diff;
  input.onProgress?.('compiling the base for what is gone');
  const locateBefore = await baseLocate(base, unexplained);
  return locateBefore ? compareFleet({ ...request, locateBefore }) : diff;
}

/** Files that did not change are the fresh ones: nothing is parsed that need not be. */
function formerArtifacts(
  files: ReadonlyMap<string, CommittedFile>,
  artifacts: ReadonlyMap<string, Artifact>,
  pairs: readonly ArtifactPair[],
): readonly Artifact[] {
  const changed = new Set(pairs.flatMap((pair) => (pair.after ? [pair.after] : [])));
  const same = [...artifacts.values()].filter((artifact) => !changed.has(artifact));
  const before = pairs.flatMap((pair) => (pair.before ? [pair.before] : []));
  if (files.size === 0) return before;
  return [...same, ...before];
}

function sideOf(
  repository: Repository,
  cluster: Cluster | undefined,
  artifacts: () => readonly Artifact[],
): ClusterSide {
  return {
    identity: cluster?.identity ?? {},
    facts: cluster?.facts ?? {},
    channel: cluster?.channel ?? '',
    kubernetes: repository.channels.get(cluster?.channel ?? '')?.kubernetes ?? '',
    channels: cluster?.channels ?? new Map(),
    artifacts,
  };
}

/** Clusters that stand for groups whose cause is not known to the line, and that lost something. */
function unexplainedClusters(diff: FleetDiff): readonly string[] {
  const names = diff.causes.flatMap(({ groups }) =>
    groups.flatMap((group) => {
      const lost = group.action === 'removed' || group.fields.some((field) => field.kind === 'removed');
      const vague = group.cause.kind === 'unknown' || group.cause.place?.line === 1;
      return lost && vague && group.subject.type !== 'cluster' ? [group.example.cluster] : [];
    }),
  );
  return [...new Set(names)].sort();
}

/** Traces of the base's own compile; undefined when the base no longer compiles, which takes nothing from the diff. */
async function baseLocate(base: SourceTree, clusters: readonly string[]): Promise<Locate | undefined> {
  try {
    const { repository } = loadWithProblems(base, { clusters });
    const { plans } = planWithProblems(repository);
    return (await compilePlans(repository, plans)).locate;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function sourceChanges(base: SourceTree, work: SourceTree): SourceChanges {
  const after = changedLines(base, work, sourceFolders);
  const before = changedLines(work, base, sourceFolders);
  return {
    files: new Set([...after.keys(), ...before.keys()]),
    firstLine: (file) => after.get(file)?.[0]?.first ?? 1,
    changedAfter: (file, line) => isChanged(after, { file, line }),
    changedBefore: (file, line) => isChanged(before, { file, line }),
  };
}

function unitFolder(fleet: LoadedFleet, old: Repository): (change: ObjectChange) => string | undefined {
  const planned = new Map(fleet.plans.map((plan) => [plan.cluster.name, plan]));
  return (change) => {
    const unit = planned
      .get(change.cluster)
      ?.units.find((candidate) => candidate.unit.name === change.unit.name && candidate.unit.kind === change.unit.kind);
    if (unit) return unit.unit.folder;
    const channel = old.clusters.find((cluster) => cluster.name === change.cluster)?.channel ?? '';
    return old.channels.get(channel)?.units.get(change.unit.name)?.folder;
  };
}

/** What impact rules ask of the pinned CloudFormation data. */
export function impactData(): ImpactData {
  const schemas = openSchemas();
  return {
    createOnly: (type) => schemas.resourceType(type)?.createOnly ?? [],
    conditionalCreateOnly: (type) => schemas.resourceType(type)?.conditionalCreateOnly ?? [],
    identifier: (type) => schemas.resourceType(type)?.identifier ?? [],
  };
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

function once<T>(make: () => T): () => T {
  let value: { readonly result: T } | undefined;
  return () => {
    value ??= { result: make() };
    return value.result;
  };
}
