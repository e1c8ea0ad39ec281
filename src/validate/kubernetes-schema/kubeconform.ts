/**
 * Our schemas in the layout of kubeconform, so that a second opinion needs no network and judges by the same data: any
 * disagreement is then one of judgement.
 */
import type { JsonObject, JsonValue } from '../../model.ts';
import { indexCrds } from './crds.ts';
import { type Definitions, type KubernetesSchemas, objectMeta, type SchemaNode } from './schema.ts';

/** The value of kubeconform's `-schema-location`, below the folder that the files are written to. */
export const kubeconformLocation = '{{.ResourceKind}}{{.KindSuffix}}.json';

/**
 * JSON Schemas (draft 7, strict) of all kinds of a minor and of custom resources, by file name.
 * `kind-group-version.json` in lower case, where the group is its first label and the core group has none.
 */
export function kubeconformSchemas(
  schemas: KubernetesSchemas,
  crds: readonly JsonObject[],
): ReadonlyMap<string, JsonValue> {
  const files = new Map<string, JsonValue>();
  const definitions = schemas.definitions as Definitions;
  for (const [key, kind] of indexCrds(crds)) {
    if (kind.served) files.set(fileName(key), standalone(rootOf(kind.schema ?? {}), definitions, true));
  }
  // The layout knows the first label of a group only: where a custom kind and a built-in one meet, the latter wins.
  for (const [key, name] of Object.entries(schemas.kinds)) {
    files.set(fileName(key), standalone({ $ref: name }, definitions, false));
  }
  return files;
}

/** `apps/v1 Deployment` to `deployment-apps-v1.json`. */
function fileName(key: string): string {
  const [apiVersion = '', kind = ''] = key.split(' ');
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : `-${apiVersion.slice(0, slash).split('.')[0]}`;
  return `${kind}${group}-${apiVersion.slice(slash + 1)}.json`.toLowerCase();
}

function rootOf(schema: SchemaNode): SchemaNode {
  const properties = { ...schema.properties, apiVersion: { type: 'string' }, kind: { type: 'string' } };
  return { ...schema, type: 'object', properties: { ...properties, metadata: { $ref: objectMeta } } };
}

/** One file: the node, and the definitions that it reaches. */
function standalone(root: SchemaNode, definitions: Definitions, structural: boolean): JsonObject {
  const reached = new Map<string, JsonValue>();
  const convert = (node: SchemaNode, required: boolean): JsonValue => {
    if (node.$ref !== undefined) {
      const name = node.$ref;
      if (!reached.has(name)) {
        reached.set(name, true);
        reached.set(name, convert(definitions[name] ?? {}, true));
      }
      const reference = { $ref: `#/definitions/${name}` };
      return required ? reference : { anyOf: [reference, { type: 'null' }] };
    }
    if (node['x-kubernetes-int-or-string']) return { type: types(['integer', 'string'], node, required) };
    if (node.format === 'quantity') return { type: types(['number', 'string'], node, required) };
    if (node.oneOfTypes) return { anyOf: node.oneOfTypes.map((entry) => convert(entry, true)) };
    const result: Record<string, JsonValue> = {};
    if (node.type !== undefined) result.type = types([node.type], node, required);
    if (node.enum) result.enum = required ? node.enum : [...node.enum, null];
    if (node.required && node.required.length > 0) result.required = node.required;
    if (node.pattern !== undefined) result.pattern = node.pattern;
    for (const key of ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems'] as const) {
      if (node[key] !== undefined) result[key] = node[key];
    }
    if (node.items) result.items = convert(node.items, true);
    if (node.properties) {
      const needed = new Set(node.required);
      result.properties = Object.fromEntries(
        Object.entries(node.properties).map(([name, child]) => [name, convert(child, structural || needed.has(name))]),
      );
    }
    const extra = node.additionalProperties;
    if (typeof extra === 'object') result.additionalProperties = convert(extra, structural);
    else if (isClosed(node, structural)) result.additionalProperties = false;
    return result;
  };
  const body = convert(root, true) as JsonObject;
  return reached.size === 0 ? body : { ...body, definitions: Object.fromEntries(reached) };
}

function isClosed(node: SchemaNode, structural: boolean): boolean {
  if (node['x-kubernetes-preserve-unknown-fields'] || node.additionalProperties === true) return false;
  if (node['x-kubernetes-embedded-resource']) return false;
  return node.properties !== undefined || (structural && node.type === 'object');
}

/** `null` stands for "not set" in optional fields of built-in kinds, and where a CRD says nullable. */
function types(names: readonly string[], node: SchemaNode, required: boolean): JsonValue {
  const all = required && !node.nullable ? names : [...names, 'null'];
  return all.length === 1 ? all[0]! : all;
}
