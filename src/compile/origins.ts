/** From a path in an entry's arguments to the lines of YAML that set what stands there. */
import type { Place } from '../errors.ts';
import type { ArgumentPath } from '../jsonnet/api.ts';
import type { ClusterPlan, Config, JsonValue, PlannedUnit, Setting, SourceFile } from '../model.ts';
import { pointerOf, valueAt } from './json.ts';

/**
 * A key that an entry read. `path` is a pointer in the cluster's configuration: `/<unit>/...` for a unit's config,
 * `/node_pools/<pool>/config/...` for a pool's, `/node_pools/<pool>/...`, `/facts/...`, `/identity/<field>`,
 * `/images/<unit>/<name>` and `/amis/<unit>/<region>/<architecture>`.
 */
export interface OverlayKey {
  readonly path: string;
  readonly settings: readonly Setting[];
}

/** The settings behind an argument path, all leaves below it when it is a map; empty when nothing in YAML set it. */
export function settingsOf(plan: ClusterPlan, planned: PlannedUnit, path: ArgumentPath): readonly OverlayKey[] {
  const [argument, ...rest] = path;
  switch (argument) {
    case 'config':
      return configSettings(
        planned.config,
        rest,
        planned.pool === undefined ? `/${planned.unit.name}` : poolPrefix(planned),
      );
    case 'shared': {
      const shared = plan.shared.get(planned.unit.channel);
      return shared === undefined ? [] : configSettings(shared, rest, '/shared');
    }
    case 'images':
      return fileSettings(planned.unit.manifest, ['images', ...rest], 'image', `/images/${planned.unit.name}`, 1);
    case 'pool':
      return planned.pool === undefined ? [] : poolSettings(plan, planned.unit.name, planned.pool.name, rest);
    case 'cluster':
      return clusterSettings(plan, rest);
    default:
      return [];
  }
}

function poolPrefix(planned: PlannedUnit): string {
  return `${pointerOf(['node_pools', planned.pool?.name ?? ''])}/config`;
}

function clusterSettings(plan: ClusterPlan, path: ArgumentPath): readonly OverlayKey[] {
  const [field, ...rest] = path;
  const { cluster } = plan;
  switch (field) {
    case undefined:
    case 'name':
    case 'kubernetes':
      return [];
    case 'facts':
      return fileSettings(cluster.factsFile, rest, 'fact', '/facts', 0);
    case 'account_id':
      return fileSettings(cluster.file, ['infrastructure_account'], 'identity', '/identity', 0);
    case 'enabled': {
      const [name] = rest;
      const planned = plan.units.find((unit) => unit.unit.name === name);
      return planned === undefined ? [] : configSettings(planned.config, ['enabled'], `/${planned.unit.name}`);
    }
    case 'node_pools': {
      const [name, ...below] = rest;
      const planned = plan.units.find((unit) => unit.pool?.name === name);
      return planned === undefined ? [] : poolSettings(plan, planned.unit.name, String(name), below);
    }
    default:
      return fileSettings(cluster.file, path, 'identity', '/identity', 0);
  }
}

function poolSettings(plan: ClusterPlan, unit: string, pool: string, path: ArgumentPath): readonly OverlayKey[] {
  const planned = plan.units.find((each) => each.pool?.name === pool);
  if (planned === undefined) return [];
  const [field, ...rest] = path;
  if (field === 'config') return configSettings(planned.config, rest, poolPrefix(planned));
  if (field === 'amis') {
    const region = String(plan.cluster.identity.region ?? '');
    return fileSettings(planned.unit.manifest, ['amis', region, ...rest], 'image', `/amis/${unit}`, 1);
  }
  // The architecture follows from the instance types.
  const source = field === 'architecture' ? ['instance_types'] : path;
  return fileSettings(plan.cluster.file, ['node_pools', pool, ...source], `pool ${pool}`, '', 0);
}

/** Settings of a merged config at, below, or (inside a list) above a path. */
function configSettings(config: Config, path: ArgumentPath, prefix: string): readonly OverlayKey[] {
  for (let length = path.length; length >= 0; length--) {
    const pointer = pointerOf(path.slice(0, length));
    const settings = config.settings.get(pointer);
    if (settings !== undefined) return [{ path: prefix + pointer, settings }];
    if (length < path.length) continue;
    const below = [...config.settings.keys()].filter((key) => key.startsWith(`${pointer}/`)).sort();
    if (below.length > 0) {
      return below.map((key) => ({ path: prefix + key, settings: config.settings.get(key) as readonly Setting[] }));
    }
  }
  return [];
}

/** What a file says at a path: one setting. `skip` steps of the path are said by the prefix already. */
function fileSettings(
  file: SourceFile | undefined,
  path: ArgumentPath,
  layer: string,
  prefix: string,
  skip: number,
): readonly OverlayKey[] {
  if (file === undefined || path.length === 0) return [];
  const place = placeIn(file, path);
  const value = valueAt(file.value, path);
  if (place === undefined || value === undefined) return [];
  return [
    { path: prefix + pointerOf(path.slice(skip)), settings: [{ value: value as JsonValue, origin: { layer, place } }] },
  ];
}

/** The place of a value in a file; that of its key, for people look there. */
function placeIn(file: SourceFile, path: ArgumentPath): Place | undefined {
  const pointer = pointerOf(path);
  return file.keyPlaces.get(pointer) ?? file.places.get(pointer);
}
