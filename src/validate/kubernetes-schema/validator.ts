/** Judges whole objects: built-in kinds by the minor's schemas, custom ones by the CRDs of the same compile. */
import type { JsonObject, JsonValue } from '../../model.ts';
import { asString, get, pointerOf, type SchemaIssue } from '../rule.ts';
import { evaluateRule } from './cel.ts';
import { type CustomKind, indexCrds } from './crds.ts';
import { type Definitions, type KubernetesSchemas, objectMeta, type SchemaNode } from './schema.ts';
import { didYouMean, validateNode } from './walk.ts';

export type ValidateObject = (
  kubernetes: string,
  object: JsonObject,
  crds: readonly JsonObject[],
) => readonly SchemaIssue[] | undefined;

const groupsOf = new WeakMap<KubernetesSchemas, ReadonlySet<string>>();

/** API groups whose kinds are all built in: an unknown kind there is a mistake, not somebody's CRD. */
function isBuiltInGroup(schemas: KubernetesSchemas, apiVersion: string): boolean {
  let groups = groupsOf.get(schemas);
  if (!groups) {
    groups = new Set(Object.keys(schemas.kinds).map(groupOf));
    groupsOf.set(schemas, groups);
  }
  return groups.has(groupOf(apiVersion));
}

/** The group of `apiVersion` or of `apiVersion Kind`; '' for the core group. */
function groupOf(text: string): string {
  const slash = text.indexOf('/');
  return slash < 0 ? '' : text.slice(0, slash);
}

/** The value of `key`, made and kept if it is not there. */
function remembered<K extends object, V>(
  memory: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  make: () => V,
): V {
  let value = memory.get(key);
  if (value === undefined) {
    value = make();
    memory.set(key, value);
  }
  return value;
}

/**
 * A validator over pinned schemas. `external` are CRDs that something outside the repository installs; those of the
 * compile win. Verdicts are kept by object: the same value, handed in for another cluster, costs a look-up.
 *
 * The result is undefined when the minor or the kind has no schema: "could not check".
 */
export function createObjectValidator(
  schemasOf: (minor: string) => KubernetesSchemas | undefined,
  external: () => readonly JsonObject[],
): ValidateObject {
  // By object, then by the schemas or the CRD that judged it.
  const verdicts = new WeakMap<JsonObject, WeakMap<object, readonly SchemaIssue[]>>();
  return (kubernetes, object, crds) => {
    const schemas = schemasOf(kubernetes);
    if (!schemas) return undefined;
    const apiVersion = asString(get(object, 'apiVersion'));
    const kind = asString(get(object, 'kind'));
    if (apiVersion === undefined || kind === undefined) return missingIdentity(object);
    const kept = remembered(verdicts, object, () => new WeakMap<object, readonly SchemaIssue[]>());
    const definition = own(schemas.kinds, `${apiVersion} ${kind}`);
    if (definition !== undefined) {
      return remembered(kept, schemas, () => judge(schemas.definitions as Definitions, { $ref: definition }, object));
    }
    const found = findCustom(apiVersion, kind, crds, external());
    if (found) return remembered(kept, found, () => judgeCustom(schemas, found, object));
    if (!isBuiltInGroup(schemas, apiVersion)) return undefined;
    return remembered(kept, schemas, () => [unknownKind(schemas, apiVersion, kind)]);
  };
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function findCustom(
  apiVersion: string,
  kind: string,
  crds: readonly JsonObject[],
  external: readonly JsonObject[],
): CustomKind | undefined {
  const key = `${apiVersion} ${kind}`;
  return indexCrds(crds).get(key) ?? (external.length > 0 ? indexCrds(external).get(key) : undefined);
}

function missingIdentity(object: JsonObject): readonly SchemaIssue[] {
  return ['apiVersion', 'kind'].flatMap((name): readonly SchemaIssue[] =>
    typeof get(object, name) === 'string'
      ? []
      : [{ code: 'required', pointer: '', message: `the object has no ${name}, which is required.` }],
  );
}

function unknownKind(schemas: KubernetesSchemas, apiVersion: string, kind: string): SchemaIssue {
  const known = Object.keys(schemas.kinds);
  const elsewhere = known.filter((key) => key.endsWith(` ${kind}`)).map((key) => key.slice(0, key.indexOf(' ')));
  const siblings = known
    .filter((key) => key.startsWith(`${apiVersion} `))
    .map((key) => key.slice(apiVersion.length + 1));
  const guess = didYouMean(kind, siblings);
  const remedy =
    elsewhere.length > 0
      ? `${kind} is served as ${elsewhere.sort().join(', ')}.`
      : guess
        ? `Did you mean ${guess}?`
        : '';
  return {
    code: 'unknown-kind',
    pointer: elsewhere.length > 0 ? '/apiVersion' : '/kind',
    message: `Kubernetes ${schemas.minor} has no ${apiVersion} ${kind}. ${remedy}`.trim(),
  };
}

function judge(definitions: Definitions, node: SchemaNode, object: JsonObject): readonly SchemaIssue[] {
  const issues: SchemaIssue[] = [];
  validateNode({ definitions, structural: false, issues, path: [] }, node, object);
  return issues;
}

const roots = new WeakMap<SchemaNode, SchemaNode>();

/** The schema of a whole custom resource: the type and metadata are Kubernetes' own. */
function rootOf(schema: SchemaNode): SchemaNode {
  let root = roots.get(schema);
  if (!root) {
    const properties = {
      ...schema.properties,
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { $ref: objectMeta },
    };
    root = { ...schema, type: 'object', properties };
    roots.set(schema, root);
  }
  return root;
}

function judgeCustom(schemas: KubernetesSchemas, found: CustomKind, object: JsonObject): readonly SchemaIssue[] {
  const issues: SchemaIssue[] = [];
  if (!found.served) {
    const { versions } = found;
    const message = `its CustomResourceDefinition does not serve this version; it serves ${versions.join(', ') || 'none'}.`;
    issues.push({ code: 'unknown-kind', pointer: '/apiVersion', message });
  }
  if (!found.schema) return issues;
  const path: (string | number)[] = [];
  validateNode(
    {
      definitions: schemas.definitions as Definitions,
      structural: true,
      issues,
      path,
      onRules: (node, value) => issues.push(...judgeRules(node, value, path)),
    },
    rootOf(found.schema),
    object,
  );
  return issues;
}

function judgeRules(node: SchemaNode, value: JsonValue, path: readonly (string | number)[]): readonly SchemaIssue[] {
  return (node['x-kubernetes-validations'] ?? []).flatMap((rule): readonly SchemaIssue[] => {
    const verdict = evaluateRule(rule, node, value);
    const name = path.length === 0 ? 'the object' : path.join('.');
    if (verdict.outcome === 'fails') {
      const pointer = pointerOf(...path, ...(get(value, ...verdict.path) === undefined ? [] : verdict.path));
      return [{ code: 'rule', pointer, message: `${name}: ${verdict.message}` }];
    }
    if (verdict.outcome === 'unknown') {
      return [{ code: 'rule-unchecked', pointer: pointerOf(...path), message: `${rule.rule} (${verdict.reason})` }];
    }
    return [];
  });
}
