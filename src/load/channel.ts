/** `channels/<name>/` -> a {@link Channel}: its manifest, its units, its library. */
import type { Channel, JsonValue, SourceTree, Unit, UnitKind } from '../model.ts';
import { checkValue, isJsonObject } from './check.ts';
import { identityFields, namePattern } from './cluster-schema.ts';
import { channelSchema } from './manifest-schemas.ts';
import type { Problems } from './problems.ts';
import { describeKind, readYaml } from './read.ts';
import { didYouMean } from './suggest.ts';
import { loadUnit } from './unit.ts';
import type { YamlFile } from './yaml.ts';

/** A channel, and what only loading needs to know of it. */
export interface LoadedChannel {
  readonly channel: Channel;
  /** By layer kind, the values that channel.yaml admits; kinds that admit any value are left out. */
  readonly layerValues: ReadonlyMap<string, readonly string[]>;
}

const unitFolders: readonly { readonly folder: string; readonly kind: UnitKind }[] = [
  { folder: 'components', kind: 'component' },
  { folder: 'node-pools', kind: 'profile' },
  { folder: 'stacks', kind: 'stack' },
];
const channelEntries = ['channel.yaml', 'shared', 'lib', 'promoted', ...unitFolders.map(({ folder }) => folder)];

/** Loads every channel of the tree, by name. */
export function loadChannels(tree: SourceTree, problems: Problems): ReadonlyMap<string, LoadedChannel> {
  const channels = new Map<string, LoadedChannel>();
  const kind = tree.kind('channels');
  if (kind !== 'directory') {
    problems.add(
      kind === undefined
        ? 'there is no folder channels/: run weir in the root of the repository'
        : `channels is a ${describeKind(kind)} where a directory should be`,
    );
    return channels;
  }
  for (const { name, kind: entry } of tree.list('channels')) {
    const folder = `channels/${name}`;
    if (isIgnored(name)) continue;
    if (entry !== 'directory')
      problems.add(`${folder}: channels/ holds one folder for each channel, and this is a ${describeKind(entry)}`);
    else if (!new RegExp(namePattern).test(name))
      problems.add(`${folder}: a channel's name has lower-case letters, digits and "-"`);
    else channels.set(name, loadChannel(tree, name, problems));
  }
  for (const { channel } of channels.values()) checkPromotion(channel, channels, problems);
  return channels;
}

/** Files that people and tools leave everywhere. */
export function isIgnored(name: string): boolean {
  return name.startsWith('.') || name.endsWith('.md');
}

function loadChannel(tree: SourceTree, name: string, problems: Problems): LoadedChannel {
  const folder = `channels/${name}`;
  const manifest = readYaml(
    tree,
    `${folder}/channel.yaml`,
    problems,
    'it says the Kubernetes minor and the layer kinds',
  );
  if (manifest) {
    checkValue(channelSchema, manifest.value, { file: manifest, problems, base: '', subject: '', mode: 'whole' });
  }
  const fields = manifest && isJsonObject(manifest.value) ? manifest.value : {};
  const layerValues = manifest ? readLayerKinds(manifest, fields.layers, problems) : new Map();
  const layerKinds = [...layerValues.keys()];
  reportLinks(tree, folder, problems);
  for (const entry of tree.list(folder)) {
    if (channelEntries.includes(entry.name) || isIgnored(entry.name)) continue;
    if (entry.kind === 'directory' && !holdsFiles(tree, `${folder}/${entry.name}`)) continue;
    problems.add(`${folder}/${entry.name}: a channel has no such entry${didYouMean(entry.name, channelEntries)}`);
  }
  const units = loadUnits(tree, name, folder, layerKinds.length > 0 ? layerKinds : undefined, problems);
  checkStacks(units, problems);
  for (const unit of units.values()) checkLayerValues(unit, layerValues, problems);
  return {
    channel: {
      name,
      folder,
      manifest: manifest ?? { file: `${folder}/channel.yaml`, value: {}, places: new Map(), keyPlaces: new Map() },
      kubernetes: typeof fields.kubernetes === 'string' ? fields.kubernetes : '',
      promotesTo: typeof fields.promotes_to === 'string' ? fields.promotes_to : undefined,
      layerKinds,
      units,
      library: listLibrary(tree, `${folder}/lib`),
    },
    layerValues: new Map(
      [...layerValues].filter((entry): entry is [string, readonly string[]] => entry[1] !== undefined),
    ),
  };
}

/** Layer kinds in order, with the values that each admits; undefined where it admits any. */
function readLayerKinds(
  manifest: YamlFile,
  value: JsonValue | undefined,
  problems: Problems,
): ReadonlyMap<string, readonly string[] | undefined> {
  const kinds = new Map<string, readonly string[] | undefined>();
  if (!Array.isArray(value)) return kinds;
  for (const [index, item] of value.entries() as IterableIterator<[number, JsonValue]>) {
    const place = manifest.places.get(`/layers/${index}`);
    const named: readonly [string, JsonValue | undefined][] = isJsonObject(item)
      ? Object.entries(item)
      : [[String(item), undefined]];
    for (const [kind, values] of named) {
      if (!identityFields.includes(kind)) {
        problems.add(`layer kind ${kind} is no identity field of a cluster${didYouMean(kind, identityFields)}`, place);
      }
      if (kinds.has(kind)) problems.add(`layer kind ${kind} is listed twice`, place);
      kinds.set(kind, Array.isArray(values) ? values.map(String) : undefined);
    }
  }
  return kinds;
}

function loadUnits(
  tree: SourceTree,
  channel: string,
  folder: string,
  layerKinds: readonly string[] | undefined,
  problems: Problems,
): ReadonlyMap<string, Unit> {
  const units = new Map<string, Unit>();
  if (tree.kind(`${folder}/shared`) !== undefined) {
    const shared = loadUnit(tree, channel, 'shared', `${folder}/shared`, layerKinds, problems);
    if (shared) units.set(shared.name, shared);
  }
  for (const { folder: group, kind } of unitFolders) {
    for (const { name, kind: entry } of tree.list(`${folder}/${group}`)) {
      const path = `${folder}/${group}/${name}`;
      if (isIgnored(name)) continue;
      if (entry !== 'directory') {
        problems.add(`${path}: ${group}/ holds one folder for each unit, and this is a ${describeKind(entry)}`);
        continue;
      }
      if (!holdsFiles(tree, path)) continue;
      const unit = loadUnit(tree, channel, kind, path, layerKinds, problems);
      if (!unit) continue;
      const known = units.get(unit.name);
      if (known)
        problems.add(`${path}: the unit ${unit.name} exists already in ${known.folder}; names are unique in a channel`);
      else units.set(unit.name, unit);
    }
  }
  return units;
}

/** Git knows no empty folders: what it leaves behind after a checkout is no unit. */
function holdsFiles(tree: SourceTree, folder: string): boolean {
  return tree.list(folder).some(({ name, kind }) => kind !== 'directory' || holdsFiles(tree, `${folder}/${name}`));
}

function checkStacks(units: ReadonlyMap<string, Unit>, problems: Problems): void {
  const stacks = [...units.values()].filter((unit) => unit.kind === 'stack').map((unit) => unit.name);
  for (const unit of units.values()) {
    const stack = unit.resources?.stack;
    if (stack === undefined || stacks.includes(stack)) continue;
    problems.add(
      `there is no stack ${stack} in channel ${unit.channel}${didYouMean(stack, stacks)}`,
      unit.manifest?.places.get('/stack'),
    );
  }
}

function checkLayerValues(
  unit: Unit,
  layerValues: ReadonlyMap<string, readonly string[] | undefined>,
  problems: Problems,
): void {
  for (const [kind, files] of unit.layers) {
    const admitted = layerValues.get(kind);
    if (!admitted) continue;
    for (const [value, file] of files) {
      if (admitted.includes(value)) continue;
      problems.add(`${file.file}: channel.yaml admits no ${kind} ${value}${didYouMean(value, admitted)}`);
    }
  }
}

function checkPromotion(channel: Channel, channels: ReadonlyMap<string, LoadedChannel>, problems: Problems): void {
  const target = channel.promotesTo;
  if (target === undefined) return;
  const place = channel.manifest.places.get('/promotes_to');
  const others = [...channels.keys()].filter((name) => name !== channel.name);
  if (target === channel.name) problems.add('a channel cannot promote to itself', place);
  else if (!channels.has(target)) problems.add(`there is no channel ${target}${didYouMean(target, others)}`, place);
}

/** Symbolic links anywhere below: what a link leads to is not what was reviewed. */
function reportLinks(tree: SourceTree, folder: string, problems: Problems): void {
  for (const { name, kind } of tree.list(folder)) {
    const path = `${folder}/${name}`;
    if (kind === 'directory') reportLinks(tree, path, problems);
    else if (kind === 'symlink') {
      problems.add(`${path} is a symbolic link: weir does not follow links, so put the file itself here`);
    } else if (kind === 'other') {
      problems.add(`${path} is no regular file`);
    }
  }
}

function listLibrary(tree: SourceTree, folder: string): readonly string[] {
  return tree.list(folder).flatMap(({ name, kind }) => {
    const path = `${folder}/${name}`;
    if (kind === 'directory') return listLibrary(tree, path);
    return kind === 'file' && name.endsWith('.libsonnet') ? [path] : [];
  });
}
