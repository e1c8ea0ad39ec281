/** Two states of one cluster -> what changed about each object, resource and stack. */
import type {
  Artifact,
  FieldChange,
  FieldStep,
  JsonObject,
  JsonValue,
  ObjectChange,
  Subject,
  UnitRef,
} from '../model.ts';
import { compareValues } from './compare.ts';
import { asObject, asString, equal, get, pointerStep } from './path.ts';
import { resolveTemplate } from './template.ts';

/** A file of `out/<cluster>/` that differs: undefined on the side where it does not exist. */
export interface ArtifactPair {
  readonly before?: Artifact;
  readonly after?: Artifact;
}

/** A thing of one state: what the applier knows by a name. */
interface Entry {
  readonly subject: Subject;
  readonly artifact: Artifact;
  /** Pointer of the thing inside its artifact. */
  readonly pointer: string;
  readonly value: JsonValue;
}

/** Facts of the cluster that templates are resolved with. */
export interface ClusterFacts {
  readonly name: string;
  readonly region: string;
  readonly account: string;
}

/** Keys whose values are secret wherever they stand. Source: what the issuers of such values call them. */
const secretKey = /(?:^|[_.-])(?:password|passwd|secret|token|api[_-]?key|private[_-]?key|credential)s?$/i;

/** All changes of one cluster. Impacts are empty: see impact/. */
export function compareCluster(
  cluster: ClusterFacts,
  pairs: readonly ArtifactPair[],
  deployments: { readonly before: ReadonlyMap<string, JsonObject>; readonly after: ReadonlyMap<string, JsonObject> },
): readonly ObjectChange[] {
  const before = index(
    pairs.flatMap((pair) => (pair.before ? [pair.before] : [])),
    cluster,
    deployments.before,
  );
  const after = index(
    pairs.flatMap((pair) => (pair.after ? [pair.after] : [])),
    cluster,
    deployments.after,
  );
  const changes: ObjectChange[] = [];
  const created: Entry[] = [];
  for (const [key, fresh] of after) {
    const old = before.get(key);
    if (!old) created.push(fresh);
    else {
      const fields = compareEntries(old, fresh);
      if (fields.length > 0) changes.push(changeOf(cluster.name, 'changed', old, fresh, fields));
    }
  }
  const removed = [...before].flatMap(([key, old]) => (after.has(key) ? [] : [old]));
  const renamed = pairRenames(removed, created);
  for (const [old, fresh] of renamed) {
    changes.push(changeOf(cluster.name, 'renamed', old, fresh, compareEntries(old, fresh)));
  }
  for (const old of removed) if (!renamed.has(old)) changes.push(changeOf(cluster.name, 'removed', old, undefined, []));
  const renamedTo = new Set(renamed.values());
  for (const fresh of created) {
    if (!renamedTo.has(fresh)) changes.push(changeOf(cluster.name, 'created', undefined, fresh, []));
  }
  return changes.sort((a, b) => compareText(subjectKey(a.subject), subjectKey(b.subject)));
}

/** Identity of a subject: stable over API versions and over the folder that an object stands in. */
export function subjectKey(subject: Subject): string {
  // A logical id that changes its type is still the same id: CloudFormation says so by refusing it.
  const kind = subject.type === 'resource' && subject.kind !== 'Output' ? '' : subject.kind;
  return [subject.type, subject.group, kind, subject.namespace, subject.name].join('\n');
}

function index(
  artifacts: readonly Artifact[],
  cluster: ClusterFacts,
  deployments: ReadonlyMap<string, JsonObject>,
): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const artifact of artifacts) {
    for (const entry of entriesOf(artifact, cluster, deployments)) entries.set(subjectKey(entry.subject), entry);
  }
  return entries;
}

function entriesOf(
  artifact: Artifact,
  cluster: ClusterFacts,
  deployments: ReadonlyMap<string, JsonObject>,
): readonly Entry[] {
  switch (artifact.kind) {
    case 'object':
      return [objectEntry(artifact)];
    case 'template':
      return templateEntries(artifact, cluster, deployments.get(stackFolder(artifact)) ?? {});
    case 'deployment':
    case 'options': {
      const part = artifact.kind === 'deployment' ? 'deployment' : 'options';
      const subject: Subject = {
        type: 'stack',
        kind: part,
        group: stackFolder(artifact),
        namespace: '',
        name: stackFolder(artifact),
      };
      return [{ subject, artifact, pointer: '', value: artifact.value }];
    }
    // The plan follows from what there is; decoded user data is compared inside its launch template.
    case 'plan':
    case 'userdata':
      return [];
  }
}

/** `cluster`, `node-pool-worker-1`: the folder below `cloudformation/`. */
export function stackFolder(artifact: Artifact): string {
  return artifact.path.split('/')[1] ?? artifact.path;
}

function objectEntry(artifact: Artifact): Entry {
  const apiVersion = asString(get(artifact.value, 'apiVersion')) ?? '';
  const subject: Subject = {
    type: 'object',
    kind: asString(get(artifact.value, 'kind')) ?? '',
    group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '',
    namespace: asString(get(artifact.value, 'metadata', 'namespace')) ?? '',
    name: asString(get(artifact.value, 'metadata', 'name')) ?? artifact.path,
  };
  return { subject, artifact, pointer: '', value: artifact.value };
}

/** Sections whose entries are things of their own: resources and outputs. The rest is one thing: the template. */
function templateEntries(artifact: Artifact, cluster: ClusterFacts, parameters: JsonObject): readonly Entry[] {
  const template = asObject(artifact.value);
  if (!template) return [];
  const resolved = resolveTemplate(template, { region: cluster.region, account: cluster.account, parameters });
  const stack = stackFolder(artifact);
  const entries: Entry[] = [];
  const resources = asObject(get(resolved, 'Resources')) ?? {};
  for (const name of Object.keys(resources)) {
    const value = resources[name]!;
    const kind = asString(get(value, 'Type')) ?? 'resource';
    const subject: Subject = { type: 'resource', kind, group: stack, namespace: '', name };
    entries.push({ subject, artifact, pointer: `/Resources${pointerStep(name)}`, value });
  }
  const outputs = asObject(get(resolved, 'Outputs')) ?? {};
  for (const name of Object.keys(outputs)) {
    const subject: Subject = { type: 'resource', kind: 'Output', group: stack, namespace: '', name };
    entries.push({ subject, artifact, pointer: `/Outputs${pointerStep(name)}`, value: outputs[name]! });
  }
  const rest = Object.fromEntries(
    Object.entries(resolved).filter(([key]) => !['Resources', 'Outputs', 'Mappings'].includes(key)),
  );
  const subject: Subject = { type: 'stack', kind: 'template', group: stack, namespace: '', name: stack };
  entries.push({ subject, artifact, pointer: '', value: rest });
  return entries;
}

function compareEntries(before: Entry, after: Entry): readonly FieldChange[] {
  if (before.value === after.value) return [];
  const secret = after.subject.kind === 'Secret' || before.subject.kind === 'Secret';
  const fields = compareValues(
    before.value,
    after.value,
    { masked: (path, pattern) => isMasked(secret, path, pattern) },
    { path: [], before: before.pointer, after: after.pointer },
  );
  return after.subject.kind === 'CustomResourceDefinition' ? foldDescriptions(fields) : fields;
}

/** The data of a Secret, whatever its shape; elsewhere values under keys that mean a secret. */
function isMasked(secret: boolean, path: readonly FieldStep[], pattern: string): boolean {
  if (secret && !/^(?:apiVersion|kind|type|immutable|metadata(?:\/(?!annotations).*)?)$/.test(pattern)) return true;
  const last = path.findLast((step) => step.kind === 'key');
  const item = path.findLast((step) => step.kind === 'item');
  if (last?.kind === 'key' && last.key === 'value' && item?.kind === 'item') return secretKey.test(item.value);
  return last?.kind === 'key' && secretKey.test(last.key);
}

/** Descriptions in the schema of a CRD are documentation: hundreds of changed ones are one line. */
function foldDescriptions(fields: readonly FieldChange[]): readonly FieldChange[] {
  const isDescription = (field: FieldChange) => {
    const last = field.path.at(-1);
    const parent = field.path.at(-2);
    return (
      last?.kind === 'key' &&
      last.key === 'description' &&
      !(parent?.kind === 'key' && parent.key === 'properties') &&
      field.path.some((step) => step.kind === 'key' && step.key === 'openAPIV3Schema')
    );
  };
  const descriptions = fields.filter(isDescription);
  if (descriptions.length < 2) return fields;
  const first = descriptions[0]!;
  return [
    ...fields.filter((field) => !descriptions.includes(field)),
    {
      kind: 'rewritten',
      path: [{ kind: 'key', key: `spec.versions: descriptions of ${descriptions.length} fields` }],
      beforePointer: first.beforePointer ?? '',
      afterPointer: first.afterPointer ?? '',
      masked: false,
      impacts: [],
    },
  ];
}

/**
 * An object that goes and one that comes, of one kind and unit, with at least two thirds of their leaves in common
 * besides the name, are one that was renamed. Appliers delete and create all the same: the impact says so.
 */
function pairRenames(removed: readonly Entry[], created: readonly Entry[]): ReadonlyMap<Entry, Entry> {
  const pairs = new Map<Entry, Entry>();
  const taken = new Set<Entry>();
  for (const old of removed) {
    if (old.subject.type === 'stack') continue;
    let best: { entry: Entry; likeness: number } | undefined;
    for (const fresh of created) {
      if (taken.has(fresh) || !sameKind(old, fresh)) continue;
      const likeness = likenessOf(old.value, fresh.value);
      if (likeness >= 2 / 3 && (!best || likeness > best.likeness)) best = { entry: fresh, likeness };
    }
    if (!best) continue;
    taken.add(best.entry);
    pairs.set(old, best.entry);
  }
  return pairs;
}

function sameKind(a: Entry, b: Entry): boolean {
  return (
    a.subject.type === b.subject.type &&
    a.subject.kind === b.subject.kind &&
    a.subject.group === b.subject.group &&
    a.artifact.unit.kind === b.artifact.unit.kind &&
    a.artifact.unit.name === b.artifact.unit.name
  );
}

function likenessOf(a: JsonValue, b: JsonValue): number {
  const [left, right] = [leaves(a), leaves(b)];
  const total = Math.max(left.size, right.size);
  // What every object of a kind has says nothing: two empty ones are not alike.
  if (total < 4) return 0;
  let same = 0;
  for (const [pointer, value] of left) if (right.has(pointer) && equal(right.get(pointer), value)) same++;
  return same / total;
}

function leaves(value: JsonValue, pointer = '', into = new Map<string, JsonValue>()): ReadonlyMap<string, JsonValue> {
  if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) leaves(item, pointer + pointerStep(key), into);
  } else if (pointer !== '/metadata/name' && pointer !== '/apiVersion' && pointer !== '/kind' && pointer !== '/Type') {
    into.set(pointer, value);
  }
  return into;
}

function changeOf(
  cluster: string,
  action: ObjectChange['action'],
  before: Entry | undefined,
  after: Entry | undefined,
  fields: readonly FieldChange[],
): ObjectChange {
  const main = (after ?? before)!;
  const unit: UnitRef = main.artifact.unit;
  return {
    cluster,
    unit,
    ...(main.artifact.pool === undefined ? {} : { pool: main.artifact.pool }),
    subject: main.subject,
    ...(action === 'renamed' && before ? { from: before.subject } : {}),
    action,
    ...(before ? { beforePath: before.artifact.path } : {}),
    ...(after ? { afterPath: after.artifact.path } : {}),
    fields,
    impacts: [],
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
