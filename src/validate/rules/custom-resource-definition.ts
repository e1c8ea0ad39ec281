/** What the API server refuses in CustomResourceDefinitions. Source: apiextensions' validation and "structural schemas". */
import type { JsonObject, JsonValue } from '../../model.ts';
import { asList, asObject, asString, type ClusterRule, get, pointerOf } from '../rule.ts';

type Fault = (path: readonly (string | number)[], message: string) => void;

export const customResourceDefinition: ClusterRule = {
  id: 'custom-resource-definition',
  family: 'kubernetes-schema',
  severity: 'error',
  title: 'CustomResourceDefinitions agree with themselves and have structural schemas',
  scope: 'cluster',
  check(cluster, report) {
    for (const view of cluster.byKind.get('CustomResourceDefinition') ?? []) {
      for (const { path, message } of faultsOf(view.object)) {
        report(view.artifact, pointerOf(...path), `CustomResourceDefinition ${view.name}: ${message}`);
      }
    }
  },
};

interface DefinitionFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const kept = new WeakMap<JsonObject, readonly DefinitionFault[]>();

/** Faults of one definition, found once for all clusters that share it. */
function faultsOf(object: JsonObject): readonly DefinitionFault[] {
  let faults = kept.get(object);
  if (!faults) {
    const list: DefinitionFault[] = [];
    checkDefinition(object, (path, message) => list.push({ path, message }));
    faults = list;
    kept.set(object, faults);
  }
  return faults;
}

function checkDefinition(object: JsonObject, fault: Fault): void {
  const plural = asString(get(object, 'spec', 'names', 'plural'));
  const group = asString(get(object, 'spec', 'group'));
  const name = asString(get(object, 'metadata', 'name'));
  if (plural !== undefined && group !== undefined && name !== `${plural}.${group}`) {
    fault(['metadata', 'name'], `the name is ${plural}.${group}: plural and group, not ${name}.`);
  }
  const versions = asList(get(object, 'spec', 'versions'));
  const stored = versions.filter((version) => get(version, 'storage') === true).length;
  if (versions.length > 0 && stored !== 1)
    fault(['spec', 'versions'], `${stored} versions have storage: true; exactly one has.`);
  versions.forEach((version, index) => {
    const path = ['spec', 'versions', index];
    const schema = asObject(get(version, 'schema', 'openAPIV3Schema'));
    if (!schema) {
      fault(path, `the version ${String(get(version, 'name'))} has no schema.openAPIV3Schema.`);
      return;
    }
    const at = [...path, 'schema', 'openAPIV3Schema'];
    if (schema.type !== 'object') fault(at, 'the schema of a version has type: object.');
    checkStructural(schema, at, fault);
  });
}

/** Forbidden by the API server in any schema. */
const forbidden = [
  '$ref',
  'definitions',
  'dependencies',
  'deprecated',
  'discriminator',
  'id',
  'patternProperties',
  'readOnly',
  'writeOnly',
  'xml',
];
/** Not allowed inside anyOf, oneOf, allOf and not: those judge values and describe nothing. */
const describing = ['additionalProperties', 'default', 'description', 'nullable', 'title', 'type'];

function checkStructural(schema: JsonObject, path: readonly (string | number)[], fault: Fault): void {
  for (const key of forbidden)
    if (schema[key] !== undefined) fault([...path, key], `a structural schema has no ${key}.`);
  if (schema.uniqueItems === true)
    fault([...path, 'uniqueItems'], 'uniqueItems may not be true: use x-kubernetes-list-type: set.');
  if (schema.properties !== undefined && schema.additionalProperties !== undefined) {
    fault(path, 'a schema has properties or additionalProperties, not both.');
  }
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true || schema['x-kubernetes-int-or-string'] === true;
  if (typeof schema.type !== 'string' && !open) fault(path, 'the schema has no type.');
  const properties = asObject(schema.properties) ?? {};
  for (const name of Object.keys(properties)) inner(properties[name], [...path, 'properties', name], fault);
  inner(schema.items, [...path, 'items'], fault);
  inner(schema.additionalProperties, [...path, 'additionalProperties'], fault);
  if (schema['x-kubernetes-list-type'] === 'map') {
    const keys = asList(schema['x-kubernetes-list-map-keys']);
    if (keys.length === 0) fault(path, 'a list of type map names its keys in x-kubernetes-list-map-keys.');
    for (const key of keys) {
      const known = get(schema, 'items', 'properties', String(key));
      if (known === undefined)
        fault([...path, 'x-kubernetes-list-map-keys'], `the key ${String(key)} is no property of the items.`);
      const needed = asList(get(schema, 'items', 'required')).includes(key) || get(known, 'default') !== undefined;
      if (known !== undefined && !needed)
        fault(
          [...path, 'x-kubernetes-list-map-keys'],
          `the key ${String(key)} is neither required nor has it a default.`,
        );
    }
  }
  for (const key of ['allOf', 'anyOf', 'oneOf'] as const) {
    asList(schema[key]).forEach((entry, index) => {
      checkJudging(entry, schema, [...path, key, index], fault);
    });
  }
  if (schema.not !== undefined) checkJudging(schema.not, schema, [...path, 'not'], fault);
}

function inner(value: JsonValue | undefined, path: readonly (string | number)[], fault: Fault): void {
  const schema = asObject(value);
  if (schema) checkStructural(schema, path, fault);
}

function checkJudging(value: JsonValue, parent: JsonObject, path: readonly (string | number)[], fault: Fault): void {
  const schema = asObject(value);
  if (!schema) return;
  const intOrString = parent['x-kubernetes-int-or-string'] === true;
  for (const key of describing) {
    if (schema[key] !== undefined && !(intOrString && key === 'type')) {
      fault([...path, key], `${key} may not stand inside allOf, anyOf, oneOf or not.`);
    }
  }
  const properties = asObject(schema.properties) ?? {};
  for (const name of Object.keys(properties)) {
    if (get(parent, 'properties', name) === undefined && parent['x-kubernetes-preserve-unknown-fields'] !== true) {
      fault([...path, 'properties', name], `${name} is judged here, but is no property of the schema itself.`);
    }
  }
}
