/**
 * What an entry file is called with, exactly as docs/units.md says: `cluster`, `shared`, `config`, `images`, `pool`.
 * Values are shared: configs are the plan's own, and nothing is copied or frozen, because Jsonnet cannot change them.
 */
import { type Problem, UserError } from '../errors.ts';
import type { ClusterPlan, JsonObject, JsonValue, NodePool, PlannedUnit, SourceTree, Unit } from '../model.ts';
import { isObject, objectOf, own } from './json.ts';

/** The arguments of one call, by name. */
export type EntryArguments = Readonly<Record<string, JsonValue>>;

/** The parameters that an entry of each kind may name. */
export function parameterNames(unit: Unit): readonly string[] {
  const common = ['cluster', 'shared', 'config', 'images'];
  return unit.kind === 'profile' ? [...common, 'pool'] : common;
}

/** Builds arguments for the clusters of one repository. */
export class ArgumentBuilder {
  readonly #architectures: InstanceArchitectures;
  readonly #clusters = new Map<ClusterPlan, JsonObject>();
  readonly #images = new Map<Unit, JsonObject>();
  /** Pools that cannot be described; empty when all is well. */
  readonly problems: Problem[] = [];

  constructor(tree: SourceTree) {
    this.#architectures = new InstanceArchitectures(tree);
  }

  /** The arguments of a unit in a cluster, all that its kind may name. */
  arguments(plan: ClusterPlan, planned: PlannedUnit): EntryArguments {
    const { unit } = planned;
    const cluster = this.#cluster(plan);
    const result: Record<string, JsonValue> = {
      cluster,
      shared: plan.shared.get(unit.channel)?.value ?? objectOf([]),
      config: planned.config.value,
      images: this.#imagesOf(unit),
    };
    if (planned.pool !== undefined) {
      const pools = own(cluster, 'node_pools') as JsonObject;
      const amis = unit.amis?.get(String(own(plan.cluster.identity, 'region') ?? ''));
      result.pool = objectOf([
        ...Object.entries(own(pools, planned.pool.name) as JsonObject),
        ['amis', objectOf(amis ?? [])],
      ]);
    }
    return result;
  }

  #imagesOf(unit: Unit): JsonObject {
    let images = this.#images.get(unit);
    if (images === undefined) {
      images = objectOf(unit.images);
      this.#images.set(unit, images);
    }
    return images;
  }

  #cluster(plan: ClusterPlan): JsonObject {
    let argument = this.#clusters.get(plan);
    if (argument !== undefined) return argument;
    const { cluster } = plan;
    const enabled = new Map<string, boolean>();
    const pools: (readonly [string, JsonValue])[] = [];
    for (const planned of plan.units) {
      // A profile is on when one of its pools is.
      enabled.set(planned.unit.name, planned.enabled || enabled.get(planned.unit.name) === true);
      if (planned.pool !== undefined) pools.push([planned.pool.name, this.#pool(plan, planned, planned.pool)]);
    }
    argument = objectOf([
      ...Object.entries(cluster.identity),
      ['name', cluster.name],
      ...accountId(cluster.identity),
      ['kubernetes', plan.kubernetes],
      ['facts', cluster.facts],
      ['enabled', objectOf(enabled)],
      ['node_pools', objectOf(pools)],
    ]);
    this.#clusters.set(plan, argument);
    return argument;
  }

  #pool(plan: ClusterPlan, planned: PlannedUnit, pool: NodePool): JsonObject {
    const architectures = new Set(pool.instanceTypes.map((type) => this.#architectures.of(type)));
    if (architectures.size > 1) {
      const mix = pool.instanceTypes.map((type) => `${type} is ${this.#architectures.of(type)}`).join(', ');
      this.problems.push({
        message: `The pool ${pool.name} mixes architectures, and a pool has one image: ${mix}. Make two pools of it.`,
        place: pool.place,
        clusters: [plan.cluster.name],
      });
    }
    const [architecture] = architectures;
    return objectOf([
      ['name', pool.name],
      ['profile', pool.profile],
      ['instance_types', pool.instanceTypes],
      ['discount_strategy', pool.discountStrategy],
      ['min_size', pool.minSize],
      ['max_size', pool.maxSize],
      ['config', planned.config.value],
      ...(architecture === undefined ? [] : [['architecture', architecture] as const]),
    ]);
  }
}

/** `aws:000000000001` -> `000000000001`. */
function accountId(identity: JsonObject): readonly (readonly [string, JsonValue])[] {
  const account = own(identity, 'infrastructure_account');
  if (typeof account !== 'string') return [];
  return [['account_id', account.slice(account.indexOf(':') + 1)]];
}

/** `amd64` or `arm64` by instance type: from pinned data where the repository has it, otherwise by the family's name. */
class InstanceArchitectures {
  readonly #tree: SourceTree;
  #types: JsonObject | undefined;

  constructor(tree: SourceTree) {
    this.#tree = tree;
  }

  of(type: string): 'amd64' | 'arm64' {
    this.#types ??= readInstanceTypes(this.#tree);
    const known = own(this.#types, type);
    const arch = isObject(known) ? own(known, 'arch') : undefined;
    if (arch === 'arm64' || arch === 'amd64') return arch;
    if (arch === 'x86_64') return 'amd64';
    // Graviton families have a `g` after the digit of their generation (m6g, c7gn, im4gn); a1 was the first.
    // docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
    return /^(?:a1|[a-z]+[0-9]+g[a-z]*)\./.test(type) ? 'arm64' : 'amd64';
  }
}

function readInstanceTypes(tree: SourceTree): JsonObject {
  const path = 'schemas/aws/instance-types.json';
  const bytes = tree.read(path);
  if (bytes === undefined) return objectOf([]);
  try {
    const types = own(JSON.parse(new TextDecoder().decode(bytes)) as JsonObject, 'types');
    if (isObject(types)) return types;
  } catch {
    // Falls through to the error below.
  }
  throw new UserError([{ message: `${path} is not what scripts/schemas makes: run the script again.` }]);
}
