/** Where one value of a cluster comes from: path -> value, chain and meaning. Pure. */
import type {
  ClusterPlan,
  Config,
  ConfigSchema,
  ExplainedLeaf,
  Explanation,
  JsonObject,
  JsonValue,
  KeyMeaning,
  Repository,
  Setting,
  SourceFile,
} from '../model.ts';
import { childPointer, emptyMap, isJsonObject, ownValue, pointerTokens } from './json.ts';

/** A path that leads nowhere: what was not known, after which prefix, and what is there instead. */
export interface UnknownPath {
  readonly unknown: string;
  /** The part of the path that is right; empty when already the first word is not. */
  readonly after: string;
  readonly known: readonly string[];
}

/** Schemas of what no unit declares. */
export interface FurtherSchemas {
  /** Of a cluster file. */
  readonly cluster: ConfigSchema;
  readonly facts?: { readonly schema: ConfigSchema; readonly file: SourceFile };
}

/** One thing with values: a unit, a pool, `shared`, the facts, the identity. */
interface Subject {
  /** First word of the path. */
  readonly name: string;
  readonly config: Config;
  readonly schema?: ConfigSchema;
  readonly schemaFile?: SourceFile;
  readonly unit?: Explanation['unit'];
  readonly pool?: string;
}

/**
 * Explains `path` in a cluster: `<unit>.<key>`, `pool/<name>.<key>`, `shared.<key>`, `facts.<key>`, `identity.<field>`
 * or `node_pools.<name>.<field>`; a leaf, a subtree or the whole. A profile is explained for every pool that names it,
 * `shared` for every channel that the cluster takes units from. A prefix `config.`, as in cluster files, is accepted.
 */
export function explain(
  repository: Repository,
  plan: ClusterPlan,
  path: string,
  schemas: FurtherSchemas,
): readonly Explanation[] | UnknownPath {
  const subjects = subjectsOf(repository, plan, schemas);
  const names = [...new Set(subjects.map((subject) => subject.name))].sort();
  const wanted = path.startsWith('config.') && !names.includes('config') ? path.slice('config.'.length) : path;
  const step = takeKey(wanted, names);
  if (step === undefined) return { unknown: firstWord(wanted), after: '', known: names };
  const answers = subjects
    .filter((subject) => subject.name === step.key)
    .map((subject) => explainSubject(plan, subject, step.rest));
  const found = answers.filter((answer): answer is Explanation => 'leaves' in answer);
  if (found.length > 0) return found;
  return answers.find((answer) => 'unknown' in answer) ?? { unknown: wanted, after: '', known: names };
}

function subjectsOf(repository: Repository, plan: ClusterPlan, schemas: FurtherSchemas): readonly Subject[] {
  const { cluster } = plan;
  const subjects: Subject[] = [];
  for (const [channel, config] of plan.shared) {
    const unit = repository.channels.get(channel)?.units.get('shared');
    if (!unit) continue;
    const { schema, schemaFile } = unit;
    const how = { kind: 'shared', name: 'shared', channel, enabled: true } as const;
    subjects.push({ name: 'shared', config, schema, schemaFile, unit: how });
  }
  for (const { unit, enabled, config, pool } of plan.units) {
    const { schema, schemaFile, kind, name, channel } = unit;
    const subject = { config, schema, schemaFile, unit: { kind, name, channel, enabled }, pool: pool?.name };
    subjects.push({ ...subject, name });
    if (pool) subjects.push({ ...subject, name: `pool/${pool.name}` });
  }
  subjects.push({
    name: 'facts',
    config: asWritten(cluster.facts, cluster.factsFile ?? cluster.file, '', 'fact'),
    schema: schemas.facts?.schema,
    schemaFile: schemas.facts?.file,
  });
  const whole = isJsonObject(cluster.file.value) ? cluster.file.value : emptyMap();
  const { node_pools: pools, config: _config, channels: _channels, ...fields } = whole;
  subjects.push({
    name: 'identity',
    config: asWritten(fields, cluster.file, '', 'identity'),
    schema: schemas.cluster,
  });
  subjects.push({
    name: 'node_pools',
    config: asWritten(isJsonObject(pools) ? pools : emptyMap(), cluster.file, '/node_pools', 'cluster'),
    schema: schemas.cluster.properties?.node_pools,
  });
  return subjects;
}

/** Values that are not merged: each leaf has been set once, where it is written. */
function asWritten(value: JsonObject, file: SourceFile, base: string, layer: string): Config {
  const settings = new Map<string, readonly Setting[]>();
  const visit = (node: JsonValue, pointer: string): void => {
    if (isJsonObject(node) && Object.keys(node).length > 0) {
      for (const [key, child] of Object.entries(node)) visit(child, childPointer(pointer, key));
      return;
    }
    const at = base + pointer;
    const place = file.keyPlaces.get(at) ?? file.places.get(at) ?? { file: file.file, line: 1, column: 1 };
    settings.set(pointer, [{ value: node, origin: { layer, place } }]);
  };
  visit(value, '');
  return { value, settings };
}

function explainSubject(plan: ClusterPlan, subject: Subject, rest: string): Explanation | UnknownPath {
  let value: JsonValue | undefined = subject.config.value;
  let pointer = '';
  let inList = '';
  let remaining = rest;
  while (remaining !== '') {
    const after = subject.name + dotted(pointer) + inList;
    const known = knownKeys(value, subject.config, inList === '' ? pointer : undefined);
    const step = takeKey(remaining, known);
    if (step === undefined) return { unknown: firstWord(remaining), after, known };
    value = Array.isArray(value)
      ? value[Number(step.key)]
      : isJsonObject(value)
        ? ownValue(value, step.key)
        : undefined;
    // A list is set whole: below it there is one chain, the list's.
    if (inList !== '' || isIndex(step, subject.config, pointer)) inList += `[${step.key}]`;
    else pointer = childPointer(pointer, step.key);
    remaining = step.rest;
  }
  const meaning = meaningOf(subject, pointer);
  return {
    cluster: plan.cluster.name,
    path: subject.name + dotted(pointer) + inList,
    ...(subject.unit && { unit: subject.unit }),
    ...(subject.pool !== undefined && { pool: subject.pool }),
    ...(value !== undefined && { value }),
    ...(meaning && { meaning }),
    leaves: leavesOf(subject, pointer),
  };
}

/** Whether the step went into a list, which has one chain as a whole. */
function isIndex(step: Step, config: Config, pointer: string): boolean {
  return Array.isArray(valueAt(config.value, pointer)) && /^\d+$/.test(step.key);
}

function valueAt(root: JsonValue, pointer: string): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const token of pointerTokens(pointer)) value = isJsonObject(value) ? ownValue(value, token) : undefined;
  return value;
}

/** Keys that a path can go on with, entries that were removed among them. */
function knownKeys(value: JsonValue | undefined, config: Config, pointer: string | undefined): readonly string[] {
  if (Array.isArray(value)) return value.map((_, index) => String(index));
  const keys = new Set(isJsonObject(value) ? Object.keys(value) : []);
  if (pointer !== undefined) {
    const depth = pointerTokens(pointer).length;
    for (const other of config.settings.keys()) {
      if (other.startsWith(`${pointer}/`)) keys.add(pointerTokens(other)[depth] ?? '');
    }
  }
  return [...keys].sort();
}

function leavesOf(subject: Subject, pointer: string): readonly ExplainedLeaf[] {
  const leaves: ExplainedLeaf[] = [];
  for (const [at, chain] of subject.config.settings) {
    if (at !== pointer && !at.startsWith(`${pointer}/`)) continue;
    const value = valueAt(subject.config.value, at);
    const meaning = meaningOf(subject, at);
    leaves.push({
      path: subject.name + dotted(at),
      ...(value !== undefined && { value }),
      chain,
      ...(meaning && { meaning }),
    });
  }
  return leaves;
}

function meaningOf(subject: Subject, pointer: string): KeyMeaning | undefined {
  let schema = subject.schema;
  let at = '';
  for (const token of pointerTokens(pointer)) {
    if (!schema) return undefined;
    const declared: ConfigSchema | undefined = ownValue(schema.properties, token);
    at = declared ? childPointer(`${at}/properties`, token) : `${at}/additionalProperties`;
    schema = declared ?? (schema.additionalProperties || undefined);
  }
  if (!schema) return undefined;
  const items = schema['x-config-item'] ?? [];
  const place = subject.schemaFile?.keyPlaces.get(at) ?? subject.schemaFile?.places.get(at);
  return {
    description: schema.description,
    type: typeof schema.type === 'string' ? schema.type : (schema.type ?? []).join(' or '),
    format: schema.format,
    unit: schema['x-unit'],
    enum: schema.enum,
    default: schema.default,
    configItems: typeof items === 'string' ? [items] : items,
    change: schema['x-change'],
    place,
  };
}

interface Step {
  readonly key: string;
  readonly rest: string;
}

/**
 * Takes the first key off a path: the longest of `known` that the path begins with, because keys may have dots in them;
 * quoted (`labels."a.b"`), in brackets (`hosts[0]`), or bare.
 */
function takeKey(path: string, known: readonly string[]): Step | undefined {
  let best: Step | undefined;
  for (const key of known) {
    for (const form of [key, JSON.stringify(key), `[${key}]`, `[${JSON.stringify(key)}]`]) {
      if (!path.startsWith(form)) continue;
      const rest = path.slice(form.length);
      if (rest !== '' && !rest.startsWith('.') && !rest.startsWith('[')) continue;
      if (!best || rest.length < best.rest.length) best = { key, rest: rest.startsWith('.') ? rest.slice(1) : rest };
    }
  }
  return best;
}

function firstWord(path: string): string {
  return /^[^.[]+/.exec(path)?.[0] ?? path;
}

function dotted(pointer: string): string {
  return pointerTokens(pointer)
    .map((token) => `.${/^[^.[\]"\s]+$/.test(token) ? token : JSON.stringify(token)}`)
    .join('');
}
