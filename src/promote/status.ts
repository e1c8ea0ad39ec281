/** Units by channel: what state each is in against where it came from. Pure; git's answers are handed in. */
import type { Channel, Repository, Unit } from '../model.ts';
import { folderDigest } from './digest.ts';
import { type PromotionRecord, readRecord } from './record.ts';

/** Commits of a channel's folder, as one read of git's history gives them. */
export interface UnitCommit {
  readonly id: string;
  /** RFC 3339. */
  readonly date: string;
  readonly subject: string;
}

export interface ChannelHistory {
  /** First-parent commits of the default branch that changed a path below this folder, newest first. */
  readonly commits: (folder: string) => readonly UnitCommit[];
  /** False when a shallow clone hides what came before. */
  readonly complete: boolean;
}

export type UnitState =
  /** Nothing promotes here: changes are made here. */
  | 'source'
  /** Equal to the source. */
  | 'same'
  /** As it was promoted; the source went on. */
  | 'behind'
  /** Another state than its record says: somebody edited it here. */
  | 'edited'
  /** There is no record of where it came from. */
  | 'unrecorded'
  /** The source has it, this channel does not. */
  | 'missing'
  /** This channel has it, the source no longer does. */
  | 'gone';

export interface UnitStatus {
  readonly unit: string;
  readonly kind: Unit['kind'];
  readonly channel: string;
  readonly state: UnitState;
  /** Commits of the source's folder since the promoted one; undefined where that is not known. */
  readonly behind?: number;
  readonly digest?: string;
  readonly record?: PromotionRecord;
  /** What is wrong with the record. */
  readonly fault?: string;
  /** The last commit of this channel that changed the unit. */
  readonly changed?: UnitCommit;
  readonly images: ReadonlyMap<string, string>;
  /** Clusters that run it from this channel, sorted. */
  readonly clusters: readonly string[];
  /** Of those, clusters of other channels that took it by their `channels` key. */
  readonly early: readonly string[];
}

export interface ChannelsStatus {
  /** In order of promotion: sources first. */
  readonly channels: readonly string[];
  /** By unit, then channel, in the order above. */
  readonly units: readonly {
    readonly unit: string;
    readonly kind: Unit['kind'];
    readonly states: readonly UnitStatus[];
  }[];
  /** False when git's history is cut off: counts and dates may be missing. */
  readonly complete: boolean;
}

/** Channels along their `promotes_to`, sources first; ties by name. */
export function channelOrder(channels: ReadonlyMap<string, Channel>): readonly string[] {
  const targets = new Set([...channels.values()].flatMap((channel) => channel.promotesTo ?? []));
  const order: string[] = [];
  const visit = (name: string) => {
    if (order.includes(name) || !channels.has(name)) return;
    order.push(name);
    const next = channels.get(name)?.promotesTo;
    if (next !== undefined) visit(next);
  };
  for (const name of [...channels.keys()].sort()) if (!targets.has(name)) visit(name);
  for (const name of [...channels.keys()].sort()) visit(name);
  return order;
}

/** The channel that promotes to this one; undefined for a first channel. */
export function sourceOf(channels: ReadonlyMap<string, Channel>, name: string): Channel | undefined {
  return [...channels.values()].find((channel) => channel.promotesTo === name);
}

export function channelsStatus(repository: Repository, history: ChannelHistory): ChannelsStatus {
  const order = channelOrder(repository.channels);
  const names = new Map<string, Unit['kind']>();
  for (const channel of repository.channels.values()) {
    for (const unit of channel.units.values()) if (!names.has(unit.name)) names.set(unit.name, unit.kind);
  }
  const sorted = [...names].sort(([a, kindA], [b, kindB]) => compareText(kindA, kindB) || compareText(a, b));
  return {
    channels: order,
    units: sorted.map(([unit, kind]) => ({
      unit,
      kind,
      states: order.map((channel) => unitStatus(repository, repository.channels.get(channel)!, unit, kind, history)),
    })),
    complete: history.complete,
  };
}

/** The state of one unit in one channel. */
export function unitStatus(
  repository: Repository,
  channel: Channel,
  name: string,
  kind: Unit['kind'],
  history: ChannelHistory,
): UnitStatus {
  const unit = channel.units.get(name);
  const source = sourceOf(repository.channels, channel.name);
  const from = source?.units.get(name);
  const users = clustersOn(repository, channel.name, name);
  const common = {
    unit: name,
    kind,
    channel: channel.name,
    images: unit?.images ?? new Map<string, string>(),
    ...users,
  };
  if (!unit) return { ...common, state: 'missing' };
  const digest = folderDigest(repository.tree, unit.folder) ?? '';
  const changed = history.commits(unit.folder)[0];
  const known = { ...common, digest, ...(changed ? { changed } : {}) };
  if (!source) return { ...known, state: 'source' };
  const found = readRecord(repository.tree, channel.name, name);
  const record = found && 'digest' in found ? found : undefined;
  const withRecord = {
    ...known,
    ...(record ? { record } : {}),
    ...(found && 'fault' in found ? { fault: found.fault } : {}),
  };
  if (!from) return { ...withRecord, state: 'gone' };
  const sourceDigest = folderDigest(repository.tree, from.folder);
  if (sourceDigest === digest) return { ...withRecord, state: 'same', behind: 0 };
  if (!record) return { ...withRecord, state: 'unrecorded' };
  const behind = commitsSince(history.commits(from.folder), record, history.complete);
  const withCount = { ...withRecord, ...(behind === undefined ? {} : { behind }) };
  return { ...withCount, state: record.digest === digest && record.source === digest ? 'behind' : 'edited' };
}

/** Commits of the source after the promoted one. */
function commitsSince(commits: readonly UnitCommit[], record: PromotionRecord, complete: boolean): number | undefined {
  const at = commits.findIndex((commit) => commit.id === record.commit);
  if (at >= 0) return at;
  // The recorded commit may have changed something else of the channel: dates order first-parent commits.
  const later = commits.filter((commit) => Date.parse(commit.date) > Date.parse(record.date)).length;
  return complete || later < commits.length ? later : undefined;
}

/** Clusters that run a unit of a channel: on the channel without taking it elsewhere, or taking it from there. */
export function clustersOn(
  repository: Repository,
  channel: string,
  unit: string,
): { readonly clusters: readonly string[]; readonly early: readonly string[] } {
  const clusters: string[] = [];
  const early: string[] = [];
  for (const cluster of repository.clusters) {
    if (cluster.lifecycleStatus === 'decommissioned') continue;
    const from = cluster.channels.get(unit) ?? cluster.channel;
    if (from !== channel) continue;
    clusters.push(cluster.name);
    if (cluster.channel !== channel) early.push(cluster.name);
  }
  return { clusters, early };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
