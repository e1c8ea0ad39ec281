/** Two states of a fleet -> what changes, why, on which clusters, and what it does. Pure. */
import type {
  Artifact,
  Cause,
  ClusterSummary,
  FieldChange,
  FleetDiff,
  Impact,
  JsonObject,
  JsonValue,
  Locate,
  ObjectChange,
} from '../model.ts';
import { type CauseInput, causeOf, type SourceChanges } from './cause.ts';
import { groupCauses, groupChanges } from './group.ts';
import { type ClusterNames, clusterNames } from './identity.ts';
import { judgeChanges, rank } from './impact/index.ts';
import type { ImpactData } from './impact/rule.ts';
import { clusterState, deploymentParameters } from './state.ts';
import { type ArtifactPair, type ClusterFacts, compareCluster } from './subjects.ts';

/** One cluster as one revision has it. */
export interface ClusterSide {
  readonly identity: JsonObject;
  readonly facts: JsonObject;
  readonly channel: string;
  readonly kubernetes: string;
  /** Units taken from other channels. */
  readonly channels: ReadonlyMap<string, string>;
  /** All of its artifacts; asked for when something of the cluster changed. */
  readonly artifacts: () => readonly Artifact[];
}

export interface ClusterInput {
  readonly name: string;
  /** Undefined where the cluster is new (`before`), or gone or decommissioned (`after`). */
  readonly before?: ClusterSide;
  readonly after?: ClusterSide;
  /** Files that differ. */
  readonly pairs: readonly ArtifactPair[];
}

export interface FleetInput {
  readonly base: string;
  readonly head: string;
  readonly clusters: readonly ClusterInput[];
  readonly data: ImpactData;
  readonly sources: SourceChanges;
  readonly locate?: Locate;
  readonly locateBefore?: Locate;
  readonly unitFolder: (change: ObjectChange) => string | undefined;
}

/** Compares a fleet and groups what it finds. */
export function compareFleet(input: FleetInput): FleetDiff {
  const byName = new Map(input.clusters.map((cluster) => [cluster.name, cluster]));
  const changes = input.clusters.flatMap((cluster) => changesOf(cluster, input.data));
  const names = new Map<string, ClusterNames>();
  const namesOf = (name: string): ClusterNames => {
    const known = names.get(name);
    if (known) return known;
    const side = byName.get(name)?.after ?? byName.get(name)?.before;
    const made = clusterNames(name, side?.identity ?? {}, side?.facts ?? {});
    names.set(name, made);
    return made;
  };
  const causes: CauseInput = {
    sources: input.sources,
    ...(input.locate ? { locate: input.locate } : {}),
    ...(input.locateBefore ? { locateBefore: input.locateBefore } : {}),
    find: (side, cluster, path) =>
      byName
        .get(cluster)
        ?.[side]?.artifacts()
        .find((artifact) => artifact.path === path),
    unitFolder: input.unitFolder,
  };
  const groups = groupChanges(changes, namesOf, (change) => clusterCause(change, byName) ?? causeOf(change, causes));
  const loudest = groups[0]?.impact;
  return {
    base: input.base,
    head: input.head,
    ...(loudest === undefined ? {} : { impact: loudest }),
    causes: groupCauses(groups),
    clusters: input.clusters
      .map((cluster) => summaryOf(cluster, groups))
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    changes: changes.length,
  };
}

function summaryOf(
  cluster: ClusterInput,
  groups: readonly { readonly id: string; readonly impact: Impact; readonly clusters: readonly string[] }[],
): ClusterSummary {
  const side = cluster.after ?? cluster.before;
  const own = groups.filter((group) => group.clusters.includes(cluster.name));
  const impact = own.map((group) => group.impact).sort((a, b) => rank(a) - rank(b))[0];
  return {
    name: cluster.name,
    channel: side?.channel ?? '',
    environment: String(side?.identity.environment ?? ''),
    region: String(side?.identity.region ?? ''),
    ...(impact === undefined ? {} : { impact }),
    groups: own.map((group) => group.id),
  };
}

function changesOf(cluster: ClusterInput, data: ImpactData): readonly ObjectChange[] {
  const { before, after } = cluster;
  if (!before || !after) return before || after ? [wholeCluster(cluster)] : [];
  const identity = identityChanges(cluster);
  if (cluster.pairs.length === 0) return identity;
  const facts = factsOf(cluster.name, after);
  const deployments = {
    before: deploymentParameters(before.artifacts()),
    after: deploymentParameters(after.artifacts()),
  };
  const changes = compareCluster(facts, cluster.pairs, deployments);
  const judged = judgeChanges(changes, {
    before: clusterState(factsOf(cluster.name, before), before.kubernetes, before.artifacts),
    after: clusterState(facts, after.kubernetes, after.artifacts),
    data,
  });
  return [...identity, ...judged];
}

function factsOf(name: string, side: ClusterSide): ClusterFacts {
  return {
    name,
    region: String(side.identity.region ?? ''),
    account: String(side.identity.infrastructure_account ?? '').replace(/^aws:/, ''),
  };
}

/** A new cluster or one that goes is one change, not four hundred. */
function wholeCluster(cluster: ClusterInput): ObjectChange {
  const side = (cluster.after ?? cluster.before)!;
  const artifacts = side.artifacts();
  const objects = artifacts.filter((artifact) => artifact.kind === 'object').length;
  const stacks = artifacts.filter((artifact) => artifact.kind === 'template').length;
  const created = cluster.after !== undefined;
  const what = `${objects} objects and ${stacks} stacks`;
  return {
    cluster: cluster.name,
    unit: { kind: 'shared', name: 'cluster' },
    subject: { type: 'cluster', kind: 'cluster', group: '', namespace: '', name: cluster.name },
    action: created ? 'created' : 'removed',
    fields: [],
    impacts: [
      created
        ? { impact: 'created', rule: 'cluster-added', text: `Cluster ${cluster.name} is new: ${what}.` }
        : {
            impact: 'removed',
            rule: 'cluster-removed',
            text: `Cluster ${cluster.name} is no longer compiled: ${what} leave out/. Nothing here deletes them; whoever applies must, and retained buckets and keys stay.`,
          },
    ],
  };
}

/** Another channel, another minor, a unit from elsewhere: said as such, above what follows from it. */
function identityChanges(cluster: ClusterInput): readonly ObjectChange[] {
  const before = cluster.before!;
  const after = cluster.after!;
  const fields: FieldChange[] = [];
  const compare = (key: string, old: JsonValue | undefined, fresh: JsonValue | undefined, text: string) => {
    if (old === fresh) return;
    fields.push({
      kind: old === undefined ? 'added' : fresh === undefined ? 'removed' : 'changed',
      path: [{ kind: 'key', key }],
      ...(old === undefined ? {} : { before: old }),
      ...(fresh === undefined ? {} : { after: fresh }),
      masked: false,
      impacts: [{ impact: 'updated', rule: 'cluster-moved', text }],
    });
  };
  compare(
    'channel',
    before.channel,
    after.channel,
    `Cluster ${cluster.name} moves from channel ${before.channel} to ${after.channel}.`,
  );
  compare(
    'kubernetes',
    before.kubernetes,
    after.kubernetes,
    `Kubernetes ${before.kubernetes} becomes ${after.kubernetes}: control plane first, then nodes; a kubelet may be up to three minors older, never newer.`,
  );
  for (const unit of [...new Set([...before.channels.keys(), ...after.channels.keys()])].sort()) {
    const [old, fresh] = [before.channels.get(unit), after.channels.get(unit)];
    compare(
      `channels.${unit}`,
      old,
      fresh,
      fresh === undefined
        ? `${unit} comes from the cluster's own channel again.`
        : `${unit} is taken from channel ${fresh} on this cluster alone.`,
    );
  }
  if (fields.length === 0) return [];
  return [
    {
      cluster: cluster.name,
      unit: { kind: 'shared', name: 'cluster' },
      subject: { type: 'cluster', kind: 'cluster', group: '', namespace: '', name: cluster.name },
      action: 'changed',
      fields,
      impacts: [],
    },
  ];
}

/** A cluster's own move explains whatever changes on it, unless a line of a unit does. */
function clusterCause(change: ObjectChange, clusters: ReadonlyMap<string, ClusterInput>): Cause | undefined {
  const cluster = clusters.get(change.cluster);
  if (!cluster) return undefined;
  const place = { file: `clusters/${change.cluster}.yaml`, line: 1, column: 1 };
  if (change.subject.type === 'cluster' && change.action !== 'changed') {
    return { kind: 'identity', name: change.action === 'created' ? 'cluster added' : 'cluster removed', place };
  }
  const [before, after] = [cluster.before?.channel, cluster.after?.channel];
  if (before !== undefined && after !== undefined && before !== after) {
    return { kind: 'channel', name: `channel ${before} to ${after}`, place, before, after };
  }
  const unit = change.unit.name;
  const [old, fresh] = [cluster.before?.channels.get(unit), cluster.after?.channels.get(unit)];
  if (old !== fresh) {
    return {
      kind: 'channel',
      name: `${unit} from channel ${fresh ?? after ?? ''}`,
      place,
      before: old ?? null,
      after: fresh ?? null,
    };
  }
  return undefined;
}
