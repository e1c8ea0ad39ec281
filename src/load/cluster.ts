/** `clusters/<name>.yaml` and `<name>.facts.yaml` -> a {@link Cluster}. */
import type { Cluster, ConfigSchema, JsonObject, JsonValue, NodePool, SourceTree } from '../model.ts';
import { isIgnored } from './channel.ts';
import { checkValue, isJsonObject } from './check.ts';
import { clusterSchema, namePattern } from './cluster-schema.ts';
import { readConfigSchema } from './config-schema.ts';
import { childPointer } from './pointer.ts';
import type { Problems } from './problems.ts';
import { describeKind, readYaml } from './read.ts';
import { didYouMean } from './suggest.ts';
import type { YamlFile } from './yaml.ts';

const factsSuffix = '.facts.yaml';
const factsSchemaPath = 'schemas/facts.schema.yaml';

/** A cluster and the file behind it, with what checks need beyond the model. */
export interface LoadedCluster {
  readonly cluster: Cluster;
  readonly file: YamlFile;
}

/** The names that `clusters/` holds. Files that cannot belong there are problems. */
export function listClusters(tree: SourceTree, problems: Problems): readonly string[] {
  const kind = tree.kind('clusters');
  if (kind !== 'directory') {
    problems.add(
      kind === undefined
        ? 'there is no folder clusters/: run weir in the root of the repository'
        : `clusters is a ${describeKind(kind)} where a directory should be`,
    );
    return [];
  }
  const names: string[] = [];
  const facts: string[] = [];
  for (const { name: fileName, kind: entry } of tree.list('clusters')) {
    const path = `clusters/${fileName}`;
    if (isIgnored(fileName)) continue;
    // A directory called <cluster>.yaml is reported when it is read.
    if (entry === 'symlink') {
      problems.add(`${path} is a symbolic link: weir does not follow links, so put the file itself here`);
    } else if (!fileName.endsWith('.yaml')) {
      problems.add(`${path}: clusters/ holds <cluster>.yaml and <cluster>.facts.yaml and nothing else`);
    } else {
      const isFacts = fileName.endsWith(factsSuffix);
      const name = fileName.slice(0, -(isFacts ? factsSuffix : '.yaml').length);
      if (!new RegExp(namePattern).test(name)) problems.add(`${path}: ${badName(name)}`);
      else (isFacts ? facts : names).push(name);
    }
  }
  for (const name of facts) {
    if (names.includes(name)) continue;
    problems.add(
      `clusters/${name}${factsSuffix} belongs to no cluster: there is no clusters/${name}.yaml${didYouMean(name, names)}`,
    );
  }
  // By name: the files' own order puts kube-1-a.yaml before kube-1.yaml.
  return names.sort();
}

/** Why `name` cannot be a cluster's name. */
export function badName(name: string): string {
  return (
    `${JSON.stringify(name)} cannot be a cluster's name: it becomes a path and a part of other names, so it has ` +
    'lower-case letters, digits and "-", begins with a letter, and has at most 63'
  );
}

/** Whether `name` can be a cluster's name. */
export function isClusterName(name: string): boolean {
  return new RegExp(namePattern).test(name);
}

/** The schema of facts files that the repository declares; undefined when it declares none. */
export function loadFactsSchema(
  tree: SourceTree,
  problems: Problems,
): { schema: ConfigSchema; file: YamlFile } | undefined {
  const file = readYaml(tree, factsSchemaPath, problems);
  const schema = file && readConfigSchema(file, { enabled: false, defaults: false }, problems);
  return schema && file && { schema, file };
}

/** Loads one cluster; undefined, with problems, when its file cannot be read as a map. */
export function loadCluster(
  tree: SourceTree,
  name: string,
  factsSchema: { schema: ConfigSchema; file: YamlFile } | undefined,
  problems: Problems,
): LoadedCluster | undefined {
  const path = `clusters/${name}.yaml`;
  const file = readYaml(tree, path, problems, 'it describes the cluster');
  const factsFile = readYaml(tree, `clusters/${name}${factsSuffix}`, problems);
  const facts = factsFile ? readFacts(factsFile, factsSchema, problems) : Object.create(null);
  if (!file) return undefined;
  if (!isJsonObject(file.value)) {
    problems.add('a cluster file must be a map with id, channel, region and so on', file.places.get(''));
    return undefined;
  }
  checkValue(clusterSchema, file.value, { file, problems, base: '', subject: '', mode: 'whole' });
  const { node_pools: pools, config, channels, ...identity } = file.value;
  if (typeof identity.alias === 'string' && identity.alias !== name) {
    problems.add(
      `alias must equal the name of the file, ${name}; this says ${identity.alias}`,
      file.places.get('/alias'),
    );
  }
  return {
    file,
    cluster: {
      name,
      file,
      factsFile,
      identity: { ...identity, name },
      channel: textOf(identity.channel),
      channels: new Map(
        Object.entries(mapOf(channels)).flatMap(([unit, channel]) =>
          typeof channel === 'string' ? [[unit, channel] as const] : [],
        ),
      ),
      lifecycleStatus: textOf(identity.lifecycle_status),
      nodePools: readPools(mapOf(pools), file, problems),
      overlay: mapOf(config),
      facts,
    },
  };
}

function readFacts(
  file: YamlFile,
  declared: { schema: ConfigSchema; file: YamlFile } | undefined,
  problems: Problems,
): JsonObject {
  const value = file.value ?? Object.create(null);
  checkValue(declared?.schema ?? { type: 'object' }, value, {
    file,
    problems,
    base: '',
    subject: 'facts',
    mode: 'layer',
    schemaFile: declared?.file,
  });
  return mapOf(value);
}

function readPools(pools: JsonObject, file: YamlFile, problems: Problems): readonly NodePool[] {
  return Object.entries(pools).flatMap(([name, pool]): readonly NodePool[] => {
    const pointer = childPointer('/node_pools', name);
    const place = file.keyPlaces.get(pointer) ?? file.places.get(pointer);
    if (!isJsonObject(pool) || !place) return [];
    const minSize = numberOf(pool.min_size);
    const maxSize = numberOf(pool.max_size);
    if (minSize > maxSize) {
      problems.add(`min_size ${minSize} is more than max_size ${maxSize}`, file.places.get(`${pointer}/min_size`));
    }
    return [
      {
        name,
        profile: textOf(pool.profile),
        instanceTypes: Array.isArray(pool.instance_types)
          ? pool.instance_types.filter((type): type is string => typeof type === 'string')
          : [],
        discountStrategy: pool.discount_strategy === 'spot' ? 'spot' : 'none',
        minSize,
        maxSize,
        config: mapOf(pool.config),
        place,
      },
    ];
  });
}

function mapOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : Object.create(null);
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}
