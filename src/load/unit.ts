/** One folder of a channel -> a {@link Unit}: its manifest, schema, layers and entry files. */
import type {
  JsonObject,
  JsonValue,
  ProvidedName,
  SourceFile,
  SourceTree,
  StackDeployment,
  Unit,
  UnitKind,
} from '../model.ts';
import { checkValue, isJsonObject } from './check.ts';
import { identityFields, namePattern } from './cluster-schema.ts';
import { emptySchema, readConfigSchema } from './config-schema.ts';
import { componentSchema, profileSchema, stackSchema } from './manifest-schemas.ts';
import { childPointer } from './pointer.ts';
import type { Problems } from './problems.ts';
import { readYaml, requireFile } from './read.ts';
import { didYouMean } from './suggest.ts';
import type { YamlFile } from './yaml.ts';

/** Names that paths of `weir explain` use for something else than a unit. */
const reservedNames: ReadonlySet<string> = new Set(['shared', 'pool', 'facts', 'identity']);

const manifests = {
  component: { file: 'component.yaml', schema: componentSchema },
  stack: { file: 'stack.yaml', schema: stackSchema },
  profile: { file: 'profile.yaml', schema: profileSchema },
} as const;

/**
 * Loads the unit in `folder`. Undefined, with problems, when it is not even a folder with a proper name. Without
 * `layerKinds`, because the channel's manifest is broken, any kind of layer goes.
 */
export function loadUnit(
  tree: SourceTree,
  channel: string,
  kind: UnitKind,
  folder: string,
  layerKinds: readonly string[] | undefined,
  problems: Problems,
): Unit | undefined {
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  if (kind !== 'shared' && !new RegExp(namePattern).test(name)) {
    problems.add(
      `${folder}: a unit's name has lower-case letters, digits and "-", begins with a letter, and has at most 63`,
    );
    return undefined;
  }
  if (kind !== 'shared' && reservedNames.has(name)) {
    problems.add(`${folder}: no unit can be called ${name}: weir uses the word for something else`);
    return undefined;
  }
  const schemaFile = readYaml(
    tree,
    `${folder}/config.schema.yaml`,
    problems,
    'every unit has the schema of its config',
  );
  const schema =
    schemaFile && (readConfigSchema(schemaFile, { enabled: kind !== 'shared', defaults: true }, problems) ?? undefined);
  const layers = loadLayers(
    tree,
    folder,
    name,
    layerKinds,
    schema ? { schema, file: schemaFile } : undefined,
    problems,
  );
  const base = {
    channel,
    kind,
    name,
    folder,
    schema: schema ?? emptySchema,
    schemaFile: schemaFile ?? missingFile(`${folder}/config.schema.yaml`),
    layers,
  };
  if (kind === 'shared') {
    return { ...base, description: 'What several units read.', order: 0, images: new Map(), provided: [] };
  }
  const { file: manifestName, schema: manifestSchema } = manifests[kind];
  const manifest = readYaml(tree, `${folder}/${manifestName}`, problems, `it describes the ${kind}`);
  if (manifest) {
    checkValue(manifestSchema, manifest.value, { file: manifest, problems, base: '', subject: '', mode: 'whole' });
  }
  const fields = manifest && isJsonObject(manifest.value) ? manifest.value : {};
  const entry = `${folder}/main.jsonnet`;
  requireFile(tree, entry, problems, `it is the entry file of every ${kind}`);
  return {
    ...base,
    manifest: manifest ?? missingFile(`${folder}/${manifestName}`),
    description: textOf(fields.description) ?? '',
    order: typeof fields.order === 'number' ? fields.order : 0,
    images: textMap(fields.images),
    provided: manifest ? providedNames(manifest, fields.provided) : [],
    entry,
    resources: kind === 'component' ? loadResources(tree, folder, manifest, fields, problems) : undefined,
    deployment: kind === 'component' ? undefined : readDeployment(kind, manifest, fields, problems),
    amis: kind === 'profile' ? readAmis(fields.amis) : undefined,
  };
}

/** What stands for a file that is missing or broken; a problem has been reported, so nobody reads it. */
function missingFile(file: string): SourceFile {
  return { file, value: Object.create(null), places: new Map(), keyPlaces: new Map() };
}

function loadLayers(
  tree: SourceTree,
  folder: string,
  unit: string,
  layerKinds: readonly string[] | undefined,
  schema: { readonly schema: Unit['schema']; readonly file: YamlFile } | undefined,
  problems: Problems,
): Unit['layers'] {
  const layers = new Map<string, Map<string, SourceFile>>();
  const root = `${folder}/layers`;
  for (const { name: kind, kind: entry } of tree.list(root)) {
    if (entry !== 'directory') {
      problems.add(`${root}/${kind}: only folders belong here, one for each layer kind of channel.yaml`);
      continue;
    }
    if (layerKinds && !layerKinds.includes(kind)) {
      problems.add(`${root}/${kind}: channel.yaml knows no layer kind ${kind}${didYouMean(kind, layerKinds)}`);
      continue;
    }
    const values = new Map<string, SourceFile>();
    layers.set(kind, values);
    for (const { name, kind: type } of tree.list(`${root}/${kind}`)) {
      const path = `${root}/${kind}/${name}`;
      if (!name.endsWith('.yaml') || type !== 'file') {
        problems.add(`${path}: only files named <${kind}>.yaml belong here`);
        continue;
      }
      const file = readYaml(tree, path, problems);
      if (!file) continue;
      // A layer of comments alone says nothing yet.
      const value = file.value ?? Object.create(null);
      if (schema) {
        checkValue(schema.schema, value, {
          file,
          problems,
          base: '',
          subject: unit,
          mode: 'layer',
          schemaFile: schema.file,
        });
      }
      values.set(name.slice(0, -'.yaml'.length), { ...file, value: isJsonObject(value) ? value : Object.create(null) });
    }
  }
  return layers;
}

function loadResources(
  tree: SourceTree,
  folder: string,
  manifest: YamlFile | undefined,
  fields: JsonObject,
  problems: Problems,
): Unit['resources'] {
  const entry = `${folder}/resources.jsonnet`;
  const kind = tree.kind(entry);
  const stack = textOf(fields.stack);
  if (kind === undefined) {
    if (stack !== undefined) {
      problems.add(
        `stack: there is no resources.jsonnet beside this file that could join a stack`,
        manifest?.keyPlaces.get('/stack'),
      );
    }
    return undefined;
  }
  requireFile(tree, entry, problems, 'it gives the CloudFormation resources of the component');
  if (stack === undefined) {
    problems.add(`resources.jsonnet needs to know which stack it joins: add "stack: <name>"`, manifest?.places.get(''));
    return undefined;
  }
  return { entry, stack };
}

function readDeployment(
  kind: 'stack' | 'profile',
  manifest: YamlFile | undefined,
  fields: JsonObject,
  problems: Problems,
): StackDeployment | undefined {
  const stackName = textOf(fields.name);
  // A profile without one makes Kubernetes objects; a stack without one has been reported.
  if (stackName === undefined) return undefined;
  const tags = textMap(fields.tags);
  const placeholders = kind === 'profile' ? [...identityFields, 'name', 'pool'] : [...identityFields, 'name'];
  const check = (text: string, pointer: string): void => {
    for (const match of text.matchAll(/\{([^{}]*)\}/g)) {
      const field = match[1] ?? '';
      if (placeholders.includes(field)) continue;
      problems.add(
        `{${field}} is no identity field of a cluster${didYouMean(field, placeholders)}`,
        manifest?.places.get(pointer),
      );
    }
  };
  check(stackName, '/name');
  for (const [tag, value] of tags) check(value, childPointer('/tags', tag));
  if (kind === 'profile' && !stackName.includes('{pool}')) {
    problems.add(
      'the name needs {pool}: several pools can have one profile, and each is a stack',
      manifest?.places.get('/name'),
    );
  }
  return {
    stackName,
    capabilities: Array.isArray(fields.capabilities) ? fields.capabilities.filter(isText) : [],
    terminationProtection: fields.termination_protection === true,
    tags,
    policy: isJsonObject(fields.policy) ? fields.policy : undefined,
  };
}

function readAmis(value: JsonValue | undefined): NonNullable<Unit['amis']> {
  const regions = isJsonObject(value) ? Object.entries(value) : [];
  return new Map(regions.map(([region, ids]) => [region, textMap(ids)]));
}

function providedNames(manifest: YamlFile, value: JsonValue | undefined): readonly ProvidedName[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: JsonValue, index): readonly ProvidedName[] => {
    const place = manifest.places.get(`/provided/${index}`);
    if (!isJsonObject(item) || !place) return [];
    return [
      {
        kind: textOf(item.kind) ?? '',
        name: textOf(item.name) ?? '',
        namespace: textOf(item.namespace),
        reason: textOf(item.reason) ?? '',
        place,
      },
    ];
  });
}

function isText(value: JsonValue): value is string {
  return typeof value === 'string';
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textMap(value: JsonValue | undefined): ReadonlyMap<string, string> {
  const entries = isJsonObject(value) ? Object.entries(value) : [];
  return new Map(entries.flatMap(([key, text]) => (typeof text === 'string' ? [[key, text] as const] : [])));
}
