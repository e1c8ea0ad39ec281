/** Judges what a cluster says about units: are there such units, profiles and channels, and do they know the keys? */
import type { Channel, Cluster, ConfigSchema, JsonObject, Unit } from '../model.ts';
import type { LoadedChannel } from './channel.ts';
import { type CheckContext, checkValue } from './check.ts';
import type { LoadedCluster } from './cluster.ts';
import { emptySchema } from './config-schema.ts';
import { childPointer } from './pointer.ts';
import type { Problems } from './problems.ts';
import { didYouMean } from './suggest.ts';

/** Checks one cluster against the channels. A decommissioned cluster gets no units, so it is not checked. */
export function checkCluster(
  { cluster, file }: LoadedCluster,
  channels: ReadonlyMap<string, LoadedChannel>,
  problems: Problems,
): void {
  if (cluster.lifecycleStatus === 'decommissioned') return;
  const own = channels.get(cluster.channel);
  if (!own) {
    // An empty name has been reported as a missing or mistyped key.
    if (cluster.channel !== '') {
      const message = `there is no channel ${cluster.channel}${didYouMean(cluster.channel, channels.keys())}`;
      problems.add(message, file.places.get('/channel'));
    }
    return;
  }
  for (const [kind, values] of own.layerValues) {
    const value = cluster.identity[kind];
    if (typeof value !== 'string' || values.includes(value)) continue;
    const message = `channel ${cluster.channel} knows no ${kind} ${value}${didYouMean(value, values)}`;
    problems.add(message, file.places.get(childPointer('', kind)));
  }
  const units = chooseUnits({ cluster, file }, own.channel, channels, problems);
  const context = { file, problems, mode: 'layer' } as const;
  const profiles = [...units.values()].filter((unit) => unit.kind === 'profile').map((unit) => unit.name);
  for (const pool of cluster.nodePools) {
    const pointer = childPointer('/node_pools', pool.name);
    const unit = units.get(pool.profile);
    if (unit?.kind !== 'profile') {
      if (pool.profile !== '') {
        const hint = unit
          ? `; ${pool.profile} is a ${unit.kind}`
          : elsewhere(pool.profile, channels) || didYouMean(pool.profile, profiles);
        problems.add(
          `there is no profile ${pool.profile} in channel ${cluster.channel}${hint}`,
          file.places.get(`${pointer}/profile`),
        );
      }
      continue;
    }
    checkUnit(unit, pool.config, { ...context, base: `${pointer}/config`, subject: `pool/${pool.name}` }, channels);
  }
  for (const [name, value] of Object.entries(cluster.overlay)) {
    const pointer = childPointer('/config', name);
    if (name === 'shared') {
      checkShared(cluster, units, { ...context, base: pointer, subject: name }, channels);
      continue;
    }
    const unit = units.get(name);
    if (unit) {
      checkUnit(unit, value, { ...context, base: pointer, subject: name }, channels);
      continue;
    }
    const hint = itemHint(name, units.values()) ?? (elsewhere(name, channels) || didYouMean(name, units.keys()));
    problems.add(`there is no unit ${name} in channel ${cluster.channel}${hint}`, file.keyPlaces.get(pointer));
  }
}

/** The units of a cluster by name: those of its channel, with single ones from another. */
function chooseUnits(
  { cluster, file }: LoadedCluster,
  own: Channel,
  channels: ReadonlyMap<string, LoadedChannel>,
  problems: Problems,
): ReadonlyMap<string, Unit> {
  const units = new Map(own.units);
  for (const [name, channelName] of cluster.channels) {
    const pointer = childPointer('/channels', name);
    const channel = channels.get(channelName)?.channel;
    const unit = channel?.units.get(name);
    if (!channel) {
      problems.add(
        `there is no channel ${channelName}${didYouMean(channelName, channels.keys())}`,
        file.places.get(pointer),
      );
    } else if (name === 'shared') {
      problems.add('"shared" comes with the units that are taken: name those instead', file.keyPlaces.get(pointer));
    } else if (!unit) {
      problems.add(
        `there is no unit ${name} in channel ${channelName}${didYouMean(name, channel.units.keys())}`,
        file.keyPlaces.get(pointer),
      );
    } else {
      units.set(name, unit);
    }
  }
  return units;
}

function checkUnit(
  unit: Unit,
  value: JsonObject[string],
  context: Omit<CheckContext, 'schemaFile' | 'unknownKey'>,
  channels: ReadonlyMap<string, LoadedChannel>,
): void {
  // A schema with problems of its own would find fault with every key.
  if (unit.schema === emptySchema) return;
  checkValue(unit.schema, value, {
    ...context,
    schemaFile: unit.schemaFile,
    unknownKey: (path) => {
      const knowing = [...channels.values()]
        .map(({ channel }) => channel)
        .filter((channel) => channel.name !== unit.channel && knows(channel.units.get(unit.name)?.schema, path))
        .map((channel) => channel.name);
      if (knowing.length > 0) {
        return `channel ${knowing.join(' and ')} knows it, channel ${unit.channel} does not yet: promote the unit first`;
      }
      return itemHint(path.at(-1) ?? '', [unit])?.slice(2);
    },
  });
}

/**
 * `shared` of every channel that the cluster takes units from is made of the same overlay: a key must be known to one
 * of them.
 */
function checkShared(
  cluster: Cluster,
  units: ReadonlyMap<string, Unit>,
  context: Omit<CheckContext, 'schemaFile' | 'unknownKey'>,
  channels: ReadonlyMap<string, LoadedChannel>,
): void {
  const names = new Set([cluster.channel, ...[...units.values()].map((unit) => unit.channel)]);
  const shared = [...names].flatMap((name) => channels.get(name)?.channel.units.get('shared') ?? []);
  if (shared.some((unit) => unit.schema === emptySchema)) return;
  const value = cluster.overlay.shared ?? null;
  if (shared.length === 0) {
    context.problems.add(`channel ${cluster.channel} has no folder shared/`, context.file.keyPlaces.get(context.base));
    return;
  }
  const [first, ...others] = shared;
  if (!first) return;
  const judge = (unit: Unit, unknownKey: CheckContext['unknownKey']): void =>
    checkValue(unit.schema, value, { ...context, schemaFile: unit.schemaFile, unknownKey });
  judge(first, (path) => (others.some((other) => knows(other.schema, path)) ? 'accept' : undefined));
  for (const unit of others) {
    // What nobody knows has been said once, and so has what equal schemas find.
    if (JSON.stringify(unit.schema) !== JSON.stringify(first.schema)) judge(unit, () => 'accept');
  }
}

/** Whether a schema knows the key at `path`. */
function knows(schema: ConfigSchema | undefined, path: readonly string[]): boolean {
  let at = schema;
  for (const token of path) {
    if (!at) return false;
    const declared: ConfigSchema | undefined = Object.hasOwn(at.properties ?? {}, token)
      ? at.properties?.[token]
      : undefined;
    at = declared ?? (at.additionalProperties || undefined) ?? at.items;
  }
  return at !== undefined;
}

function elsewhere(unit: string, channels: ReadonlyMap<string, LoadedChannel>): string {
  const knowing = [...channels.values()].map(({ channel }) => channel).filter((channel) => channel.units.has(unit));
  if (knowing.length === 0) return '';
  const name = knowing[0]?.name ?? '';
  return `; channel ${knowing.map((channel) => channel.name).join(' and ')} has it: promote it, or take it with "channels: {${unit}: ${name}}"`;
}

/** For people who come from config items: where `item` is now. */
function itemHint(item: string, units: Iterable<Unit>): string | undefined {
  for (const unit of units) {
    const path = findItem(unit.schema, item, []);
    if (path) return `; the config item ${item} is now config.${unit.name}.${path.join('.')}`;
  }
  return undefined;
}

function findItem(schema: ConfigSchema, item: string, path: readonly string[]): readonly string[] | undefined {
  const items = schema['x-config-item'];
  if (typeof items === 'string' ? items === item : items?.includes(item)) return path;
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    const found = findItem(child, item, [...path, key]);
    if (found) return found;
  }
  return undefined;
}

/** Two clusters with one id, or with one name in one account and region, would overwrite each other's stacks. */
export function checkIds(clusters: readonly LoadedCluster[], problems: Problems): void {
  const byId = new Map<string, LoadedCluster>();
  const byStack = new Map<string, LoadedCluster>();
  for (const loaded of clusters) {
    const { id, infrastructure_account: account, region, local_id: localId } = loaded.cluster.identity;
    if (typeof id !== 'string') continue;
    const sameId = remember(byId, id, loaded);
    if (sameId) {
      const message = `the id ${id} is taken by cluster ${describe(sameId, '/id')}; ids are unique`;
      problems.add(message, loaded.file.places.get('/id'));
      continue;
    }
    if (typeof localId !== 'string') continue;
    const sameStack = remember(byStack, JSON.stringify([account, region, localId]), loaded);
    if (sameStack) {
      const message =
        `local_id ${localId} is taken in this account and region by cluster ${describe(sameStack, '/local_id')}; ` +
        'their stacks would have the same names';
      problems.add(message, loaded.file.places.get('/local_id'));
    }
  }
}

/** The cluster that had the key before, if any. */
function remember(seen: Map<string, LoadedCluster>, key: string, loaded: LoadedCluster): LoadedCluster | undefined {
  const first = seen.get(key);
  if (!first) seen.set(key, loaded);
  return first;
}

function describe(loaded: LoadedCluster, pointer: string): string {
  const place = loaded.file.places.get(pointer);
  return place ? `${loaded.cluster.name} (${place.file}:${place.line})` : loaded.cluster.name;
}
