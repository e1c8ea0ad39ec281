/** A repository -> what each cluster gets: the chosen units with their merged configs, in apply order. Pure. */
import { type Problem, UserError } from '../errors.ts';
import type {
  Channel,
  Cluster,
  ClusterPlan,
  Config,
  NodePool,
  PlannedUnit,
  Repository,
  SourceFile,
  Unit,
} from '../model.ts';
import { childPointer, emptyMap, isJsonObject, ownValue } from './json.ts';
import { type Layer, type MergeResult, mergeConfig } from './merge.ts';

/** Plans every cluster of a repository. Throws {@link UserError} with everything that is missing anywhere. */
export function planClusters(repository: Repository): readonly ClusterPlan[] {
  const { plans, problems } = planWithProblems(repository);
  if (problems.length > 0) throw new UserError(problems);
  return plans;
}

/** Plans what can be planned, for callers that have problems of their own to report with these. */
export function planWithProblems(repository: Repository): {
  readonly plans: readonly ClusterPlan[];
  readonly problems: readonly Problem[];
} {
  const planner = new Planner(repository);
  const plans = repository.clusters.flatMap((cluster) => planner.cluster(cluster) ?? []);
  return { plans, problems: planner.problems };
}

/**
 * The units of a cluster by name: those of its channel, with single ones from the channels that it names. `shared` is
 * not among them.
 */
export function unitsOf(cluster: Cluster, channels: ReadonlyMap<string, Channel>): ReadonlyMap<string, Unit> {
  const units = new Map(channels.get(cluster.channel)?.units);
  for (const [name, channel] of cluster.channels) {
    const unit = channels.get(channel)?.units.get(name);
    if (unit) units.set(name, unit);
  }
  units.delete('shared');
  return units;
}

/** A unit's layers for one identity, and the config without an overlay: most clusters leave most units alone. */
interface Selection {
  readonly layers: readonly Layer[];
  unchanged?: MergeResult;
}

class Planner {
  readonly problems: Problem[] = [];
  readonly #repository: Repository;
  readonly #selections = new Map<Unit, Map<string, Selection>>();

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /** Undefined when the cluster's channel does not exist, which load reports. */
  cluster(cluster: Cluster): ClusterPlan | undefined {
    const channel = this.#repository.channels.get(cluster.channel);
    if (cluster.lifecycleStatus === 'decommissioned') {
      return { cluster, kubernetes: channel?.kubernetes ?? '', shared: new Map(), units: [] };
    }
    if (!channel) return undefined;
    const units = [...unitsOf(cluster, this.#repository.channels).values()];
    const planned = units.flatMap((unit) => this.#unit(cluster, unit));
    const shared = new Map<string, Config>();
    for (const name of [...new Set([channel.name, ...units.map((unit) => unit.channel)])].sort()) {
      const unit = this.#repository.channels.get(name)?.units.get('shared');
      shared.set(
        name,
        unit ? this.#merge(cluster, unit, undefined).config : { value: emptyMap(), settings: new Map() },
      );
    }
    this.#checkStacks(cluster, planned);
    return { cluster, kubernetes: channel.kubernetes, shared, units: planned.sort(compareUnits) };
  }

  #unit(cluster: Cluster, unit: Unit): readonly PlannedUnit[] {
    if (unit.kind !== 'profile') return [this.#planned(cluster, unit, undefined)];
    return cluster.nodePools
      .filter((pool) => pool.profile === unit.name)
      .map((pool) => this.#planned(cluster, unit, pool));
  }

  #planned(cluster: Cluster, unit: Unit, pool: NodePool | undefined): PlannedUnit {
    const { config, problems } = this.#merge(cluster, unit, pool);
    const enabled = config.value.enabled !== false;
    // What is off needs nothing.
    if (enabled) this.problems.push(...problems.map((problem) => ({ ...problem, clusters: [cluster.name] })));
    return pool ? { unit, enabled, config, pool } : { unit, enabled, config };
  }

  #merge(cluster: Cluster, unit: Unit, pool: NodePool | undefined): MergeResult {
    const selected = this.#select(cluster, unit);
    const own = ownLayers(cluster, unit, pool);
    if (own.length === 0) {
      selected.unchanged ??= mergeConfig(unit.schema, unit.schemaFile, selected.layers, unit.name);
      if (selected.unchanged.problems.length === 0) return selected.unchanged;
    }
    const subject = pool ? `pool/${pool.name}` : unit.name;
    const overlay = cluster.file.keyPlaces.get(childPointer('/config', unit.name));
    const where = pool?.place ?? overlay ?? { file: cluster.file.file, line: 1, column: 1 };
    return mergeConfig(unit.schema, unit.schemaFile, [...selected.layers, ...own], subject, where);
  }

  /** The unit's own layers for this cluster: the same for all clusters with the same identity in the layer kinds. */
  #select(cluster: Cluster, unit: Unit): Selection {
    let bySelector = this.#selections.get(unit);
    if (!bySelector) {
      bySelector = new Map();
      this.#selections.set(unit, bySelector);
    }
    const kinds = this.#repository.channels.get(unit.channel)?.layerKinds ?? [];
    const selector = kinds.map((kind) => String(ownValue(cluster.identity, kind))).join('\n');
    let selection = bySelector.get(selector);
    if (!selection) {
      selection = { layers: unitLayers(cluster, unit, kinds) };
      bySelector.set(selector, selection);
    }
    return selection;
  }

  /** A component's resources live in a stack: with the stack off they would silently vanish. */
  #checkStacks(cluster: Cluster, units: readonly PlannedUnit[]): void {
    const stacks = new Map(
      units.filter(({ unit }) => unit.kind === 'stack').map((planned) => [planned.unit.name, planned]),
    );
    for (const { unit, enabled } of units) {
      const stack = unit.resources?.stack;
      if (!enabled || stack === undefined || stacks.get(stack)?.enabled) continue;
      // A stack that the unit's own channel lacks is reported when the channel is loaded.
      const inChannel = this.#repository.channels.get(unit.channel)?.units.get(stack)?.kind === 'stack';
      if (!stacks.has(stack) && !inChannel) continue;
      const what = stacks.has(stack) ? 'is off' : 'does not exist';
      this.problems.push({
        message: `${unit.name} is on, but the stack ${stack} that its resources join ${what} in this cluster`,
        place: { file: cluster.file.file, line: 1, column: 1 },
        clusters: [cluster.name],
      });
    }
  }
}

/** The unit's own layers that this cluster's identity selects, weakest first. */
function unitLayers(cluster: Cluster, unit: Unit, kinds: readonly string[]): readonly Layer[] {
  return kinds.flatMap((kind): readonly Layer[] => {
    const value = ownValue(cluster.identity, kind);
    const file =
      typeof value === 'string' || typeof value === 'number' ? unit.layers.get(kind)?.get(String(value)) : undefined;
    return file && isJsonObject(file.value) ? [{ name: `${kind}/${value}`, file, base: '', value: file.value }] : [];
  });
}

/** What the cluster and the pool say, weakest first; nothing when they say nothing. */
function ownLayers(cluster: Cluster, unit: Unit, pool: NodePool | undefined): readonly Layer[] {
  const layers: Layer[] = [];
  const overlay = ownValue(cluster.overlay, unit.name);
  const add = (name: string, base: string, value: Layer['value'], file: SourceFile): void => {
    if (Object.keys(value).length > 0) layers.push({ name, file, base, value });
  };
  if (isJsonObject(overlay)) add('cluster', childPointer('/config', unit.name), overlay, cluster.file);
  if (pool) add(`pool ${pool.name}`, `${childPointer('/node_pools', pool.name)}/config`, pool.config, cluster.file);
  return layers;
}

function compareUnits(a: PlannedUnit, b: PlannedUnit): number {
  return (
    a.unit.order - b.unit.order ||
    compareText(a.unit.kind, b.unit.kind) ||
    compareText(a.unit.name, b.unit.name) ||
    compareText(a.pool?.name ?? '', b.pool?.name ?? '')
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
